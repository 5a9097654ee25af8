//! One network for all energy densities or times, in two stages as in arXiv:2202.08853 (section III C and
//! appendix A), or in one stage.

use super::plan::StudyPlan;
use super::planner::Planner;
use crate::error::Result;
use crate::learn::samples::Condition;
use crate::learn::training::Hyperparameters;

/// The extractor learns at one ε, then a head learns at all of them. With `compare`, further heads learn
/// at one ε each, with the same number of steps.
pub fn two_stages(planner: &Planner, head: &Hyperparameters, compare: bool) -> Result<StudyPlan> {
    let targets = &planner.learn.targets;
    let mut plan = StudyPlan::default();
    let extractor = planner.training("extractor".to_owned(), targets, planner.samples(targets)?);
    let extractor = plan.add(extractor);
    let conditions = planner.several_conditions("conditioned")?;
    let samples = |at: &[Condition]| planner.selection.samples(targets, at.chunks(1));
    let own = planner.training("head".to_owned(), targets, samples(&conditions)?);
    plan.kept = plan.add(own.at(&conditions).behind(extractor, head));
    let alone = Hyperparameters {
        epochs: head.epochs * conditions.len(),
        ..head.clone()
    };
    for single in conditions.chunks(1) {
        plan.compare("conditioned", plan.kept, single[0]);
        if compare {
            let name = format!("head at {}", single[0]);
            let own = planner.training(name, targets, samples(single)?);
            let own = plan.add(own.at(single).behind(extractor, &alone));
            plan.compare("own head", own, single[0]);
        }
    }
    Ok(plan)
}

/// Extractor and head learn at all conditions together. A sample is a field with its targets at all of
/// them, so that the extractor reads each field once.
pub fn end_to_end(planner: &Planner) -> Result<StudyPlan> {
    let targets = &planner.learn.targets;
    let found = planner.selection.conditions(planner.condition);
    let together = found.chunks(found.len().max(1));
    let samples = planner.selection.samples(targets, together)?;
    let conditions = planner.several_conditions("end-to-end")?;
    let training = planner.training("train".to_owned(), targets, samples);
    let mut plan = StudyPlan::default();
    plan.kept = plan.add(training.at(&conditions));
    for condition in conditions {
        plan.compare("end-to-end", plan.kept, condition);
    }
    Ok(plan)
}

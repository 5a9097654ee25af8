//! One network for all energy densities, in two stages as in arXiv:2202.08853 (section III C and
//! appendix A), or in one stage.

use super::plan::StudyPlan;
use super::planner::Planner;
use crate::error::Result;
use crate::learn::training::Hyperparameters;

/// The extractor learns at one ε, then a head learns at all of them. With `compare`, further heads learn
/// at one ε each, with the same number of steps.
pub fn two_stages(planner: &Planner, head: &Hyperparameters, compare: bool) -> Result<StudyPlan> {
    let targets = &planner.learn.targets;
    let mut plan = StudyPlan::default();
    let extractor = planner.training("extractor".to_owned(), targets, planner.samples(targets)?);
    let extractor = plan.add(extractor);
    let energy_densities = planner.several_energy_densities("conditioned")?;
    let samples = |at: &[f64]| planner.selection.samples(targets, at.chunks(1));
    let own = planner.training("head".to_owned(), targets, samples(energy_densities)?);
    plan.kept = plan.add(own.at(energy_densities).behind(extractor, head));
    let alone = Hyperparameters {
        epochs: head.epochs * energy_densities.len(),
        ..head.clone()
    };
    for energy_density in energy_densities.chunks(1) {
        plan.compare("conditioned", plan.kept, energy_density[0]);
        if compare {
            let name = format!("head at ε = {}", energy_density[0]);
            let own = planner.training(name, targets, samples(energy_density)?);
            let own = plan.add(own.at(energy_density).behind(extractor, &alone));
            plan.compare("own head", own, energy_density[0]);
        }
    }
    Ok(plan)
}

/// Extractor and head learn at all ε together. A sample is a field with its indicators at all ε, so that
/// the extractor reads each field once.
pub fn end_to_end(planner: &Planner) -> Result<StudyPlan> {
    let targets = &planner.learn.targets;
    let found = planner.selection.energy_densities();
    let together = found.chunks(found.len().max(1));
    let samples = planner.selection.samples(targets, together)?;
    let energy_densities = planner.several_energy_densities("end-to-end")?;
    let training = planner.training("train".to_owned(), targets, samples);
    let mut plan = StudyPlan::default();
    plan.kept = plan.add(training.at(energy_densities));
    for &energy_density in energy_densities {
        plan.compare("end-to-end", plan.kept, energy_density);
    }
    Ok(plan)
}

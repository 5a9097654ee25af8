//! Whether features learned from some indicators serve another (arXiv:2202.08853, section III B,
//! figure 5).

use super::plan::{Comparison, StudyPlan};
use super::planner::Planner;
use crate::error::Result;
use crate::learn::training::Hyperparameters;

/// For each target, networks that are trained in three ways. Those trained on all targets are kept.
pub fn three_ways(planner: &Planner, head: &Hyperparameters) -> Result<StudyPlan> {
    let targets = &planner.learn.targets;
    let train = |name: String, targets: &[String]| -> Result<_> {
        Ok(planner.training(name, targets, planner.samples(targets)?))
    };
    let mut plan = StudyPlan::default();
    plan.kept = plan.add(train("multitask".to_owned(), targets)?);
    for target in targets {
        let others: Vec<String> = targets.iter().filter(|it| *it != target).cloned().collect();
        let extractor = plan.add(train(format!("extractor without {target}"), &others)?);
        let one = std::slice::from_ref(target);
        let samples = planner.samples(one)?;
        let transfer = planner.training(format!("head for {target}"), one, samples.clone());
        let transfer = plan.add(transfer.behind(extractor, head));
        let scratch = planner.training(format!("{target} from scratch"), one, samples);
        let scratch = plan.add(scratch);
        for (label, training) in [
            ("transfer", transfer),
            ("scratch", scratch),
            ("multitask", plan.kept),
        ] {
            plan.comparisons.push(Comparison {
                label: label.to_owned(),
                training,
                condition: planner.condition,
                target: Some(target.clone()),
                realizations: None,
            });
        }
    }
    Ok(plan)
}

//! The plain training: one network for all targets at one energy density.

use super::plan::StudyPlan;
use super::planner::Planner;
use crate::error::Result;

/// One training, without comparisons.
pub fn all_targets(planner: &Planner) -> Result<StudyPlan> {
    let targets = &planner.learn.targets;
    let mut plan = StudyPlan::default();
    let training = planner.training("train".to_owned(), targets, planner.samples(targets)?);
    plan.kept = plan.add(training);
    Ok(plan)
}

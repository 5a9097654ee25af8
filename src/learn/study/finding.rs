//! What a study found: scores of the networks that it compares.

use std::rc::Rc;

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use super::plan::{Comparison, StudyPlan};
use crate::comm::Communicator;
use crate::deck::{MissingTargets, Split};
use crate::error::Result;
use crate::learn::ensemble::Ensemble;
use crate::learn::evaluation::{Score, evaluate_at};
use crate::learn::samples::Realization;
use crate::store::Table;

/// The scores of networks that a study compares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// How they were trained.
    pub training: String,
    /// The number of realizations of each size and disorder strength in the training data, if not all.
    pub realizations: Option<u32>,
    /// The mean squared error on the training data, by chain length; empty unless the study asks.
    pub training_mse: Vec<(usize, f64)>,
    /// The scores on the test data, for each length, condition and target.
    pub scores: Vec<Score>,
}

/// Scores the networks of each comparison on the test tables among `data`. Collective.
///
/// # Errors
/// As [`evaluate_at`].
pub fn findings(
    comm: &dyn Communicator,
    plan: &StudyPlan,
    ensembles: &[Ensemble],
    missing: MissingTargets,
    data: &[Table],
) -> Result<Vec<Finding>> {
    let finding = |comparison: &Comparison| {
        let ensemble = &ensembles[comparison.training];
        let mut scores = Vec::new();
        for table in data.iter().filter(|table| table.split == Split::Test) {
            scores.extend(evaluate_at(
                comm,
                ensemble,
                missing,
                table,
                comparison.condition,
            )?);
        }
        if let Some(target) = &comparison.target {
            scores.retain(|score| score.target == *target);
        }
        let samples = &plan.trainings[comparison.training].samples;
        Ok(Finding {
            training: comparison.label.clone(),
            realizations: comparison.realizations,
            training_mse: match comparison.realizations {
                Some(_) => training_mse(ensemble, &samples.training),
                None => Vec::new(),
            },
            scores,
        })
    };
    plan.comparisons.iter().map(finding).collect()
}

/// The mean squared error, mean over the targets, by chain length.
fn training_mse(network: &Ensemble, samples: &[Rc<Realization>]) -> Vec<(usize, f64)> {
    let of_size = |own: &[Rc<Realization>]| {
        let mut sum = 0.0;
        for one in own {
            let field = ArrayView2::from_shape((1, one.sites), &one.inputs)
                .expect("a field has a value for each site");
            let predicted = network.predict(field, &one.conditions);
            let errors = predicted
                .iter()
                .zip(&one.targets)
                .filter(|(_, y)| !y.is_nan())
                .map(|(f, y)| (f - y).powi(2));
            let there = one.targets.iter().filter(|it| !it.is_nan()).count();
            sum += errors.sum::<f64>() / there as f64;
        }
        (own[0].sites, sum / own.len() as f64)
    };
    // Samples are in order of the chain length.
    samples
        .chunk_by(|left, right| left.sites == right.sites)
        .map(of_size)
        .collect()
}

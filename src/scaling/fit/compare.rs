//! Comparisons of the models of one method that have the same number of parameters.

use std::cmp::Ordering;

use serde::Serialize;

use super::record::Fit;
use crate::deck::Source;

/// Models with the same number of free parameters, fitted to the same data: an entry of
/// scaling.json.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Where the data come from.
    pub source: Source,
    /// The indicator.
    pub target: String,
    /// Energy density ε.
    pub energy_density: Option<f64>,
    /// The method.
    pub method: &'static str,
    /// The number of free parameters of each model.
    pub free: usize,
    /// The models, the best first.
    pub candidates: Vec<Candidate>,
}

/// A model of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// The model in words.
    pub ansatz: String,
    /// The smallest cost.
    pub cost: f64,
    /// The fraction of refits in which this model is best. Refits of all models use the same
    /// resamples.
    pub best_of_refits: Option<f64>,
}

/// Every comparison that the fits allow.
pub fn comparisons(fits: &[Fit]) -> Vec<Comparison> {
    let alike = |a: &Fit, b: &Fit| {
        (&a.source, &a.target, a.energy_density, a.method, a.free)
            == (&b.source, &b.target, b.energy_density, b.method, b.free)
    };
    let mut groups: Vec<Vec<&Fit>> = Vec::new();
    for fit in fits.iter().filter(|fit| fit.cost.is_finite()) {
        match groups.iter_mut().find(|group| alike(group[0], fit)) {
            Some(group) => group.push(fit),
            None => groups.push(vec![fit]),
        }
    }
    let several = groups.iter().filter(|group| group.len() > 1);
    several.map(|group| comparison(group)).collect()
}

fn comparison(group: &[&Fit]) -> Comparison {
    let mut candidates: Vec<Candidate> = group
        .iter()
        .map(|fit| Candidate {
            ansatz: fit.ansatz.clone(),
            cost: fit.cost,
            best_of_refits: best_of_refits(fit, group),
        })
        .collect();
    candidates.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let first = group[0];
    Comparison {
        source: first.source.clone(),
        target: first.target.clone(),
        energy_density: first.energy_density,
        method: first.method,
        free: first.free,
        candidates,
    }
}

/// The fraction of refits in which no other model costs less.
fn best_of_refits(fit: &Fit, group: &[&Fit]) -> Option<f64> {
    let rows = &fit.refits.rows;
    let cost =
        |fit: &Fit, number: usize| fit.refits.rows.get(number).map_or(f64::NAN, |row| row[0]);
    let wins = (0..rows.len()).filter(|&number| {
        let own = cost(fit, number);
        // A failed refit has the cost NaN, and is never the best.
        let less = |other: &&Fit| cost(other, number).partial_cmp(&own) == Some(Ordering::Less);
        own.is_finite() && !group.iter().any(less)
    });
    (!rows.is_empty()).then(|| wins.count() as f64 / rows.len() as f64)
}

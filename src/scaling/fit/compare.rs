//! Comparisons of the models of one method that have the same number of parameters.

use serde::{Deserialize, Serialize};

use super::record::Fit;
use crate::deck::Source;

/// Costs that differ by less than this fraction are equal: they are sums in other orders.
const TIE: f64 = 1e-9;

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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The model in words.
    pub ansatz: String,
    /// The smallest cost.
    pub cost: f64,
    /// The fraction of refits in which this model is best. Refits of all models use the same
    /// resamples, and models of equal cost share a refit.
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

/// The fraction of refits in which this model costs least. Models of equal cost share a refit, and a
/// refit that fails for all models does not count. The fractions of a group add up to 1.
fn best_of_refits(fit: &Fit, group: &[&Fit]) -> Option<f64> {
    let cost = |fit: &Fit, number: usize| {
        let found = fit.refits.rows.get(number).map_or(f64::NAN, |row| row[0]);
        // A failed refit has the cost NaN, and is never the best.
        if found.is_nan() { f64::INFINITY } else { found }
    };
    let (mut shares, mut count) = (0.0, 0);
    for number in 0..fit.refits.rows.len() {
        let costs = group.iter().map(|other| cost(other, number));
        let lowest = costs.clone().fold(f64::INFINITY, f64::min);
        if lowest.is_finite() {
            let is_best = |cost: &f64| *cost <= lowest + TIE * lowest.abs();
            count += 1;
            if is_best(&cost(fit, number)) {
                shares += 1.0 / costs.filter(is_best).count() as f64;
            }
        }
    }
    (count > 0).then(|| shares / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaling::tests::fit_by_quality;

    /// Six refits: one won by each model, one shared by two, one by all three, one that fails for all.
    #[test]
    fn shares_add_up_to_one() {
        let fit = fit_by_quality(&[8, 10], 5);
        let nan = f64::NAN;
        let fits = [
            [0.1, 0.2, nan, 0.1, 0.3, nan],
            [0.2, 0.1, 0.4, 0.1 + 1e-14, 0.3, nan],
            [0.3, nan, 0.2, 0.2, 0.3, nan],
        ]
        .map(|costs| {
            let mut fit = fit.clone();
            fit.refits.rows = costs.map(|cost| vec![cost]).to_vec();
            fit
        });
        let found = &comparisons(&fits)[0].candidates;
        let shares: Vec<f64> = found
            .iter()
            .map(|one| one.best_of_refits.unwrap())
            .collect();
        let third = 1.0 / 3.0;
        for (share, expected) in shares.iter().zip([1.5 + third, 1.5 + third, 1.0 + third]) {
            assert!((share - expected / 5.0).abs() < 1e-15, "{shares:?}");
        }
    }
}

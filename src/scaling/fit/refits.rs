//! Fits to resampled data, distributed over the ranks and their threads.

use std::collections::BTreeMap;

use super::bootstrap::resampled;
use super::workers::Workers;
use crate::deck::Bounds;
use crate::scaling::data::{Curve, TargetData};
use crate::scaling::methods::{Estimate, IndicatorCurves, NestedFits, ScalingModel};

/// The results of refits. A row is NaN throughout if its refit found nothing acceptable.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Refits {
    /// Names of the columns: the cost, h_c, ν, then the other parameters.
    pub columns: Vec<String>,
    /// One row for each refit, in the order of their numbers.
    pub rows: Vec<Vec<f64>>,
}

impl Refits {
    /// The finite values of a column.
    pub fn values(&self, column: usize) -> Vec<f64> {
        let all = self.rows.iter().map(|row| row[column]);
        all.filter(|value| value.is_finite()).collect()
    }

    /// The number of refits that found nothing acceptable.
    pub fn failed(&self) -> usize {
        self.rows.iter().filter(|row| row[0].is_nan()).count()
    }
}

/// What refits are made to.
pub struct RefitInput<'a> {
    /// The models of a method, with their fits, whose parameters are the columns.
    pub models: Vec<(&'a dyn ScalingModel, &'a Estimate)>,
    /// The data of each indicator.
    pub data: &'a [TargetData],
    /// The bounds of the deck on parameters.
    pub bounds: &'a BTreeMap<String, Bounds>,
    /// Seed of the resampling.
    pub seed: u64,
}

/// Refits number 0 to `count` − 1 of every model. Collective; the result is the same on every rank,
/// for any number of ranks and threads.
pub fn refits(workers: &Workers, input: &RefitInput, count: usize) -> Vec<Refits> {
    let models = input.models.iter();
    let mut all: Vec<Refits> = models
        .map(|(_, estimate)| Refits {
            columns: columns(estimate),
            rows: Vec::new(),
        })
        .collect();
    let width = all.iter().map(|refits| refits.columns.len()).sum();
    if width == 0 {
        return all;
    }
    // One row holds the models side by side.
    for row in workers.rows(count, width, |number, row| refit(input, number, row)) {
        let mut rest = &row[..];
        for refits in &mut all {
            let (own, others) = rest.split_at(refits.columns.len());
            refits.rows.push(own.to_vec());
            rest = others;
        }
    }
    all
}

fn columns(estimate: &Estimate) -> Vec<String> {
    let first = ["measure", "h_c", "nu"].map(str::to_owned);
    let others = estimate.others.iter().map(|(name, _)| name.clone());
    first.into_iter().chain(others).collect()
}

/// Fits all models to resample number `number`, within the bounds of the fit and without its result
/// as a start: a refit may end in another valley.
fn refit(input: &RefitInput, number: usize, mut rest: &mut [f64]) {
    let curves: Vec<Vec<Curve>> = input
        .data
        .iter()
        .enumerate()
        .map(|(target, data)| resampled(data, target, input.seed, number))
        .collect();
    let named = input.data.iter().zip(&curves);
    let indicators: Vec<IndicatorCurves> = named
        .map(|(data, curves)| IndicatorCurves {
            name: &data.target.name,
            curves,
        })
        .collect();
    let mut fits = NestedFits::new(&indicators, input.bounds);
    for (model, estimate) in &input.models {
        let (row, others) = rest.split_at_mut(3 + estimate.others.len());
        rest = others;
        let Some(found) = fits.best(*model) else {
            row.fill(f64::NAN);
            continue;
        };
        row[..3].copy_from_slice(&[found.cost, found.critical, found.exponent]);
        let names = estimate.others.iter().map(|(name, _)| name);
        for (value, name) in row[3..].iter_mut().zip(names) {
            *value = found.other(name).unwrap_or(f64::NAN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::Alone;
    use crate::scaling::methods::{polynomial, process, quality};
    use crate::scaling::tests::{alone, deck, found_by, synthetic};

    #[test]
    fn threads_change_no_bit_and_seeds_do() {
        faer::set_global_parallelism(faer::Par::Seq);
        let data = [synthetic(1, &[8, 10, 12], 30)];
        for method in [quality::METHOD, process::METHOD, polynomial::METHOD] {
            let models = (method.models)(&deck([4.0, 8.0]));
            let model = &*models[0];
            let estimate = found_by(model, &data[0].curves).unwrap();
            let mut input = RefitInput {
                models: vec![(model, &estimate)],
                data: &data,
                bounds: &BTreeMap::new(),
                seed: 5,
            };
            let expected = refits(&alone(), &input, 5);
            let three = Workers::new(&Alone, 3).unwrap();
            assert_eq!(refits(&three, &input, 5), expected);
            input.seed = 6;
            assert_ne!(refits(&three, &input, 5), expected);
        }
    }
}

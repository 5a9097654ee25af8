//! Fits to resampled data, distributed over the ranks and their threads.

use super::bootstrap::resampled;
use super::workers::Workers;
use crate::scaling::data::{Curve, TargetData};
use crate::scaling::methods::{Estimate, IndicatorCurves, ScalingModel};
use crate::scaling::search::Range;

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
    /// The model.
    pub model: &'a dyn ScalingModel,
    /// The data of each indicator.
    pub data: &'a [TargetData],
    /// The ranges of the fit.
    pub ranges: &'a [Range],
    /// The fit, whose parameters are the columns.
    pub estimate: &'a Estimate,
    /// Seed of the resampling.
    pub seed: u64,
}

/// Refits number 0 to `count` − 1. Collective; the result is the same on every rank, for any number
/// of ranks and threads.
pub fn refits(workers: &Workers, input: &RefitInput, count: usize) -> Refits {
    let columns = columns(input);
    let rows = workers.rows(count, columns.len(), |number, row| {
        refit(input, number, row);
    });
    Refits { columns, rows }
}

fn columns(input: &RefitInput) -> Vec<String> {
    let first = ["measure", "h_c", "nu"].map(str::to_owned);
    let others = input.estimate.others.iter().map(|(name, _)| name.clone());
    first.into_iter().chain(others).collect()
}

/// Fits resample number `number`, in the ranges of the fit and without its result as a start: a
/// refit may end in another valley.
fn refit(input: &RefitInput, number: usize, row: &mut [f64]) {
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
    let Some(found) = input.model.fit(&indicators, input.ranges) else {
        return row.fill(f64::NAN);
    };
    row[..3].copy_from_slice(&[found.cost, found.critical, found.exponent]);
    let names = input.estimate.others.iter().map(|(name, _)| name);
    for (value, name) in row[3..].iter_mut().zip(names) {
        *value = found.other(name).unwrap_or(f64::NAN);
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
            let indicators = [IndicatorCurves {
                name: "gap_ratio",
                curves: &data[0].curves,
            }];
            let ranges = model.ranges(&indicators);
            let estimate = found_by(model, &data[0].curves).unwrap();
            let mut input = RefitInput {
                model,
                data: &data,
                ranges: &ranges,
                estimate: &estimate,
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

//! Fits to resampled data, shared out over the ranks and their threads.

use super::bootstrap::resampled;
use super::workers::Workers;
use crate::scaling::data::{Curve, Data};
use crate::scaling::methods::{Estimate, Indicator, Model};
use crate::scaling::search::Range;

/// What refits gave: a row for each, NaN throughout where it found nothing acceptable.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Refits {
    /// What the columns are: the measure, h_c, ν, then the other parameters.
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

    /// How many found nothing acceptable.
    pub fn failed(&self) -> usize {
        self.rows.iter().filter(|row| row[0].is_nan()).count()
    }
}

/// What a refit is made with.
pub struct Task<'a> {
    /// The model.
    pub model: &'a dyn Model,
    /// The data of each indicator.
    pub data: &'a [Data],
    /// The ranges of the fit.
    pub ranges: &'a [Range],
    /// The fit, which names the columns.
    pub estimate: &'a Estimate,
    /// Seed of the resampling.
    pub seed: u64,
}

/// Refits number 0 … `count` − 1; collective, the same on every rank, for any number of ranks and
/// threads.
pub fn refits(workers: &Workers, task: &Task, count: usize) -> Refits {
    let columns = columns(task);
    let rows = workers.rows(count, columns.len(), |number, row| refit(task, number, row));
    Refits { columns, rows }
}

fn columns(task: &Task) -> Vec<String> {
    let first = ["measure", "h_c", "nu"].map(str::to_owned);
    let others = task.estimate.others.iter().map(|(name, _)| name.clone());
    first.into_iter().chain(others).collect()
}

/// Fits resample number `number`.
fn refit(task: &Task, number: usize, row: &mut [f64]) {
    let curves: Vec<Vec<Curve>> = task
        .data
        .iter()
        .enumerate()
        .map(|(place, data)| resampled(data, place, task.seed, number))
        .collect();
    let named = task.data.iter().zip(&curves);
    let indicators: Vec<Indicator> = named
        .map(|(data, curves)| Indicator {
            name: &data.target,
            curves,
        })
        .collect();
    let Some(found) = task.model.fit(&indicators, task.ranges) else {
        return row.fill(f64::NAN);
    };
    row[..3].copy_from_slice(&[found.cost, found.critical, found.exponent]);
    let names = task.estimate.others.iter().map(|(name, _)| name);
    for (value, name) in row[3..].iter_mut().zip(names) {
        *value = found.other(name).unwrap_or(f64::NAN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::Alone;
    use crate::scaling::methods::{polynomial, process, quality};
    use crate::scaling::tests::{deck, found_by, synthetic};

    #[test]
    fn threads_change_no_bit_and_seeds_do() {
        faer::set_global_parallelism(faer::Par::Seq);
        let data = [synthetic(1, &[8, 10, 12], 30)];
        for method in [quality::METHOD, process::METHOD, polynomial::METHOD] {
            let models = (method.models)(&deck([4.0, 8.0]));
            let model = &*models[0];
            let indicators = [Indicator {
                name: "gap_ratio",
                curves: &data[0].curves,
            }];
            let ranges = model.ranges(&indicators);
            let estimate = found_by(model, &data[0].curves).unwrap();
            let mut task = Task {
                model,
                data: &data,
                ranges: &ranges,
                estimate: &estimate,
                seed: 5,
            };
            let alone = refits(&Workers::alone(), &task, 5);
            let three = Workers::new(&Alone, 3).unwrap();
            assert_eq!(refits(&three, &task, 5), alone);
            task.seed = 6;
            assert_ne!(refits(&three, &task, 5), alone);
        }
    }
}

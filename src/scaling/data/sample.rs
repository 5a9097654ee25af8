//! The realizations behind a curve.

use super::curve::{Curve, mean_and_error, retain};
use crate::random::{stream, unit};
use crate::store::Statistic;

/// Values of h or ε that differ by less than this are equal, because grids are rounded.
pub const SAME: f64 = 1e-9;
const FEWEST_REALIZATIONS: usize = 2;

/// Resamples behind a standard error, which is then known to 1/√(2 · 400), 3.5 %.
const RESAMPLES: u64 = 400;
/// This separates the random streams from those of the fields, which have 0 or 1 here, and of refits.
const ERROR: u64 = u64::MAX - 1_000_000;

/// The standard error of a statistic of independent values: its deviation over samples that are drawn
/// from them with replacement. It is the same in every run.
fn bootstrap_error(statistic: Statistic, values: &[f64], [sites, strength]: [u64; 2]) -> f64 {
    let of_resample = |number: u64| {
        let mut stream = stream(0, [sites, strength, ERROR, number]);
        let mut index = || (unit(&mut stream) * values.len() as f64) as usize;
        statistic.of((0..values.len()).map(|_| values[index()]))
    };
    Statistic::Deviation.of((0..RESAMPLES).map(of_resample))
}

/// The realizations of one indicator at one energy density, for one chain length.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Chain length L.
    pub sites: usize,
    /// The number of networks that predicted each realization; 1 for exact data.
    pub members: usize,
    /// What is made of the realizations of a strength.
    pub statistic: Statistic,
    /// Disorder strengths h, ascending.
    pub strengths: Vec<f64>,
    /// For each strength the normalised values, which are finite. A realization has one value for
    /// each member.
    pub values: Vec<Vec<f64>>,
}

impl Sample {
    /// A sample without realizations.
    pub fn new(sites: usize, members: usize) -> Self {
        Self {
            sites,
            members,
            statistic: Statistic::default(),
            strengths: Vec::new(),
            values: Vec::new(),
        }
    }

    /// The values at a strength, which is inserted if it is new.
    pub fn at(&mut self, strength: f64) -> &mut Vec<f64> {
        let index = self
            .strengths
            .partition_point(|&known| known < strength - SAME);
        let known = self.strengths.get(index);
        if known.is_none_or(|&known| known > strength + SAME) {
            self.strengths.insert(index, strength);
            self.values.insert(index, Vec::new());
        }
        &mut self.values[index]
    }

    /// Removes points that have no error, and returns their strengths.
    pub fn drop_sparse(&mut self) -> Vec<f64> {
        let fewest = FEWEST_REALIZATIONS * self.members;
        let kept: Vec<bool> = self.values.iter().map(|own| own.len() >= fewest).collect();
        let points = self.strengths.iter().zip(&kept);
        let dropped = points
            .filter(|(_, kept)| !**kept)
            .map(|(h, _)| *h)
            .collect();
        self.retain(&kept);
        dropped
    }

    /// Removes the points that are not kept.
    pub fn retain(&mut self, kept: &[bool]) {
        retain(&mut self.strengths, kept);
        retain(&mut self.values, kept);
    }

    /// Means, or other statistics, and standard errors. Realizations are independent; members of one
    /// realization are not, so that they are averaged first.
    pub fn curve(&self) -> Curve {
        let points = self.strengths.iter().zip(&self.values);
        let statistics = points.map(|(strength, values)| {
            let over_members = values.chunks_exact(self.members);
            let realizations: Vec<f64> = over_members
                .map(|values| values.iter().sum::<f64>() / self.members as f64)
                .collect();
            match self.statistic {
                Statistic::Mean => mean_and_error(&realizations),
                other => {
                    let identity = [self.sites as u64, strength.to_bits()];
                    (
                        other.of(realizations.iter().copied()),
                        bootstrap_error(other, &realizations, identity),
                    )
                }
            }
        });
        let (means, errors) = statistics.unzip();
        Curve {
            sites: self.sites,
            strengths: self.strengths.clone(),
            means,
            errors,
            realizations: self
                .values
                .iter()
                .map(|values| values.len() / self.members)
                .collect(),
        }
    }
}

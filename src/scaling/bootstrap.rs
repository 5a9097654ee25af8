//! Errors of a fit: refits to realizations drawn again, with replacement, within each (L, h).

use super::curve::Curve;
use super::data::{Data, Sample};
use super::{Estimate, Method};
use crate::chain::{stream, unit};
use crate::comm::Communicator;

/// Sets the streams apart from those of the random fields, which have a 0 or a 1 in this place.
const RESAMPLING: u64 = u64::MAX;

/// Numbers per refit: h_c and ν.
const PARAMETERS: usize = 2;

/// What refits gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Refits {
    /// h_c of those that succeeded.
    pub critical: Vec<f64>,
    /// ν of the same.
    pub exponent: Vec<f64>,
    /// How many found no acceptable h_c and ν.
    pub failed: usize,
}

/// Refits number 0 … `count` − 1, shared out over the ranks; collective, the same on every rank.
pub fn refits(
    comm: &dyn Communicator,
    data: &Data,
    method: &Method,
    seed: u64,
    count: usize,
) -> Refits {
    let mut all = own(comm.rank(), comm.size(), data, method, seed, count);
    comm.sum(&mut all);
    let mut refits = Refits {
        critical: Vec::new(),
        exponent: Vec::new(),
        failed: 0,
    };
    for found in all.chunks_exact(PARAMETERS) {
        if found[0].is_nan() {
            refits.failed += 1;
        } else {
            refits.critical.push(found[0]);
            refits.exponent.push(found[1]);
        }
    }
    refits
}

/// Every `size`-th refit from `rank` on, each in its own place, NaN where it failed; zeros in the
/// others' places.
fn own(
    rank: usize,
    size: usize,
    data: &Data,
    method: &Method,
    seed: u64,
    count: usize,
) -> Vec<f64> {
    let mut all = vec![0.0; PARAMETERS * count];
    for number in (rank..count).step_by(size) {
        let found = (method.fit)(&resampled(data, seed, number)).map_or(
            [f64::NAN; PARAMETERS],
            |Estimate {
                 critical, exponent, ..
             }| { [critical, exponent] },
        );
        all[PARAMETERS * number..][..PARAMETERS].copy_from_slice(&found);
    }
    all
}

/// The curves of refit `number`.
///
/// Errors are those of the full sample: they are the weights of the fit, and the realizations that
/// a small resample happens to hold would make poor ones.
fn resampled(data: &Data, seed: u64, number: usize) -> Vec<Curve> {
    let mut curves = data.curves.clone();
    for (curve, sample) in curves.iter_mut().zip(&data.samples) {
        redraw(&mut curve.means, sample, seed, number);
    }
    curves
}

/// Each point has a stream of its own, the same for every indicator and energy density: what is
/// known of one realization is drawn together.
fn redraw(means: &mut [f64], sample: &Sample, seed: u64, number: usize) {
    let points = sample.strengths.iter().zip(&sample.values);
    for (mean, (strength, values)) in means.iter_mut().zip(points) {
        let identity = [
            sample.sites as u64,
            strength.to_bits(),
            RESAMPLING,
            number as u64,
        ];
        let mut stream = stream(seed, identity);
        let count = values.len() as f64;
        let drawn = values
            .iter()
            .map(|_| values[(unit(&mut stream) * count) as usize]);
        *mean = drawn.sum::<f64>() / count;
    }
}

/// The central 95 % of the values, or nothing without any.
pub fn interval(values: &[f64]) -> Option<[f64; 2]> {
    let mut ascending = values.to_vec();
    ascending.sort_by(f64::total_cmp);
    (!ascending.is_empty()).then(|| [0.025, 0.975].map(|level| quantile(&ascending, level)))
}

/// Linear between order statistics: the value at place level · (n − 1).
fn quantile(ascending: &[f64], level: f64) -> f64 {
    let place = level * (ascending.len() - 1) as f64;
    let below = place as usize;
    let above = (below + 1).min(ascending.len() - 1);
    ascending[below] + (place - below as f64) * (ascending[above] - ascending[below])
}

#[cfg(test)]
mod tests {
    use super::super::quality;
    use super::super::tests::synthetic;
    use super::*;

    #[test]
    fn the_number_of_ranks_changes_no_bit() {
        let data = synthetic(1, &[8, 10, 12], 30);
        let alone = own(0, 1, &data, &quality::METHOD, 5, 7);
        for size in [2, 3, 9] {
            let parts = (0..size).map(|rank| own(rank, size, &data, &quality::METHOD, 5, 7));
            let together = parts.reduce(|mut sum, part| {
                sum.iter_mut().zip(part).for_each(|(sum, own)| *sum += own);
                sum
            });
            assert_eq!(together.unwrap(), alone, "{size} ranks");
        }
        assert_ne!(alone, own(0, 1, &data, &quality::METHOD, 6, 7));
    }

    /// The spread of resampled means is the standard error of the mean (times √((n − 1)/n)), and
    /// points vary independently.
    #[test]
    fn resampled_means_have_the_standard_error() {
        let data = synthetic(2, &[8, 10], 50);
        let draws: Vec<Vec<Curve>> = (0..4000).map(|b| resampled(&data, 3, b)).collect();
        let deviation = |size: usize, point: usize| -> Vec<f64> {
            let mean = data.curves[size].means[point];
            let error = data.curves[size].errors[point] * (49.0_f64 / 50.0).sqrt();
            let means = draws.iter().map(|curves| curves[size].means[point]);
            means.map(|drawn| (drawn - mean) / error).collect()
        };
        let correlation = |a: &[f64], b: &[f64]| {
            a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / a.len() as f64
        };
        let here = deviation(0, 4);
        // Five standard deviations of a sample of 4000: of a variance, of a covariance.
        assert!((correlation(&here, &here) - 1.0).abs() < 5.0 * (2.0_f64 / 4000.0).sqrt());
        for (size, point) in [(0, 5), (1, 4)] {
            let there = deviation(size, point);
            assert!(correlation(&here, &there).abs() < 5.0 / 4000.0_f64.sqrt());
        }
    }

    #[test]
    fn interval_by_hand() {
        let values: Vec<f64> = (0..=40).rev().map(f64::from).collect();
        assert_eq!(interval(&values), Some([1.0, 39.0]));
        assert_eq!(interval(&[2.0]), Some([2.0, 2.0]));
        assert_eq!(interval(&[]), None);
    }
}

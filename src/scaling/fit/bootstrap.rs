//! Resampled data, and intervals from refits to them.
//!
//! Realizations are drawn with replacement within each (L, h), and so are the networks that predicted
//! them. Where only means are known, they are drawn from normal distributions with their errors.

use statrs::function::erf::erf_inv;

use crate::random::{stream, unit};
use crate::scaling::data::{Curve, Sample, TargetData};
use crate::store::Statistic;

/// These separate the random streams from those of the fields, which have 0 or 1 here.
const RESAMPLING: u64 = u64::MAX;
const MEMBERS: u64 = u64::MAX - 1;
const ERRORS: u64 = u64::MAX - 2;

/// The curves of refit `number`, for the indicator number `target` of the fit.
///
/// Errors are those of the full sample. They are the weights of the fit, and a small resample gives
/// poor weights.
pub fn resampled(data: &TargetData, target: usize, seed: u64, number: usize) -> Vec<Curve> {
    let mut curves = data.curves.clone();
    if data.samples.is_empty() {
        for curve in &mut curves {
            draw_from_errors(curve, target, seed, number);
        }
    }
    for (curve, sample) in curves.iter_mut().zip(&data.samples) {
        draw_realizations(&mut curve.means, sample, seed, number);
    }
    curves
}

/// Draws realizations and members, and averages them, or takes another statistic of the realizations.
///
/// Each point has a random stream of its own. It is the same for every indicator and energy density,
/// so that correlations within a realization survive. The drawn members are the same for all points,
/// because the error of a network is common to all of its predictions.
fn draw_realizations(means: &mut [f64], sample: &Sample, seed: u64, number: usize) {
    let number = number as u64;
    let index = |stream: &mut _, count: usize| (unit(stream) * count as f64) as usize;
    let mut of_members = stream(seed, [0, 0, MEMBERS, number]);
    let members: Vec<usize> = (0..sample.members)
        .map(|_| index(&mut of_members, sample.members))
        .collect();
    let points = sample.strengths.iter().zip(&sample.values);
    for (mean, (strength, values)) in means.iter_mut().zip(points) {
        let identity = [sample.sites as u64, strength.to_bits(), RESAMPLING, number];
        let mut stream = stream(seed, identity);
        let realizations = values.len() / sample.members;
        let drawn = (0..realizations).map(|_| {
            let first = sample.members * index(&mut stream, realizations);
            members
                .iter()
                .map(|member| values[first + member])
                .sum::<f64>()
        });
        *mean = match sample.statistic {
            Statistic::Mean => drawn.sum::<f64>() / values.len() as f64,
            other => other.of(drawn.map(|sum| sum / sample.members as f64)),
        };
    }
}

/// Adds a normal deviate times the error to every mean.
fn draw_from_errors(curve: &mut Curve, target: usize, seed: u64, number: usize) {
    let points = curve
        .means
        .iter_mut()
        .zip(&curve.strengths)
        .zip(&curve.errors);
    for ((mean, strength), error) in points {
        // Means of different indicators are independent.
        let kind = ERRORS - target as u64;
        let identity = [curve.sites as u64, strength.to_bits(), kind, number as u64];
        // The number may be 0, where the deviate is infinite: half of the spacing is added.
        let uniform = unit(&mut stream(seed, identity)) + (-54.0_f64).exp2();
        *mean += error * std::f64::consts::SQRT_2 * erf_inv(2.0 * uniform - 1.0);
    }
}

/// The central 95 % of the values; none without values.
pub fn interval(values: &[f64]) -> Option<[f64; 2]> {
    let mut ascending = values.to_vec();
    ascending.sort_by(f64::total_cmp);
    (!ascending.is_empty()).then(|| [0.025, 0.975].map(|level| quantile(&ascending, level)))
}

/// The quantile by linear interpolation between order statistics.
///
/// The k-th of n values has the level k/(n + 1), which is the probability that a further value falls
/// below it. Other definitions make the intervals of few refits too narrow.
fn quantile(ascending: &[f64], level: f64) -> f64 {
    let last = (ascending.len() - 1) as f64;
    let position = (level * (last + 2.0) - 1.0).clamp(0.0, last);
    let below = position as usize;
    let above = (below + 1).min(ascending.len() - 1);
    ascending[below] + (position - below as f64) * (ascending[above] - ascending[below])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaling::tests::synthetic;

    fn correlation(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / a.len() as f64
    }

    /// The spread of resampled means is the standard error of the mean, times √((n − 1)/n) where
    /// realizations are drawn. Points vary independently.
    #[test]
    fn resampled_means_have_the_standard_error() {
        let mut data = synthetic(2, &[8, 10], 50);
        for shrink in [(49.0_f64 / 50.0).sqrt(), 1.0] {
            let draws: Vec<Vec<Curve>> = (0..4000).map(|b| resampled(&data, 0, 3, b)).collect();
            let deviation = |size: usize, point: usize| -> Vec<f64> {
                let mean = data.curves[size].means[point];
                let error = data.curves[size].errors[point] * shrink;
                let means = draws.iter().map(|curves| curves[size].means[point]);
                means.map(|drawn| (drawn - mean) / error).collect()
            };
            let here = deviation(0, 4);
            // Five standard deviations of a sample of 4000: of a variance, of a covariance.
            assert!((correlation(&here, &here) - 1.0).abs() < 5.0 * (2.0_f64 / 4000.0).sqrt());
            for (size, point) in [(0, 5), (1, 4)] {
                let there = deviation(size, point);
                assert!(correlation(&here, &there).abs() < 5.0 / 4000.0_f64.sqrt());
            }
            data.samples.clear();
        }
        assert_ne!(resampled(&data, 0, 3, 0), resampled(&data, 1, 3, 0));
    }

    /// Two networks differ by 1 everywhere. Half of the time, every mean moves by the same ±1/2. The
    /// other half, no mean moves.
    #[test]
    fn members_are_drawn_for_all_points_together() {
        let mut data = synthetic(2, &[8, 10], 5);
        for sample in &mut data.samples {
            sample.members = 2;
            for values in &mut sample.values {
                let lengths = values.len();
                *values = [0.0, 1.0].repeat(lengths);
            }
        }
        let mut counts = [0_usize; 3];
        for number in 0..400 {
            let curves = resampled(&data, 0, 3, number);
            let mut means = curves.iter().flat_map(|curve| &curve.means);
            let first = means.next().unwrap();
            assert!(means.all(|mean| mean == first));
            counts[(2.0 * first) as usize] += 1;
        }
        // 100, 200, 100 with standard deviations 8.7, 10, 8.7.
        assert!(
            counts[0].abs_diff(100) < 40 && counts[2].abs_diff(100) < 40,
            "{counts:?}"
        );
    }

    #[test]
    fn interval_by_hand() {
        // Of 79 values the second is at the level 2/80.
        let values: Vec<f64> = (1..80).rev().map(f64::from).collect();
        let [low, high] = interval(&values).unwrap();
        assert!((low - 2.0).abs() < 1e-12 && (high - 78.0).abs() < 1e-12);
        assert_eq!(interval(&[2.0]), Some([2.0, 2.0]));
        assert_eq!(interval(&[]), None);
    }
}

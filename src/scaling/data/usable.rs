//! Which points a fit can weigh.

use super::curve::{Curve, LARGEST};
use super::sample::{SAME, Sample};
use crate::error::{Error, Result, number};

/// An error below this fraction of the largest mean is rounding, not statistics.
const ROUNDING: f64 = 1e-12;
/// Errors below this are rounding, whatever the means are.
const SMALLEST: f64 = 1e-100;
/// An error that is this many times the median tells nothing of the mean.
const ENORMOUS: f64 = 1e6;

/// Why a point is left out of all fits.
const NO_DISORDER: &str = "without disorder";
const NO_SCATTER: &str = "without scatter: all realizations agree, so that the error is unknown";
const NO_WEIGHT: &str = "with an error of more than a million times the median";

/// Removes points without a usable error, and returns a warning for each length that had any.
///
/// Deep in a phase, and at h = 0, all realizations may agree. The error is then unknown, and a weight
/// of 1/0² would let such a point alone decide the fit. Each sample belongs to the curve of its
/// number, and means have no samples.
pub fn leave_out(curves: &mut [Curve], samples: &mut [Sample]) -> Vec<String> {
    let [rounding, enormous] = bounds(curves);
    let has_samples = !samples.is_empty();
    let reason = |strength: f64, error: f64| {
        if has_samples && strength.abs() < SAME {
            Some(NO_DISORDER)
        } else if error <= rounding {
            Some(NO_SCATTER)
        } else if error > enormous {
            Some(NO_WEIGHT)
        } else {
            None
        }
    };
    let mut warnings = Vec::new();
    for (index, curve) in curves.iter_mut().enumerate() {
        let points = curve.strengths.iter().zip(&curve.errors);
        let reasons: Vec<Option<&str>> = points.map(|(h, error)| reason(*h, *error)).collect();
        for known in [NO_DISORDER, NO_SCATTER, NO_WEIGHT] {
            let points = curve.strengths.iter().zip(&reasons);
            let points = points.filter(|(_, reason)| **reason == Some(known));
            let left_out: Vec<f64> = points.map(|(h, _)| *h).collect();
            if !left_out.is_empty() {
                let sites = curve.sites;
                warnings.push(format!("L = {sites}: left out h = {left_out:?}, {known}"));
            }
        }
        let kept: Vec<bool> = reasons.iter().map(Option::is_none).collect();
        curve.retain(&kept);
        if let Some(sample) = samples.get_mut(index) {
            sample.retain(&kept);
        }
    }
    warnings
}

/// Errors up to the first are rounding, and errors above the second are enormous.
fn bounds(curves: &[Curve]) -> [f64; 2] {
    let means = curves.iter().flat_map(|curve| &curve.means);
    let largest = means.fold(0.0_f64, |largest, mean| largest.max(mean.abs()));
    let rounding = (ROUNDING * largest).max(SMALLEST);
    let errors = curves.iter().flat_map(|curve| &curve.errors).copied();
    let mut errors: Vec<f64> = errors.filter(|&error| error > rounding).collect();
    errors.sort_by(f64::total_cmp);
    let median = errors.get(errors.len() / 2).copied();
    [rounding, ENORMOUS * median.unwrap_or(f64::INFINITY)]
}

/// Refuses numbers that cannot be squared and added up.
///
/// # Errors
/// [`Error::Refused`] with the place of the first.
pub fn check(curves: &[Curve]) -> Result<()> {
    for curve in curves {
        let values = curve.means.iter().zip(&curve.errors);
        for (strength, (mean, error)) in curve.strengths.iter().zip(values) {
            // An error is NaN if the source gives none.
            if !(strength.abs() <= LARGEST && mean.abs() <= LARGEST) || *error > LARGEST {
                return Err(Error::Refused(format!(
                    "L = {}, h = {}: the mean is {} ± {}, which is not finite or too large to be \
                     squared; correct the data, or leave this point out of scaling.window",
                    curve.sites,
                    number(*strength),
                    number(*mean),
                    number(*error)
                )));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(errors: &[f64]) -> Curve {
        let count = errors.len();
        Curve {
            sites: 8,
            strengths: (0..count).map(|point| point as f64).collect(),
            means: vec![0.5; count],
            errors: errors.to_vec(),
            realizations: vec![9; count],
        }
    }

    #[test]
    fn points_without_a_usable_error_are_left_out() {
        let mut curves = [
            curve(&[0.02, 0.01, 0.0, 1e-17]),
            curve(&[0.03, 9e18, 0.04, 300.0]),
        ];
        let warnings = leave_out(&mut curves, &mut []);
        assert_eq!(curves[0].errors, [0.02, 0.01]);
        assert_eq!(curves[0].strengths, [0.0, 1.0]);
        assert_eq!(curves[1].errors, [0.03, 0.04, 300.0]);
        assert_eq!(curves[1].strengths, [0.0, 2.0, 3.0]);
        assert!(warnings[0].contains("h = [2.0, 3.0], without scatter"));
        assert!(warnings[1].contains("h = [1.0], with an error"));
        assert_eq!(warnings.len(), 2);
    }

    /// Without disorder all realizations are one chain, and their scatter is rounding.
    #[test]
    fn chains_without_disorder_are_left_out() {
        let mut curves = [curve(&[0.02, 0.01, 0.03])];
        let mut samples = [Sample {
            sites: 8,
            members: 1,
            statistic: Default::default(),
            strengths: curves[0].strengths.clone(),
            values: vec![vec![0.4, 0.6]; 3],
        }];
        let warnings = leave_out(&mut curves, &mut samples);
        assert_eq!(curves[0].strengths, [1.0, 2.0]);
        assert_eq!(samples[0].strengths, [1.0, 2.0]);
        assert_eq!(samples[0].values.len(), 2);
        assert!(warnings[0].contains("h = [0.0], without disorder"));
        // Another parameter of a table of means may be 0.
        let mut means = [curve(&[0.02, 0.01, 0.03])];
        assert!(leave_out(&mut means, &mut []).is_empty());
    }

    #[test]
    fn unknown_errors_stay() {
        let mut curves = [curve(&[f64::NAN; 3])];
        assert!(leave_out(&mut curves, &mut []).is_empty());
        assert_eq!(curves[0].errors.len(), 3);
    }

    #[test]
    fn numbers_beyond_all_are_refused_by_place() {
        let mut curves = [curve(&[0.1; 3])];
        assert!(check(&curves).is_ok());
        curves[0].means[1] = f64::INFINITY;
        let message = check(&curves).unwrap_err().to_string();
        assert!(
            message.contains("L = 8, h = 1: the mean is inf ±"),
            "{message}"
        );
    }
}

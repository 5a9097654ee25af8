//! An indicator against disorder strength, one curve per chain length.

use serde::Serialize;

use super::model::Indicator;
use super::quality;
use crate::error::{Error, Result};

/// An error below this fraction of the largest mean is rounding, not statistics.
const ROUNDING: f64 = 1e-12;

/// The disorder mean of an indicator for one chain length; all lists run over the strengths.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// Chain length L.
    #[serde(rename = "L")]
    pub sites: usize,
    /// Disorder strengths h, ascending, none twice.
    #[serde(rename = "h")]
    pub strengths: Vec<f64>,
    /// Means over the realizations.
    #[serde(rename = "mean")]
    pub means: Vec<f64>,
    /// Standard errors of the means, positive.
    #[serde(rename = "error")]
    pub errors: Vec<f64>,
    /// How many realizations went into each mean; 0 where a table does not say.
    pub realizations: Vec<usize>,
}

/// The number of points of all curves.
pub fn points(curves: &[Curve]) -> usize {
    curves.iter().map(|curve| curve.strengths.len()).sum()
}

/// The mean and its standard error, from independent values: two or more.
pub fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}

/// Replaces vanishing errors by the smallest that does not vanish; returns how many there were.
///
/// Realizations that all agree, deep in a phase, say that the error is small but not how small. A
/// weight of 1/0² would let their point alone decide the fit.
///
/// # Errors
/// [`Error::Refused`] when every error vanishes: nothing says how far curves may differ.
pub fn floor_errors(curves: &mut [Curve]) -> Result<usize> {
    let largest = curves
        .iter()
        .flat_map(|curve| &curve.means)
        .fold(0.0_f64, |largest, mean| largest.max(mean.abs()));
    let threshold = ROUNDING * largest;
    let floor = curves
        .iter()
        .flat_map(|curve| &curve.errors)
        .copied()
        .filter(|&error| error > threshold)
        .fold(f64::INFINITY, f64::min);
    if floor.is_infinite() {
        return Err(Error::Refused(
            "all realizations give the same value at every point: there is no error to weigh the \
             points by; use data of different realizations"
                .to_owned(),
        ));
    }
    let mut raised = 0;
    for error in curves.iter_mut().flat_map(|curve| &mut curve.errors) {
        if *error <= threshold {
            *error = floor;
            raised += 1;
        }
    }
    Ok(raised)
}

/// Gives all points the one error that makes the quality of the best collapse 1; returns it.
///
/// S is inversely proportional to the square of an error common to all, and h_c and ν do not depend
/// on it.
///
/// # Errors
/// [`Error::Refused`] when too few points can be compared to tell.
pub fn estimate_errors(curves: &mut [Curve]) -> Result<f64> {
    curves.iter_mut().for_each(|curve| curve.errors.fill(1.0));
    let indicators = [Indicator { name: "", curves }];
    let best = quality::smallest(&indicators).ok_or_else(|| {
        Error::Refused(
            "the table gives no errors, and too few of its points can be compared to estimate \
             them; add a column \"error\""
                .to_owned(),
        )
    })?;
    let error = best.cost.sqrt();
    curves.iter_mut().for_each(|curve| curve.errors.fill(error));
    Ok(error)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::reference;
    use super::*;

    /// Data that scatter about one curve by a known error.
    #[test]
    fn errors_are_found_from_the_scatter() {
        let mut curves = reference(&[14, 16, 18], [4.0, 9.5]);
        curves
            .iter_mut()
            .for_each(|curve| curve.errors.fill(f64::NAN));
        let error = estimate_errors(&mut curves).unwrap();
        assert!(
            curves
                .iter()
                .all(|curve| curve.errors.iter().all(|own| *own == error))
        );
        let indicators = [Indicator {
            name: "",
            curves: &curves,
        }];
        let quality = quality::smallest(&indicators).unwrap().cost;
        assert!((quality - 1.0).abs() < 1e-9, "{quality}");
        // The published errors of this window are 0.0005 to 0.0016.
        assert!((0.0005..0.0025).contains(&error), "{error}");
    }

    #[test]
    fn error_of_the_mean_by_hand() {
        // Squares about the mean 2.5: 2.25 + 0.25 + 0.25 + 2.25 = 5; 5/3/4.
        let (mean, error) = mean_and_error(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(mean, 2.5);
        assert!((error - (5.0_f64 / 12.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn vanishing_errors_become_the_smallest_other() {
        let curve = |errors: [f64; 3]| Curve {
            sites: 8,
            strengths: vec![1.0, 2.0, 3.0],
            means: vec![0.5, 0.4, 0.4],
            errors: errors.to_vec(),
            realizations: vec![9; 3],
        };
        let mut curves = [curve([0.02, 0.01, 0.0]), curve([0.03, 1e-17, 0.04])];
        assert_eq!(floor_errors(&mut curves).unwrap(), 2);
        assert_eq!(curves[0].errors, [0.02, 0.01, 0.01]);
        assert_eq!(curves[1].errors, [0.03, 0.01, 0.04]);
        let message = floor_errors(&mut [curve([0.0; 3])])
            .unwrap_err()
            .to_string();
        assert!(message.contains("no error to weigh"), "{message}");
    }
}

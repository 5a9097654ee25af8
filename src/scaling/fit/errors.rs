//! Standard errors that are missing or too small to be true.

use crate::error::{Error, Result};
use crate::scaling::data::{Curve, ROUNDING};
use crate::scaling::methods::{Indicator, quality};

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
    use super::*;
    use crate::scaling::methods::{Indicator, quality};
    use crate::scaling::tests::reference;

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

//! Standard errors that are missing, or too small to be true.

use crate::error::{Error, Result};
use crate::scaling::data::{Curve, ROUNDING, TargetData};
use crate::scaling::methods::{IndicatorCurves, quality};

/// Gives every point a positive error. Warnings tell which errors are not measured.
///
/// # Errors
/// [`Error::Refused`] when the data do not determine any error.
pub fn mend_errors(data: &mut TargetData) -> Result<()> {
    let mut errors = data.curves.iter().flat_map(|curve| &curve.errors);
    if errors.all(|error| error.is_nan()) {
        let error = estimate_errors(&mut data.curves)?;
        data.warnings.push(format!(
            "the table gives no errors: {error:.2e} is taken for all points, which makes the \
             best quality of their collapse 1"
        ));
    }
    let raised = raise_vanishing_errors(&mut data.curves)?;
    if raised > 0 {
        data.warnings.push(format!(
            "{raised} point(s) with realizations that all agree: given the smallest error of \
             the others"
        ));
    }
    Ok(())
}

/// Replaces vanishing errors by the smallest other error, and returns their number.
///
/// Deep in a phase all realizations may agree. The error is then small, but its size is unknown. A
/// weight of 1/0² would let such a point alone decide the fit.
///
/// # Errors
/// [`Error::Refused`] when every error vanishes, because points then have no weights.
fn raise_vanishing_errors(curves: &mut [Curve]) -> Result<usize> {
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

/// Gives all points the one error for which the best collapse has quality 1, and returns it.
///
/// S is inversely proportional to the square of a common error, and h_c and ν do not depend on it.
/// One fit with errors of 1 is therefore enough.
///
/// # Errors
/// [`Error::Refused`] when too few points can be compared.
fn estimate_errors(curves: &mut [Curve]) -> Result<f64> {
    curves.iter_mut().for_each(|curve| curve.errors.fill(1.0));
    let indicators = [IndicatorCurves { name: "", curves }];
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
        let indicators = [IndicatorCurves {
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
        assert_eq!(raise_vanishing_errors(&mut curves).unwrap(), 2);
        assert_eq!(curves[0].errors, [0.02, 0.01, 0.01]);
        assert_eq!(curves[1].errors, [0.03, 0.01, 0.04]);
        let message = raise_vanishing_errors(&mut [curve([0.0; 3])])
            .unwrap_err()
            .to_string();
        assert!(message.contains("no error to weigh"), "{message}");
    }
}

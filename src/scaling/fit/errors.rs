//! Standard errors that a table does not give.

use crate::error::{Error, Result};
use crate::scaling::data::{Curve, TargetData};
use crate::scaling::methods::{IndicatorCurves, quality};

/// The smallest error that is taken, as a fraction of the largest mean.
const LEAST_ERROR: f64 = 1e-6;

/// Gives every point an error if the table gives none. A warning tells which.
///
/// # Errors
/// [`Error::Refused`] when the data do not determine any error.
pub fn complete_errors(data: &mut TargetData) -> Result<()> {
    let mut errors = data.curves.iter().flat_map(|curve| &curve.errors);
    if errors.all(|error| error.is_nan()) {
        let error = estimate_errors(&mut data.curves)?;
        data.warnings.push(format!(
            "the table gives no errors: {error:.2e} is taken for all points, which makes the \
             best quality of their collapse 1"
        ));
    }
    Ok(())
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
    // Points without any scatter collapse exactly. Their error is then that of rounded input.
    let means = curves.iter().flat_map(|curve| &curve.means);
    let largest = means.fold(0.0_f64, |largest, mean| largest.max(mean.abs()));
    let error = best.cost.sqrt().max(LEAST_ERROR * largest);
    curves.iter_mut().for_each(|curve| curve.errors.fill(error));
    Ok(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaling::tests::{curve, reference};

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

    /// Lines through one point collapse exactly, and get an error that fits can divide by.
    #[test]
    fn data_without_scatter_get_a_small_error() {
        let strengths = [1.0, 2.0, 3.0, 4.0, 5.0];
        let line = |sites: usize| {
            let means = strengths.map(|h| 0.5 - 0.01 * sites as f64 * (h - 3.0));
            curve(sites, &strengths, &means, &[f64::NAN; 5])
        };
        let error = estimate_errors(&mut [line(8), line(10), line(12)]).unwrap();
        assert_eq!(error, 0.74 * LEAST_ERROR);
    }
}

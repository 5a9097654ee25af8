//! Points and curves of a fit in scaling.h5.

use super::axis::Axis;
use crate::scaling::fit::Collapsed;
use crate::scaling::methods::FittedCurve;
use crate::store::{Array, Values};

/// The points of all curves, one after the other.
pub fn points(data: &[Collapsed]) -> Vec<Array> {
    if data.is_empty() {
        return Vec::new();
    }
    let count = data.iter().map(|own| own.curve.means.len()).sum();
    let targets = Values::Texts(each(data, |own, _| own.target.clone()));
    let sizes = Values::Counts(each(data, |own, _| own.curve.sites));
    let strengths = each(data, |own, k| own.curve.strengths[k]);
    let means = each(data, |own, k| own.curve.means[k]);
    let errors = each(data, |own, k| own.curve.errors[k]);
    let realizations = Values::Counts(each(data, |own, k| own.curve.realizations[k]));
    // A fit that found nothing has no x.
    let x = each(data, |own, k| own.x.get(k).copied().unwrap_or(f64::NAN));
    let y = each(data, |own, k| own.factor * own.curve.means[k]);
    let y_errors = each(data, |own, k| own.factor * own.curve.errors[k]);
    let number = Values::Counts((0..count).collect());

    let axis = Axis(&["point"]);
    let unknown = "realizations of the mean, 0 if unknown";
    vec![
        axis.array("point", "number of the point", number),
        axis.array("indicator", "indicator", targets),
        axis.array("L", "chain length", sizes),
        Array {
            units: "J",
            ..axis.array("h", "disorder strength", strengths)
        },
        axis.array("mean", "mean over the realizations, normalised", means),
        axis.array("error", "standard error of the mean", errors),
        axis.array("realizations", unknown, realizations),
        axis.array("x", "scaled strength, such as L^(1/nu) (h - h_c)", x),
        axis.array("y", "mean in the collapse", y),
        axis.array("y_error", "standard error in the collapse", y_errors),
    ]
}

/// A value for each point.
fn each<T>(data: &[Collapsed], value: impl Fn(&Collapsed, usize) -> T) -> Vec<T> {
    let mut all = Vec::new();
    for own in data {
        all.extend((0..own.curve.means.len()).map(|k| value(own, k)));
    }
    all
}

/// The nodes of all fitted curves, one after the other.
pub fn fitted_curves(curves: &[FittedCurve]) -> Vec<Array> {
    let count: usize = curves.iter().map(|curve| curve.positions.len()).sum();
    if count == 0 {
        return Vec::new();
    }
    let (mut targets, mut sizes) = (Vec::new(), Vec::new());
    let (mut positions, mut values) = (Vec::new(), Vec::new());
    for curve in curves {
        targets.extend(vec![curve.target.clone(); curve.positions.len()]);
        sizes.extend(vec![curve.sites.unwrap_or(0); curve.positions.len()]);
        positions.extend_from_slice(&curve.positions);
        values.extend_from_slice(&curve.values);
    }
    let axis = Axis(&["node"]);
    let (number, targets) = (Values::Counts((0..count).collect()), Values::Texts(targets));
    let (length, at) = (
        "chain length, 0 of a master curve",
        "x of a master curve, h of the curve of one length",
    );
    vec![
        axis.array("node", "number of the node", number),
        axis.array("curve_indicator", "indicator", targets),
        axis.array("curve_L", length, Values::Counts(sizes)),
        axis.array("curve_at", at, positions),
        axis.array("curve_value", "the curve of the fit", values),
    ]
}

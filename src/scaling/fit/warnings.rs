//! Reasons to distrust a fit, in words.

use super::record::{Fit, Parameter};
use super::refits::Refits;
use crate::scaling::data::Curve;
use crate::scaling::search::Range;

/// A parameter is at a bound if it is this near, as a fraction of its range.
const AT_BOUND: f64 = 0.01;
/// The overlap is small if less than this fraction of the points is compared.
const LITTLE_OVERLAP: f64 = 0.75;
/// Above this S the curves differ by more than their errors.
const POOR_QUALITY: f64 = 2.0;
const FEW_REFITS: usize = 200;

/// The warning of a fit that found no acceptable parameters.
pub const NOTHING_FOUND: &str = "no acceptable parameters were found; give all sizes similar \
                                 disorder strengths, widen scaling.window, or loosen \
                                 scaling.parameters";

/// Warnings about parameters and collapse.
pub fn of_fit(curves: &[&Curve], ranges: &[Range], fit: &Fit) -> Vec<String> {
    let mut found = Vec::new();
    for range in ranges
        .iter()
        .filter(|range| !range.nuisance && !range.is_held())
    {
        let parameter = match range.name.as_str() {
            "h_c" => Some(&fit.h_c),
            "nu" => Some(&fit.nu),
            other => fit.parameters.get(other),
        };
        found.extend(parameter.and_then(|parameter| bound(range, parameter)));
    }
    let common = common_strengths(curves);
    if !(common[0]..=common[1]).contains(&fit.h_c.value) {
        found.push(format!(
            "h_c = {:.4} is outside the disorder strengths that all sizes share, [{}, {}]: it is \
             an extrapolation",
            fit.h_c.value, common[0], common[1]
        ));
    }
    let (used, all) = (fit.points_used, fit.points);
    if (used as f64) < LITTLE_OVERLAP * all as f64 {
        found.push(format!(
            "little overlap: only {used} of {all} points could be compared with another size"
        ));
    }
    if fit.quality > POOR_QUALITY {
        found.push(format!(
            "S = {:.2}: the curves differ by more than their errors allow, so the intervals \
             understate the uncertainty",
            fit.quality
        ));
    }
    if fit.sizes.len() < 3 {
        found
            .push("two sizes only: they cannot show a drift of h_c and ν with the size".to_owned());
    }
    found
}

/// Warnings about the intervals.
pub fn of_refits(refits: &Refits, asked: usize) -> Vec<String> {
    let mut found = Vec::new();
    let failed = refits.failed();
    if failed > 0 {
        found.push(format!(
            "{failed} of {asked} refits found no acceptable parameters: the intervals come from the others"
        ));
    }
    if asked < FEW_REFITS {
        found.push(format!(
            "{asked} refits make rough intervals: use {FEW_REFITS} or more"
        ));
    }
    found
}

/// A warning if the value, or else an end of the interval, is at a bound of its range.
fn bound(range: &Range, parameter: &Parameter) -> Option<String> {
    let bound_at = |value: f64| match range.fraction(value) {
        fraction if fraction <= AT_BOUND => Some(range.from),
        fraction if fraction >= 1.0 - AT_BOUND => Some(range.to),
        _ => None,
    };
    let name = if range.name == "nu" {
        "ν"
    } else {
        &range.name
    };
    if let Some(bound) = bound_at(parameter.value) {
        return Some(format!(
            "{name} is at the bound of its search, {bound}: the data have no best value inside"
        ));
    }
    let ends = [parameter.low, parameter.high].into_iter().flatten();
    let bound = ends.filter_map(bound_at).next()?;
    Some(format!(
        "the interval of {name} reaches the bound of its search, {bound}, and is cut there"
    ))
}

/// The strengths that all curves share, from the largest first to the smallest last.
fn common_strengths(curves: &[&Curve]) -> [f64; 2] {
    let first = curves.iter().filter_map(|curve| curve.strengths.first());
    let last = curves.iter().filter_map(|curve| curve.strengths.last());
    [
        first.copied().fold(f64::NEG_INFINITY, f64::max),
        last.copied().fold(f64::INFINITY, f64::min),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaling::tests::fit_by_quality;

    /// A fit without any reason for a warning.
    fn good(sizes: &[usize]) -> Fit {
        let fit = fit_by_quality(sizes, 100);
        Fit {
            h_c: parameter(6.0, 5.5, 6.5),
            nu: parameter(1.0, 0.8, 1.2),
            quality: 1.1,
            points_used: fit.points,
            ..fit
        }
    }

    fn parameter(value: f64, low: f64, high: f64) -> Parameter {
        Parameter {
            value,
            low: Some(low),
            high: Some(high),
        }
    }

    fn of(fit: &Fit) -> Vec<String> {
        let curves: Vec<&Curve> = fit.data.iter().map(|collapsed| &collapsed.curve).collect();
        let ranges = [
            Range::linear("h_c", [3.0, 9.0]),
            Range::logarithmic("nu", [0.2, 5.0]),
            Range::linear("zeta", [0.0, 0.0]),
            Range::logarithmic("theta_0", [1e-4, 1.0]).nuisance(),
        ];
        let mut fit = fit.clone();
        for name in ["zeta", "theta_0"] {
            fit.parameters
                .insert(name.to_owned(), parameter(0.0, 0.0, 0.0));
        }
        of_fit(&curves, &ranges, &fit)
    }

    #[test]
    fn a_good_fit_has_none() {
        assert_eq!(of(&good(&[8, 10, 12])), [""; 0]);
    }

    #[test]
    fn each_weakness_has_a_warning() {
        let good_fit = good(&[8, 10, 12]);
        for (expected, damage) in [
            (
                "h_c is at the bound of its search, 3",
                (|fit| fit.h_c.value = 3.01) as fn(&mut Fit),
            ),
            ("interval of ν reaches the bound of its search, 5", |fit| {
                fit.nu.high = Some(4.95);
            }),
            ("h_c = 8.5000 is outside", |fit| fit.h_c.value = 8.5),
            ("20 of 27 points", |fit| fit.points_used = 20),
            ("S = 2.55", |fit| fit.quality = 2.55),
        ] {
            let mut fit = good_fit.clone();
            damage(&mut fit);
            let found = of(&fit);
            assert!(
                found.iter().any(|warning| warning.contains(expected)),
                "{found:?}"
            );
            assert!(found.len() <= 2, "{found:?}");
        }
        let few = of(&good(&[8, 10]));
        assert!(
            few.len() == 1 && few[0].contains("two sizes only"),
            "{few:?}"
        );
    }

    #[test]
    fn refits_that_failed_are_counted() {
        let mut rows = vec![vec![1.0, 6.0, 1.0]; 198];
        rows.extend(vec![vec![f64::NAN; 3]; 2]);
        let refits = Refits {
            columns: Vec::new(),
            rows,
        };
        assert_eq!(refits.values(1).len(), 198);
        let found = of_refits(&refits, 200);
        assert!(found.len() == 1 && found[0].starts_with("2 of 200 refits"));
        assert!(of_refits(&refits, 100)[1].contains("200 or more"));
    }
}

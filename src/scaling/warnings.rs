//! What keeps a fit from being taken at face value, in words.

use super::Estimate;
use super::bootstrap::Refits;
use super::curve::{Curve, points};
use super::fit::Parameter;
use super::search::Domain;

/// A parameter this near to a bound, as a fraction of the domain, is at it.
const AT_BOUND: f64 = 0.01;
/// Below this fraction of points compared, the overlap is little.
const LITTLE_OVERLAP: f64 = 0.75;
/// Above this S the curves differ by more than their errors.
const POOR_QUALITY: f64 = 2.0;
const FEW_REFITS: usize = 200;

/// Warnings about h_c, ν and the collapse; `parameters` are h_c and ν.
pub fn of_fit(
    curves: &[Curve],
    domain: Domain,
    estimate: &Estimate,
    parameters: [Parameter; 2],
) -> Vec<String> {
    let mut found = Vec::new();
    let logarithms = |parameter: Parameter| Parameter {
        value: parameter.value.ln(),
        low: parameter.low.map(f64::ln),
        high: parameter.high.map(f64::ln),
    };
    let [critical, exponent] = parameters;
    found.extend(bound("h_c", critical, domain.critical, domain.critical));
    let bounds = domain.exponent;
    found.extend(bound(
        "ν",
        logarithms(exponent),
        bounds.map(f64::ln),
        bounds,
    ));

    let common = common_strengths(curves);
    if !(common[0]..=common[1]).contains(&estimate.critical) {
        found.push(format!(
            "h_c = {:.4} is outside the disorder strengths that all sizes share, [{}, {}]: it is \
             an extrapolation",
            estimate.critical, common[0], common[1]
        ));
    }
    let (used, all) = (estimate.points_used, points(curves));
    if (used as f64) < LITTLE_OVERLAP * all as f64 {
        found.push(format!(
            "little overlap: only {used} of {all} points could be compared with another size"
        ));
    }
    if estimate.quality > POOR_QUALITY {
        found.push(format!(
            "S = {:.2}: the curves differ by more than their errors allow, so the intervals \
             understate the uncertainty",
            estimate.quality
        ));
    }
    if curves.len() < 3 {
        found.push("two sizes only: any drift of h_c and ν with the size is invisible".to_owned());
    }
    found
}

/// Warnings about the intervals.
pub fn of_refits(refits: &Refits, asked: usize) -> Vec<String> {
    let mut found = Vec::new();
    if refits.failed > 0 {
        found.push(format!(
            "{} of {asked} refits found no acceptable h_c and ν: the intervals come from the others",
            refits.failed
        ));
    }
    if asked < FEW_REFITS {
        found.push(format!(
            "{asked} refits make rough intervals: use {FEW_REFITS} or more"
        ));
    }
    found
}

/// Whether the value, or else an end of the interval, is at one of the `bounds` of the search;
/// they are `shown` as such.
fn bound(name: &str, parameter: Parameter, bounds: [f64; 2], shown: [f64; 2]) -> Option<String> {
    let near = AT_BOUND * (bounds[1] - bounds[0]);
    let touched = |value: f64| {
        let side = bounds
            .iter()
            .position(|bound| (value - bound).abs() <= near)?;
        Some(shown[side])
    };
    if let Some(bound) = touched(parameter.value) {
        return Some(format!(
            "{name} is at the bound of its search, {bound}: the data have no best value inside"
        ));
    }
    let ends = [parameter.low, parameter.high].into_iter().flatten();
    let bound = ends.filter_map(touched).next()?;
    Some(format!(
        "the interval of {name} reaches the bound of its search, {bound}, and is cut there"
    ))
}

/// From the largest first to the smallest last strength of the curves.
fn common_strengths(curves: &[Curve]) -> [f64; 2] {
    let first = curves.iter().filter_map(|curve| curve.strengths.first());
    let last = curves.iter().filter_map(|curve| curve.strengths.last());
    [
        first.copied().fold(f64::NEG_INFINITY, f64::max),
        last.copied().fold(f64::INFINITY, f64::min),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::curve;
    use super::*;

    fn parameter(value: f64, low: f64, high: f64) -> Parameter {
        Parameter {
            value,
            low: Some(low),
            high: Some(high),
        }
    }

    fn of(sizes: &[usize], estimate: Estimate, h_c: Parameter, nu: Parameter) -> Vec<String> {
        let curves: Vec<Curve> = sizes
            .iter()
            .map(|&sites| {
                let from = sites as f64 / 4.0;
                curve(sites, &[from, 5.0, 9.0], &[0.5; 3], &[0.1; 3])
            })
            .collect();
        of_fit(&curves, Domain::of(&curves), &estimate, [h_c, nu])
    }

    const SOUND: Estimate = Estimate {
        critical: 6.0,
        exponent: 1.0,
        quality: 1.1,
        points_used: 8,
    };

    #[test]
    fn a_sound_fit_has_none() {
        let (h_c, nu) = (parameter(6.0, 5.5, 6.5), parameter(1.0, 0.8, 1.2));
        assert_eq!(of(&[8, 10, 12], SOUND, h_c, nu), [""; 0]);
    }

    #[test]
    fn each_weakness_is_said() {
        let sizes = [8, 10, 12];
        let (h_c, nu) = (parameter(6.0, 5.5, 6.5), parameter(1.0, 0.8, 1.2));
        let one = |sizes: &[usize], estimate, h_c, nu| {
            let found = of(sizes, estimate, h_c, nu);
            assert_eq!(found.len(), 1, "{found:?}");
            found[0].clone()
        };
        let edge = one(&sizes, SOUND, parameter(8.99, 8.0, 9.0), nu);
        assert!(
            edge.contains("h_c is at the bound of its search, 9"),
            "{edge}"
        );
        let open = one(&sizes, SOUND, h_c, parameter(2.0, 1.0, 4.95));
        assert!(open.contains("interval of ν reaches the bound of its search, 5"));
        let outside = Estimate {
            critical: 2.5,
            ..SOUND
        };
        let outside = one(&sizes, outside, h_c, nu);
        assert!(outside.contains("share, [3, 9]"), "{outside}");
        let little = Estimate {
            points_used: 6,
            ..SOUND
        };
        assert!(one(&sizes, little, h_c, nu).contains("6 of 9 points"));
        let poor = Estimate {
            quality: 2.55,
            ..SOUND
        };
        assert!(one(&sizes, poor, h_c, nu).contains("S = 2.55"));
        let few = Estimate {
            points_used: 5,
            ..SOUND
        };
        assert!(one(&[8, 10], few, h_c, nu).contains("two sizes only"));
    }

    #[test]
    fn refits_that_failed_are_counted() {
        let refits = Refits {
            critical: vec![6.0; 198],
            exponent: vec![1.0; 198],
            failed: 2,
        };
        let found = of_refits(&refits, 200);
        assert!(found.len() == 1 && found[0].starts_with("2 of 200 refits"));
        assert!(of_refits(&refits, 100)[1].contains("200 or more"));
    }
}

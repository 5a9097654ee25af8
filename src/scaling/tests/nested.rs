//! Wide models never cost more than the narrow ones that they contain.

use std::collections::BTreeMap;

use super::fixture::{alone, curve, deck, reference};
use crate::deck::{Bounds, Drift, Growth, Scaling, Source};
use crate::random::{stream, unit};
use crate::scaling::data::{Curve, Selection, Target, TargetData};
use crate::scaling::fit::{Fit, FitInput, comparisons};
use crate::scaling::methods::{IndicatorCurves, cost, polynomial, process, quality};
use crate::scaling::methods::{Method, NestedFits};

const DRIFTS: [Drift; 4] = [Drift::Constant, Drift::Linear, Drift::Inverse, Drift::Free];
/// Each form of h*, and one that contains it, by their numbers.
const NESTED: [[usize; 2]; 5] = [[0, 1], [0, 2], [1, 3], [2, 3], [0, 3]];
const GROWTHS: [Growth; 2] = [Growth::PowerLaw, Growth::KosterlitzThouless];

/// Data about a master curve of x = sgn(h − h*) L/ξ, with their own h* and ν or b.
struct Planted {
    growth: Growth,
    drift: usize,
    /// h* of the longest chain, ν or b, and w_1.
    parameters: [f64; 3],
    curves: Vec<Curve>,
}

impl Planted {
    /// Table number `seed`: three to five lengths, 8 to 20 strengths, with noise or without.
    fn new(seed: u64) -> Self {
        let mut random = stream(seed, [77, 0, 0, 0]);
        let mut between = |from: f64, to: f64| from + (to - from) * unit(&mut random);
        let growth = GROWTHS[between(0.0, 2.0) as usize];
        let drift = between(0.0, 3.0) as usize;
        let exponent = match growth {
            Growth::PowerLaw => between(0.6, 1.8),
            Growth::KosterlitzThouless => between(1.0, 5.0),
        };
        let slope = [0.0, between(-0.1, 0.2), between(-12.0, 6.0)][drift];
        let parameters = [between(4.5, 7.5), exponent, slope];
        let noise = [0.0, 0.001, 0.004, 0.01][between(0.0, 4.0) as usize];
        let count = between(8.0, 21.0) as usize;
        let sizes: Vec<usize> = (0..between(3.0, 6.0) as usize).map(|k| 8 + 2 * k).collect();
        let strengths: Vec<f64> = (0..count)
            .map(|k| 2.0 + 8.25 * k as f64 / (count - 1) as f64)
            .collect();
        let mut planted = Self {
            growth,
            drift,
            parameters,
            curves: Vec::new(),
        };
        for &sites in &sizes {
            let width = if growth == Growth::PowerLaw {
                12.0
            } else {
                2.0
            };
            let mean = |h: &f64| {
                let x = planted.abscissa(sites, sizes[sizes.len() - 1], *h);
                0.46 - 0.07 * (x / width).tanh() + noise * between(-1.0, 1.0)
            };
            let means: Vec<f64> = strengths.iter().map(mean).collect();
            let errors = vec![noise.max(1e-4); count];
            planted
                .curves
                .push(curve(sites, &strengths, &means, &errors));
        }
        planted
    }

    fn abscissa(&self, sites: usize, longest: usize, h: f64) -> f64 {
        let [last, exponent, slope] = self.parameters;
        let (length, longest) = (sites as f64, longest as f64);
        let shift = match DRIFTS[self.drift] {
            Drift::Linear => slope * (length - longest),
            Drift::Inverse => slope * (1.0 / length - 1.0 / longest),
            Drift::Constant | Drift::Free => 0.0,
        };
        let distance = h - (last + shift);
        let ratio = match self.growth {
            Growth::PowerLaw => distance.abs().powf(exponent),
            Growth::KosterlitzThouless => (-exponent / distance.abs().sqrt()).exp(),
        };
        (length * ratio).copysign(distance)
    }

    /// C at the planted parameters, by its definition.
    fn cost(&self) -> f64 {
        let longest = self.curves[self.curves.len() - 1].sites;
        let mut points: Vec<(f64, f64)> = Vec::new();
        for curve in &self.curves {
            let scaled = curve.strengths.iter();
            let scaled = scaled.map(|h| self.abscissa(curve.sites, longest, *h));
            points.extend(scaled.zip(curve.means.iter().copied()));
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let values: Vec<f64> = points.iter().map(|point| point.1).collect();
        let steps = values.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        steps.sum::<f64>() / (highest - lowest) - 1.0
    }
}

/// The costs of a method's models for a deck.
fn costs(method: &Method, scaling: &Scaling, curves: &[Curve]) -> Vec<f64> {
    let indicators = [IndicatorCurves {
        name: "gap_ratio",
        curves,
    }];
    let models = (method.models)(scaling);
    let mut fits = NestedFits::new(&indicators, &scaling.parameters);
    let fits = models.iter().map(|model| fits.best(&**model));
    fits.map(|fit| fit.map_or(f64::INFINITY, |fit| fit.cost))
        .collect()
}

/// The costs of all forms of h*, by growth.
fn of_forms(growth: Growth, parameters: &BTreeMap<String, Bounds>, curves: &[Curve]) -> Vec<f64> {
    let mut scaling = deck([2.0, 11.0]);
    (scaling.growths, scaling.drifts) = (vec![growth], DRIFTS.to_vec());
    scaling.parameters.clone_from(parameters);
    costs(&cost::METHOD, &scaling, curves)
}

#[track_caller]
fn assert_nested(costs: &[f64], about: &str) {
    for [narrow, wide] in NESTED {
        let (narrow, wide) = (costs[narrow], costs[wide]);
        assert!(wide <= narrow + 1e-9 * narrow.abs(), "{about}: {costs:?}");
    }
}

#[test]
fn wide_forms_never_cost_more() {
    for seed in 0..24 {
        let planted = Planted::new(seed);
        for growth in GROWTHS {
            let costs = of_forms(growth, &BTreeMap::new(), &planted.curves);
            assert_nested(&costs, &format!("table {seed}, {growth:?}"));
            if growth == planted.growth {
                let truth = planted.cost();
                let found = costs[planted.drift];
                assert!(found <= truth + 1e-9, "table {seed}: {found} {truth}");
            }
        }
    }
}

/// Bounds hold for the models that have their parameter.
#[test]
fn bounds_of_the_deck_keep_forms_nested() {
    let curves = &Planted::new(3).curves;
    for (name, bounds) in [
        ("h_c", Bounds::Between([4.0, 6.0])),
        ("h_c", Bounds::Fixed(5.125)),
        ("nu", Bounds::Fixed(0.8)),
        ("nu", Bounds::Between([1.0, 1.5])),
    ] {
        let deck = BTreeMap::from([(name.to_owned(), bounds)]);
        let costs = of_forms(Growth::PowerLaw, &deck, curves);
        assert!(costs.iter().all(|cost| cost.is_finite()), "{costs:?}");
        assert_nested(&costs, &format!("{name}: {bounds:?}"));
    }
    // A slope that is not 0 leaves the constant out, and a linear h* is still a free one.
    let deck = BTreeMap::from([("w_1".to_owned(), Bounds::Fixed(0.1))]);
    let costs = of_forms(Growth::PowerLaw, &deck, curves);
    assert!(costs[3] <= costs[1] + 1e-9, "{costs:?}");
}

/// Refits are nested one by one, and the shares of each comparison add up to 1.
#[test]
fn refits_are_nested_too() {
    let mut scaling = deck([2.0, 11.0]);
    (scaling.drifts, scaling.bootstrap) = (DRIFTS.to_vec(), 6);
    scaling.growths = GROWTHS.to_vec();
    let data = [TargetData {
        target: Target::new("gap_ratio"),
        samples: Vec::new(),
        curves: Planted::new(5).curves,
        warnings: Vec::new(),
    }];
    let input = FitInput {
        scaling: &scaling,
        source: &Source::Exact,
        energy_density: None,
        selection: &Selection::new(&scaling),
        data: &data,
    };
    let models = (cost::METHOD.models)(&scaling);
    let fits: Vec<Fit> = input.fits(&alone(), "cost", &models);
    for fits in fits.chunks(DRIFTS.len()) {
        for number in 0..scaling.bootstrap {
            let costs: Vec<f64> = fits.iter().map(|fit| fit.refits.rows[number][0]).collect();
            assert_nested(&costs, &format!("refit {number}"));
        }
    }
    for comparison in comparisons(&fits) {
        let shares = comparison.candidates.iter();
        let sum: f64 = shares.map(|one| one.best_of_refits.unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-12, "{comparison:?}");
    }
}

/// A free ζ contains ζ = 0, and a correction to scaling contains its absence.
#[test]
fn further_parameters_never_cost_more() {
    faer::set_global_parallelism(faer::Par::Seq);
    for seed in 0..6 {
        let curves = &Planted::new(seed).curves;
        let mut free = deck([2.0, 11.0]);
        let held = costs(&quality::METHOD, &free, curves)[0];
        free.parameters.insert("zeta".to_owned(), Bounds::Free);
        let found = costs(&quality::METHOD, &free, curves)[0];
        assert!(
            found <= held * (1.0 + 1e-9),
            "ζ, table {seed}: {found} {held}"
        );
        free.correction = true;
        let wide = costs(&process::METHOD, &free, curves)[0];
        free.correction = false;
        let narrow = costs(&process::METHOD, &free, curves)[0];
        assert!(wide <= narrow + 1e-4, "table {seed}: {wide} {narrow}");
    }
}

/// χ² falls with the degree. The cost is χ² over the degrees of freedom, and need not.
#[test]
fn higher_degrees_never_have_a_larger_chi_squared() {
    faer::set_global_parallelism(faer::Par::Seq);
    for seed in 0..12 {
        let curves = match seed {
            0 => reference(&[14, 16, 18], [4.0, 9.5]),
            _ => Planted::new(seed).curves,
        };
        let points: usize = curves.iter().map(|curve| curve.means.len()).sum();
        let chi_squared: Vec<f64> = (1..=6)
            .map(|degree| {
                let scaling = Scaling {
                    degree,
                    ..deck([2.0, 11.0])
                };
                let freedom = points - 2 - (degree + 1);
                costs(&polynomial::METHOD, &scaling, &curves)[0] * freedom as f64
            })
            .collect();
        for pair in chi_squared.windows(2) {
            assert!(pair[1] <= pair[0] * (1.0 + 1e-6), "{seed}: {chi_squared:?}");
        }
    }
}

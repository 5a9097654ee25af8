//! The cost function of J. Šuntajs, J. Bonča, T. Prosen and L. Vidmar, Phys. Rev. B 102, 064207
//! (2020).
//!
//! It measures how much the values go up and down when all points are in the order of
//! x = sgn(h − h*) L/ξ. A single monotonic curve has C = 0. The cost function uses neither errors nor
//! the form of the curve. It therefore compares forms of ξ and h* on equal terms.

use super::model::{Estimate, IndicatorCurves, Method, ScalingModel, extent};
use crate::deck::{Drift, Growth};
use crate::scaling::data::Curve;
use crate::scaling::search::{Range, minimise};

/// The method of the smallest cost, with a model for each ξ and h* of the deck.
pub const METHOD: Method = Method {
    name: "cost",
    joint: true,
    models: |deck| {
        let of_growth = |&growth: &Growth| {
            let drifts = deck.drifts.iter();
            drifts.map(move |&drift| Box::new(Ansatz { growth, drift }) as Box<dyn ScalingModel>)
        };
        deck.growths.iter().flat_map(of_growth).collect()
    },
};

/// A form of ξ and a form of h*.
///
/// The parameters are h* of the longest chain, ν or b, then w_1 or h* of each shorter chain. The
/// longest chain's h* replaces w_0, because w_0 is an extrapolation to L = 0 or 1/L = 0. The range of
/// h* is simply where there are data.
struct Ansatz {
    growth: Growth,
    drift: Drift,
}

impl Ansatz {
    /// h* of length number `index` among ascending lengths.
    fn critical(&self, parameters: &[f64], lengths: &[usize], index: usize) -> f64 {
        let last = lengths.len() - 1;
        let (length, longest) = (lengths[index] as f64, lengths[last] as f64);
        match self.drift {
            Drift::Constant => parameters[0],
            Drift::Linear => parameters[0] + parameters[2] * (length - longest),
            Drift::Inverse => parameters[0] + parameters[2] * (1.0 / length - 1.0 / longest),
            Drift::Free if index == last => parameters[0],
            Drift::Free => parameters[2 + index],
        }
    }

    /// x at a distance h − h*; `parameter` is ν or b.
    fn abscissa(&self, parameter: f64, sites: usize, distance: f64) -> f64 {
        let ratio = match self.growth {
            Growth::PowerLaw => distance.abs().powf(parameter),
            Growth::KosterlitzThouless => (-parameter / distance.abs().sqrt()).exp(),
        };
        (sites as f64 * ratio).copysign(distance)
    }

    /// w_0 of h* = w_0 + w_1 …
    fn intercept(&self, parameters: &[f64], longest: usize) -> Option<f64> {
        match self.drift {
            Drift::Linear => Some(parameters[0] - parameters[2] * longest as f64),
            Drift::Inverse => Some(parameters[0] - parameters[2] / longest as f64),
            Drift::Constant | Drift::Free => None,
        }
    }

    /// Further results of a fit: b, w_0, and h* of every length, which the abscissae need.
    fn add_derived(&self, estimate: &mut Estimate, parameters: &[f64], lengths: &[usize]) {
        let last = lengths.len() - 1;
        if self.growth == Growth::KosterlitzThouless {
            estimate.exponent = f64::NAN;
            estimate.others.insert(0, ("b".to_owned(), parameters[1]));
        }
        let intercept = self.intercept(parameters, lengths[last]);
        let intercept = intercept.map(|w_0| ("w_0".to_owned(), w_0));
        estimate.others.extend(intercept);
        if matches!(self.drift, Drift::Linear | Drift::Inverse) {
            estimate.others.extend((0..last).map(|index| {
                let own = self.critical(parameters, lengths, index);
                (format!("h_{}", lengths[index]), own)
            }));
        }
    }
}

impl ScalingModel for Ansatz {
    fn ansatz(&self) -> String {
        format!("{}, {}", self.growth.name(), self.drift.name())
    }

    fn measure(&self) -> &'static str {
        "C"
    }

    fn ranges(&self, indicators: &[IndicatorCurves]) -> Vec<Range> {
        let bounds = extent(indicators);
        let width = bounds[1] - bounds[0];
        let lengths = lengths(indicators);
        let ends = [lengths[0] as f64, lengths[lengths.len() - 1] as f64];
        let mut ranges = vec![
            Range::linear("h_c", bounds),
            match self.growth {
                Growth::PowerLaw => Range::logarithmic("nu", [0.2, 5.0]),
                Growth::KosterlitzThouless => Range::logarithmic("b", [0.1, 30.0]),
            },
        ];
        // The steepest drift that keeps h* of all lengths among the data.
        let slope = |steepest: f64| Range::linear("w_1", [-steepest, steepest]);
        match self.drift {
            Drift::Constant => {}
            Drift::Linear => ranges.push(slope(width / (ends[1] - ends[0]))),
            Drift::Inverse => ranges.push(slope(width / (1.0 / ends[0] - 1.0 / ends[1]))),
            Drift::Free => ranges.extend(
                lengths[..lengths.len() - 1]
                    .iter()
                    .map(|sites| Range::linear(&format!("h_{sites}"), bounds)),
            ),
        }
        ranges
    }

    fn fit(&self, indicators: &[IndicatorCurves], ranges: &[Range]) -> Option<Estimate> {
        let lengths = lengths(indicators);
        let [lowest, highest] = extent(indicators);
        let mut points = Vec::new();
        let mut critical = vec![0.0; lengths.len()];
        let best = minimise(ranges, |at| {
            for (index, own) in critical.iter_mut().enumerate() {
                *own = self.critical(at, &lengths, index);
            }
            // No transition is claimed where there are no data.
            if !critical.iter().all(|own| (lowest..=highest).contains(own)) {
                return f64::INFINITY;
            }
            let parts = indicators.iter().map(|indicator| {
                points.clear();
                for curve in indicator.curves {
                    let index = lengths.partition_point(|&sites| sites < curve.sites);
                    let values = curve.strengths.iter().zip(&curve.means);
                    points.extend(values.map(|(h, &value)| Point {
                        x: self.abscissa(at[1], curve.sites, h - critical[index]),
                        value,
                    }));
                }
                cost_function(&mut points)
            });
            parts.sum()
        })?;
        let mut estimate = Estimate::new(ranges, &best.parameters, best.cost);
        self.add_derived(&mut estimate, &best.parameters, &lengths);
        Some(estimate)
    }

    fn abscissae(&self, estimate: &Estimate, curve: &Curve) -> Vec<f64> {
        let own = estimate.other(&format!("h_{}", curve.sites));
        let critical = own.unwrap_or(estimate.critical);
        let parameter = match self.growth {
            Growth::PowerLaw => estimate.exponent,
            Growth::KosterlitzThouless => {
                estimate.other("b").expect("every fit of this growth has b")
            }
        };
        let scaled = curve
            .strengths
            .iter()
            .map(|h| self.abscissa(parameter, curve.sites, h - critical));
        scaled.collect()
    }
}

/// A point of any length in the collapse.
#[derive(Clone, Copy)]
struct Point {
    x: f64,
    value: f64,
}

/// C: the sum of |A_{j+1} − A_j| in the order of x, over max A − min A, minus 1.
fn cost_function(points: &mut [Point]) -> f64 {
    // Points of equal x have no order, so that the sort need not be stable.
    points.sort_unstable_by(|a, b| a.x.total_cmp(&b.x));
    let steps = points
        .windows(2)
        .map(|pair| (pair[1].value - pair[0].value).abs());
    let values = points.iter().map(|point| point.value);
    let lowest = values.clone().fold(f64::INFINITY, f64::min);
    let highest = values.fold(-f64::INFINITY, f64::max);
    steps.sum::<f64>() / (highest - lowest) - 1.0
}

/// Every chain length of any indicator, ascending.
fn lengths(indicators: &[IndicatorCurves]) -> Vec<usize> {
    let curves = indicators.iter().flat_map(|indicator| indicator.curves);
    let mut lengths: Vec<usize> = curves.map(|curve| curve.sites).collect();
    lengths.sort_unstable();
    lengths.dedup();
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaling::tests::{curve, found_by, reference};

    #[test]
    fn the_cost_function_by_hand() {
        let points = |all: [(f64, f64); 3]| all.map(|(x, value)| Point { x, value });
        let mut rising = points([(3.0, 9.0), (1.0, 1.0), (2.0, 4.0)]);
        assert_eq!(cost_function(&mut rising), 0.0);
        // 1, 9, 4: up 8, down 5, over a range of 8.
        let mut bent = points([(3.0, 4.0), (1.0, 1.0), (2.0, 9.0)]);
        assert_eq!(cost_function(&mut bent), 5.0 / 8.0);
    }

    fn fitted(growth: Growth, drift: Drift, curves: &[Curve]) -> Estimate {
        found_by(&Ansatz { growth, drift }, curves).unwrap()
    }

    #[test]
    fn published_gap_ratios() {
        let curves = reference(&[14, 16, 18], [4.0, 9.5]);
        let power = fitted(Growth::PowerLaw, Drift::Constant, &curves);
        // Published as 0.175, which is 0.0008 above the lowest there is.
        assert!((0.1740..0.1755).contains(&power.cost), "{power:?}");
        assert!((power.critical - 6.54).abs() < 0.05, "{power:?}");
        let drifting = fitted(Growth::KosterlitzThouless, Drift::Linear, &curves);
        // The cost is level along w_0 from 3.0 to 3.4: 0.02035 by an independent search as well.
        assert!((0.0195..0.0206).contains(&drifting.cost), "{drifting:?}");
        assert!(
            (drifting.other("w_0").unwrap() - 3.35).abs() < 0.5,
            "{drifting:?}"
        );
        assert!(
            (drifting.other("w_1").unwrap() - 0.121).abs() < 0.02,
            "{drifting:?}"
        );
    }

    /// More freedom never costs more: constant ⊂ linear, inverse ⊂ free.
    #[test]
    fn wider_forms_contain_narrower_ones() {
        let curves = reference(&[14, 16, 18], [4.0, 9.5]);
        for growth in [Growth::PowerLaw, Growth::KosterlitzThouless] {
            let cost = |drift| fitted(growth, drift, &curves).cost;
            let (linear, inverse) = (cost(Drift::Linear), cost(Drift::Inverse));
            assert!(linear.max(inverse) <= cost(Drift::Constant) + 1e-9);
            assert!(cost(Drift::Free) <= linear.min(inverse) + 1e-9);
        }
    }

    /// Curves made from one master curve have no cost. If each length has its own h*, the order of
    /// the points does not determine all of them.
    #[test]
    fn each_form_finds_its_own() {
        let strengths: Vec<f64> = (0..24).map(|step| 3.0 + 0.25 * f64::from(step)).collect();
        for growth in [Growth::PowerLaw, Growth::KosterlitzThouless] {
            let truth = Ansatz {
                growth,
                drift: Drift::Linear,
            };
            let curves = [12, 14, 16, 18].map(|sites| {
                let master = |h: &f64| {
                    let critical = 5.0 + 0.1 * (sites as f64 - 18.0);
                    let x = truth.abscissa(1.1, sites, h - critical);
                    0.46 - 0.07 * (x / 12.0).tanh()
                };
                let means: Vec<f64> = strengths.iter().map(master).collect();
                curve(sites, &strengths, &means, &[0.001; 24])
            });
            for drift in [Drift::Linear, Drift::Free] {
                let found = fitted(growth, drift, &curves);
                assert!(found.cost < 0.002, "{found:?}");
            }
        }
    }
}

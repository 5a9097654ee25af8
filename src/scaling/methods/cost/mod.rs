//! The cost function of J. Šuntajs, J. Bonča, T. Prosen and L. Vidmar, Phys. Rev. B 102, 064207
//! (2020).
//!
//! It measures how much the values go up and down when all points are in the order of
//! x = sgn(h − h*) L/ξ. A single monotonic curve has C = 0. The cost function uses neither errors nor
//! the form of the curve. It therefore compares forms of ξ and h* on equal terms.

mod sweep;

use super::model::{Estimate, IndicatorCurves, Method, ScalingModel, extent};
use crate::deck::{Drift, Growth};
use crate::scaling::data::Curve;
use crate::scaling::search::{Minimum, Range, Surface, contains, minimise};
use sweep::Sweep;

/// The place of ν or b among the parameters.
const SHAPE: usize = 1;

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

    /// The forms of h* that this one contains. A w_1 of 0 makes h* constant, and free h* may have any
    /// form.
    fn narrower_drifts(&self) -> &'static [Drift] {
        match self.drift {
            Drift::Constant => &[],
            Drift::Linear | Drift::Inverse => &[Drift::Constant],
            Drift::Free => &[Drift::Linear, Drift::Inverse],
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

    /// The derivative of ln |x| with respect to ν or b, at a distance h − h*.
    fn slope(&self, distance: f64) -> f64 {
        match self.growth {
            Growth::PowerLaw => distance.abs().ln(),
            Growth::KosterlitzThouless => -1.0 / distance.abs().sqrt(),
        }
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

    fn contained(&self) -> Vec<Box<dyn ScalingModel>> {
        let growth = self.growth;
        let narrower = self.narrower_drifts().iter();
        narrower
            .map(|&drift| Box::new(Self { growth, drift }) as Box<dyn ScalingModel>)
            .collect()
    }

    fn embedded(&self, name: &str, narrow: &Estimate) -> f64 {
        let known = narrow.parameter(name);
        let other = if name == "w_1" { 0.0 } else { narrow.critical };
        known.unwrap_or(other)
    }

    fn fit(
        &self,
        indicators: &[IndicatorCurves],
        ranges: &[Range],
        starts: &[Vec<f64>],
    ) -> Option<Estimate> {
        let mut collapse = Collapse::new(self, indicators);
        let interval = [ranges[SHAPE].from, ranges[SHAPE].to];
        // The search is for h* only: each h* has its best ν or b.
        let without_shape = |all: &Vec<f64>| [&all[..SHAPE], &all[SHAPE + 1..]].concat();
        let with_shape = |at: &[f64], shape| [&at[..SHAPE], &[shape], &at[SHAPE..]].concat();
        let mut others = ranges.to_vec();
        others.remove(SHAPE);
        let from: Vec<Vec<f64>> = starts.iter().map(without_shape).collect();
        let found = minimise(&others, &from, Surface::Steps, |at| {
            let at = with_shape(at, interval[0]);
            collapse.lowest(&at, interval)[0]
        });
        let found = found.map(|found| {
            let shape = collapse.lowest(&with_shape(&found.parameters, interval[0]), interval)[1];
            with_shape(&found.parameters, shape)
        });
        let given = starts.iter().filter(|start| contains(ranges, start));
        let all = given.cloned().chain(found).map(|parameters| Minimum {
            cost: collapse.cost(&parameters),
            parameters,
        });
        let best = all
            .filter(|found| found.cost.is_finite())
            .min_by(|a, b| a.cost.total_cmp(&b.cost))?;
        let mut estimate = Estimate::new(ranges, &best.parameters, best.cost);
        self.add_derived(&mut estimate, &best.parameters, &collapse.lengths);
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

/// The points of all indicators, ordered by a form.
struct Collapse<'a> {
    form: &'a Ansatz,
    indicators: &'a [IndicatorCurves<'a>],
    /// Every chain length, ascending, and the extent of the strengths.
    lengths: Vec<usize>,
    extent: [f64; 2],
    sweep: Sweep,
}

impl<'a> Collapse<'a> {
    fn new(form: &'a Ansatz, indicators: &'a [IndicatorCurves<'a>]) -> Self {
        Self {
            form,
            indicators,
            lengths: lengths(indicators),
            extent: extent(indicators),
            sweep: Sweep::default(),
        }
    }

    /// C at parameters; infinite if they are not acceptable.
    fn cost(&mut self, parameters: &[f64]) -> f64 {
        match self.place(parameters) {
            true => self.sweep.cost(parameters[SHAPE]),
            false => f64::INFINITY,
        }
    }

    /// The lowest C for the h* of these parameters, and its ν or b within an interval.
    fn lowest(&mut self, parameters: &[f64], interval: [f64; 2]) -> [f64; 2] {
        match self.place(parameters) {
            true => self.sweep.lowest(interval),
            false => [f64::INFINITY, interval[0]],
        }
    }

    /// Sets the points relative to h* of their lengths; false if an h* is where there are no data,
    /// because no transition is claimed there.
    fn place(&mut self, parameters: &[f64]) -> bool {
        let form = self.form;
        let indices = 0..self.lengths.len();
        let critical = indices.map(|index| form.critical(parameters, &self.lengths, index));
        let critical: Vec<f64> = critical.collect();
        let [lowest, highest] = self.extent;
        if !critical.iter().all(|own| (lowest..=highest).contains(own)) {
            return false;
        }
        self.sweep.clear();
        for indicator in self.indicators {
            self.sweep.begin_indicator();
            let range = range_of_means(indicator.curves);
            for curve in indicator.curves {
                let index = self.lengths.partition_point(|&sites| sites < curve.sites);
                let log_sites = (curve.sites as f64).ln();
                for (h, mean) in curve.strengths.iter().zip(&curve.means) {
                    let distance = h - critical[index];
                    let slope = form.slope(distance);
                    self.sweep.add(log_sites, slope, distance, mean / range);
                }
            }
        }
        true
    }
}

/// max A − min A.
fn range_of_means(curves: &[Curve]) -> f64 {
    let means = || curves.iter().flat_map(|curve| &curve.means).copied();
    means().fold(f64::NEG_INFINITY, f64::max) - means().fold(f64::INFINITY, f64::min)
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
        // The cost is level along w_0 from 2.8 to 3.5: 0.02035 by an independent scan as well.
        assert!((0.0195..0.0206).contains(&drifting.cost), "{drifting:?}");
        assert!(
            (2.7..3.6).contains(&drifting.other("w_0").unwrap()),
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

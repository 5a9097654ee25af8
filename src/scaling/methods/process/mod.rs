//! A Gaussian process for the master curve: K. Harada, Phys. Rev. E 84, 056704 (2011); with a
//! correction to scaling, Phys. Rev. E 92, 012106 (2015).
//!
//! The only assumption is a smooth curve. Hyperparameters θ set its height, its width and the scatter
//! of points beyond their errors. They maximize the likelihood together with h_c and ν. Several
//! indicators share h_c and ν, and each has its own θ.

mod likelihood;

use super::fitted_curve::FittedCurve;
use super::model::{
    Estimate, IndicatorCurves, Method, ScalingModel, critical_point, parameter_name, power_law,
};
use crate::scaling::data::Curve;
use crate::scaling::search::{Range, contains, descend, valleys};
use likelihood::{Likelihood, ProcessParameters};

/// The method of the largest likelihood.
pub const METHOD: Method = Method {
    name: "process",
    joint: true,
    models: |deck| {
        vec![Box::new(Process {
            correction: deck.correction,
        })]
    },
};

/// Nodes along h_c and ν from whose valleys descents start.
const NODES: [usize; 2] = [16, 8];
/// Descents. The lowest node need not lie in the lowest valley, because θ are not yet fitted there.
const STARTS: usize = 3;

/// A parameter beyond h_c and ν, in units of the rescaled data.
struct Hyperparameter {
    name: &'static str,
    bounds: [f64; 2],
    start: f64,
}

const THETAS: [Hyperparameter; 5] = [
    hyperparameter("theta_0", [1e-4, 1.0], 0.1),
    hyperparameter("theta_1", [0.03, 30.0], 1.0),
    hyperparameter("theta_2", [0.03, 30.0], 1.0),
    hyperparameter("theta_3", [1e-6, 30.0], 0.3),
    hyperparameter("theta_4", [0.03, 30.0], 1.0),
];
const CORRECTION: Hyperparameter = hyperparameter("c_3", [0.05, 20.0], 1.0);

const fn hyperparameter(name: &'static str, bounds: [f64; 2], start: f64) -> Hyperparameter {
    Hyperparameter {
        name,
        bounds,
        start,
    }
}

struct Process {
    correction: bool,
}

impl Process {
    /// The hyperparameters of each indicator.
    fn thetas(&self) -> &'static [Hyperparameter] {
        if self.correction {
            &THETAS
        } else {
            &THETAS[..3]
        }
    }

    /// Parameters that all indicators share: h_c, ν, and c_3 of a correction.
    fn shared(&self) -> usize {
        if self.correction { 3 } else { 2 }
    }

    /// −ln Λ of all indicators, and its gradient if asked for.
    fn cost(&self, parts: &mut [Likelihood], at: &[f64], gradient: Option<&mut [f64]>) -> f64 {
        let (count, shared) = (self.thetas().len(), self.shared());
        let mut total = 0.0;
        let mut sum = vec![0.0; at.len()];
        for (number, part) in parts.iter_mut().enumerate() {
            let own = shared + count * number;
            let parameters = ProcessParameters {
                critical: at[0],
                exponent: at[1],
                correction: self.correction.then(|| at[2]),
                theta: &at[own..own + count],
            };
            let mut of_part = vec![0.0; shared + count];
            total += part.cost(&parameters, gradient.is_some().then_some(&mut of_part));
            if !total.is_finite() {
                return f64::INFINITY;
            }
            let axes = (0..shared).chain(own..own + count);
            axes.zip(of_part)
                .for_each(|(axis, component)| sum[axis] += component);
        }
        if let Some(gradient) = gradient {
            gradient.copy_from_slice(&sum);
        }
        total
    }

    /// Usual hyperparameters within the ranges. The grid replaces h_c and ν.
    fn start(&self, ranges: &[Range]) -> Vec<f64> {
        let thetas = self.thetas();
        let usual = |axis: usize| match axis {
            0 | 1 => f64::NAN,
            2 if self.correction => CORRECTION.start,
            _ => thetas[(axis - self.shared()) % thetas.len()].start,
        };
        let ranges = ranges.iter().enumerate();
        ranges
            .map(|(axis, range)| usual(axis).max(range.from).min(range.to))
            .collect()
    }
}

impl ScalingModel for Process {
    fn ansatz(&self) -> String {
        let correction = "with a correction to scaling";
        if self.correction { correction } else { "" }.to_owned()
    }

    fn measure(&self) -> &'static str {
        "−ln Λ"
    }

    fn ranges(&self, indicators: &[IndicatorCurves]) -> Vec<Range> {
        let mut ranges = critical_point(indicators);
        if self.correction {
            ranges.push(Range::logarithmic(CORRECTION.name, CORRECTION.bounds));
        }
        for indicator in indicators {
            for theta in self.thetas() {
                let name = parameter_name(indicators, indicator, theta.name);
                ranges.push(Range::logarithmic(&name, theta.bounds).nuisance());
            }
        }
        ranges
    }

    fn contained(&self) -> Vec<Box<dyn ScalingModel>> {
        let without = self.correction.then_some(Self { correction: false });
        let without = without.into_iter();
        without
            .map(|narrow| Box::new(narrow) as Box<dyn ScalingModel>)
            .collect()
    }

    /// Without θ_3 there is no correction.
    fn embedded(&self, name: &str, narrow: &Estimate) -> f64 {
        let plain = name.rsplit('.').next().unwrap_or_default();
        let mut all = THETAS.iter().chain([&CORRECTION]);
        let usual = all.find(|one| one.name == plain).map(|one| match plain {
            "theta_3" => one.bounds[0],
            _ => one.start,
        });
        narrow.parameter(name).or(usual).unwrap_or(f64::NAN)
    }

    fn fit(
        &self,
        indicators: &[IndicatorCurves],
        ranges: &[Range],
        starts: &[Vec<f64>],
    ) -> Option<Estimate> {
        let mut parts: Vec<Likelihood> = indicators
            .iter()
            .map(|indicator| Likelihood::new(indicator.curves))
            .collect();
        let start = self.start(ranges);
        let starts = starts.iter().filter(|start| contains(ranges, start));
        let valleys = valleys(ranges, NODES, &start, |at| self.cost(&mut parts, at, None));
        let best = valleys
            .into_iter()
            .take(STARTS)
            .chain(starts.cloned())
            .map(|start| {
                descend(ranges, &start, |at, gradient| {
                    self.cost(&mut parts, at, Some(gradient))
                })
            })
            .min_by(|a, b| a.cost.total_cmp(&b.cost))
            .filter(|best| best.cost.is_finite())?;
        Some(Estimate::new(ranges, &best.parameters, best.cost))
    }

    /// The mean of the process, given the data. With a correction it is that of an infinite chain.
    fn fitted_curves(
        &self,
        indicators: &[IndicatorCurves],
        estimate: &Estimate,
    ) -> Vec<FittedCurve> {
        let (critical, exponent) = (estimate.critical, estimate.exponent);
        let curve = |indicator: &IndicatorCurves| {
            let theta: Vec<f64> = self
                .thetas()
                .iter()
                .map(|theta| parameter_name(indicators, indicator, theta.name))
                .map(|name| estimate.other(&name).expect("every fit has all θ"))
                .collect();
            let parameters = ProcessParameters {
                critical,
                exponent,
                correction: estimate.other(CORRECTION.name),
                theta: &theta,
            };
            let mean = Likelihood::new(indicator.curves).mean(&parameters);
            let longest = indicator.curves.last().map_or(1, |curve| curve.sites);
            let stretch = (longest as f64).powf(1.0 / exponent);
            let abscissae = |curve: &Curve| power_law(critical, exponent, curve);
            let value = |x: f64| mean.as_ref().map_or(f64::NAN, |mean| mean(x / stretch));
            FittedCurve::master(indicator.name, indicator.curves, abscissae, value)
        };
        indicators.iter().map(curve).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaling::tests::{found, reference};

    #[test]
    fn published_gap_ratios() {
        faer::set_global_parallelism(faer::Par::Seq);
        for (sizes, critical, exponent) in [([12, 14, 16], 5.93, 0.67), ([14, 16, 18], 6.78, 0.84)]
        {
            let found = found(&METHOD, &reference(&sizes, [4.0, 9.5])).unwrap();
            assert!((found.critical - critical).abs() < 0.006, "{found:?}");
            assert!((found.exponent - exponent).abs() < 0.006, "{found:?}");
        }
    }
}

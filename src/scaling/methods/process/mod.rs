//! A Gaussian process for the master curve: K. Harada, Phys. Rev. E 84, 056704 (2011); with a
//! correction to scaling, Phys. Rev. E 92, 012106 (2015).
//!
//! Nothing is assumed of the curve but that it is smooth: on which scale, how strongly it varies,
//! and how far points miss it beyond their errors, are parameters θ of the likelihood as h_c and ν
//! are. Several indicators share h_c and ν, each with its own θ.

mod likelihood;

use super::line::Line;
use super::model::{Estimate, Indicator, Method, Model, critical_point, own_name, power_law};
use crate::scaling::data::Curve;
use crate::scaling::search::{Range, descend, valleys};
use likelihood::{Likelihood, Shape};

/// The method of the greatest likelihood.
pub const METHOD: Method = Method {
    name: "process",
    joint: true,
    models: |deck| {
        vec![Box::new(Process {
            correction: deck.correction,
        })]
    },
};

/// Nodes along h_c and ν where descents may start, and how many do.
const NODES: [usize; 2] = [16, 8];
const STARTS: usize = 3;

/// Name, bounds and start of each θ, in units of the data rescaled to [−1, 1].
const THETAS: [(&str, [f64; 2], f64); 5] = [
    ("theta_0", [1e-4, 1.0], 0.1),
    ("theta_1", [0.03, 30.0], 1.0),
    ("theta_2", [0.03, 30.0], 1.0),
    ("theta_3", [1e-3, 30.0], 0.3),
    ("theta_4", [0.03, 30.0], 1.0),
];
const CORRECTION: (&str, [f64; 2], f64) = ("c_3", [0.05, 20.0], 1.0);

struct Process {
    correction: bool,
}

impl Process {
    /// How many θ each indicator has, and where the first one's are.
    fn thetas(&self) -> (usize, usize) {
        if self.correction { (5, 3) } else { (3, 2) }
    }

    /// −ln Λ of all indicators, and its gradient if asked for.
    fn cost(&self, parts: &mut [Likelihood], at: &[f64], gradient: Option<&mut [f64]>) -> f64 {
        let (count, first) = self.thetas();
        let mut total = 0.0;
        let mut slopes = vec![0.0; at.len()];
        for (number, part) in parts.iter_mut().enumerate() {
            let own = first + count * number;
            let shape = Shape {
                critical: at[0],
                exponent: at[1],
                correction: self.correction.then(|| at[2]),
                theta: &at[own..own + count],
            };
            let mut slope = vec![0.0; first + count];
            total += part.cost(&shape, gradient.is_some().then_some(&mut slope));
            if !total.is_finite() {
                return f64::INFINITY;
            }
            let places = (0..first).chain(own..own + count);
            places
                .zip(slope)
                .for_each(|(place, part)| slopes[place] += part);
        }
        if let Some(gradient) = gradient {
            gradient.copy_from_slice(&slopes);
        }
        total
    }
}

impl Model for Process {
    fn ansatz(&self) -> String {
        let correction = "with a correction to scaling";
        if self.correction { correction } else { "" }.to_owned()
    }

    fn measure(&self) -> &'static str {
        "−ln Λ"
    }

    fn ranges(&self, indicators: &[Indicator]) -> Vec<Range> {
        let mut ranges = critical_point(indicators);
        if self.correction {
            ranges.push(Range::logarithmic(CORRECTION.0, CORRECTION.1));
        }
        for indicator in indicators {
            for (name, bounds, _) in &THETAS[..self.thetas().0] {
                let name = own_name(indicators, indicator, name);
                ranges.push(Range::logarithmic(&name, *bounds).nuisance());
            }
        }
        ranges
    }

    fn fit(&self, indicators: &[Indicator], ranges: &[Range]) -> Option<Estimate> {
        let (count, first) = self.thetas();
        let mut parts: Vec<Likelihood> = indicators
            .iter()
            .map(|indicator| Likelihood::new(indicator.curves))
            .collect();
        let usual = |place: usize| match place {
            0 | 1 => f64::NAN,
            2 if self.correction => CORRECTION.2,
            _ => THETAS[(place - first) % count].2,
        };
        let start: Vec<f64> = ranges
            .iter()
            .enumerate()
            .map(|(place, range)| usual(place).max(range.from).min(range.to))
            .collect();
        let starts = valleys(ranges, NODES, &start, |at| self.cost(&mut parts, at, None));
        let best = starts
            .into_iter()
            .take(STARTS)
            .map(|start| {
                descend(ranges, &start, |at, gradient| {
                    self.cost(&mut parts, at, Some(gradient))
                })
            })
            .min_by(|a, b| a.cost.total_cmp(&b.cost))?;
        Some(Estimate::new(ranges, &best.place, best.cost))
    }

    /// The mean of the process, given the data; of an infinite chain where there is a correction.
    fn lines(&self, indicators: &[Indicator], estimate: &Estimate) -> Vec<Line> {
        let (critical, exponent) = (estimate.critical, estimate.exponent);
        let line = |indicator: &Indicator| {
            let theta: Vec<f64> = THETAS[..self.thetas().0]
                .iter()
                .map(|(name, ..)| own_name(indicators, indicator, name))
                .map(|name| estimate.other(&name).expect("every fit has all θ"))
                .collect();
            let shape = Shape {
                critical,
                exponent,
                correction: estimate.other(CORRECTION.0),
                theta: &theta,
            };
            let mean = Likelihood::new(indicator.curves).mean(&shape);
            let longest = indicator.curves.last().map_or(1, |curve| curve.sites);
            let stretch = (longest as f64).powf(1.0 / exponent);
            let abscissae = |curve: &Curve| power_law(critical, exponent, curve);
            let value = |x: f64| mean.as_ref().map_or(f64::NAN, |mean| mean(x / stretch));
            Line::master(indicator.name, indicator.curves, abscissae, value)
        };
        indicators.iter().map(line).collect()
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

//! The smooth curves of a fit, for figures.

use serde::Serialize;

use crate::scaling::data::Curve;

/// Nodes of a curve.
const NODES: usize = 101;

/// A smooth curve through points: the master curve of all lengths, or the curve of one length.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FittedCurve {
    /// The indicator.
    pub target: String,
    /// The chain length; none for a master curve.
    #[serde(rename = "L")]
    pub sites: Option<usize>,
    /// Scaled strengths x of a master curve, or strengths h of one length.
    #[serde(rename = "at")]
    pub positions: Vec<f64>,
    /// Its values there. Those of a master curve are L^{−ζ/ν} A, like the collapsed points.
    #[serde(rename = "value")]
    pub values: Vec<f64>,
}

impl FittedCurve {
    /// The master curve of an indicator: `value` as a function of x, wherever a curve has points.
    pub fn master(
        target: &str,
        curves: &[Curve],
        abscissae: impl Fn(&Curve) -> Vec<f64>,
        value: impl FnMut(f64) -> f64,
    ) -> Self {
        let all = curves.iter().flat_map(abscissae);
        Self::between(target, None, extent(all), value)
    }

    /// A curve between two positions. Nodes without a finite value are left out.
    pub fn between(
        target: &str,
        sites: Option<usize>,
        [from, to]: [f64; 2],
        mut value: impl FnMut(f64) -> f64,
    ) -> Self {
        let node = |k: usize| from + (to - from) * k as f64 / (NODES - 1) as f64;
        let (positions, values) = (0..NODES)
            .map(|k| (node(k), value(node(k))))
            .filter(|(position, value)| position.is_finite() && value.is_finite())
            .unzip();
        Self {
            target: target.to_owned(),
            sites,
            positions,
            values,
        }
    }
}

/// The lowest and the highest value.
fn extent(values: impl Iterator<Item = f64>) -> [f64; 2] {
    values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], x| {
        [low.min(x), high.max(x)]
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::model::IndicatorCurves;
    use super::super::{METHODS, NestedFits};
    use crate::scaling::tests::{deck, synthetic};

    /// The curves that methods draw pass their own data as near as the errors allow.
    #[test]
    fn fitted_curves_pass_the_data() {
        faer::set_global_parallelism(faer::Par::Seq);
        let data = synthetic(3, &[8, 10, 12], 400);
        let indicators = [IndicatorCurves {
            name: "gap_ratio",
            curves: &data.curves,
        }];
        for method in METHODS.iter().filter(|method| method.name != "cost") {
            let model = &(method.models)(&deck([4.0, 8.0]))[0];
            let deck = BTreeMap::new();
            let found = NestedFits::new(&indicators, &deck).best(&**model).unwrap();
            let fitted = model.fitted_curves(&indicators, &found);
            let mut misses = Vec::new();
            for curve in &data.curves {
                let own = fitted.iter().find(|one| one.sites == Some(curve.sites));
                let (line, positions) = match own {
                    Some(one) => (one, curve.strengths.clone()),
                    None => (&fitted[0], model.abscissae(&found, curve)),
                };
                for (x, (mean, error)) in
                    positions.iter().zip(curve.means.iter().zip(&curve.errors))
                {
                    let upper = line.positions.partition_point(|node| node <= x);
                    if (1..line.positions.len()).contains(&upper) {
                        let [a, b] =
                            [upper - 1, upper].map(|k| (line.positions[k], line.values[k]));
                        let value = a.1 + (x - a.0) / (b.0 - a.0) * (b.1 - a.1);
                        misses.push(((value - mean) / error).powi(2));
                    }
                }
            }
            assert!(misses.len() >= 20, "{}", method.name);
            let mean = misses.iter().sum::<f64>() / misses.len() as f64;
            // About 1 less what the fit adapts to: a line that is a tenth of the curve's fall off
            // would give 20.
            assert!((0.1..2.0).contains(&mean), "{}: {mean}", method.name);
        }
    }
}

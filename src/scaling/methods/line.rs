//! The smooth curves that a fit draws through the data.

use serde::Serialize;

use crate::scaling::data::Curve;

/// Places of a line.
const NODES: usize = 101;

/// A smooth curve through points: the master curve of all lengths, or that of one length.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// The indicator.
    pub target: String,
    /// The chain length; none of a master curve.
    #[serde(rename = "L")]
    pub sites: Option<usize>,
    /// Scaled strengths x of a master curve, strengths h of one length.
    #[serde(rename = "at")]
    pub places: Vec<f64>,
    /// Its values there, times [`factor`](crate::scaling::fit::Scaled::factor) for a master curve.
    #[serde(rename = "value")]
    pub values: Vec<f64>,
}

impl Line {
    /// The master curve of an indicator, `value` of x wherever a curve has points; what is not
    /// finite is left out.
    pub fn master(
        target: &str,
        curves: &[Curve],
        abscissae: impl Fn(&Curve) -> Vec<f64>,
        value: impl FnMut(f64) -> f64,
    ) -> Self {
        let all = curves.iter().flat_map(abscissae);
        Self::through(target, None, ends(all), value)
    }

    /// A line between two places.
    pub fn through(
        target: &str,
        sites: Option<usize>,
        [from, to]: [f64; 2],
        mut value: impl FnMut(f64) -> f64,
    ) -> Self {
        let node = |k: usize| from + (to - from) * k as f64 / (NODES - 1) as f64;
        let (places, values) = (0..NODES)
            .map(|k| (node(k), value(node(k))))
            .filter(|(place, value)| place.is_finite() && value.is_finite())
            .unzip();
        Self {
            target: target.to_owned(),
            sites,
            places,
            values,
        }
    }
}

/// The least and the greatest.
fn ends(values: impl Iterator<Item = f64>) -> [f64; 2] {
    values.fold([f64::INFINITY, f64::NEG_INFINITY], |[least, most], x| {
        [least.min(x), most.max(x)]
    })
}

#[cfg(test)]
mod tests {
    use super::super::METHODS;
    use super::super::model::Indicator;
    use crate::scaling::tests::{deck, synthetic};

    /// The curves that methods draw pass their own data as near as the errors allow.
    #[test]
    fn lines_pass_the_data() {
        faer::set_global_parallelism(faer::Par::Seq);
        let data = synthetic(3, &[8, 10, 12], 400);
        let indicators = [Indicator {
            name: "gap_ratio",
            curves: &data.curves,
        }];
        for method in METHODS.iter().filter(|method| method.name != "cost") {
            let model = &(method.models)(&deck([4.0, 8.0]))[0];
            let found = model.fit(&indicators, &model.ranges(&indicators)).unwrap();
            let lines = model.lines(&indicators, &found);
            let mut misses = Vec::new();
            for curve in &data.curves {
                let own = lines.iter().find(|line| line.sites == Some(curve.sites));
                let (line, places) = match own {
                    Some(line) => (line, curve.strengths.clone()),
                    None => (&lines[0], model.abscissae(&found, curve)),
                };
                for (place, (mean, error)) in
                    places.iter().zip(curve.means.iter().zip(&curve.errors))
                {
                    let upper = line.places.partition_point(|x| x <= place);
                    if (1..line.places.len()).contains(&upper) {
                        let [a, b] = [upper - 1, upper].map(|k| (line.places[k], line.values[k]));
                        let value = a.1 + (place - a.0) / (b.0 - a.0) * (b.1 - a.1);
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

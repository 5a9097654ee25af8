//! The cost function of J. Šuntajs, J. Bonča, T. Prosen and L. Vidmar, Phys. Rev. B 102, 064207
//! (2020): how much the values go up and down once all points are in the order of
//! x = sgn(h − h*) L/ξ. 0 is one monotonous curve. It asks nothing of the curve or its errors, and so
//! compares forms of ξ and h*.

use super::model::{Estimate, Indicator, Method, Model, extent};
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
            drifts.map(move |&drift| Box::new(Ansatz { growth, drift }) as Box<dyn Model>)
        };
        deck.growths.iter().flat_map(of_growth).collect()
    },
};

/// A form of ξ and one of h*.
///
/// The parameters are h*, of the longest chain, ν or b, and those that lead to h* of the others.
struct Ansatz {
    growth: Growth,
    drift: Drift,
}

impl Ansatz {
    /// h* of a length.
    fn critical(&self, at: &[f64], sites: usize, place: usize, longest: usize) -> f64 {
        let (length, longest) = (sites as f64, longest as f64);
        match self.drift {
            Drift::Constant => at[0],
            Drift::Linear => at[0] + at[2] * (length - longest),
            Drift::Inverse => at[0] + at[2] * (1.0 / length - 1.0 / longest),
            Drift::Free if sites as f64 == longest => at[0],
            Drift::Free => at[2 + place],
        }
    }

    /// x for a distance h − h*.
    fn abscissa(&self, parameter: f64, sites: usize, distance: f64) -> f64 {
        let ratio = match self.growth {
            Growth::PowerLaw => distance.abs().powf(parameter),
            Growth::KosterlitzThouless => (-parameter / distance.abs().sqrt()).exp(),
        };
        (sites as f64 * ratio).copysign(distance)
    }

    /// w_0 of h* = w_0 + w_1 …
    fn intercept(&self, at: &[f64], longest: usize) -> Option<f64> {
        match self.drift {
            Drift::Linear => Some(at[0] - at[2] * longest as f64),
            Drift::Inverse => Some(at[0] - at[2] / longest as f64),
            Drift::Constant | Drift::Free => None,
        }
    }
}

impl Model for Ansatz {
    fn ansatz(&self) -> String {
        format!("{}, {}", self.growth.name(), self.drift.name())
    }

    fn measure(&self) -> &'static str {
        "C"
    }

    fn ranges(&self, indicators: &[Indicator]) -> Vec<Range> {
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

    fn fit(&self, indicators: &[Indicator], ranges: &[Range]) -> Option<Estimate> {
        let lengths = lengths(indicators);
        let longest = *lengths.last()?;
        let [least, most] = extent(indicators);
        let mut order = Vec::new();
        let mut critical = vec![0.0; lengths.len()];
        let best = minimise(ranges, |at| {
            for (place, (own, &sites)) in critical.iter_mut().zip(&lengths).enumerate() {
                *own = self.critical(at, sites, place, longest);
            }
            // No transition is claimed where there are no data.
            if !critical.iter().all(|own| (least..=most).contains(own)) {
                return f64::INFINITY;
            }
            let parts = indicators.iter().map(|indicator| {
                order.clear();
                for curve in indicator.curves {
                    let place = lengths.partition_point(|&sites| sites < curve.sites);
                    let points = curve.strengths.iter().zip(&curve.means);
                    order.extend(points.map(|(h, &mean)| {
                        let x = self.abscissa(at[1], curve.sites, h - critical[place]);
                        (x, mean)
                    }));
                }
                roughness(&mut order)
            });
            parts.sum()
        })?;
        let at = &best.place;
        let mut estimate = Estimate::new(ranges, at, best.cost);
        if self.growth == Growth::KosterlitzThouless {
            estimate.exponent = f64::NAN;
            estimate.others.insert(0, ("b".to_owned(), at[1]));
        }
        let intercept = self.intercept(at, longest);
        estimate
            .others
            .extend(intercept.map(|w_0| ("w_0".to_owned(), w_0)));
        // h* of every length, which the abscissae need.
        if matches!(self.drift, Drift::Linear | Drift::Inverse) {
            let others = lengths[..lengths.len() - 1].iter().enumerate();
            estimate.others.extend(others.map(|(place, &sites)| {
                let own = self.critical(at, sites, place, longest);
                (format!("h_{sites}"), own)
            }));
        }
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

/// C: the sum of |A_{j+1} − A_j| in the order of x, over what a monotonous curve has, minus 1.
fn roughness(points: &mut [(f64, f64)]) -> f64 {
    points.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
    let ways = points.windows(2).map(|pair| (pair[1].1 - pair[0].1).abs());
    let least = points
        .iter()
        .map(|point| point.1)
        .fold(f64::INFINITY, f64::min);
    let most = points
        .iter()
        .map(|point| point.1)
        .fold(-f64::INFINITY, f64::max);
    ways.sum::<f64>() / (most - least) - 1.0
}

/// Every length of any indicator, ascending.
fn lengths(indicators: &[Indicator]) -> Vec<usize> {
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
    fn roughness_by_hand() {
        let mut rising = [(3.0, 9.0), (1.0, 1.0), (2.0, 4.0)];
        assert_eq!(roughness(&mut rising), 0.0);
        // 1, 9, 4: up 8, down 5, of an extent of 8.
        let mut bent = [(3.0, 4.0), (1.0, 1.0), (2.0, 9.0)];
        assert_eq!(roughness(&mut bent), 5.0 / 8.0);
    }

    fn of(growth: Growth, drift: Drift, curves: &[Curve]) -> Estimate {
        found_by(&Ansatz { growth, drift }, curves).unwrap()
    }

    #[test]
    fn published_gap_ratios() {
        let curves = reference(&[14, 16, 18], [4.0, 9.5]);
        let power = of(Growth::PowerLaw, Drift::Constant, &curves);
        // Published as 0.175, which is 0.0008 above the lowest there is.
        assert!((0.1740..0.1755).contains(&power.cost), "{power:?}");
        assert!((power.critical - 6.54).abs() < 0.05, "{power:?}");
        let drifting = of(Growth::KosterlitzThouless, Drift::Linear, &curves);
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
            let cost = |drift| of(growth, drift, &curves).cost;
            let (linear, inverse) = (cost(Drift::Linear), cost(Drift::Inverse));
            assert!(linear.max(inverse) <= cost(Drift::Constant) + 1e-9);
            assert!(cost(Drift::Free) <= linear.min(inverse) + 1e-9);
        }
    }

    /// Curves made of one master curve come out without cost. Their order alone does not say where
    /// h* is if each length may have its own.
    #[test]
    fn each_form_finds_its_own() {
        let strengths: Vec<f64> = (0..24).map(|place| 3.0 + 0.25 * f64::from(place)).collect();
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
                let found = of(growth, drift, &curves);
                assert!(found.cost < 0.002, "{found:?}");
            }
        }
    }
}

//! What converged Ritz values of the filter prove: P is largest near the target, so all levels where
//! it exceeds the largest Ritz value that has not converged are found.

use super::polynomial::Polynomial;
use crate::eigen::krylov::RitzPairs;
use crate::eigen::solver::Bounds;

/// ‖P(H) v − θ v‖ of a converged pair. That of H is about as much smaller as the window is narrower
/// than the spectrum.
const TOLERANCE: f64 = 1e-10;

/// Ritz values this close may be of one level.
const EQUAL: f64 = 1e-9;

/// How far the spectrum about a target is known.
pub struct Certificate {
    /// The level of P above which all Ritz values have converged.
    pub level: f64,
    /// The Ritz values from this place on are above it.
    pub first: usize,
    /// The distance from the target within which no level is missing.
    pub radius: f64,
    /// How many levels are there at least.
    pub inside: usize,
}

impl Certificate {
    /// For the levels about `energy` in a spectrum with `bounds`.
    pub fn new(ritz: &RitzPairs, polynomial: &Polynomial, bounds: &Bounds, energy: f64) -> Self {
        let level = (ritz.values.iter().zip(ritz.errors()))
            .filter(|(_, error)| *error > TOLERANCE)
            .map(|(value, error)| value + error)
            .fold(f64::NEG_INFINITY, f64::max);
        let radius = polynomial.passband(level).radius(energy);
        // P need not be as large on one side as on the other. Where it exceeds its larger value at
        // the radius, a level is inside.
        let inner = [energy - radius, energy + radius]
            .into_iter()
            .filter(|side| (bounds.lowest..=bounds.highest).contains(side))
            .map(|side| polynomial.value(side))
            .fold(level, f64::max);
        let above = |level: f64| ritz.values.partition_point(|value| *value <= level);
        Self {
            level,
            first: above(level),
            radius,
            inside: ritz.values.len() - above(inner),
        }
    }
}

/// The largest number of `values`, ascending, that may be of one level.
pub fn largest_multiplicity(values: &[f64]) -> usize {
    values
        .chunk_by(|a, b| b - a <= EQUAL)
        .map(<[f64]>::len)
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use faer::Mat;

    use super::*;

    /// With the levels known, what is said to be inside is inside, and nothing else is.
    #[test]
    fn says_no_more_than_has_converged() {
        let bounds = Bounds {
            lowest: 0.0,
            highest: 100.0,
        };
        let levels: Vec<f64> = (0..=400).map(|k| f64::from(k) / 4.0).collect();
        for energy in [0.0, 3.1, 30.03, 77.7] {
            let polynomial = Polynomial::new(&bounds, energy, 40);
            let mut values: Vec<f64> = levels.iter().map(|e| polynomial.value(*e)).collect();
            values.sort_by(f64::total_cmp);
            for level in [0.25, 0.5, 0.9] {
                let error = |v: f64| if v < level { 1e-3 } else { 0.0 };
                let ritz = RitzPairs {
                    next: Mat::from_fn(1, values.len(), |_, k| error(values[k])),
                    values: values.clone(),
                    vectors: Mat::new(),
                };
                let certificate = Certificate::new(&ritz, &polynomial, &bounds, energy);
                let within = |e: &&f64| (**e - energy).abs() <= certificate.radius;
                let inside = levels.iter().filter(within).count();
                assert!(certificate.inside <= inside && certificate.inside + 3 >= inside);
                let lost = (levels.iter().filter(within))
                    .filter(|e| polynomial.value(**e) < level)
                    .count();
                assert_eq!(lost, 0, "target {energy}, level {level}");
                let mut converged = ritz.errors().skip(certificate.first);
                assert!(converged.all(|error| error == 0.0));
            }
        }
    }

    #[test]
    fn neighbours_count_as_equal() {
        assert_eq!(largest_multiplicity(&[]), 0);
        assert_eq!(
            largest_multiplicity(&[0.1, 0.2, 0.2 + 1e-10, 0.2 + 2e-10, 0.5, 0.5]),
            3
        );
    }
}

//! The proof that a window is complete. P is largest near the target, so that every level where P
//! exceeds the largest Ritz value not converged yet has been found.
//!
//! The proof rests on the order in which block Lanczos converges: from the largest eigenvalue down.
//! A level of higher multiplicity than the block has columns can escape it, so equal levels are
//! counted.

use super::polynomial::Polynomial;
use crate::eigen::krylov::RitzPairs;
use crate::eigen::solver::Bounds;

/// ‖P(H) v − θ v‖ of a converged pair. The residual of H, as a fraction of the spectrum's width, is
/// smaller by about the ratio of the two widths, of window and spectrum.
pub const TOLERANCE: f64 = 3e-10;

/// The vectors of Ritz values above this one are orthonormal to rounding, and the others are not used.
const USED_ABOVE: f64 = 0.1;

/// Ritz values this close may belong to one level.
const EQUAL: f64 = 1e-9;

/// How far from the target the spectrum is known.
pub struct Certificate {
    /// The value of P above which all Ritz values have converged, and are used.
    pub level: f64,
    /// The place of the first Ritz value above it.
    pub first: usize,
    /// The distance from the target within which no level is missing.
    pub radius: f64,
    /// A lower bound of the number of levels within it.
    pub inside: usize,
}

impl Certificate {
    /// The certificate for a window about `energy` in a spectrum with `bounds`.
    pub fn new(ritz: &RitzPairs, polynomial: &Polynomial, bounds: &Bounds, energy: f64) -> Self {
        let level = (ritz.values.iter().zip(ritz.errors()))
            .filter(|(_, error)| *error > TOLERANCE)
            .map(|(value, error)| value + error)
            .fold(USED_ABOVE, f64::max);
        let radius = polynomial.passband(level).radius(energy);
        // P may differ between the two energies at the radius. A level where P exceeds the larger of its
        // values there, and those of side lobes, is inside.
        let inner = [energy - radius, energy + radius]
            .into_iter()
            .filter(|side| (bounds.lowest..=bounds.highest).contains(side))
            .map(|side| polynomial.value(side))
            .fold(level.max(polynomial.side_lobes(USED_ABOVE)), f64::max);
        let above = |level: f64| ritz.values.partition_point(|value| *value <= level);
        // Otherwise P is larger between the window and its peak.
        let has_peak = (polynomial.peak() - energy).abs() <= radius;
        Self {
            level,
            first: above(level),
            radius,
            inside: if has_peak {
                ritz.values.len() - above(inner)
            } else {
                0
            },
        }
    }
}

/// The places of those of `values`, ascending, whose vectors are used.
pub fn used(values: &[f64]) -> Vec<usize> {
    (values.partition_point(|&value| value <= USED_ABOVE)..values.len()).collect()
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

    /// The certificate of known levels claims no level that is not inside, and misses few.
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

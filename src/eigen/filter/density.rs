//! The density of states: a Gaussian with the exact mean and variance of the levels, whose height
//! near a target is corrected by what a filter lets through.

use statrs::function::erf::erf;

use super::polynomial::Polynomial;
use crate::chain::Hamiltonian;
use crate::eigen::Bounds;

/// An estimate of how many levels lie where.
#[derive(Debug, Clone)]
pub struct Density {
    bounds: Bounds,
    mean: f64,
    deviation: f64,
    /// Levels under the whole Gaussian.
    levels: f64,
}

impl Density {
    /// From Tr H and Tr H², which are sums over the matrix elements.
    pub fn new(hamiltonian: &Hamiltonian, bounds: &Bounds) -> Self {
        let chain = hamiltonian.chain();
        let levels = hamiltonian.dimension() as f64;
        let mean = hamiltonian.diagonal().iter().sum::<f64>() / levels;
        let squares: f64 = (hamiltonian.diagonal().iter())
            .map(|level| (level - mean).powi(2))
            .sum();
        let exchanges = chain.exchange().powi(2) * chain.exchanges() as f64;
        let deviation = ((squares + exchanges) / levels).sqrt();
        Self {
            bounds: *bounds,
            mean,
            deviation: deviation.max(f64::MIN_POSITIVE),
            levels,
        }
    }

    /// Levels expected between two energies.
    pub fn between(&self, lower: f64, upper: f64) -> f64 {
        let below = |energy: f64| {
            let inside = energy.clamp(self.bounds.lowest, self.bounds.highest);
            erf((inside - self.mean) / (self.deviation * std::f64::consts::SQRT_2)) / 2.0
        };
        self.levels * (below(upper) - below(lower)).max(0.0)
    }

    /// The distance from `energy` within which `count` levels are expected.
    pub fn radius(&self, energy: f64, count: f64) -> f64 {
        let (mut less, mut more) = (0.0, self.bounds.width());
        for _ in 0..60 {
            let radius = f64::midpoint(less, more);
            if self.between(energy - radius, energy + radius) < count {
                less = radius;
            } else {
                more = radius;
            }
        }
        more
    }

    /// Scales the density to `measured`, an estimate of Tr P(H)².
    pub fn correct(&mut self, polynomial: &Polynomial, measured: f64) {
        let expected: f64 = polynomial
            .squares()
            .map(|(lower, upper, square)| square * self.between(lower, upper))
            .sum();
        if expected > 0.0 {
            // Far in a tail of the Gaussian its shape is no guide: step by step.
            self.levels *= (measured / expected).clamp(0.1, 10.0);
        }
    }
}

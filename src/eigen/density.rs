//! The density of states: a Gaussian with the exact mean and variance of the levels. Its height
//! near a target can be corrected by the measured weight that passes a filter.

use statrs::function::erf::erf;

use super::solver::Bounds;
use crate::chain::Hamiltonian;
use crate::comm::Space;

/// An estimate of the number of levels in an interval of energy.
#[derive(Debug, Clone)]
pub struct Density {
    bounds: Bounds,
    mean: f64,
    deviation: f64,
    /// Levels under the whole Gaussian.
    levels: f64,
}

impl Density {
    /// From Tr H and Tr H², which are sums over the matrix elements. Collective.
    pub fn new(space: &Space, hamiltonian: &Hamiltonian, bounds: &Bounds) -> Self {
        let (chain, diagonal) = (hamiltonian.chain(), hamiltonian.diagonal());
        let levels = hamiltonian.dimension() as f64;
        let sums = space.sum(|rows| {
            let exchanges = rows.clone().map(|row| chain.exchanges_of(row).len());
            let exchanges = exchanges.sum::<usize>() as f64;
            vec![diagonal[rows].iter().sum(), exchanges]
        });
        let mean = sums[0] / levels;
        let squares = space.sum(|rows| {
            let squares = diagonal[rows].iter().map(|level| (level - mean).powi(2));
            vec![squares.sum()]
        });
        let (squares, exchanges) = (squares[0], chain.exchange().powi(2) * sums[1]);
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

    /// Scales the density to `measured`, an estimate of Tr P(H)². `squares` are narrow intervals of energy
    /// that cover the spectrum, with P² in each.
    pub fn correct(&mut self, squares: impl Iterator<Item = (f64, f64, f64)>, measured: f64) {
        let expected: f64 = squares
            .map(|(lower, upper, square)| square * self.between(lower, upper))
            .sum();
        if expected > 0.0 {
            // Far in a tail the Gaussian has the wrong shape, so one correction may change it by a
            // factor of ten only.
            self.levels *= (measured / expected).clamp(0.1, 10.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use faer::Side;

    use super::*;
    use crate::chain::Chain;
    use crate::deck::Boundary;

    /// In the middle of the spectrum the estimate is right as it is, and in the tail once corrected with
    /// squares of a step.
    #[test]
    fn counts_levels() {
        faer::set_global_parallelism(faer::Par::Seq);
        let chain = Arc::new(Chain::new(12, 1.0, Boundary::Periodic));
        let field: Vec<f64> = (0..12)
            .map(|site| 3.0 * f64::from(site * site).sin())
            .collect();
        let hamiltonian = Hamiltonian::new(&chain, &field);
        let levels = hamiltonian
            .dense()
            .self_adjoint_eigenvalues(Side::Lower)
            .unwrap();
        let bounds = Bounds {
            lowest: levels[0],
            highest: levels[levels.len() - 1],
        };
        for (density, corrected, allowed) in
            [(0.5, false, 0.1), (0.5, true, 0.1), (0.12, true, 0.2)]
        {
            let energy = bounds.energy(density);
            let mut estimate = Density::new(&Space::alone(924), &hamiltonian, &bounds);
            let radius = 0.06 * bounds.width();
            let near = |level: &&f64| (**level - energy).abs() < radius;
            let counted = levels.iter().filter(near).count() as f64;
            if corrected {
                let step = (energy - radius, energy + radius, 1.0);
                estimate.correct(std::iter::once(step), counted);
            }
            let expected = estimate.between(energy - radius, energy + radius);
            assert!(
                (expected / counted - 1.0).abs() < allowed,
                "ε = {density}: {expected} expected, {counted} counted"
            );
            assert!((estimate.radius(energy, expected) - radius).abs() < 1e-9 * radius);
        }
    }
}

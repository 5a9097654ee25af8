//! How the spins of two sites depend on each other, by their distance.

use std::sync::Arc;

use super::observable::{Axis, Description, Observable};
use super::probabilities::{expectations, write_spins};
use crate::chain::Chain;
use crate::deck::Boundary;
use crate::eigen::Window;

/// C(d) = ⟨σᶻ_i σᶻ_{i+d}⟩ − ⟨σᶻ_i⟩⟨σᶻ_{i+d}⟩, its mean over sites and states.
pub const MEAN: Description = Description {
    name: "correlation_zz",
    units: "1",
    description: "connected correlation of sigma^z at two sites, mean over sites and eigenstates",
    of_states: true,
    axes: &[Axis::Distance],
    prepare: |chain| Box::new(Correlation::new(chain, mean)),
};

/// exp⟨ln |C(d)|⟩ over sites and states.
pub const TYPICAL: Description = Description {
    name: "typical_correlation_zz",
    units: "1",
    description: "exp of the mean of ln |C| over sites and eigenstates, C as in correlation_zz",
    of_states: true,
    axes: &[Axis::Distance],
    prepare: |chain| Box::new(Correlation::new(chain, typical)),
};

struct Correlation {
    chain: Arc<Chain>,
    /// Pairs of sites, and their distance less 1.
    pairs: Vec<(usize, usize, usize)>,
    /// One number of the correlations of a distance.
    summary: fn(&[f64]) -> f64,
}

impl Correlation {
    fn new(chain: &Arc<Chain>, summary: fn(&[f64]) -> f64) -> Self {
        Self {
            chain: Arc::clone(chain),
            pairs: pairs(chain),
            summary,
        }
    }
}

/// The pairs of sites of a chain, each with its distance less 1, up to a distance of L/2.
pub fn pairs(chain: &Chain) -> Vec<(usize, usize, usize)> {
    let sites = chain.sector().sites();
    let pairs = (1..=sites / 2).flat_map(|distance| {
        let firsts = match chain.boundary() {
            // The two ways to the opposite site are one pair.
            Boundary::Periodic if 2 * distance == sites => 0..distance,
            Boundary::Periodic => 0..sites,
            Boundary::Open => 0..sites - distance,
        };
        firsts.map(move |first| (first, (first + distance) % sites, distance - 1))
    });
    pairs.collect()
}

impl Observable for Correlation {
    fn evaluate(&mut self, window: &Window) -> Vec<f64> {
        let (sector, pairs) = (self.chain.sector(), &self.pairs);
        let sites = sector.sites();
        let count = sites + pairs.len();
        let values = expectations(sector, window, count, |configuration, values| {
            let (spins, products) = values.split_at_mut(sites);
            write_spins(configuration, spins);
            for (&(first, second, _), value) in pairs.iter().zip(products) {
                *value = spins[first] * spins[second];
            }
        });
        let mut found = vec![Vec::new(); sites / 2];
        for state in values.chunks_exact(count) {
            let (spins, products) = state.split_at(sites);
            for (&(first, second, distance), product) in pairs.iter().zip(products) {
                found[distance].push(product - spins[first] * spins[second]);
            }
        }
        found.iter().map(|found| (self.summary)(found)).collect()
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn typical(values: &[f64]) -> f64 {
    let logarithms = values.iter().map(|value| value.abs().ln());
    (logarithms.sum::<f64>() / values.len() as f64).exp()
}

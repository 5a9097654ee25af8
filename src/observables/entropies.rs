//! Entropies of the first ℓ sites, for every ℓ.

use std::sync::Arc;

use super::observable::{Axis, Description, Observable};
use super::schmidt::{Cuts, Schmidt};
use super::shared::Shared;
use super::whole::WholeStates;
use crate::chain::Chain;
use crate::eigen::Window;
use crate::indicators::entropy_term;

/// −Tr ρ ln ρ, in nats.
pub const VON_NEUMANN: Description = Description {
    name: "entanglement_entropies",
    units: "nat",
    description: "von Neumann entropy of the first sites, for every cut and eigenstate",
    of_states: true,
    axes: &[Axis::State, Axis::Cut],
    prepare: |chain, _| Box::new(Entropies::new(chain, von_neumann)),
};

/// −ln Tr ρ², in nats.
pub const RENYI: Description = Description {
    name: "renyi_entropies",
    units: "nat",
    description: "Renyi entropy of order 2 of the first sites, for every cut and eigenstate",
    of_states: true,
    axes: &[Axis::State, Axis::Cut],
    prepare: |chain, _| Box::new(Entropies::new(chain, renyi)),
};

/// −Σ p_n ln p_n, where p_n is the probability of n up spins in the first part, in nats (A. Lukin et al.,
/// Science 364, 256).
pub const NUMBER: Description = Description {
    name: "number_entropies",
    units: "nat",
    description: "entropy of the number of up spins in the first sites, for every cut and eigenstate",
    of_states: true,
    axes: &[Axis::State, Axis::Cut],
    prepare: |chain, _| Box::new(Entropies::new(chain, number)),
};

/// All Schmidt probabilities of a state, the largest first; zeros fill the list. A cut in two halves has
/// no more than 2^{L/2}.
pub const SPECTRUM: Description = Description {
    name: "entanglement_spectrum",
    units: "1",
    description: "Schmidt probabilities of the first L/2 sites for each eigenstate, descending",
    of_states: true,
    axes: &[Axis::State, Axis::Level],
    prepare: |chain, _| Box::new(Spectrum(Decomposition::new(chain))),
};

/// Decomposes states at every cut.
struct Decomposition {
    whole: WholeStates,
    cuts: Cuts,
}

impl Decomposition {
    fn new(chain: &Arc<Chain>) -> Self {
        Self {
            whole: WholeStates::new(chain),
            cuts: Cuts::new(chain.sector().sites()),
        }
    }

    fn of<'s>(&self, window: &Window, shared: &'s mut Shared) -> &'s Schmidt {
        shared.get(|| self.cuts.decompose(&self.whole, window))
    }
}

struct Entropies {
    decomposition: Decomposition,
    /// The entropy of lists of probabilities, one for each number of up spins.
    entropy: fn(&mut dyn Iterator<Item = &[f64]>) -> f64,
}

impl Entropies {
    fn new(chain: &Arc<Chain>, entropy: fn(&mut dyn Iterator<Item = &[f64]>) -> f64) -> Self {
        Self {
            decomposition: Decomposition::new(chain),
            entropy,
        }
    }
}

impl Observable for Entropies {
    fn evaluate(&mut self, window: &Window, shared: &mut Shared) -> Vec<f64> {
        let schmidt = self.decomposition.of(window, shared);
        let cuts = &self.decomposition.cuts;
        let mut found = Vec::with_capacity(window.energies.len() * cuts.count());
        for state in 0..window.energies.len() {
            for cut in 0..cuts.count() {
                found.push((self.entropy)(&mut cuts.blocks(schmidt, state, cut)));
            }
        }
        found
    }
}

fn von_neumann(blocks: &mut dyn Iterator<Item = &[f64]>) -> f64 {
    blocks.flatten().map(|&p| entropy_term(p)).sum()
}

fn renyi(blocks: &mut dyn Iterator<Item = &[f64]>) -> f64 {
    // A purity of 1 gives 0, not −0.
    0.0 - blocks.flatten().map(|p| p * p).sum::<f64>().ln()
}

fn number(blocks: &mut dyn Iterator<Item = &[f64]>) -> f64 {
    blocks.map(|block| entropy_term(block.iter().sum())).sum()
}

struct Spectrum(Decomposition);

impl Observable for Spectrum {
    fn evaluate(&mut self, window: &Window, shared: &mut Shared) -> Vec<f64> {
        let schmidt = self.0.of(window, shared);
        let cuts = &self.0.cuts;
        let middle = cuts.count() / 2;
        let mut found = Vec::new();
        for state in 0..window.energies.len() {
            let blocks = cuts.blocks(schmidt, state, middle);
            // Rounding makes some of the smallest negative.
            let mut probabilities: Vec<f64> = blocks.flatten().map(|p| p.max(0.0)).collect();
            probabilities.sort_unstable_by(|a, b| b.total_cmp(a));
            found.extend(probabilities);
        }
        found
    }
}

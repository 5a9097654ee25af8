//! How the spins of two sites depend on each other, by their distance.

use std::sync::Arc;

use super::exchanges::Exchanges;
use super::observable::{Axis, Description, Observable};
use super::probabilities::{expectations, write_spins};
use super::shared::Shared;
use super::whole::WholeStates;
use crate::chain::Chain;
use crate::deck::Boundary;
use crate::eigen::Window;

/// C(d) = ⟨σᶻ_i σᶻ_{i+d}⟩ − ⟨σᶻ_i⟩⟨σᶻ_{i+d}⟩, its mean over sites and states.
pub const ZZ: Description = Description {
    name: "correlation_zz",
    units: "1",
    description: "connected correlation of sigma^z at two sites, mean over sites and eigenstates",
    of_states: true,
    axes: &[Axis::Distance],
    prepare: |chain, _| Box::new(Longitudinal::new(chain, mean)),
};

/// exp⟨ln |C(d)|⟩ over sites and states.
pub const TYPICAL_ZZ: Description = Description {
    name: "typical_correlation_zz",
    units: "1",
    description: "exp of the mean of ln |C| over sites and eigenstates, C as in correlation_zz",
    of_states: true,
    axes: &[Axis::Distance],
    prepare: |chain, _| Box::new(Longitudinal::new(chain, typical)),
};

/// C(d) = ⟨σˣ_i σˣ_{i+d}⟩, its mean over sites and states. ⟨σˣ_i⟩ is zero.
pub const XX: Description = Description {
    name: "correlation_xx",
    units: "1",
    description: "correlation of sigma^x at two sites, mean over sites and eigenstates",
    of_states: true,
    axes: &[Axis::Distance],
    prepare: |chain, _| Box::new(Transverse::new(chain, mean)),
};

/// exp⟨ln |C(d)|⟩ over sites and states.
pub const TYPICAL_XX: Description = Description {
    name: "typical_correlation_xx",
    units: "1",
    description: "exp of the mean of ln |C| over sites and eigenstates, C as in correlation_xx",
    of_states: true,
    axes: &[Axis::Distance],
    prepare: |chain, _| Box::new(Transverse::new(chain, typical)),
};

/// Two sites, from 0.
#[derive(Clone, Copy)]
pub struct Pair {
    /// The sites.
    pub sites: [usize; 2],
    /// The distance less 1.
    pub distance: usize,
}

/// All pairs of sites at a distance of half the chain or less.
pub fn pairs(chain: &Chain) -> Vec<Pair> {
    let sites = chain.sector().sites();
    let of_distance = |distance: usize| {
        let firsts = match chain.boundary() {
            // The two ways to the opposite site are one pair.
            Boundary::Periodic if 2 * distance == sites => 0..distance,
            Boundary::Periodic => 0..sites,
            Boundary::Open => 0..sites - distance,
        };
        firsts.map(move |first| Pair {
            sites: [first, (first + distance) % sites],
            distance: distance - 1,
        })
    };
    (1..=sites / 2).flat_map(of_distance).collect()
}

/// One number of the correlations of each distance. `values` has those of all pairs, state by state.
fn by_distance(pairs: &[Pair], values: &[f64], summary: fn(&[f64]) -> f64) -> Vec<f64> {
    let longest = pairs.iter().map(|pair| pair.distance).max();
    let mut found = vec![Vec::new(); longest.map_or(0, |it| it + 1)];
    for (value, pair) in values.iter().zip(pairs.iter().cycle()) {
        found[pair.distance].push(*value);
    }
    found.iter().map(|found| summary(found)).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn typical(values: &[f64]) -> f64 {
    let logarithms = values.iter().map(|value| value.abs().ln());
    (logarithms.sum::<f64>() / values.len() as f64).exp()
}

struct Longitudinal {
    chain: Arc<Chain>,
    pairs: Vec<Pair>,
    summary: fn(&[f64]) -> f64,
}

/// ⟨σᶻσᶻ⟩ − ⟨σᶻ⟩⟨σᶻ⟩ of each state and pair.
struct ConnectedZz(Vec<f64>);

impl Longitudinal {
    fn new(chain: &Arc<Chain>, summary: fn(&[f64]) -> f64) -> Self {
        Self {
            chain: Arc::clone(chain),
            pairs: pairs(chain),
            summary,
        }
    }

    fn connected(&self, window: &Window) -> ConnectedZz {
        let (sector, pairs) = (self.chain.sector(), &self.pairs);
        let sites = sector.sites();
        let count = sites + pairs.len();
        let values = expectations(sector, window, count, |configuration, values| {
            let (spins, products) = values.split_at_mut(sites);
            write_spins(configuration, spins);
            for (pair, value) in pairs.iter().zip(products) {
                *value = spins[pair.sites[0]] * spins[pair.sites[1]];
            }
        });
        let of_state = |state: &[f64]| {
            let (spins, products) = state.split_at(sites);
            let connected = pairs.iter().zip(products);
            let connected =
                connected.map(|(it, product)| product - spins[it.sites[0]] * spins[it.sites[1]]);
            connected.collect::<Vec<_>>()
        };
        ConnectedZz(values.chunks_exact(count).flat_map(of_state).collect())
    }
}

impl Observable for Longitudinal {
    fn evaluate(&mut self, window: &Window, shared: &mut Shared) -> Vec<f64> {
        let values = shared.get(|| self.connected(window));
        by_distance(&self.pairs, &values.0, self.summary)
    }
}

struct Transverse {
    whole: WholeStates,
    pairs: Vec<Pair>,
    exchanges: Vec<Exchanges>,
    summary: fn(&[f64]) -> f64,
}

/// ⟨σˣσˣ⟩ of each state and pair.
struct Xx(Vec<f64>);

impl Transverse {
    fn new(chain: &Arc<Chain>, summary: fn(&[f64]) -> f64) -> Self {
        let (whole, pairs) = (WholeStates::new(chain), pairs(chain));
        let exchanges = pairs
            .iter()
            .map(|pair| Exchanges::new(&whole.ranking, pair.sites));
        Self {
            exchanges: exchanges.collect(),
            whole,
            pairs,
            summary,
        }
    }
}

impl Observable for Transverse {
    fn evaluate(&mut self, window: &Window, shared: &mut Shared) -> Vec<f64> {
        let values = shared.get(|| {
            let (exchanges, ranking) = (&self.exchanges, &self.whole.ranking);
            Xx(self.whole.each(window, exchanges.len(), |states| {
                exchanges
                    .iter()
                    .map(|it| it.overlap(ranking, states))
                    .collect()
            }))
        });
        by_distance(&self.pairs, &values.0, self.summary)
    }
}

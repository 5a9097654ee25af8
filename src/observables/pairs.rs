//! The pairs of sites of a chain, by their distance.

use super::probabilities::write_spins;
use crate::chain::Chain;
use crate::deck::Boundary;

/// All pairs of sites at a distance of half the chain or less.
pub struct Pairs {
    sites: usize,
    pairs: Vec<Pair>,
}

/// Two sites, from 0.
struct Pair {
    sites: [usize; 2],
    /// The distance less 1.
    distance: usize,
}

impl Pairs {
    /// Those of a chain.
    pub fn new(chain: &Chain) -> Self {
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
        Self {
            sites,
            pairs: (1..=sites / 2).flat_map(of_distance).collect(),
        }
    }

    /// The sites of each pair.
    pub fn sites(&self) -> impl Iterator<Item = [usize; 2]> {
        self.pairs.iter().map(|pair| pair.sites)
    }

    /// How many numbers [`write_products`](Self::write_products) writes.
    pub fn products(&self) -> usize {
        self.sites + self.pairs.len()
    }

    /// Writes σᶻ of each site in a configuration, and then σᶻσᶻ of each pair.
    pub fn write_products(&self, configuration: u64, values: &mut [f64]) {
        let (spins, products) = values.split_at_mut(self.sites);
        write_spins(configuration, spins);
        for (pair, value) in self.pairs.iter().zip(products) {
            *value = spins[pair.sites[0]] * spins[pair.sites[1]];
        }
    }

    /// ⟨σᶻσᶻ⟩ − ⟨σᶻ⟩⟨σᶻ⟩ of each pair, one state after the other, from the means of what
    /// [`write_products`](Self::write_products) writes.
    pub fn connected(&self, means: &[f64]) -> Vec<f64> {
        let of_state = |means: &[f64]| {
            let (spins, products) = means.split_at(self.sites);
            let pairs = self.pairs.iter().zip(products);
            let connected =
                pairs.map(|(it, product)| product - spins[it.sites[0]] * spins[it.sites[1]]);
            connected.collect::<Vec<f64>>()
        };
        means
            .chunks_exact(self.products())
            .flat_map(of_state)
            .collect()
    }

    /// One number of the correlations of each distance. `values` has those of all pairs, one state after
    /// the other.
    pub fn by_distance(&self, values: &[f64], summary: fn(&[f64]) -> f64) -> Vec<f64> {
        let mut found = vec![Vec::new(); self.sites / 2];
        for (value, pair) in values.iter().zip(self.pairs.iter().cycle()) {
            found[pair.distance].push(*value);
        }
        found.iter().map(|found| summary(found)).collect()
    }
}

/// The mean of some values.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// exp⟨ln |x|⟩ of some values.
pub fn typical(values: &[f64]) -> f64 {
    let logarithms = values.iter().map(|value| value.abs().ln());
    (logarithms.sum::<f64>() / values.len() as f64).exp()
}

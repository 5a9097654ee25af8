//! The product states that quenches begin with.

use std::collections::BTreeMap;

use crate::chain::{Hamiltonian, Sector, Task, numbered_stream, sector_dimension};
use crate::comm::Space;
use crate::eigen::Bounds;
use crate::random::unit;

/// Which product states.
#[derive(Debug, Clone, PartialEq)]
pub enum Initial {
    /// Spins that alternate: site 1 up, then site 1 down.
    Neel,
    /// The first L/2 spins up, then the same shifted by 1, 2, … sites around the ring.
    DomainWall,
    /// Drawn from all of the sector with equal probabilities.
    RandomProduct,
    /// Those whose energies ⟨H⟩ are nearest an energy density.
    Energy(f64),
    /// Configurations by chain length.
    Given(BTreeMap<usize, Vec<u64>>),
}

impl Initial {
    /// How many there are for a chain length at most.
    pub fn most(&self, sites: usize) -> usize {
        match self {
            Self::Neel => 2,
            Self::DomainWall => sites,
            Self::RandomProduct => usize::MAX,
            Self::Energy(_) => usize::try_from(sector_dimension(sites)).unwrap_or(usize::MAX),
            Self::Given(known) => known.get(&sites).map_or(0, Vec::len),
        }
    }

    /// The first `samples` configurations of a realization. Collective.
    pub fn configurations(
        &self,
        samples: usize,
        task: &Task,
        seed: u64,
        hamiltonian: &Hamiltonian,
        bounds: &Bounds,
        space: &Space,
    ) -> Vec<u64> {
        let sites = task.sites;
        match self {
            Self::Neel => {
                let odd = (0..sites).step_by(2).fold(0, |word, site| word | 1 << site);
                vec![odd, odd << 1][..samples].to_vec()
            }
            Self::DomainWall => (0..samples).map(|shift| domain(sites, shift)).collect(),
            Self::RandomProduct => (0..samples as u64)
                .map(|sample| random(task, seed, sample))
                .collect(),
            Self::Energy(density) => nearest(samples, bounds.energy(*density), hamiltonian, space),
            Self::Given(known) => known[&sites][..samples].to_vec(),
        }
    }
}

/// L/2 neighbouring spins up, from site `shift` + 1 on.
fn domain(sites: usize, shift: usize) -> u64 {
    (0..sites / 2).fold(0, |word, site| word | 1 << ((site + shift) % sites))
}

/// A configuration of the sector from a stream of its own.
fn random(task: &Task, seed: u64, sample: u64) -> u64 {
    let mut stream = numbered_stream(seed, task, 1 + sample);
    // A site is up with the probability of those that are left to be up.
    let (mut left, mut up) = (task.sites as f64, task.sites as f64 / 2.0);
    (0..task.sites).fold(0, |word, site| {
        let is_up = unit(&mut stream) * left < up;
        left -= 1.0;
        up -= f64::from(u8::from(is_up));
        word | u64::from(is_up) << site
    })
}

/// The configurations whose energies are nearest to one, the nearest first. Collective.
fn nearest(samples: usize, energy: f64, hamiltonian: &Hamiltonian, space: &Space) -> Vec<u64> {
    let sector: &Sector = hamiltonian.chain().sector();
    let energies = sector.configurations().iter().zip(hamiltonian.diagonal());
    let mut own: Vec<(f64, u64)> = energies
        .map(|(&state, level)| ((level - energy).abs(), state))
        .collect();
    own.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    own.truncate(samples);
    // A number has the bits of half a configuration.
    let halves = own.iter().flat_map(|&(distance, state)| {
        [distance, (state >> 32) as f64, (state & 0xffff_ffff) as f64]
    });
    let mut given: Vec<f64> = halves.collect();
    given.resize(3 * samples, f64::INFINITY);
    let counts = vec![given.len(); space.group().size()];
    let all = space.group().gather(&given, &counts);
    let there = all.as_chunks::<3>().0.iter().filter(|it| it[0].is_finite());
    let mut all: Vec<(f64, u64)> = there
        .map(|&[distance, high, low]| (distance, (high as u64) << 32 | low as u64))
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    all.into_iter()
        .take(samples)
        .map(|(_, state)| state)
        .collect()
}

//! The basis of the sector of zero magnetization.
//!
//! States are ordered by the pieces of [`Cut`], so that exchanges lead to states nearby. In a piece
//! they are ordered by the number of their exchanges, then as numbers. Neighbouring rows of the
//! Hamiltonian then have as many elements, and no branch of a product is hard to predict.

use std::sync::Arc;

use super::cut::Cut;
use crate::comm::Partition;

/// σᶻ of a site in a configuration: 1 or −1.
pub fn spin(configuration: u64, site: usize) -> f64 {
    if configuration >> site & 1 == 1 {
        1.0
    } else {
        -1.0
    }
}

/// The number of states with L/2 of L spins up.
///
/// Exact for every chain whose states fit a machine word (L ≤ 62).
pub fn sector_dimension(sites: usize) -> u64 {
    binomial(sites as u64, sites as u64 / 2)
}

fn binomial(n: u64, k: u64) -> u64 {
    let ways = (0..k).fold(1_u128, |ways, i| {
        ways * u128::from(n - i) / u128::from(i + 1)
    });
    u64::try_from(ways).unwrap_or(u64::MAX)
}

/// The sector of zero magnetization of a chain, its states numbered from 0, or those of one rank.
///
/// A configuration is a word whose bit i is set when the spin of site i + 1 is up.
#[derive(Debug, Clone)]
pub struct Sector {
    sites: usize,
    halves: Vec<Vec<u64>>,
    cut: Cut,
    partition: Arc<Partition>,
    configurations: Vec<u64>,
}

/// Where a state is in the order of the basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its piece.
    pub piece: usize,
    /// The number of neighbours on the ring whose spins differ.
    walls: u32,
    configuration: u64,
}

impl Sector {
    /// The sector of a chain of `sites` sites.
    ///
    /// # Panics
    /// When `sites` is odd or zero. A deck with such a size is refused.
    pub fn new(sites: usize) -> Self {
        Self::part(sites, 0, 1)
    }

    /// The states of the sector that one of so many ranks has.
    ///
    /// # Panics
    /// As [`Sector::new`], and when there are more ranks than pieces.
    pub fn part(sites: usize, rank: usize, ranks: usize) -> Self {
        assert!(
            sites >= 2 && sites.is_multiple_of(2),
            "{sites} sites have no sector of zero magnetization"
        );
        let halves = halves(sites);
        let cut = Cut::new(&halves);
        let partition = Partition::of(cut.starts(), rank, ranks);
        let mut sector = Self {
            sites,
            halves,
            cut,
            configurations: vec![0; partition.rows()],
            partition: Arc::new(partition),
        };
        sector.enumerate();
        sector
    }

    /// Finds its configurations among all, and sorts them.
    fn enumerate(&mut self) {
        let (half, own) = (self.sites / 2, self.partition.own());
        let rows = |piece| self.partition.rows_of(piece);
        let mut next: Vec<usize> = own.clone().map(|piece| rows(piece).start).collect();
        for (up, first) in self.halves.iter().enumerate() {
            for a in first {
                for b in &self.halves[half - up] {
                    let configuration = a | b << half;
                    let piece = self.cut.piece_of(configuration);
                    if own.contains(&piece) {
                        let next = &mut next[piece - own.start];
                        self.configurations[*next] = configuration;
                        *next += 1;
                    }
                }
            }
        }
        for piece in own {
            let states = &mut self.configurations[self.partition.rows_of(piece)];
            states.sort_unstable_by_key(|&state| (walls(state, self.sites), state));
        }
    }

    /// Chain length L.
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Number of states, of all ranks.
    pub fn dimension(&self) -> usize {
        self.partition.dimension()
    }

    /// The rows of this rank.
    pub fn partition(&self) -> &Arc<Partition> {
        &self.partition
    }

    /// The configurations of this rank in the order of the basis.
    pub fn configurations(&self) -> &[u64] {
        &self.configurations
    }

    /// The configurations of L/2 neighbouring sites by the number of their up spins.
    pub fn halves(&self) -> &[Vec<u64>] {
        &self.halves
    }

    /// The place of a configuration of the sector.
    pub fn place(&self, configuration: u64) -> Place {
        Place {
            piece: self.cut.piece_of(configuration),
            walls: walls(configuration, self.sites),
            configuration,
        }
    }

    /// The number of the state at a place, counted from the first one of this rank.
    ///
    /// # Panics
    /// When this rank has no such state.
    pub fn row(&self, place: &Place) -> usize {
        let rows = self.partition.rows_of(place.piece);
        let wanted = (place.walls, place.configuration);
        let found = self.configurations[rows.clone()]
            .binary_search_by_key(&wanted, |&state| (walls(state, self.sites), state));
        rows.start + found.expect("a configuration of this rank")
    }

    /// The number of a configuration of this sector.
    ///
    /// # Panics
    /// When this rank has no such configuration.
    pub fn index(&self, configuration: u64) -> usize {
        self.row(&self.place(configuration))
    }
}

/// How many neighbours on the ring have different spins.
fn walls(configuration: u64, sites: usize) -> u32 {
    let turned = configuration >> 1 | (configuration & 1) << (sites - 1);
    (configuration ^ turned).count_ones()
}

fn halves(sites: usize) -> Vec<Vec<u64>> {
    let half = sites / 2;
    let mut with_up = vec![Vec::new(); half + 1];
    for word in 0..1_u64 << half {
        with_up[word.count_ones() as usize].push(word);
    }
    with_up
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dimensions_are_binomial_coefficients() {
        let known = [
            (10, 252),
            (12, 924),
            (14, 3432),
            (16, 12870),
            (18, 48620),
            (20, 184_756),
            (22, 705_432),
            (62, 465_428_353_255_261_088),
        ];
        for (sites, dimension) in known {
            assert_eq!(sector_dimension(sites), dimension);
        }
    }

    proptest! {
        #[test]
        fn index_inverts_the_list_of_configurations(half in 1_usize..9, pick in any::<prop::sample::Index>()) {
            let sector = Sector::new(2 * half);
            let index = pick.index(sector.dimension());
            let configuration = sector.configurations()[index];
            prop_assert_eq!(configuration.count_ones() as usize, half);
            prop_assert_eq!(sector.index(configuration), index);
        }
    }
}

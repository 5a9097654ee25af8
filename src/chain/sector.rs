//! The basis of the sector of zero magnetization.
//!
//! The chain is cut in two halves A (the first L/2 sites) and B. States are ordered by the number
//! of up spins in A, then by the configuration of B, then of A. The coefficients with `a` up spins
//! in A are then one contiguous column-major matrix (A × B). Its singular values give the
//! entanglement of the halves, and no coefficient has to be moved for that.

use std::ops::Range;

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

/// The states with a given number of up spins in A.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Up spins in A. B has L/2 minus this number.
    pub up: usize,
    /// Index of its first state.
    pub offset: usize,
    /// Configurations of A: rows of the coefficient matrix.
    pub rows: usize,
    /// Configurations of B: columns.
    pub columns: usize,
}

impl Block {
    /// The indices of its states.
    pub fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.rows * self.columns
    }
}

/// The sector of zero magnetization of a chain, its states numbered from 0.
///
/// A configuration is a word whose bit i is set when the spin of site i + 1 is up.
#[derive(Debug, Clone)]
pub struct Sector {
    sites: usize,
    configurations: Vec<u64>,
    blocks: Vec<Block>,
    /// Rank of each half configuration among those with as many up spins.
    half_rank: Vec<u32>,
}

impl Sector {
    /// The sector of a chain of `sites` sites.
    ///
    /// # Panics
    /// When `sites` is odd or zero. A deck with such a size is refused.
    pub fn new(sites: usize) -> Self {
        assert!(
            sites >= 2 && sites.is_multiple_of(2),
            "{sites} sites have no sector of zero magnetization"
        );
        let half = sites / 2;
        let mut with_up: Vec<Vec<u64>> = vec![Vec::new(); half + 1];
        let mut half_rank = Vec::with_capacity(1 << half);
        for word in 0..1_u64 << half {
            let alike = &mut with_up[word.count_ones() as usize];
            half_rank.push(alike.len() as u32);
            alike.push(word);
        }
        let mut configurations = Vec::with_capacity(sector_dimension(sites) as usize);
        let mut blocks = Vec::with_capacity(half + 1);
        for up in 0..=half {
            let (of_a, of_b) = (&with_up[up], &with_up[half - up]);
            blocks.push(Block {
                up,
                offset: configurations.len(),
                rows: of_a.len(),
                columns: of_b.len(),
            });
            for b in of_b {
                configurations.extend(of_a.iter().map(|a| a | b << half));
            }
        }
        Self {
            sites,
            configurations,
            blocks,
            half_rank,
        }
    }

    /// Chain length L.
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Number of states.
    pub fn dimension(&self) -> usize {
        self.configurations.len()
    }

    /// The configurations in the order of the basis.
    pub fn configurations(&self) -> &[u64] {
        &self.configurations
    }

    /// The blocks of equal magnetization of A, by ascending number of up spins in A.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The number of a configuration of this sector.
    pub fn index(&self, configuration: u64) -> usize {
        let half = self.sites / 2;
        let a = configuration & ((1 << half) - 1);
        let b = configuration >> half;
        let block = &self.blocks[a.count_ones() as usize];
        let rank = |word: u64| self.half_rank[word as usize] as usize;
        block.offset + rank(a) + block.rows * rank(b)
    }
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

    #[test]
    fn blocks_tile_the_basis() {
        let sector = Sector::new(10);
        let mut next = 0;
        for block in sector.blocks() {
            assert_eq!(block.offset, next);
            next = block.range().end;
        }
        assert_eq!(next, sector.dimension());
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

        #[test]
        fn a_block_is_a_matrix_of_half_configurations(half in 1_usize..8, pick in any::<prop::sample::Index>()) {
            let sector = Sector::new(2 * half);
            let block = &sector.blocks()[pick.index(half + 1)];
            let mask = (1 << half) - 1;
            let states = &sector.configurations()[block.range()];
            for (place, state) in states.iter().enumerate() {
                let (row, column) = (place % block.rows, place / block.rows);
                prop_assert_eq!(state & mask, states[row] & mask);
                prop_assert_eq!(state >> half, states[column * block.rows] >> half);
                prop_assert_eq!((state & mask).count_ones() as usize, block.up);
            }
        }
    }
}

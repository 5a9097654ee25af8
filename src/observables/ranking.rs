//! The place of a configuration among all of a sector, from two small tables (H. Q. Lin, Phys. Rev. B 42,
//! 6561).
//!
//! Configurations are sorted by their second half, and then by their first. Those with the same second
//! half are neighbours. A place is where they begin, and the rank of the first half among all halves with
//! as many up spins.

use crate::chain::Sector;

/// The order of the configurations of a sector.
pub struct Ranking {
    half: usize,
    /// The first place of each second half.
    starts: Vec<u32>,
    /// The rank of each first half.
    ranks: Vec<u32>,
}

impl Ranking {
    /// The order for the chains of a sector.
    pub fn new(sector: &Sector) -> Self {
        let (half, halves) = (sector.sites() / 2, sector.halves());
        let (mut starts, mut ranks) = (vec![0; 1 << half], vec![0; 1 << half]);
        for configurations in halves {
            for (rank, &first) in configurations.iter().enumerate() {
                ranks[first as usize] = rank as u32;
            }
        }
        let mut next = 0;
        for (second, start) in starts.iter_mut().enumerate() {
            *start = next;
            next += halves[half - second.count_ones() as usize].len() as u32;
        }
        Self {
            half,
            starts,
            ranks,
        }
    }

    /// Sites of half the chain.
    pub fn half(&self) -> usize {
        self.half
    }

    /// The first place of the configurations with this second half.
    pub fn start(&self, second: usize) -> usize {
        self.starts[second] as usize
    }

    /// The rank of a first half among those with as many up spins.
    pub fn rank(&self, first: usize) -> usize {
        self.ranks[first] as usize
    }

    /// The place of a configuration of the sector.
    pub fn place(&self, configuration: u64) -> usize {
        let first = configuration & ((1 << self.half) - 1);
        self.start((configuration >> self.half) as usize) + self.rank(first as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_the_ranks_in_the_sorted_list() {
        for sites in [2, 6, 10] {
            let sector = Sector::new(sites);
            let ranking = Ranking::new(&sector);
            let mut sorted = sector.configurations().to_vec();
            sorted.sort_unstable();
            for (place, &configuration) in sorted.iter().enumerate() {
                assert_eq!(ranking.place(configuration), place);
            }
        }
    }
}

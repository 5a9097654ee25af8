//! The order in which the basis states are eliminated.
//!
//! The order decides how many zeros of H become elements of L. It depends on the graph of exchanges
//! alone, so one order serves all realizations of a chain. Nested dissection cuts the states in two
//! parts without an exchange between them, and eliminates the separator last. The separators are
//! level sets of the slow waves of the chain. General graph partitioners find larger ones.

mod dissection;
mod minimum_degree;
mod waves;

use crate::chain::Chain;
use dissection::Dissection;

/// The states in their order of elimination, and the place of each state in it.
pub fn elimination_order(chain: &Chain) -> (Vec<usize>, Vec<usize>) {
    let order = Dissection::order(chain);
    let mut places = vec![0; order.len()];
    for (place, &state) in order.iter().enumerate() {
        places[state] = place;
    }
    (order, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::Boundary::{self, Open, Periodic};

    /// Multiplications of a factorization, by elimination of one state after the other.
    fn operations(sites: usize, boundary: Boundary) -> usize {
        let chain = Chain::new(sites, 1.0, boundary);
        let (order, places) = elimination_order(&chain);
        let words = order.len().div_ceil(64);
        let mut rows = vec![vec![0_u64; words]; order.len()];
        for (row, &state) in rows.iter_mut().zip(&order) {
            for &other in chain.exchanges_of(state) {
                let place = places[other as usize];
                row[place / 64] |= 1 << (place % 64);
            }
        }
        let mut operations = 0;
        for pivot in 0..order.len() {
            let row = std::mem::take(&mut rows[pivot]);
            let coupled = |place: &usize| row[place / 64] >> (place % 64) & 1 == 1;
            let later: Vec<usize> = (pivot + 1..order.len()).filter(coupled).collect();
            operations += (later.len() + 1).pow(2);
            for &place in &later {
                for (bits, more) in rows[place].iter_mut().zip(&row) {
                    *bits |= more;
                }
            }
        }
        operations
    }

    #[test]
    fn is_a_permutation_and_its_inverse_and_always_the_same() {
        for boundary in [Periodic, Open] {
            for sites in [2, 4, 8, 12] {
                let chain = Chain::new(sites, 1.0, boundary);
                let (order, places) = elimination_order(&chain);
                assert_eq!(order.len(), chain.dimension());
                for (place, &state) in order.iter().enumerate() {
                    assert_eq!(places[state], place);
                }
                assert_eq!((order, places), elimination_order(&chain));
            }
        }
    }

    /// The order is part of the bits of the results, so it is the same on every machine.
    #[test]
    fn needs_as_many_operations_on_every_machine() {
        assert_eq!(operations(8, Periodic), 6_669);
        assert_eq!(operations(10, Periodic), 137_849);
        assert_eq!(operations(10, Open), 65_249);
    }

    /// METIS 5.1 needed 3.92e6, 1.42e8, 2.20e6 and 6.56e7 operations.
    #[test]
    fn needs_fewer_operations_than_a_general_partitioner() {
        assert!(operations(12, Periodic) <= 3_620_000);
        assert!(operations(14, Periodic) <= 129_000_000);
        assert!(operations(12, Open) <= 1_600_000);
        assert!(operations(14, Open) <= 56_000_000);
    }
}

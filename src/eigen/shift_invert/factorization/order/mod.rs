//! The order in which the basis states are eliminated.
//!
//! The order decides how many zeros of H become elements of L. It depends on the graph of exchanges
//! alone, so one order serves all realizations of a chain. Nested dissection cuts the states in two
//! parts without an exchange between them, and eliminates the separator last. The separators are
//! level sets of the slow waves of the chain. General graph partitioners find larger ones. The order is
//! a postorder, so that threads can work on subtrees of the elimination tree.

mod dissection;
mod minimum_degree;
mod postorder;
mod waves;

use crate::chain::Chain;
use dissection::Dissection;
use postorder::{places, postorder};

/// The states in their order of elimination, and the place of each state in it.
pub fn elimination_order(chain: &Chain) -> (Vec<usize>, Vec<usize>) {
    let order = postorder(chain, Dissection::order(chain));
    let places = places(&order);
    (order, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::Boundary::{self, Open, Periodic};

    /// Elements of L and multiplications of a factorization, by elimination of one state after the
    /// other.
    fn counts(sites: usize, boundary: Boundary) -> (usize, usize) {
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
        let (mut elements, mut operations) = (0, 0);
        for pivot in 0..order.len() {
            let row = std::mem::take(&mut rows[pivot]);
            let coupled = |place: &usize| row[place / 64] >> (place % 64) & 1 == 1;
            let later: Vec<usize> = (pivot + 1..order.len()).filter(coupled).collect();
            elements += later.len() + 1;
            operations += (later.len() + 1).pow(2);
            let first = pivot / 64; // Earlier rows are gone.
            for &place in &later {
                for (bits, more) in rows[place][first..].iter_mut().zip(&row[first..]) {
                    *bits |= more;
                }
            }
        }
        (elements, operations)
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

    /// The order is part of the bits of the results, so it is the same on every machine. The counts
    /// are those of a separate program, from elimination trees. METIS 5.1 needed 3.92e6, 1.42e8,
    /// 5.24e9 operations on rings and 2.20e6, 6.56e7 on open chains of 12 sites and more.
    #[test]
    fn needs_as_few_operations_on_every_machine() {
        let expected = [
            (8, Periodic, (599, 6_669)),
            (10, Periodic, (4_507, 137_849)),
            (12, Periodic, (39_080, 3_472_762)),
            (14, Periodic, (397_832, 111_558_254)),
            (16, Periodic, (4_355_524, 3_994_447_156)),
            (10, Open, (3_253, 65_249)),
            (12, Open, (26_227, 1_564_073)),
            (14, Open, (279_531, 55_030_891)),
        ];
        for (sites, boundary, expected) in expected {
            assert_eq!(
                counts(sites, boundary),
                expected,
                "L = {sites}, {boundary:?}"
            );
        }
    }
}

//! The order in which the basis states are eliminated.
//!
//! The order decides how many zeros of H become elements of L. Nested dissection by METIS leaves
//! half as many in these many-body graphs as a minimum-degree order. It depends on the graph of
//! exchanges alone, so one order serves all realizations of a chain.

use std::ptr::null_mut;
use std::sync::{Mutex, PoisonError};

use metis_sys::{
    METIS_NOPTIONS, METIS_NodeND, METIS_SetDefaultOptions, moptions_et_METIS_OPTION_SEED,
    rstatus_et_METIS_OK,
};

use crate::chain::Chain;

/// METIS uses the random generator of the C library, which all threads share. Concurrent calls
/// would make the order depend on the threads.
static GENERATOR: Mutex<()> = Mutex::new(());

/// A fixed seed gives every rank the same order, and so the same bits.
const SEED: i32 = 2022;

/// The states in their order of elimination, and the place of each state in it.
///
/// # Panics
/// For a sector with more exchanges than 32 bits count. Its factor would fit in no memory.
pub fn elimination_order(chain: &Chain) -> (Vec<usize>, Vec<usize>) {
    let dimension = chain.dimension();
    let narrow = |number: usize| i32::try_from(number).expect("a sector that can be factorized");
    let mut starts = vec![0];
    let mut neighbours = Vec::with_capacity(chain.exchanges());
    for state in 0..dimension {
        neighbours.extend(
            chain
                .exchanges_of(state)
                .iter()
                .map(|&other| narrow(other as usize)),
        );
        starts.push(narrow(neighbours.len()));
    }
    let mut order = vec![0; dimension];
    let mut places = vec![0; dimension];
    let mut options = [0; METIS_NOPTIONS as usize];
    let guard = GENERATOR.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: the arrays have the lengths that METIS documents for a graph of `dimension` vertices
    // in compressed form. METIS writes to `order`, `places` and `options` only.
    let status = unsafe {
        METIS_SetDefaultOptions(options.as_mut_ptr());
        options[moptions_et_METIS_OPTION_SEED as usize] = SEED;
        METIS_NodeND(
            &mut narrow(dimension),
            starts.as_mut_ptr(),
            neighbours.as_mut_ptr(),
            null_mut(),
            options.as_mut_ptr(),
            order.as_mut_ptr(),
            places.as_mut_ptr(),
        )
    };
    drop(guard);
    assert_eq!(
        status, rstatus_et_METIS_OK,
        "METIS orders every graph that it has memory for"
    );
    let widen = |list: Vec<i32>| list.into_iter().map(|place| place as usize).collect();
    (widen(order), widen(places))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::Boundary;

    #[test]
    fn is_a_permutation_and_its_inverse_and_always_the_same() {
        for sites in [2, 4, 8, 12] {
            let chain = Chain::new(sites, 1.0, Boundary::Periodic);
            let (order, places) = elimination_order(&chain);
            assert_eq!(order.len(), chain.dimension());
            for (place, &state) in order.iter().enumerate() {
                assert_eq!(places[state], place);
            }
            assert_eq!((order, places), elimination_order(&chain));
        }
    }
}

//! Many steps of a three-term recurrence in H, by the threads of a rank and the ranks of a group.

use std::ops::Range;

use super::exchange::Exchange;
use super::hamiltonian::Hamiltonian;
use super::product::Step;
use crate::lanes::Lanes;
use crate::threads::{Done, Rounds, Shared, side_by_side, team_size};

/// Rows that are multiplied between two checks of an interrupt, some milliseconds.
const ROWS_TOGETHER: usize = 1 << 19;

/// The most products between two checks.
const MOST_TOGETHER: usize = 32;

/// Fewer pieces of the basis are not worth a thread.
const PIECES_OF_A_THREAD: usize = 4;

/// How many steps to take between two checks of an interrupt.
pub fn steps_together(hamiltonian: &Hamiltonian) -> usize {
    (ROWS_TOGETHER / hamiltonian.dimension()).clamp(1, MOST_TOGETHER)
}

/// What is done with some rows after a step, while they are in the cache. It gets the number of the
/// step, the rows and their new values.
pub type Then<'t> = &'t (dyn Fn(usize, Range<usize>, &[Lanes]) + Sync);

/// Takes some steps y ← a H x + b x + c z − y. The first of the two vectors is x before, and the other
/// y. They change their parts after each step. The rows of z are those of `source`, or of x without
/// one. Rows that need those of other ranks come last. Collective.
///
/// # Panics
/// When a vector has no room for the rows of other ranks.
pub fn take_steps(
    steps: &[Step],
    hamiltonian: &Hamiltonian,
    exchange: &mut Exchange,
    source: Option<&[Lanes]>,
    vectors: [&mut [Lanes]; 2],
    then: Then<'_>,
) {
    let chain = hamiltonian.chain();
    let (halo, own) = (chain.halo(), chain.partition().rows());
    let [inner, outer] = halo.pieces();
    let (vectors, all) = (vectors.map(Shared::new), own + halo.rows());
    let most = team_size((inner.len() + outer.len()) / PIECES_OF_A_THREAD);
    let [inner, outer] = [inner, outer].map(|pieces| Rounds::new(pieces, most));
    // Exchanges, which the first member makes.
    let exchanged = Done::default();
    side_by_side(most, exchange, |member, mut exchange| {
        for (turn, &step) in steps.iter().enumerate() {
            let [next, after] = [&vectors[turn % 2], &vectors[(turn + 1) % 2]];
            // A piece, with so many rows of the vector that is multiplied.
            let advance = |rows: Range<usize>, known: usize| {
                // SAFETY: one member does a piece, and vectors change their parts after all are done.
                let after = unsafe { after.write(rows.clone()) };
                // SAFETY: nobody writes these rows of this vector before all pieces are done.
                let next = unsafe { next.read(0..known) };
                hamiltonian.recur(step, rows.clone(), next, source.unwrap_or(next), after);
                then(turn, rows, after);
            };
            let mut work = || inner.work(member, turn, |rows| advance(rows, own));
            match exchange.as_mut().filter(|_| halo.rows() > 0) {
                Some(exchange) => {
                    // Without this member no other one gets beyond this step.
                    // SAFETY: as above, and nobody else uses the rows of other ranks before this is done.
                    let (known, taken) = unsafe { (next.read(0..own), next.write(own..all)) };
                    exchange.run(halo, known, taken, &mut work);
                    exchanged.advance();
                }
                None => work(),
            }
            if halo.rows() > 0 {
                exchanged.wait_for(turn + 1);
                outer.work(member, turn, |rows| advance(rows, all));
                outer.wait(turn);
            }
            inner.wait(turn);
        }
    });
}

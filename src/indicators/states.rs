//! Sums over the rows of the states of a window, which threads and ranks share.

use std::ops::Range;

use crate::eigen::Window;

/// The states of a window, with the rows of this rank.
pub fn states<'w>(window: &Window<'w>) -> Vec<&'w [f64]> {
    let state = |state: faer::ColRef<'w, f64>| {
        let state = state.try_as_col_major().expect("states are contiguous");
        state.as_slice()
    };
    window.states.col_iter().map(state).collect()
}

/// The sums over all rows of each state. `part` makes those over some rows, whose coefficients it gets.
/// Collective.
pub fn sums<const COUNT: usize>(
    window: &Window,
    part: impl Fn(&[f64], Range<usize>) -> [f64; COUNT] + Sync,
) -> Vec<[f64; COUNT]> {
    let states = states(window);
    let sums = window.space.sum(|rows| {
        let parts = states
            .iter()
            .map(|state| part(&state[rows.clone()], rows.clone()));
        parts.flatten().collect()
    });
    sums.as_chunks().0.to_vec()
}

/// The mean over the states of a window.
pub fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len();
    values.sum::<f64>() / count as f64
}

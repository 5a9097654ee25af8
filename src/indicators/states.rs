//! The states of a window, which threads share.

use crate::eigen::Window;
use crate::threads::map;

/// The states of a window.
pub fn states<'w>(window: &Window<'w>) -> Vec<&'w [f64]> {
    let state = |state: faer::ColRef<'w, f64>| {
        let state = state.try_as_col_major().expect("states are contiguous");
        state.as_slice()
    };
    window.states.col_iter().map(state).collect()
}

/// The mean of `value` over the states of a window.
pub fn mean(window: &Window, value: impl Fn(&[f64]) -> f64 + Send + Sync) -> f64 {
    let values = map(states(window), value);
    values.iter().sum::<f64>() / values.len() as f64
}

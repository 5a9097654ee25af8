//! Matrix elements of operators that are diagonal in the basis of configurations.

use std::ops::Range;

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use crate::chain::{Sector, spin};
use crate::comm::Space;
use crate::eigen::Window;

/// ⟨n|A|m⟩ for each pair (n, m) of states of a window and each of `count` diagonal operators A, one pair
/// after the other. `operators` writes the values of all operators in a configuration. Collective.
pub fn elements(
    sector: &Sector,
    window: &Window,
    pairs: &[(usize, usize)],
    count: usize,
    operators: impl Fn(u64, &mut [f64]) + Sync,
) -> Vec<f64> {
    let coefficients = window.states;
    let products = |rows: Range<usize>| {
        let own = coefficients.subrows(rows.start, rows.len());
        let mut found = Vec::with_capacity(pairs.len() * rows.len());
        for &(n, m) in pairs {
            let both = own.col(n).iter().zip(own.col(m).iter());
            found.extend(both.map(|(first, second)| first * second));
        }
        found
    };
    means(
        sector,
        window.space,
        [pairs.len(), count],
        products,
        operators,
    )
}

/// ⟨n|A|n⟩, as [`elements`] for each state and itself.
pub fn expectations(
    sector: &Sector,
    window: &Window,
    count: usize,
    operators: impl Fn(u64, &mut [f64]) + Sync,
) -> Vec<f64> {
    let states = 0..window.states.ncols();
    let pairs: Vec<(usize, usize)> = states.map(|state| (state, state)).collect();
    elements(sector, window, &pairs, count, operators)
}

/// The means of so many diagonal operators in so many states, one state after the other. `probabilities`
/// makes those of some rows in each state. Collective.
///
/// The probabilities of all states are multiplied by the operators piece by piece of the basis, so that
/// the values of the operators stay in the cache.
pub fn means(
    sector: &Sector,
    space: &Space,
    [states, count]: [usize; 2],
    probabilities: impl Fn(Range<usize>) -> Vec<f64> + Sync,
    operators: impl Fn(u64, &mut [f64]) + Sync,
) -> Vec<f64> {
    space.sum(|rows| {
        let length = rows.len();
        let mut values = vec![0.0; count * length];
        let configurations = &sector.configurations()[rows.clone()];
        for (values, &configuration) in values.chunks_exact_mut(count).zip(configurations) {
            operators(configuration, values);
        }
        let mut sums = vec![0.0; count * states];
        matmul(
            MatMut::from_column_major_slice_mut(&mut sums, count, states),
            Accum::Replace,
            MatRef::from_column_major_slice(&values, count, length),
            MatRef::from_column_major_slice(&probabilities(rows), length, states),
            1.0,
            Par::Seq,
        );
        sums
    })
}

/// Writes σᶻ of each site in a configuration.
pub fn write_spins(configuration: u64, spins: &mut [f64]) {
    for (site, value) in spins.iter_mut().enumerate() {
        *value = spin(configuration, site);
    }
}

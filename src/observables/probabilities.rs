//! Expectation values of operators that are diagonal in the basis of configurations.

use std::ops::Range;

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use crate::chain::{Sector, spin};
use crate::comm::Space;
use crate::eigen::Window;

/// ⟨n|A|n⟩ for each state n of a window and each of `count` diagonal operators A, one state after the
/// other. `operators` writes the values of all operators in a configuration. Collective.
pub fn expectations(
    sector: &Sector,
    window: &Window,
    count: usize,
    operators: impl Fn(u64, &mut [f64]) + Sync,
) -> Vec<f64> {
    let (coefficients, states) = (window.states, window.states.ncols());
    let probabilities = |rows: Range<usize>| {
        let mut found = Vec::with_capacity(states * rows.len());
        for state in coefficients.subrows(rows.start, rows.len()).col_iter() {
            found.extend(state.iter().map(|c| c * c));
        }
        found
    };
    means(
        sector,
        window.space,
        [states, count],
        probabilities,
        operators,
    )
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

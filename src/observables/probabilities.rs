//! Matrix elements of operators that are diagonal in the basis of configurations.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};

use crate::chain::{Sector, spin};
use crate::eigen::Window;

/// ⟨n|A|m⟩ for each pair (n, m) of states of a window and each of `count` diagonal operators A, one pair
/// after the other. `operators` writes the values of all operators in a configuration. Collective.
///
/// The products of coefficients of all pairs are multiplied by the operators piece by piece of the basis,
/// so that the values of the operators stay in the cache.
pub fn elements(
    sector: &Sector,
    window: &Window,
    pairs: &[(usize, usize)],
    count: usize,
    operators: impl Fn(u64, &mut [f64]) + Sync,
) -> Vec<f64> {
    let coefficients = window.states;
    window.space.sum(|rows| {
        let length = rows.len();
        let mut values = vec![0.0; count * length];
        let configurations = &sector.configurations()[rows.clone()];
        for (values, &configuration) in values.chunks_exact_mut(count).zip(configurations) {
            operators(configuration, values);
        }
        let own = coefficients.subrows(rows.start, length);
        let mut products = Vec::with_capacity(pairs.len() * length);
        for &(n, m) in pairs {
            let both = own.col(n).iter().zip(own.col(m).iter());
            products.extend(both.map(|(first, second)| first * second));
        }
        let mut sums = vec![0.0; count * pairs.len()];
        matmul(
            MatMut::from_column_major_slice_mut(&mut sums, count, pairs.len()),
            Accum::Replace,
            MatRef::from_column_major_slice(&values, count, length),
            MatRef::from_column_major_slice(&products, length, pairs.len()),
            1.0,
            Par::Seq,
        );
        sums
    })
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

/// Writes σᶻ of each site in a configuration.
pub fn write_spins(configuration: u64, spins: &mut [f64]) {
    for (site, value) in spins.iter_mut().enumerate() {
        *value = spin(configuration, site);
    }
}

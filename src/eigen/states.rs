//! The levels of states that lie side by side.

use faer::MatMut;
use pulp::{Arch, Simd, WithSimd};

use crate::chain::Hamiltonian;
use crate::lanes::{LANES, Lanes};
use crate::threads::{Workspaces, map, pieces};

/// Rows that stay in the first cache while the states of a group are written.
const ROWS: usize = 128;

/// States that need not be normalized. [`LANES`] of them lie side by side and follow another
/// [`LANES`].
pub struct States<'s> {
    /// Their numbers, rows of the first states first.
    pub values: &'s [Lanes],
    /// The number of states. The other lanes are zero.
    pub count: usize,
}

/// What H says of one state.
#[derive(Debug, Clone, Copy)]
pub struct Level {
    /// ⟨v|H|v⟩. Its error is of second order in that of the state.
    pub energy: f64,
    /// ‖H v − E v‖.
    pub residual: f64,
    /// The factor that normalizes the state.
    scale: f64,
    /// The number of the state.
    state: usize,
}

impl States<'_> {
    /// The levels of all states, ascending.
    pub fn levels(&self, hamiltonian: &Hamiltonian) -> Vec<Level> {
        let dimension = hamiltonian.dimension();
        let images = Workspaces::default();
        let groups = self.values.chunks_exact(dimension);
        let measured = map(groups.collect(), |states| {
            let zeros = || vec![Lanes::ZERO; dimension];
            images.lend(zeros, |image: &mut Vec<Lanes>| {
                hamiltonian.multiply(states, image);
                measure(states, image).map(|it| it.0)
            })
        });
        let level = |state: usize| {
            let [energy, residual, scale] = measured[state / LANES].map(|it| it[state % LANES]);
            Level {
                energy,
                residual,
                scale,
                state,
            }
        };
        let mut levels: Vec<Level> = (0..self.count).map(level).collect();
        levels.sort_by(|a, b| a.energy.total_cmp(&b.energy));
        levels
    }

    /// Writes the normalized states of `levels`, one to each column.
    ///
    /// # Panics
    /// When the columns are not contiguous.
    pub fn write(&self, levels: &[Level], columns: MatMut<'_, f64>) {
        let dimension = columns.nrows();
        let mut groups: Vec<Vec<(&Level, &mut [f64])>> = Vec::new();
        groups.resize_with(self.values.len() / dimension, Vec::new);
        for (level, column) in levels.iter().zip(columns.col_iter_mut()) {
            let column = column.try_as_col_major_mut().expect("contiguous");
            groups[level.state / LANES].push((level, column.as_slice_mut()));
        }
        let groups = self.values.chunks_exact(dimension).zip(groups);
        map(groups.collect(), |(states, mut columns)| {
            for (first, states) in (0..).step_by(ROWS).zip(states.chunks(ROWS)) {
                for (level, column) in &mut columns {
                    let lane = level.state % LANES;
                    for (element, state) in column[first..].iter_mut().zip(states) {
                        *element = state.0[lane] * level.scale;
                    }
                }
            }
        });
    }
}

/// Energies, residuals and factors of states with images under H.
fn measure(states: &[Lanes], image: &[Lanes]) -> [Lanes; 3] {
    let arch = Arch::new();
    let products = map(pieces(states.len()), |rows| {
        arch.dispatch(Products {
            states: &states[rows.clone()],
            image: &image[rows],
        })
    });
    let add = |[a, b]: [Lanes; 2], [c, d]: [Lanes; 2]| [a + c, b + d];
    let [square, energy] = products.into_iter().fold([Lanes::ZERO; 2], add);
    let energy = energy / square;
    let rests = map(pieces(states.len()), |rows| {
        arch.dispatch(Rest {
            states: &states[rows.clone()],
            image: &image[rows],
            energy,
        })
    });
    let rest = rests.into_iter().fold(Lanes::ZERO, |sum, part| sum + part);
    let scale = Lanes::all(1.0) / square.sqrt();
    [energy, (rest / square).sqrt(), scale]
}

/// ⟨v|v⟩ and ⟨v|H|v⟩ over some rows, compiled for each instruction set.
struct Products<'s> {
    states: &'s [Lanes],
    image: &'s [Lanes],
}

impl WithSimd for Products<'_> {
    type Output = [Lanes; 2];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> [Lanes; 2] {
        let (mut square, mut energy) = (Lanes::ZERO, Lanes::ZERO);
        for (&x, &y) in self.states.iter().zip(self.image) {
            square = x.times_plus(x, square);
            energy = x.times_plus(y, energy);
        }
        [square, energy]
    }
}

/// ‖H v − E v‖² over some rows, compiled for each instruction set.
struct Rest<'s> {
    states: &'s [Lanes],
    image: &'s [Lanes],
    energy: Lanes,
}

impl WithSimd for Rest<'_> {
    type Output = Lanes;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Lanes {
        let mut rest = Lanes::ZERO;
        for (&x, &y) in self.states.iter().zip(self.image) {
            let difference = y - self.energy * x;
            rest = difference.times_plus(difference, rest);
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use faer::{Mat, Side};

    use super::*;
    use crate::chain::Chain;
    use crate::deck::Boundary;

    /// Exact states in another order and of other norms.
    #[test]
    fn exact_states_have_their_levels_and_no_residual() {
        let chain = Arc::new(Chain::new(8, 1.0, Boundary::Periodic));
        let field: Vec<f64> = (0..8).map(|i| 3.0 * f64::from(i * i).sin()).collect();
        let hamiltonian = Hamiltonian::new(&chain, &field);
        let exact = hamiltonian.dense().self_adjoint_eigen(Side::Lower).unwrap();
        let (dimension, count) = (chain.dimension(), 11);
        let place = |state: usize| 3 * ((5 * state) % count);
        let value = |row: usize, state: usize| match state < count {
            true => (state + 1) as f64 * exact.U()[(row, place(state))],
            false => 0.0,
        };
        let values: Vec<Lanes> = (0..2 * dimension)
            .map(|at| (at / dimension * LANES, at % dimension))
            .map(|(first, row)| Lanes(std::array::from_fn(|lane| value(row, first + lane))))
            .collect();
        let states = States {
            values: &values,
            count,
        };
        let levels = states.levels(&hamiltonian);
        let mut columns = Mat::zeros(dimension, count);
        states.write(&levels, columns.as_mut());
        assert_eq!(levels.len(), count);
        for (k, level) in levels.iter().enumerate() {
            assert!((level.energy - exact.S().column_vector()[3 * k]).abs() < 1e-12);
            assert!(level.residual < 1e-12);
            let overlap = columns.col(k).transpose() * exact.U().col(3 * k);
            assert!((overlap.abs() - 1.0).abs() < 1e-13);
        }
    }

    /// A mixture of two states has the mean energy, and half their distance as residual.
    #[test]
    fn a_residual_is_the_distance_to_levels() {
        let chain = Arc::new(Chain::new(4, 0.0, Boundary::Periodic));
        let hamiltonian = Hamiltonian::new(&chain, &[3.0, 1.0, 4.0, 1.5]);
        let mut values = vec![Lanes::ZERO; 6];
        values[1].0[0] = 2.0;
        values[4].0[0] = -2.0;
        let values = &values;
        let level = States { values, count: 1 }.levels(&hamiltonian)[0];
        let (a, b) = (hamiltonian.diagonal()[1], hamiltonian.diagonal()[4]);
        assert!((level.energy - f64::midpoint(a, b)).abs() < 1e-14);
        assert!((level.residual - (a - b).abs() / 2.0).abs() < 1e-14);
    }
}

//! The levels of states that lie side by side.

use faer::MatMut;
use pulp::{Arch, Simd, WithSimd};

use crate::chain::{Exchange, Hamiltonian};
use crate::comm::Space;
use crate::lanes::{LANES, Lanes};
use crate::threads::map;

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
    /// The levels of all states, ascending. Collective.
    pub fn levels(&self, hamiltonian: &Hamiltonian, exchange: &mut Exchange) -> Vec<Level> {
        let rows = hamiltonian.diagonal().len();
        let mut image = vec![Lanes::ZERO; rows];
        let mut levels = Vec::with_capacity(self.count);
        for states in self.values.chunks_exact(rows) {
            exchange.multiply(hamiltonian, states, &mut image);
            let measured = measure(exchange.space(), states, &image);
            let [energy, residual, scale] = measured.map(|it| it.0);
            let first = levels.len();
            let lanes = LANES.min(self.count - first);
            levels.extend((0..lanes).map(|lane| Level {
                energy: energy[lane],
                residual: residual[lane],
                scale: scale[lane],
                state: first + lane,
            }));
        }
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
fn measure(space: &Space, states: &[Lanes], image: &[Lanes]) -> [Lanes; 3] {
    let arch = Arch::new();
    let products = space.sum(|rows| {
        let products = arch.dispatch(Products {
            states: &states[rows.clone()],
            image: &image[rows],
        });
        products.map(|it| it.0).concat()
    });
    let [square, energy] = [0, 1].map(|place| lanes(&products, place));
    let energy = energy / square;
    let rest = space.sum(|rows| {
        let rest = arch.dispatch(Rest {
            states: &states[rows.clone()],
            image: &image[rows],
            energy,
        });
        rest.0.to_vec()
    });
    let scale = Lanes::all(1.0) / square.sqrt();
    [energy, (lanes(&rest, 0) / square).sqrt(), scale]
}

fn lanes(numbers: &[f64], place: usize) -> Lanes {
    Lanes(numbers.as_chunks().0[place])
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

    fn exchange(chain: &Chain) -> Exchange {
        Exchange::new(Space::alone(chain.dimension()))
    }

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
        let levels = states.levels(&hamiltonian, &mut exchange(&chain));
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
        let level = States { values, count: 1 }.levels(&hamiltonian, &mut exchange(&chain))[0];
        let (a, b) = (hamiltonian.diagonal()[1], hamiltonian.diagonal()[4]);
        assert!((level.energy - f64::midpoint(a, b)).abs() < 1e-14);
        assert!((level.residual - (a - b).abs() / 2.0).abs() < 1e-14);
    }
}

//! The states that evolve side by side.

use std::ops::Range;

use crate::chain::{Exchange, Hamiltonian, Sector};
use crate::comm::Space;
use crate::lanes::{LANES, Lanes};
use crate::observables::means;

/// States that evolve side by side: the first lanes have their real parts, and the last ones their
/// imaginary parts.
pub const SAMPLES: usize = LANES / 2;

/// The coefficients of some states in the rows of this rank, which threads share.
#[derive(Clone, Copy)]
pub struct Coefficients<'s> {
    /// The coefficients.
    pub values: &'s [Lanes],
    /// How many states there are.
    pub count: usize,
}

/// Some states at one time, with what observables need to know of them.
pub struct States<'s> {
    /// The coefficients.
    pub coefficients: Coefficients<'s>,
    /// The configurations that they were at time 0.
    pub initial: &'s [u64],
    /// The basis.
    pub sector: &'s Sector,
    /// The space of the coefficients.
    pub space: &'s Space,
}

impl States<'_> {
    /// The means of `count` diagonal operators in each state, one state after the other. `operators`
    /// writes the values of all operators in a configuration. Collective.
    pub fn means(&self, count: usize, operators: impl Fn(u64, &mut [f64]) + Sync) -> Vec<f64> {
        let coefficients = self.coefficients;
        let probabilities = |rows| coefficients.probabilities(rows);
        let shape = [coefficients.count, count];
        means(self.sector, self.space, shape, probabilities, operators)
    }
}

impl Coefficients<'_> {
    /// The probabilities of some configurations in each state, one state after the other.
    pub fn probabilities(&self, rows: Range<usize>) -> Vec<f64> {
        let values = &self.values[rows];
        let of_state = |state: usize| values.iter().map(move |value| probability(value, state));
        (0..self.count).flat_map(of_state).collect()
    }
}

/// |c|² of the coefficient of a state.
fn probability(value: &Lanes, state: usize) -> f64 {
    let (real, imaginary) = (value.0[state], value.0[SAMPLES + state]);
    real.mul_add(real, imaginary * imaginary)
}

/// Overwrites `values` with configurations, one for each state. Other states are zero.
pub fn write_configurations(initial: &[u64], sector: &Sector, values: &mut [Lanes]) {
    values.fill(Lanes::ZERO);
    let partition = sector.partition();
    for (state, &configuration) in initial.iter().enumerate() {
        let place = sector.place(configuration);
        if partition.owner(place.piece) == partition.rank() {
            values[sector.row(&place)].0[state] = 1.0;
        }
    }
}

/// ⟨ψ|ψ⟩ and ⟨ψ|H|ψ⟩ of each state. `image` is overwritten with H ψ. Collective.
pub fn moments(
    hamiltonian: &Hamiltonian,
    exchange: &mut Exchange,
    values: &[Lanes],
    image: &mut [Lanes],
) -> [[f64; SAMPLES]; 2] {
    exchange.multiply(hamiltonian, values, image);
    let image = &*image;
    let sums = exchange.space().sum(|rows| {
        let (mut norm, mut energy) = (Lanes::ZERO, Lanes::ZERO);
        for (&x, &y) in values[rows.clone()].iter().zip(&image[rows]) {
            norm = x.times_plus(x, norm);
            energy = x.times_plus(y, energy);
        }
        [norm.0, energy.0].concat()
    });
    let both = |place: usize, state: usize| sums[place + state] + sums[place + SAMPLES + state];
    [0, LANES].map(|place| std::array::from_fn(|state| both(place, state)))
}

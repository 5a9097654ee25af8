//! How far a field at one site turns an eigenstate.

use std::sync::Arc;

use faer::linalg::matmul::triangular::{BlockStructure, matmul};
use faer::{Accum, Mat, MatMut, MatRef, Par};

use super::observable::{Axis, Description, Observable};
use super::shared::Shared;
use crate::chain::{Chain, spin};
use crate::eigen::Window;

/// χ_n = Σ_{m ≠ n} ω²/(ω² + μ²)² |⟨m|σᶻ_i|n⟩|², ω = E_m − E_n (D. Sels and A. Polkovnikov, Phys. Rev. E 104,
/// 054105). The sum is over the states of the window. The cutoff μ is `regularisation` times the mean
/// distance of its levels, and without one χ is the fidelity susceptibility.
pub const DESCRIPTION: Description = Description {
    name: "fidelity_susceptibility",
    units: "1/J^2",
    description: "regularised fidelity susceptibility of each eigenstate to a field at each site, \
                  from the states of the window",
    of_states: true,
    axes: &[Axis::State, Axis::Site],
    prepare: |chain, spectrum| {
        Box::new(Susceptibility {
            chain: Arc::clone(chain),
            regularisation: spectrum.regularisation,
        })
    },
};

struct Susceptibility {
    chain: Arc<Chain>,
    regularisation: f64,
}

impl Observable for Susceptibility {
    fn evaluate(&mut self, window: &Window, _: &mut Shared) -> Vec<f64> {
        let (sites, states) = (self.chain.sector().sites(), window.states.ncols());
        let elements = self.elements(window);
        let energies = window.energies;
        let width = energies[states - 1] - energies[0];
        let cutoff = self.regularisation * width / (states.max(2) - 1) as f64;
        let mut found = vec![0.0; states * sites];
        for (site, elements) in elements.chunks_exact(states * states).enumerate() {
            for n in 0..states {
                for m in n + 1..states {
                    let square = (energies[m] - energies[n]).powi(2);
                    let element = elements[m + states * n];
                    let term = square / (square + cutoff * cutoff).powi(2) * element * element;
                    found[n * sites + site] += term;
                    found[m * sites + site] += term;
                }
            }
        }
        found
    }
}

/// Sites whose elements are added up together. The rows with the same spins there have one product of
/// states with each other, which counts for each of these sites with its own sign.
const TOGETHER: usize = 4;

impl Susceptibility {
    /// The lower triangles of ⟨m|σᶻ_i|n⟩, site by site. Collective.
    fn elements(&self, window: &Window) -> Vec<f64> {
        let sector = self.chain.sector();
        let (coefficients, sites) = (window.states, sector.sites());
        let size = coefficients.ncols() * coefficients.ncols();
        window.space.sum(|rows| {
            let own = coefficients.subrows(rows.start, rows.len());
            let configurations = &sector.configurations()[rows];
            let mut sums = vec![0.0; sites * size];
            for (block, sums) in sums.chunks_mut(TOGETHER * size).enumerate() {
                let spins = |row: usize| configurations[row] >> (TOGETHER * block);
                add_elements(own, spins, sums);
            }
            sums
        })
    }
}

/// Adds the elements of some sites, of which `spins` gives the bits in each row.
fn add_elements(states: MatRef<'_, f64>, spins: impl Fn(usize) -> u64, sums: &mut [f64]) {
    let (rows, count) = (states.nrows(), states.ncols());
    let sites = sums.len() / (count * count);
    let of_row = |row: usize| spins(row) as usize & ((1 << sites) - 1);
    let mut order: Vec<usize> = (0..rows).collect();
    order.sort_by_key(|&row| of_row(row));
    let sorted = Mat::from_fn(rows, count, |row, state| states[(order[row], state)]);
    let mut product = vec![0.0; count * count];
    let mut first = 0;
    for group in order.chunk_by(|&a, &b| of_row(a) == of_row(b)) {
        let own = sorted.subrows(first, group.len());
        first += group.len();
        matmul(
            MatMut::from_column_major_slice_mut(&mut product, count, count),
            BlockStructure::TriangularLower,
            Accum::Replace,
            own.transpose(),
            BlockStructure::Rectangular,
            own,
            BlockStructure::Rectangular,
            1.0,
            Par::Seq,
        );
        for (site, sums) in sums.chunks_exact_mut(count * count).enumerate() {
            let sign = spin(of_row(group[0]) as u64, site);
            for (sum, product) in sums.iter_mut().zip(&product) {
                *sum += sign * product;
            }
        }
    }
}

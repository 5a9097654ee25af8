//! The von Neumann entropy of half the chain after a quench. It grows as ln t where the chain is
//! localized, J. H. Bardarson, F. Pollmann and J. E. Moore, Phys. Rev. Lett. 109, 017202.

use std::sync::Arc;

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatRef, Par, Spec, c64};

use super::observable::{Description, Observable};
use crate::chain::Chain;
use crate::indicators::{Matrix, collect, entropy_term, matrices};
use crate::lanes::Lanes;
use crate::observables::Shared;
use crate::quench::state::{Coefficients, SAMPLES, States};
use crate::threads::map;

/// S = −Tr ρ_A ln ρ_A, A = the first L/2 sites, in nats.
pub const DESCRIPTION: Description = Description {
    name: "entanglement",
    units: "nat",
    description: "half-chain entanglement entropy after a quench, first L/2 sites",
    axes: &[],
    prepare: |chain: &Arc<Chain>| Box::new(Entanglement(matrices(chain.sector(), 0))),
};

/// The blocks of the coefficients by the up spins of A, each for one rank. ρ_A has the block M M† of each
/// block M.
struct Entanglement(Vec<Matrix>);

impl Observable for Entanglement {
    fn evaluate(&mut self, states: &States, _: &mut Shared) -> Vec<f64> {
        let (space, matrices) = (states.space, &self.0);
        let Coefficients { values, count } = states.coefficients;
        let others = match space.group().size() {
            1 => Vec::new(),
            _ => collect(space, matrices, values),
        };
        let rank = space.partition().rank();
        let part = |(place, matrix): (usize, &Matrix)| {
            if matrix.rank != rank {
                return vec![0.0; count];
            }
            let mut elements = vec![Lanes::ZERO; matrix.size * matrix.size];
            matrix.write(values, others.get(place), &mut elements);
            let of_state = |state| entropy(&elements, matrix.size, state);
            (0..count).map(of_state).collect()
        };
        let mut parts = map(matrices.iter().enumerate().collect(), part).concat();
        // One rank has the value of each part, so the order of ranks has no effect.
        space.group().sum(&mut parts);
        let of_state = |state| parts.iter().skip(state).step_by(count).sum();
        (0..count).map(of_state).collect()
    }
}

/// The part of a block, whose elements stand row by row, in the entropy of a state. NaN when its
/// eigenvalues do not converge.
fn entropy(elements: &[Lanes], size: usize, state: usize) -> f64 {
    let element = |value: &Lanes| c64::new(value.0[state], value.0[SAMPLES + state]);
    let elements: Vec<c64> = elements.iter().map(element).collect();
    let block = MatRef::from_row_major_slice(&elements, size, size);
    let mut density = Mat::<c64>::zeros(size, size);
    matmul(
        density.as_mut(),
        Accum::Replace,
        block,
        block.adjoint(),
        c64::new(1.0, 0.0),
        Par::Seq,
    );
    let vectors = ComputeEigenvectors::No;
    let memory = self_adjoint_evd_scratch::<c64>(size, vectors, Par::Seq, Spec::default());
    let mut memory = MemBuffer::new(memory);
    let mut values = Diag::<c64>::zeros(size);
    let found = self_adjoint_evd(
        density.as_ref(),
        values.as_mut(),
        None,
        Par::Seq,
        MemStack::new(&mut memory),
        Spec::default(),
    );
    if found.is_err() {
        return f64::NAN;
    }
    let values = values.column_vector().iter();
    values.map(|value| entropy_term(value.re)).sum()
}

//! Block Lanczos, which all iterative solvers share: the basis, the operator projected on it, and its
//! eigenpairs.

mod band;
mod basis;
mod cholesky;
mod combine;
mod eigen;
mod inverse_iteration;
mod orthonormal;
mod overlaps;
mod projected;
mod ritz;
mod state;
mod subtract;
mod tile;
mod tridiagonal;

pub use band::Band;
pub use basis::Basis;
pub use combine::{combine, combine_in_place};
pub use eigen::eigen;
pub use inverse_iteration::InverseIteration;
pub use overlaps::overlaps;
pub use ritz::{RitzPairs, largest};
pub use state::BasisState;

//! Spin chains: the basis of a sector, the Hamiltonian in it, and the random field.

mod bonds;
mod field;
mod hamiltonian;
mod sector;

pub use field::{random_field, stream, unit};
pub use hamiltonian::{Chain, Hamiltonian};
pub use sector::{Block, Sector, sector_dimension};

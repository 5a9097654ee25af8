//! Spin chains: the basis of a sector, the Hamiltonian in it, and the field of a realization.

mod bonds;
mod field;
mod hamiltonian;
mod product;
mod sector;

pub use field::{field, quasi_periodic_field, random_field, stream, unit};
pub use hamiltonian::{Chain, Hamiltonian};
pub use product::{LANES, Lanes, Step};
pub use sector::{Block, Sector, sector_dimension};

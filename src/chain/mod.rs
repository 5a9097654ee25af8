//! Spin chains: the basis of a sector, the Hamiltonian in it, and the field of a realization.

mod bonds;
mod cut;
mod exchange;
mod field;
mod halo;
mod hamiltonian;
mod lanczos;
mod product;
mod sector;
mod steps;
mod task;
#[cfg(test)]
mod tests;

pub use exchange::Exchange;
pub use field::{Distribution, Fields, GivenFields, GivenGroup, numbered_stream, random_field};
pub use halo::{Halo, Neighbour};
pub use hamiltonian::{Chain, Hamiltonian};
pub use product::Step;
pub use sector::{Place, Sector, sector_dimension, spin};
pub use steps::{steps_together, take_steps};
pub use task::Task;

//! Quenches: product states that evolve under the Hamiltonian of a realization, and what is observed of
//! them over time.

mod bessel;
mod evolution;
mod expansion;
mod initial;
mod observables;
mod realization;
mod state;
#[cfg(test)]
mod tests;

pub use evolution::Evolution;
pub use expansion::{End, MOST_ENDS, expansions, products};
pub use initial::Initial;
pub use observables::{ALL, Description, Observable};
pub use realization::{Outcome, Prepared, Quench};
pub use state::{Coefficients, SAMPLES, States, moments, write_configurations};

//! Eigenpairs near target energies.
//!
//! A solver is prepared once for a chain and then serves every realization. [`Solver::begin`] does
//! what all windows of a realization share, and [`Solver::window`] finds the eigenpairs nearest one
//! energy. A new solver is one file and one line in [`METHODS`].

mod accept;
mod attempts;
mod choice;
mod dense;
mod density;
mod extremes;
mod failure;
mod fallback;
mod filter;
mod interrupt;
mod keeper;
mod krylov;
mod memory;
mod method;
mod shift_invert;
mod solver;
mod states;
mod window;

pub use choice::{Choice, Cost, METHODS, Shortage, choose};
pub use extremes::extremes;
pub use failure::Failure;
pub use fallback::{fallback, prepare};
pub use interrupt::{Interrupt, check_interrupt, uninterrupted};
pub use keeper::{Keeper, Kept};
pub use memory::{Memory, keep_freed_memory};
pub use method::{Method, Workload, nearness_to_ends};
pub use shift_invert::{Factorization, Settings, lanczos};
pub use solver::{Bounds, Solver};
pub use window::Window;

//! Many-body localization at scale: disordered spin chains diagonalized near target energies over
//! MPI ranks, a network that learns their indicators, and finite-size scaling of both.
//!
//! The modules follow the data, and each imports only what stands before it:
//!
//! | modules | what they are about |
//! |---|---|
//! | [`deck`], [`comm`] | what the user typed; the ranks |
//! | [`chain`], [`eigen`] | Hamiltonians, eigenpairs |
//! | [`indicators`], [`observables`] | numbers from the eigenpairs |
//! | [`quench`] | states that evolve, and numbers from them |
//! | [`plan`], [`store`] | what a run does; tables and files |
//! | [`learn`], [`scaling`] | networks; finite-size scaling |
//! | [`check`], [`report`], [`campaign`], [`stages`], [`session`], [`cli`] | the program |

pub mod campaign;
pub mod chain;
pub mod check;
pub mod cli;
pub mod comm;
pub mod deck;
pub mod eigen;
pub mod error;
pub mod files;
pub mod identity;
pub mod indicators;
pub mod lanes;
pub mod learn;
pub mod levels;
pub mod observables;
pub mod plan;
pub mod quench;
pub mod random;
pub mod report;
pub mod scaling;
pub mod session;
pub mod stages;
pub mod stop;
pub mod store;
pub mod threads;
pub mod version;

//! Many-body localization at scale: disordered spin chains diagonalized near target energies over
//! MPI ranks, a network that learns their indicators, and finite-size scaling of both.
//!
//! The modules follow the data: [`deck`] → [`plan`] → [`chain`] → [`eigen`] → [`indicators`] →
//! [`campaign`] → [`store`] → [`learn`] → [`scaling`]; beside them [`comm`], [`report`] and [`stop`].

pub mod campaign;
pub mod chain;
pub mod cli;
pub mod comm;
pub mod deck;
pub mod eigen;
pub mod error;
pub mod indicators;
pub mod learn;
pub mod plan;
pub mod report;
pub mod scaling;
pub mod session;
pub mod stages;
pub mod stop;
pub mod store;

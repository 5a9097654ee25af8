//! The input deck: TOML, typed, one to one.
//!
//! A deck has a few top-level keys and a table for each stage. One with only some of the tables
//! describes only those stages. docs/deck.md lists every key with its unit and default.
//!
//! Values are parsed when the deck is read. Names of solvers, indicators, networks and methods stay
//! text here, because the rooms that register them stand above. `check` resolves them.

mod backend;
mod chain;
mod count;
mod decimal;
mod disorder;
mod entries;
mod grid;
mod learn;
mod load;
mod network;
mod normalisation;
mod predict;
mod quench;
mod run;
mod scaling;
mod shown;
mod spectrum;
mod split;
mod study;
mod tables;
mod units;

pub use backend::{BackendName, Device, Precision};
pub use chain::{Boundary, Chain};
pub use count::Count;
pub use disorder::{Disorder, DisorderKind, Phase, Realizations};
pub use entries::{Entries, differences};
pub use grid::Grid;
pub use learn::{Learn, LossKind, MissingTargets, OptimizerKind, Schedule, Symmetry, Validation};
pub use load::{LoadedDeck, load, parse};
pub use network::{Input, NetworkDeck, Outputs};
pub use normalisation::Normalisation;
pub use predict::Predict;
pub use quench::{QUENCH, Quench, Times};
pub use run::{RanksPerRealization, Run};
pub use scaling::{Bounds, Drift, Growth, Scaling, Scan, Source};
pub use spectrum::{Certificate, Spectrum, States};
pub use split::Split;
pub use study::Study;
pub use tables::{Deck, VERSION};
pub use units::{Memory, Time};

//! Networks: an extractor that reads the field, a head behind it, the map to the indicators, the loss.
//!
//! [`Network`] is what trainings and ensembles see. They know no kind of network by name.

mod architecture;
mod backend;
mod blueprint;
mod extractor;
mod extractors;
mod group;
mod head;
mod interface;
mod kernel;
mod kinds;
mod loss;
mod output_map;
mod pass;
mod tensor_spec;
#[cfg(feature = "torch")]
mod torch;

pub use architecture::Architecture;
pub use backend::{Backend, BackendChoice, NoBackend};
pub use blueprint::{Blueprint, Kind};
pub use interface::{Network, PassKind, Worker};
pub use kinds::KINDS;
pub use loss::Loss;
pub use output_map::{TargetMap, bounds};
pub use tensor_spec::{TensorSpec, initial_parameters, parameter_count};

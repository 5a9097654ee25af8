//! Networks: an extractor that reads the field, a head behind it, the map to the indicators, the loss.
//!
//! [`Network`] is what trainings and ensembles see. They know no kind of network by name.

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
#[cfg(test)]
mod tests;

pub use blueprint::{Architecture, Blueprint, Kind};
pub use interface::{Network, PassKind, Worker};
pub use kinds::KINDS;
pub use loss::Loss;
pub use output_map::{TargetMap, bounds};
pub use tensor_spec::{TensorSpec, initial_parameters, parameter_count};

//! Networks: an extractor that reads the field, a head behind it, the map to the indicators, the loss.
//!
//! [`Network`] is what trainings and ensembles see. They know no kind of network by name.

mod architecture;
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

pub use architecture::Architecture;
pub use interface::{Network, PassKind, Worker};
pub use kinds::{Blueprint, KINDS, Kind};
pub use loss::Loss;
pub use output_map::{TargetMap, bounds};
pub use tensor_spec::{TensorSpec, initial_parameters, parameter_count};

//! What a network learns from: fields and their exact indicators.

mod batch;
mod condition;
mod extent;
mod identity;
mod missing;
mod realizations;
mod selection;
mod set;
mod symmetry;
#[cfg(test)]
mod tests;

pub use batch::{Batch, Chunk, Sample};
pub use condition::Condition;
pub use extent::Extent;
pub use identity::training_data_identity;
pub use missing::{Missing, is_used, missing};
pub use realizations::{Realization, Wanted, fields, realizations};
pub use selection::{Moments, Samples, Selection};
pub use set::SampleSet;
pub use symmetry::{SymmetryGroup, SymmetryOperation};

//! The fields of the realizations. Each task has its own stream of random numbers, or its own field in a
//! file.

mod binary;
mod fields;
mod gaussian;
mod given;
mod quasi_periodic;
mod stream;
#[cfg(test)]
mod tests;
mod uniform;

pub use fields::{Distribution, Fields};
pub use given::{GivenFields, GivenGroup};
pub use stream::numbered_stream;
pub use uniform::random_field;

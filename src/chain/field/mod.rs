//! The fields of the realizations. Each task has its own stream of random numbers.

mod binary;
mod fields;
mod gaussian;
mod quasi_periodic;
mod stream;
#[cfg(test)]
mod tests;
mod uniform;

pub use fields::{Distribution, Fields};
pub use uniform::random_field;

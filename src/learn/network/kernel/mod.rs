//! Arithmetic of networks on several samples at once.
//!
//! A network of a hundred parameters does so little arithmetic for a sample that calls to a library
//! would cost far more. So samples lie side by side in [`Lanes`](crate::lanes::Lanes), and whole passes
//! are compiled as one piece for each instruction set (through `pulp`). Each lane is rounded as a single
//! number would be, so that results do not depend on the instruction set.

mod affine;
mod buffers;
mod elementary;
mod unrolling;

pub use affine::{Columns, accumulate, accumulate_bias, affine, transposed_product};
pub use buffers::resize;
pub use unrolling::prevent_unrolling;

//! Networks of libtorch, of any width, on processors and GPUs. No other folder knows libtorch.
//!
//! Automatic differentiation gives the gradients. Parameters, steps and sums over ranks remain those of
//! the program: a pass gets the parameters of a member and adds its gradient, as that of the program's
//! own kernels does.

mod convolutions;
mod deep_sets;
mod device;
mod extractor;
mod head;
mod kinds;
mod last_state;
mod network;
mod objective;
mod recurrent;
mod regularisation;
mod ring;
mod tensors;
#[cfg(test)]
mod tests;
mod transformer;

pub use kinds::Torch;

//! What every kind of network offers to the trainer.

use tch::Tensor;

use super::Shape;

/// A network for fields of any length, without its parameters.
pub trait Network {
    /// The parameter tensors of one member, in the order of [`forward`](Self::forward).
    fn shapes(&self) -> Vec<Shape>;

    /// The outputs of all members for a batch of chains of one length.
    ///
    /// `parameters` are the tensors of [`shapes`](Self::shapes), each with a leading dimension M of
    /// members; `fields` is (B, L). Returns (M, B, targets). All of it in double precision, and
    /// differentiable with respect to `parameters`.
    fn forward(&self, parameters: &[Tensor], fields: &Tensor) -> Tensor;
}

/// x Wᵀ + b for every member: `input` (M, N, in), `weight` (M, out, in), `bias` (M, out) →
/// (M, N, out).
pub fn linear(input: &Tensor, weight: &Tensor, bias: &Tensor) -> Tensor {
    bias.unsqueeze(1)
        .baddbmm(input, &weight.transpose(1, 2), 1.0, 1.0)
}

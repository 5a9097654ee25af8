//! The fully connected part that maps features to outputs (arXiv:2202.08853, figure 7).

use tch::Tensor;

use super::regularisation::Dropout;
use super::tensors::Tensors;

/// The outputs (…, output) of inputs (…, feature), with the tensors of the program's own
/// [`Head`](crate::learn::network::head::Head).
pub fn forward(tensors: &Tensors, inputs: &Tensor, dropout: &Dropout) -> Tensor {
    let hidden = tensors.linear("head.0", inputs).relu();
    tensors.linear("head.2", &dropout.apply(hidden))
}

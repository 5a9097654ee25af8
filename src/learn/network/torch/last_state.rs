//! Recurrent layers that read the chain once; their last output is the feature vector
//! (arXiv:2202.08853, figure 2).

use tch::Tensor;

use super::extractor::{Extractor, tuples};
use super::recurrent::Recurrent;
use super::regularisation::Dropout;
use super::tensors::Tensors;
use crate::learn::network::tensor_spec::TensorSpec;

/// Layers in one direction.
pub struct LastState(pub Recurrent);

impl Extractor for LastState {
    fn tensor_specs(&self) -> Vec<TensorSpec> {
        self.0.tensor_specs()
    }

    fn features(&self) -> usize {
        self.0.features
    }

    fn forward(&self, tensors: &Tensors, fields: &Tensor, dropout: &Dropout) -> Tensor {
        let inputs = tuples(fields, self.0.tuple);
        self.0
            .forward(tensors, &inputs, dropout)
            .last
            .squeeze_dim(0)
    }
}

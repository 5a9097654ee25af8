//! The trait of every kind of network of libtorch.

use tch::Tensor;

use super::regularisation::Dropout;
use super::tensors::Tensors;
use crate::learn::network::tensor_spec::TensorSpec;

/// The part of a network that reads the field of a chain of any length, without its parameters.
pub trait Extractor: Send + Sync {
    /// The parameter tensors, named as in PyTorch.
    fn tensor_specs(&self) -> Vec<TensorSpec>;

    /// The number of features.
    fn features(&self) -> usize;

    /// The features (sample, feature) of fields (sample, site). `dropout` acts between layers.
    fn forward(&self, tensors: &Tensors, fields: &Tensor, dropout: &Dropout) -> Tensor;
}

/// `width` neighbouring sites together, from each site on round the ring: (sample, site, offset).
pub fn tuples(fields: &Tensor, width: usize) -> Tensor {
    let shifted = |offset: i64| fields.roll(-offset, 1);
    let tuples: Vec<Tensor> = (0..width as i64).map(shifted).collect();
    Tensor::stack(&tuples, 2)
}

/// The mean over the sites of values (sample, site, feature).
pub fn mean(values: &Tensor) -> Tensor {
    values.mean_dim(1, false, values.kind())
}

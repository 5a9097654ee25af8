//! The parameters of a member as tensors of libtorch.

use std::collections::BTreeMap;

use tch::{Device, Kind, Tensor};

use crate::learn::network::tensor_spec::TensorSpec;

/// Named views of one flat tensor, so that its gradient is flat too.
pub struct Tensors {
    /// All parameters, in their order.
    pub flat: Tensor,
    parts: BTreeMap<String, Tensor>,
}

impl Tensors {
    /// The parameters of a member. Gradients with respect to them are computed only if asked for.
    pub fn new(
        specs: &[TensorSpec],
        values: &[f64],
        options: (Kind, Device),
        gradient: bool,
    ) -> Self {
        let flat = tensor(values, options).set_requires_grad(gradient);
        let lengths: Vec<i64> = specs.iter().map(|spec| spec.count() as i64).collect();
        let parts = flat.split_with_sizes(&lengths[..], 0);
        let named = specs.iter().zip(parts).map(|(spec, part)| {
            let dimensions: Vec<i64> = spec.dimensions.iter().map(|&it| it as i64).collect();
            (spec.name.clone(), part.view(&dimensions[..]))
        });
        Self {
            parts: named.collect(),
            flat,
        }
    }

    /// The tensor of this name.
    pub fn get(&self, name: &str) -> &Tensor {
        self.parts
            .get(name)
            .expect("layers ask for tensors that they list")
    }

    /// A fully connected layer: `name.weight` and `name.bias`.
    pub fn linear(&self, name: &str, input: &Tensor) -> Tensor {
        let bias = self.get(&format!("{name}.bias"));
        input.linear(self.get(&format!("{name}.weight")), Some(bias))
    }

    /// Values (…, feature) of mean 0 and variance 1, times `name.weight`, plus `name.bias`.
    pub fn layer_norm(&self, name: &str, input: &Tensor) -> Tensor {
        let part = |part: &str| Some(self.get(&format!("{name}.{part}")));
        let width = self.get(&format!("{name}.bias")).size();
        input.layer_norm(&width[..], part("weight"), part("bias"), 1e-5, true)
    }
}

/// The tensors of a layer norm, which begins as the identity.
pub fn layer_norm_specs(name: &str, width: usize) -> [TensorSpec; 2] {
    [
        TensorSpec::ones(format!("{name}.weight"), &[width]),
        TensorSpec::new(format!("{name}.bias"), &[width], 0.0),
    ]
}

/// The tensors of a fully connected layer, named and initialized as in PyTorch.
pub fn linear_specs(name: &str, inputs: usize, outputs: usize) -> [TensorSpec; 2] {
    let bound = 1.0 / (inputs as f64).sqrt();
    [
        TensorSpec::new(format!("{name}.weight"), &[outputs, inputs], bound),
        TensorSpec::new(format!("{name}.bias"), &[outputs], bound),
    ]
}

/// Numbers as a flat tensor.
pub fn tensor(numbers: &[f64], (kind, device): (Kind, Device)) -> Tensor {
    Tensor::from_slice(numbers).to_kind(kind).to_device(device)
}

/// The values of a tensor, in its order.
pub fn values(tensor: &Tensor) -> Vec<f64> {
    let flat = tensor.detach().flatten(0, -1);
    let flat = flat.to_device(Device::Cpu).to_kind(Kind::Double);
    Vec::try_from(flat.contiguous()).expect("a flat tensor of numbers is a list")
}

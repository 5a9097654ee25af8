//! A network of libtorch, and its passes.

use tch::{Kind, Tensor};

use super::device;
use super::extractor::Extractor;
use super::head;
use super::objective;
use super::regularisation::Dropout;
use super::tensors::{Tensors, tensor, values};
use crate::deck::Device;
use crate::learn::network::head::Head;
use crate::learn::network::interface::{Network, PassKind, Worker};
use crate::learn::network::loss::Loss;
use crate::learn::network::output_map::OutputMap;
use crate::learn::network::tensor_spec::{TensorSpec, parameter_count};
use crate::learn::samples::{Batch, Sample};

/// The most samples of a training step that a rank computes together. Calls of libtorch cost as much as
/// tens of samples of a small network.
const CHUNK: usize = 128;

/// The network with a given extractor.
pub struct TorchNetwork {
    /// What reads the field; none where features are the inputs.
    pub extractor: Option<Box<dyn Extractor>>,
    /// The number of features.
    pub features: usize,
    /// What reads the features.
    pub head: Head,
    /// From the head's outputs to the targets.
    pub output_map: OutputMap,
    /// What a training minimizes.
    pub loss: Loss,
    /// Whether the mean of a field is subtracted first.
    pub centred: bool,
    /// Whether the condition is an input of the head.
    pub conditioned: bool,
    /// The share of values between layers that a gradient leaves out.
    pub dropout: f64,
    /// The numbers that it computes with.
    pub kind: Kind,
    /// Where it computes.
    pub device: Device,
}

impl TorchNetwork {
    fn specs_of_extractor(&self) -> Vec<TensorSpec> {
        let extractor = self.extractor.as_ref();
        extractor.map_or(Vec::new(), |it| it.tensor_specs())
    }
}

impl Network for TorchNetwork {
    fn tensor_specs(&self) -> Vec<TensorSpec> {
        let mut specs = self.specs_of_extractor();
        specs.extend(self.head.tensor_specs());
        specs
    }

    fn extractor_parameters(&self) -> usize {
        parameter_count(&self.specs_of_extractor())
    }

    fn features(&self) -> usize {
        self.features
    }

    fn chunk_size(&self) -> usize {
        CHUNK
    }

    fn worker(&self) -> Box<dyn Worker + '_> {
        // A rank has one thread, as everywhere in the program.
        tch::set_num_threads(1);
        Box::new(TorchWorker {
            network: self,
            specs: self.tensor_specs(),
            options: (self.kind, device::of_libtorch(self.device)),
        })
    }
}

/// Runs passes of a network.
struct TorchWorker<'n> {
    network: &'n TorchNetwork,
    specs: Vec<TensorSpec>,
    options: (Kind, tch::Device),
}

/// A pass before its kind matters.
struct Pass<'p> {
    network: &'p TorchNetwork,
    options: (Kind, tch::Device),
    tensors: Tensors,
    batch: Batch<'p>,
    dropout: Dropout,
}

impl Worker for TorchWorker<'_> {
    fn pass(&mut self, member: usize, parameters: &[f64], batch: Batch, kind: PassKind) -> f64 {
        let dropout = match kind {
            PassKind::Gradient { seed, .. } => Dropout::new(self.network.dropout, seed),
            _ => Dropout::none(),
        };
        let _guard = (!dropout.trains).then(tch::no_grad_guard);
        let pass = Pass {
            network: self.network,
            options: self.options,
            tensors: Tensors::new(&self.specs, parameters, self.options, dropout.trains),
            batch,
            dropout,
        };
        let features = pass.features(member);
        match kind {
            PassKind::Features(found) => {
                found.copy_from_slice(&values(&features));
                0.0
            }
            PassKind::Predictions {
                conditions,
                weight,
                indicators,
            } => {
                for (sum, value) in indicators
                    .iter_mut()
                    .zip(values(&pass.predictions(&features, conditions)))
                {
                    *sum += weight * value;
                }
                0.0
            }
            PassKind::Loss => pass.loss(&features).double_value(&[]),
            PassKind::Gradient { sum, .. } => {
                let loss = pass.loss(&features);
                let gradient = Tensor::run_backward(&[&loss], &[&pass.tensors.flat], false, false);
                for (sum, value) in sum.iter_mut().zip(values(&gradient[0])) {
                    *sum += value;
                }
                loss.double_value(&[])
            }
        }
    }
}

impl Pass<'_> {
    /// The number of samples.
    fn samples(&self) -> i64 {
        self.batch.samples.len() as i64
    }

    /// A number of each sample, condition and so on, as a tensor of this shape.
    fn gathered<'s>(&'s self, of: impl Fn(&'s Sample<'s>) -> &'s [f64], shape: &[i64]) -> Tensor {
        let all: Vec<f64> = self.batch.samples.iter().flat_map(of).copied().collect();
        tensor(&all, self.options).view(shape)
    }

    /// The features (sample, feature).
    fn features(&self, member: usize) -> Tensor {
        let network = self.network;
        let Some(extractor) = &network.extractor else {
            let own = member * network.features..(member + 1) * network.features;
            return self.gathered(|it| &it.inputs[own.clone()], &[self.samples(), -1]);
        };
        let sites = self.batch.sites;
        let of_sample = |it: &Sample| {
            let (symmetry, inputs) = (it.symmetry, it.inputs);
            (0..sites)
                .map(|site| symmetry.value_at(inputs, site))
                .collect::<Vec<_>>()
        };
        let fields: Vec<f64> = self.batch.samples.iter().flat_map(of_sample).collect();
        let mut fields = tensor(&fields, self.options).view([self.samples(), -1]);
        if network.centred {
            fields = &fields - fields.mean_dim(1, true, self.options.0);
        }
        extractor.forward(&self.tensors, &fields, &self.dropout)
    }

    /// The outputs (sample, condition, output) of features at conditions (sample, condition, 1).
    fn outputs(&self, features: &Tensor, conditions: &Tensor) -> Tensor {
        let passes = conditions.size()[1];
        let features = features.unsqueeze(1).expand([-1, passes, -1], false);
        let inputs = match self.network.conditioned {
            true => Tensor::cat(&[&features, conditions], 2),
            false => features,
        };
        head::forward(&self.tensors, &inputs, &self.dropout)
    }

    /// The targets (sample, condition, target) of features, at the same conditions for all samples.
    fn predictions(&self, features: &Tensor, conditions: &[f64]) -> Tensor {
        let at = tensor(conditions, self.options).view([1, -1, 1]);
        let at = at.expand([self.samples(), -1, -1], false);
        let outputs = self.outputs(features, &at);
        objective::targets(&self.network.output_map, self.batch.sites, &outputs)
    }

    /// The sum of the losses.
    fn loss(&self, features: &Tensor) -> Tensor {
        let TorchNetwork {
            output_map, loss, ..
        } = self.network;
        let samples = self.samples();
        let conditions = self.gathered(|it| it.conditions, &[samples, -1, 1]);
        let targets = output_map.maps.len() as i64;
        let exact = self.gathered(|it| it.targets, &[samples, -1, targets]);
        let outputs = self.outputs(features, &conditions);
        let predicted = objective::targets(output_map, self.batch.sites, &outputs);
        let (shares, outputs) = (self.batch.shares, &outputs);
        objective::loss(loss, output_map, shares, &predicted, &exact, outputs)
    }
}

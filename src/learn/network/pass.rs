//! Passes of a batch through an extractor and its head, forward and backward.
//!
//! As many samples as there are lanes go through a network side by side; such samples are a group. The
//! methods here are inlined into [`Pass::with_simd`], which is compiled for each instruction set.

use pulp::{Arch, Simd, WithSimd};

use super::extractor::Extractor;
use super::group::Group;
use super::head::{Head, HeadBuffers};
use super::interface::{Network, PassKind, Worker};
use super::kernel::resize;
use super::loss::Loss;
use super::output_map::OutputMap;
use super::tensor_spec::{TensorSpec, parameter_count};
use crate::lanes::{LANES, Lanes};
use crate::learn::samples::{Batch, SymmetryOperation};

/// The most samples of a training step that a rank computes together. It is a few registers' worth, so
/// that a batch of the usual size leaves work for several ranks.
const CHUNK: usize = 32;

/// The network with a given extractor.
pub struct NetworkWith<E> {
    /// What reads the field.
    pub extractor: E,
    /// What reads the features.
    pub head: Head,
    /// From the head's outputs to the targets.
    pub output_map: OutputMap,
    /// What a training minimizes.
    pub loss: Loss,
    /// Whether the mean of a field is subtracted first. In a sector of fixed magnetization the mean
    /// shifts all energies by the same amount.
    pub centred: bool,
    /// Whether the condition is an input of the head.
    pub conditioned: bool,
}

impl<E: Extractor> Network for NetworkWith<E> {
    fn tensor_specs(&self) -> Vec<TensorSpec> {
        let mut specs = self.extractor.tensor_specs();
        specs.extend(self.head.tensor_specs());
        specs
    }

    fn extractor_parameters(&self) -> usize {
        parameter_count(&self.extractor.tensor_specs())
    }

    fn features(&self) -> usize {
        self.extractor.features()
    }

    fn chunk_size(&self) -> usize {
        // A head alone is so fast that most of the time goes into the sum over the lanes of every
        // parameter, once for each chunk.
        if self.extractor_parameters() > 0 {
            CHUNK
        } else {
            4 * CHUNK
        }
    }

    fn worker(&self) -> Box<dyn Worker + '_> {
        let targets = self.output_map.maps.len();
        Box::new(PassWorker {
            network: self,
            extractor_parameters: self.extractor_parameters(),
            inputs: Vec::new(),
            extractor: E::Buffers::default(),
            head: HeadBuffers::default(),
            exact: vec![Lanes::ZERO; targets],
            weights: vec![Lanes::ZERO; targets],
            targets: vec![Lanes::ZERO; targets],
            target_gradients: vec![Lanes::ZERO; targets],
        })
    }
}

/// A worker with the buffers of its passes.
struct PassWorker<'n, E: Extractor> {
    network: &'n NetworkWith<E>,
    extractor_parameters: usize,
    inputs: Vec<Lanes>,
    extractor: E::Buffers,
    head: HeadBuffers,
    exact: Vec<Lanes>,
    /// The weights of the targets, zero in lanes that lack one.
    weights: Vec<Lanes>,
    targets: Vec<Lanes>,
    target_gradients: Vec<Lanes>,
}

impl<E: Extractor> Worker for PassWorker<'_, E> {
    fn pass(&mut self, member: usize, parameters: &[f64], batch: Batch, kind: PassKind) -> f64 {
        Arch::new().dispatch(Pass {
            worker: self,
            member,
            parameters,
            batch,
            kind,
        })
    }
}

/// A pass over a batch, [`LANES`] samples at a time.
struct Pass<'w, 'n, 'a, E: Extractor> {
    worker: &'w mut PassWorker<'n, E>,
    member: usize,
    parameters: &'a [f64],
    batch: Batch<'a>,
    kind: PassKind<'a>,
}

impl<E: Extractor> WithSimd for Pass<'_, '_, '_, E> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let Self {
            worker,
            member,
            parameters,
            batch,
            mut kind,
        } = self;
        let (extractor, head) = parameters.split_at(worker.extractor_parameters);
        let groups = batch.samples.len().div_ceil(LANES);
        // An extractor reads a field once for all conditions; the head has a pass for each.
        let passes = match (&kind, batch.samples.first()) {
            (PassKind::Loss | PassKind::Gradient { .. }, Some(first)) => first.conditions.len(),
            _ => 1,
        };
        let network = worker.network;
        network.head.prepare(groups * passes, &mut worker.head);
        let mut sum = 0.0;
        for (number, samples) in batch.samples.chunks(LANES).enumerate() {
            let group = Group {
                samples,
                sites: batch.sites,
                first: number * LANES,
                slot: number * passes,
                passes,
                shares: batch.shares,
            };
            worker.load_fields(group, member);
            worker.extract(extractor, group);
            match &mut kind {
                PassKind::Features(results) => worker.write_features(group, results),
                PassKind::Predictions {
                    conditions,
                    weight,
                    indicators,
                } => worker.add_predictions(head, group, conditions, *weight, indicators),
                PassKind::Loss => worker.add_losses(head, group, &mut sum),
                PassKind::Gradient { sum: gradient, .. } => {
                    worker.add_losses(head, group, &mut sum);
                    worker.backward(extractor, head, group, gradient);
                }
            }
        }
        if let PassKind::Gradient { sum: gradient, .. } = &mut kind {
            let of_head = &mut gradient[worker.extractor_parameters..];
            network.head.gradient(&worker.head, of_head);
        }
        sum
    }
}

impl<E: Extractor> PassWorker<'_, E> {
    /// Puts the fields side by side. Lanes without a sample repeat the first one, and their results are
    /// discarded.
    #[inline(always)]
    fn load_fields(&mut self, group: Group, member: usize) {
        let network = self.network;
        let rows = group
            .lanes()
            .map(|it| network.extractor.inputs_of(it.inputs, member));
        let width = rows[0].len();
        resize(&mut self.inputs, width);
        // Whole lanes are stored at a time. A processor cannot forward several small stores to the one
        // wide load that soon follows.
        if group
            .samples
            .iter()
            .all(|it| it.symmetry == SymmetryOperation::default())
        {
            let rows = rows.map(|row| &row[..width]);
            for (site, value) in self.inputs.iter_mut().enumerate() {
                *value = Lanes(rows.map(|row| row[site]));
            }
        } else {
            let operations = group.lanes().map(|it| it.symmetry);
            for (site, value) in self.inputs.iter_mut().enumerate() {
                *value = Lanes(std::array::from_fn(|lane| {
                    operations[lane].value_at(rows[lane], site)
                }));
            }
        }
        if network.centred {
            let sum = self
                .inputs
                .iter()
                .fold(Lanes::ZERO, |sum, input| sum + *input);
            let mean = sum * Lanes::all(1.0 / width as f64);
            for input in &mut self.inputs {
                *input = *input - mean;
            }
        }
    }

    /// From the fields to the features, which are the first inputs of the head.
    #[inline(always)]
    fn extract(&mut self, parameters: &[f64], group: Group) {
        let NetworkWith {
            extractor, head, ..
        } = self.network;
        let features = &mut head.inputs(group.slot, &mut self.head)[..extractor.features()];
        extractor.forward(parameters, &self.inputs, &mut self.extractor, features);
    }

    /// Writes the features of the samples to `results` (sample, feature).
    #[inline(always)]
    fn write_features(&mut self, group: Group, results: &mut [f64]) {
        let NetworkWith {
            extractor, head, ..
        } = self.network;
        let features = extractor.features();
        let found = &head.inputs(group.slot, &mut self.head)[..features];
        for (lane, row) in group.rows(results, features).enumerate() {
            for (value, feature) in row.iter_mut().zip(found) {
                *value = feature.0[lane];
            }
        }
    }

    /// Adds `weight` times the targets to `indicators` (sample, condition, target).
    #[inline(always)]
    fn add_predictions(
        &mut self,
        parameters: &[f64],
        group: Group,
        conditions: &[f64],
        weight: f64,
        indicators: &mut [f64],
    ) {
        let NetworkWith {
            head, output_map, ..
        } = self.network;
        let targets = output_map.maps.len();
        let width = conditions.len() * targets;
        for (number, condition) in conditions.iter().enumerate() {
            self.set_condition(group.slot, Lanes::all(*condition));
            head.forward(parameters, group.slot, &mut self.head);
            output_map.forward(group.sites, &self.head.outputs, &mut self.targets);
            for (lane, row) in group.rows(indicators, width).enumerate() {
                let row = &mut row[number * targets..][..targets];
                for (value, target) in row.iter_mut().zip(&self.targets) {
                    *value += weight * target.0[lane];
                }
            }
        }
    }

    /// Adds the losses of a group to `sum`, one condition after the other.
    #[inline(always)]
    fn add_losses(&mut self, parameters: &[f64], group: Group, sum: &mut f64) {
        for pass in 0..group.passes {
            if pass > 0 {
                let head = &self.network.head;
                head.copy_inputs(group.slot, group.slot + pass, &mut self.head);
            }
            self.load_targets(group, pass);
            *sum += self.losses(parameters, group, pass).total();
        }
    }

    /// Adds the gradient of a group with respect to the extractor's parameters to `gradient`, and
    /// leaves the gradients of the head's layers in its buffers.
    #[inline(always)]
    fn backward(&mut self, extractor: &[f64], head: &[f64], group: Group, gradient: &mut [f64]) {
        let network = self.network;
        let trains_extractor = self.extractor_parameters > 0;
        self.head.input_gradients.fill(Lanes::ZERO);
        for slot in group.slot..group.slot + group.passes {
            let buffers = &mut self.head;
            network.head.backward(head, slot, trains_extractor, buffers);
        }
        if trains_extractor {
            network.extractor.backward(
                extractor,
                &self.inputs,
                &mut self.extractor,
                &self.head.input_gradients[..network.extractor.features()],
                &mut gradient[..self.extractor_parameters],
            );
        }
    }

    /// Writes a condition to the last input of the head, if it is one.
    #[inline(always)]
    fn set_condition(&mut self, slot: usize, condition: Lanes) {
        if self.network.conditioned
            && let Some(last) = self.network.head.inputs(slot, &mut self.head).last_mut()
        {
            *last = condition;
        }
    }

    /// Reads the exact targets at the condition of this pass, and the condition. A target that is missing
    /// gets the weight zero.
    #[inline(always)]
    fn load_targets(&mut self, group: Group, pass: usize) {
        let samples = group.lanes();
        let first = pass * self.exact.len();
        let of_loss = &self.network.loss.weights;
        for (target, exact) in self.exact.iter_mut().enumerate() {
            let values = samples.map(|it| it.targets[first + target]);
            let weight = of_loss[target] * group.shares[target];
            self.weights[target] = Lanes(values.map(|it| if it.is_nan() { 0.0 } else { weight }));
            *exact = Lanes(values.map(|it| if it.is_nan() { 0.0 } else { it }));
        }
        let conditions = Lanes(samples.map(|it| it.conditions[pass]));
        self.set_condition(group.slot + pass, conditions);
    }

    /// The losses of a group, and their gradients with respect to the head's outputs. Both are zero in
    /// lanes without a sample.
    #[inline(always)]
    fn losses(&mut self, parameters: &[f64], group: Group, pass: usize) -> Lanes {
        let NetworkWith {
            head,
            output_map,
            loss,
            ..
        } = self.network;
        let slot = group.slot + pass;
        head.forward(parameters, slot, &mut self.head);
        let (outputs, gradients) = head.outputs(slot, &mut self.head);
        output_map.forward(group.sites, outputs, &mut self.targets);
        let (_, log_variances) = outputs.split_at(output_map.outputs());
        let (of_targets, of_log_variances) = gradients.split_at_mut(output_map.outputs());
        let mut losses = loss.forward(
            &self.weights,
            &self.targets,
            &self.exact,
            log_variances,
            &mut self.target_gradients,
            of_log_variances,
        );
        output_map.backward(
            group.sites,
            &self.targets,
            &self.target_gradients,
            of_targets,
        );
        for lane in group.samples.len()..LANES {
            losses.0[lane] = 0.0;
            for gradient in &mut *gradients {
                gradient.0[lane] = 0.0;
            }
        }
        losses
    }
}

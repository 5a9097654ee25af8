//! The loop over epochs, batches and steps.

use std::time::Instant;

use ndarray::Array2;

use super::gradient::{Divergence, GradientPasses, gradient, losses};
use super::hyperparameters::Hyperparameters;
use super::observer::{Epoch, Observer, Validation};
use super::state::State;
use super::work::work;
use crate::comm::Communicator;
use crate::error::{Error, Result};
use crate::identity::{Hasher, Identity};
use crate::learn::network::{Network, PassKind, Worker};
use crate::learn::samples::{Batch, Chunk, SampleSet};
use crate::random::{stream, unit};

/// One training: which network learns from which samples, and how.
pub struct Training<'a> {
    /// Its name in messages and in training.jsonl.
    pub name: &'a str,
    /// The network.
    pub network: &'a dyn Network,
    /// What else its result depends on: the loss, and how the network is built.
    pub settings: &'a str,
    /// How it is trained.
    pub hyperparameters: &'a Hyperparameters,
    /// The samples that it learns from.
    pub samples: &'a SampleSet,
    /// Samples that only the validation loss is computed from; may be empty.
    pub held_out: &'a SampleSet,
}

/// Trains all members from the parameters `start` (member, parameter). Collective: every rank gives
/// the same arguments and gets the same parameters, bit for bit, for any number of ranks.
///
/// Every epoch shuffles all samples, in an order that depends on the seed and the epoch alone. All
/// members get the same batches, of which the last may be smaller. The parameters are those of each
/// member's least validation loss if there is a `patience`, else the last ones.
///
/// # Errors
/// On all ranks when a loss is not finite. [`Error::Unfinished`] when `observer` stops the training. The
/// errors of `observer`.
pub fn fit(
    comm: &dyn Communicator,
    training: &Training,
    start: Array2<f64>,
    observer: &mut dyn Observer,
) -> Result<Array2<f64>> {
    let identity = training.identity(&start);
    let Training {
        name,
        network,
        hyperparameters,
        samples,
        ..
    } = *training;
    let epochs = hyperparameters.epochs;
    let mut state = match observer.resume(name, identity)? {
        Some(state) => state,
        None => State::new(start, hyperparameters.rule, hyperparameters.weight_decay),
    };
    let work = work(network, samples.extent(), state.optimizers.len());
    let mut passes = Passes::new(comm, training);
    while state.epoch < epochs {
        let clock = Instant::now();
        let active = state.active(hyperparameters.patience);
        if !active.contains(&true) {
            break;
        }
        let result = passes.learn(&mut state, &active)?;
        let validation = passes.validate(&mut state, &active);
        let stops = observer.stops(clock.elapsed().as_secs_f64());
        let seconds = clock.elapsed().as_secs_f64();
        observer.epoch(&Epoch {
            training: name.to_owned(),
            epoch: state.epoch,
            epochs,
            loss: mean_of_active(&result.losses, &active),
            members: result.losses,
            validation,
            active: active.iter().filter(|active| **active).count(),
            learning_rate: result.learning_rate,
            seconds,
            seconds_in_sums: result.seconds_in_sums,
            samples_per_second: samples.len() as f64 / seconds,
            work,
        });
        observer.keep(identity, &state, stops || state.epoch == epochs);
        if stops {
            return Err(Error::Unfinished(format!(
                "unfinished: {name} was stopped after epoch {} of {epochs}; run the same command \
                 again to go on",
                state.epoch
            )));
        }
    }
    Ok(state.final_parameters())
}

impl Training<'_> {
    /// The identity of everything that the result of the training depends on.
    fn identity(&self, start: &Array2<f64>) -> Identity {
        let mut hasher = Hasher::default();
        hasher.text(self.name);
        hasher.text(self.settings);
        hasher.text(&format!("{:?}", self.hyperparameters));
        for samples in [self.samples, self.held_out] {
            hasher.numbers(samples.values());
        }
        hasher.numbers(start);
        hasher.finish()
    }

    /// The error of a step that makes a loss or gradient infinite.
    fn diverged(&self, divergence: &Divergence, step: &Step) -> Error {
        Error::Everywhere(format!(
            "{}: the loss of member {} is {}, or its gradient is not finite, in batch {} of epoch \
             {}, at a learning rate of {:e}: lower it",
            self.name,
            divergence.member + 1,
            divergence.loss,
            step.batch + 1,
            step.epoch,
            step.learning_rate,
        ))
    }
}

/// Which step of a training.
struct Step {
    epoch: usize,
    /// The number of the batch, from 0.
    batch: usize,
    learning_rate: f64,
}

/// The results of an epoch.
struct EpochResult {
    /// The mean loss of each member during the epoch.
    losses: Vec<f64>,
    /// The step size of the last step.
    learning_rate: f64,
    /// Seconds in which this rank added gradients up, or waited for others.
    seconds_in_sums: f64,
}

/// A worker that knows how long its passes took.
struct TimedWorker<'a> {
    inner: Box<dyn Worker + 'a>,
    seconds: f64,
}

impl Worker for TimedWorker<'_> {
    fn pass(&mut self, member: usize, parameters: &[f64], batch: Batch, kind: PassKind) -> f64 {
        let clock = Instant::now();
        let loss = self.inner.pass(member, parameters, batch, kind);
        self.seconds += clock.elapsed().as_secs_f64();
        loss
    }
}

/// The passes of a training over its samples.
struct Passes<'a> {
    comm: &'a dyn Communicator,
    training: &'a Training<'a>,
    worker: TimedWorker<'a>,
    held_out: Vec<Chunk<'a>>,
}

impl<'a> Passes<'a> {
    fn new(comm: &'a dyn Communicator, training: &'a Training<'a>) -> Self {
        let Training {
            network, held_out, ..
        } = *training;
        Self {
            comm,
            training,
            worker: TimedWorker {
                inner: network.worker(),
                seconds: 0.0,
            },
            held_out: held_out.in_order(network.chunk_size()),
        }
    }

    /// The next epoch: a step for each batch of the shuffled samples.
    fn learn(&mut self, state: &mut State, active: &[bool]) -> Result<EpochResult> {
        let Training {
            network,
            hyperparameters,
            samples,
            ..
        } = *self.training;
        let epoch = state.epoch + 1;
        let steps = samples.len().div_ceil(hyperparameters.batch);
        let mut sums = vec![0.0; active.len()];
        let mut learning_rate = hyperparameters.learning_rate;
        let mut seconds_in_sums = 0.0;
        let order = permutation(samples.len(), hyperparameters.seed, epoch);
        for (batch, numbers) in order.chunks(hyperparameters.batch).enumerate() {
            let done = (epoch - 1) * steps + batch;
            learning_rate = hyperparameters.rate(done, hyperparameters.epochs * steps);
            let operation =
                |sample: usize, sites: usize| hyperparameters.operation(epoch, sample, sites);
            let chunks = samples.chunks(numbers, network.chunk_size(), operation);
            let parameters = state.parameters.view();
            let seed = |chunk, member| hyperparameters.pass_seed([epoch, batch], chunk, member);
            let step = GradientPasses {
                chunks: &chunks,
                active,
                seed: &seed,
            };
            let (clock, before) = (Instant::now(), self.worker.seconds);
            let gradient = gradient(self.comm, &mut self.worker, parameters, &step);
            seconds_in_sums += clock.elapsed().as_secs_f64() - (self.worker.seconds - before);
            if let Some(divergence) = gradient.divergence() {
                let step = Step {
                    epoch,
                    batch,
                    learning_rate,
                };
                return Err(self.training.diverged(&divergence, &step));
            }
            state.step(learning_rate, &gradient, active);
            for (sum, loss) in sums.iter_mut().zip(&gradient.losses) {
                *sum += loss * numbers.len() as f64;
            }
        }
        state.epoch = epoch;
        Ok(EpochResult {
            losses: sums.iter().map(|sum| sum / samples.len() as f64).collect(),
            learning_rate,
            seconds_in_sums,
        })
    }

    /// The losses of the held-out samples. The state records them if early stopping needs them.
    fn validate(&mut self, state: &mut State, active: &[bool]) -> Vec<Validation> {
        let sizes: Vec<usize> = self.training.held_out.sizes().collect();
        let parameters = state.parameters.view();
        let losses = losses(
            self.comm,
            &mut self.worker,
            parameters,
            &sizes,
            &self.held_out,
        );
        if self.training.hyperparameters.patience.is_some() {
            let mean = |member| {
                let of_sizes = losses.iter().map(|own: &Vec<f64>| own[member]);
                of_sizes.sum::<f64>() / losses.len() as f64
            };
            let means: Vec<f64> = (0..active.len()).map(mean).collect();
            state.record_validation(&means, active);
        }
        let of_size = |(sites, members): (usize, Vec<f64>)| Validation {
            sites,
            loss: mean_of_active(&members, active),
            members,
        };
        sizes.into_iter().zip(losses).map(of_size).collect()
    }
}

/// The mean over the members that still learn.
fn mean_of_active(members: &[f64], active: &[bool]) -> f64 {
    let own = members.iter().zip(active).filter(|(_, active)| **active);
    let (sum, count) = own.fold((0.0, 0.0), |(sum, count), (loss, _)| {
        (sum + loss, count + 1.0)
    });
    sum / count
}

/// The numbers 0 … `length` − 1 in the random order of an epoch (Fisher and Yates).
fn permutation(length: usize, seed: u64, epoch: usize) -> Vec<usize> {
    let purpose = u64::from_be_bytes(*b"shuffle ");
    let mut stream = stream(seed, [purpose, epoch as u64, 0, 0]);
    let mut order: Vec<usize> = (0..length).collect();
    for last in (1..length).rev() {
        // The product stays below last + 1 as long as that is below 2⁵³.
        let other = (unit(&mut stream) * (last + 1) as f64) as usize;
        order.swap(last, other);
    }
    order
}

//! Training: shuffled batches, one gradient a step.

mod checkpoint;
mod course;
pub mod gradient;
mod observer;
mod optimizer;
mod state;

use std::time::Instant;

use ndarray::Array2;

pub use checkpoint::Checkpoints;
pub use course::Course;
pub use gradient::gradient;
pub use observer::{Epoch, Observer, Validation};
pub use state::State;

use super::network::{Network, count};
use super::samples::{Move, Set};
use crate::comm::Communicator;
use crate::error::{Error, Result};
use crate::random::{stream, unit};
use gradient::losses;

impl<F: FnMut(&Epoch)> Observer for F {
    fn epoch(&mut self, epoch: &Epoch) {
        self(epoch);
    }
}

/// Trains `network` from the parameters `start` (member, parameter) on the samples of `set`, and
/// looks at those of `validation`, if there are any, after each epoch. Collective: every rank gives
/// the same arguments and gets the same parameters, bit for bit, for any number of ranks.
///
/// Every epoch shuffles all samples, in an order that depends on the seed and the epoch alone, and
/// all members see the same batches; the last batch may be smaller. The parameters are those of each
/// member's least validation loss if the course has `patience`, else the last ones.
///
/// # Errors
/// On all ranks alike when a loss is not finite; [`Error::Unfinished`] when `observer` stops it; what
/// that fails with.
pub fn fit(
    comm: &dyn Communicator,
    network: &dyn Network,
    course: &Course,
    (set, validation): (&Set, &Set),
    start: Array2<f64>,
    observer: &mut dyn Observer,
) -> Result<Array2<f64>> {
    let identity = identity(course, &[set, validation], &start);
    let mut state = match observer.resume(&course.name, identity)? {
        Some(state) => state,
        None => State::new(start, course.optimizer, course.weight_decay),
    };
    let mut worker = network.worker();
    let held_out: Vec<usize> = (0..validation.len()).collect();
    let held_out = validation.chunks(&held_out, network.chunk(), |_, _| Move::default());
    let sizes: Vec<usize> = validation.sizes().collect();
    let steps = set.len().div_ceil(course.batch);
    let work = work(network, set, state.parameters.nrows());
    while state.epoch < course.epochs {
        let clock = Instant::now();
        let active = state.active(course.patience);
        if !active.contains(&true) {
            break;
        }
        let epoch = state.epoch + 1;
        let members = active.len();
        let mut sums = vec![0.0; members];
        let mut learning_rate = course.learning_rate;
        let order = permutation(set.len(), course.seed, epoch);
        for (number, places) in order.chunks(course.batch).enumerate() {
            learning_rate = course.rate((epoch - 1) * steps + number, course.epochs * steps);
            let moved = |place: usize, sites: usize| course.moved(epoch, place, sites);
            let chunks = set.chunks(places, network.chunk(), moved);
            let parameters = state.parameters.view();
            let step = gradient(comm, worker.as_mut(), parameters, &active, &chunks);
            if let Some((member, loss)) = step.diverged() {
                return Err(Error::Everywhere(format!(
                    "{}: the loss of member {} is {loss}, or its gradient not finite, in batch {} of \
                     epoch {epoch}, at a learning rate of {learning_rate:e}: lower it",
                    course.name,
                    member + 1,
                    number + 1,
                )));
            }
            let width = step.values.len() / members;
            let slopes = step.values.chunks_exact(width);
            let rows = state.parameters.rows_mut().into_iter();
            for (member, (mut row, slopes)) in rows.zip(slopes).enumerate() {
                sums[member] += step.losses[member] * places.len() as f64;
                if active[member] {
                    let row = row.as_slice_mut().expect("parameters are in order");
                    state.optimizers[member].step(learning_rate, row, slopes);
                }
            }
        }
        state.epoch = epoch;
        let parameters = state.parameters.view();
        let losses = losses(comm, worker.as_mut(), parameters, &sizes, &held_out);
        if course.patience.is_some() {
            let mean = |member| {
                let of_sizes = losses.iter().map(|own: &Vec<f64>| own[member]);
                of_sizes.sum::<f64>() / losses.len() as f64
            };
            let means: Vec<f64> = (0..members).map(mean).collect();
            state.note(&means, &active);
        }
        let stops = observer.stops(clock.elapsed().as_secs_f64());
        let of_members: Vec<f64> = sums.iter().map(|sum| sum / set.len() as f64).collect();
        let of_active = |all: &[f64]| {
            let own = all.iter().zip(&active).filter(|(_, active)| **active);
            let (sum, count) = own.fold((0.0, 0.0), |(sum, count), (loss, _)| {
                (sum + loss, count + 1.0)
            });
            sum / count
        };
        let seconds = clock.elapsed().as_secs_f64();
        observer.epoch(&Epoch {
            training: course.name.clone(),
            epoch,
            epochs: course.epochs,
            loss: of_active(&of_members),
            members: of_members,
            validation: sizes
                .iter()
                .zip(losses)
                .map(|(&sites, members)| Validation {
                    sites,
                    loss: of_active(&members),
                    members,
                })
                .collect(),
            active: active.iter().filter(|active| **active).count(),
            learning_rate,
            seconds,
            samples_per_second: set.len() as f64 / seconds,
            work,
        });
        observer.keep(identity, &state, stops || epoch == course.epochs);
        if stops {
            return Err(Error::Unfinished(format!(
                "unfinished: {} was stopped after epoch {epoch} of {}; run the same command again \
                 to go on",
                course.name, course.epochs
            )));
        }
    }
    Ok(state.chosen())
}

/// What a pass over the samples of `set` by so many members amounts to: every parameter of an
/// extractor is used at each site, those of a head once.
pub fn work(network: &dyn Network, set: &Set, members: usize) -> f64 {
    let extracting = network.extracting();
    let heads = count(&network.shapes()) - extracting;
    let of_samples: usize = set
        .lengths()
        .map(|(sites, energy_densities)| sites * extracting + energy_densities * heads)
        .sum();
    (of_samples * members) as f64
}

/// What tells a training from every other: a checksum of all that it depends on.
fn identity(course: &Course, sets: &[&Set], start: &Array2<f64>) -> u64 {
    let checksum = crc::Crc::<u64>::new(&crc::CRC_64_XZ);
    let mut digest = checksum.digest();
    digest.update(format!("{course:?}").as_bytes());
    let values = sets.iter().flat_map(|set| set.values()).chain(start);
    values.for_each(|value| digest.update(&value.to_le_bytes()));
    digest.finalize()
}

/// The places 0 … `length` − 1 in the random order of an epoch (Fisher and Yates).
fn permutation(length: usize, seed: u64, epoch: usize) -> Vec<usize> {
    let purpose = u64::from_be_bytes(*b"shuffle ");
    let mut stream = stream(seed, [purpose, epoch as u64, 0, 0]);
    let mut order: Vec<usize> = (0..length).collect();
    for last in (1..length).rev() {
        // Below 2⁵³ the product stays below last + 1.
        let other = (unit(&mut stream) * (last + 1) as f64) as usize;
        order.swap(last, other);
    }
    order
}

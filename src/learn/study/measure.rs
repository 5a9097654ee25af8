//! How fast this machine trains: optimizer steps on synthetic numbers, in the shapes of a training.

use std::time::Instant;

use super::plan::{Part, PlannedTraining};
use crate::comm::Alone;
use crate::error::Result;
use crate::learn::network::{initial_parameters, parameter_count};
use crate::learn::samples::{Realization, SampleSet};
use crate::learn::training::{Epoch, Hyperparameters, Training, fit, work};
use crate::random::{stream, unit};

/// A measurement is long enough after so many seconds.
const ENOUGH: f64 = 0.1;

/// The seconds of a unit of work of a training on one rank; zero for one without samples.
///
/// The loop of the training itself runs, on more and more samples up to a batch, then for more and
/// more steps, until it has taken long enough.
///
/// # Errors
/// Those of [`fit`].
pub fn seconds_of_work(planned: &PlannedTraining) -> Result<f64> {
    let mut samples = 1;
    let mut epochs = 1;
    let most = planned.batch();
    if most == 0 {
        return Ok(0.0);
    }
    loop {
        let (seconds, work) = measured(planned, samples, epochs)?;
        if seconds >= ENOUGH {
            return Ok(seconds / work);
        }
        if samples < most {
            samples = (4 * samples).min(most);
        } else {
            // A clock may not resolve the first.
            let factor = (1.2 * ENOUGH / seconds.max(1e-6)).clamp(2.0, 16.0);
            epochs = (epochs as f64 * factor) as usize;
        }
    }
}

/// Seconds and work of so many steps with so many samples.
fn measured(planned: &PlannedTraining, samples: usize, epochs: usize) -> Result<(f64, f64)> {
    let network = planned.trained();
    let set = synthetic(planned, samples);
    let hyperparameters = Hyperparameters {
        epochs,
        batch: samples,
        // However large the steps of the deck are, these numbers do not diverge.
        learning_rate: 1e-9,
        patience: None,
        ..planned.hyperparameters.clone()
    };
    let specs = network.tensor_specs();
    let members = planned.description.members;
    let seed = hyperparameters.seed;
    let start = match planned.part {
        Part::Whole => initial_parameters(&specs, members, seed),
        // Those of a head alone, whose number matters and not their values.
        Part::Head { .. } => ndarray::Array2::from_elem((members, parameter_count(&specs)), 1e-3),
    };
    let training = Training {
        name: &planned.name,
        network: network.as_ref(),
        settings: "",
        hyperparameters: &hyperparameters,
        samples: &set,
        held_out: &SampleSet::default(),
    };
    let begun = Instant::now();
    fit(&Alone, &training, start, &mut |_: &Epoch| ())?;
    let seconds = begun.elapsed().as_secs_f64();
    let work = work(network.as_ref(), set.extent(), members);
    Ok((seconds, epochs as f64 * work))
}

/// So many samples with the lengths that the training has on average, of synthetic numbers.
pub fn synthetic(planned: &PlannedTraining, samples: usize) -> SampleSet {
    let all = &planned.samples.training;
    let features = planned.network().features() * planned.description.members;
    let mut numbers = stream(1, [u64::from_be_bytes(*b"measured"), 0, 0, 0]);
    let mut several =
        |count: usize| -> Vec<f64> { (0..count).map(|_| unit(&mut numbers)).collect() };
    let mut like = |one: &Realization| Realization {
        inputs: several(match planned.part {
            Part::Whole => one.inputs.len(),
            Part::Head { .. } => features,
        }),
        targets: several(one.targets.len()),
        ..one.clone()
    };
    let chosen = (0..samples).map(|number| &all[number * all.len() / samples]);
    let found: Vec<Realization> = chosen.map(|one| like(one)).collect();
    SampleSet::new(&found)
}

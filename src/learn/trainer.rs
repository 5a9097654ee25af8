//! Training: shuffled batches, one gradient a step, Adam.

use std::time::Instant;

use serde::Serialize;

use super::adam::Adam;
use super::ensemble::{Description, Ensemble};
use super::gradient::gradient;
use super::kinds;
use super::parameters::initial;
use super::samples::{Sample, samples};
use crate::chain::{stream, unit};
use crate::comm::Communicator;
use crate::deck;
use crate::error::{Error, Result};
use crate::plan::Split;
use crate::store::{Table, group_name};

/// What one pass over the training data came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Epoch {
    /// Its number, from 1.
    pub epoch: usize,
    /// How many there are.
    pub epochs: usize,
    /// Mean squared error during the pass, mean over the members.
    pub loss: f64,
    /// The same of each member.
    pub members: Vec<f64>,
    /// Wall time.
    pub seconds: f64,
    /// Samples of the pass, by wall time; every member sees each.
    pub samples_per_second: f64,
}

/// Trains the ensemble of `learn` on the training tables among `data`. Collective: every rank
/// gives the same arguments and gets the same ensemble, bit for bit, for any number of ranks.
///
/// Every epoch shuffles all samples of all `train_sizes`, in an order that depends on the seed and
/// the epoch alone, and all members see the same batches; the last batch may be smaller. `progress`
/// is called on every rank after each epoch.
///
/// # Errors
/// When data are missing, and, on all ranks alike, when a loss is not finite.
pub fn train(
    comm: &dyn Communicator,
    learn: &deck::Learn,
    energy_density: f64,
    data: &[Table],
    progress: &mut dyn FnMut(&Epoch),
) -> Result<Ensemble> {
    // Tensors this small do not profit from threads, and the order of sums must not change.
    tch::set_num_threads(1);
    let network = kinds::build(&learn.model, learn.targets.len())?;
    let samples = training_samples(learn, energy_density, data)?;
    let mut parameters = initial(&network.shapes(), learn.members, learn.seed);
    let mut adam = Adam::new(learn.learning_rate, parameters.len());
    for epoch in 1..=learn.epochs {
        let start = Instant::now();
        let mut losses = vec![0.0; learn.members];
        let order = permutation(samples.len(), learn.seed, epoch);
        for (number, places) in order.chunks(learn.batch).enumerate() {
            let batch: Vec<&Sample> = places.iter().map(|&place| &samples[place]).collect();
            let step = gradient(comm, network.as_ref(), parameters.view(), &batch);
            if let Some(member) = step.losses.iter().position(|loss| !loss.is_finite()) {
                return Err(Error::Everywhere(format!(
                    "the loss of member {} is {} in batch {} of epoch {epoch}: lower \
                     learn.learning_rate, which is {}",
                    member + 1,
                    step.losses[member],
                    number + 1,
                    learn.learning_rate
                )));
            }
            for (sum, loss) in losses.iter_mut().zip(&step.losses) {
                *sum += loss * batch.len() as f64 / samples.len() as f64;
            }
            let values = parameters.as_slice_mut().expect("parameters are in order");
            adam.step(values, &step.values);
        }
        let seconds = start.elapsed().as_secs_f64();
        progress(&Epoch {
            epoch,
            epochs: learn.epochs,
            loss: losses.iter().sum::<f64>() / losses.len() as f64,
            members: losses,
            seconds,
            samples_per_second: samples.len() as f64 / seconds,
        });
    }
    Ok(Ensemble {
        description: Description {
            model: learn.model.clone(),
            targets: learn.targets.clone(),
            normalisation: learn.normalisation,
            energy_density,
            train_sizes: learn.train_sizes.clone(),
            members: learn.members,
        },
        network,
        parameters,
    })
}

/// The samples of all sizes to train on, in the deck's order of sizes.
fn training_samples(
    learn: &deck::Learn,
    energy_density: f64,
    data: &[Table],
) -> Result<Vec<Sample>> {
    let mut all = Vec::new();
    for &sites in &learn.train_sizes {
        let table = data
            .iter()
            .find(|table| table.sites == sites && table.split == Split::Train)
            .ok_or_else(|| missing(sites))?;
        let own = samples(table, &learn.targets, learn.normalisation, energy_density)?;
        if own.is_empty() {
            return Err(missing(sites));
        }
        all.extend(own);
    }
    Ok(all)
}

fn missing(sites: usize) -> Error {
    Error::Refused(format!(
        "there is no finished realization of {} to train on: generate it first, or take {sites} \
         out of learn.train_sizes",
        group_name(sites, Split::Train)
    ))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::Alone;
    use crate::learn::{evaluate, fixture, together};

    fn learn() -> deck::Learn {
        deck::Learn {
            train_sizes: vec![8, 10],
            targets: ["gap_ratio", "entanglement"].map(str::to_owned).to_vec(),
            normalisation: Default::default(),
            energy_density: None,
            model: deck::Model::default(),
            members: 2,
            epochs: 2,
            batch: 50,
            learning_rate: 1e-2,
            seed: 1,
        }
    }

    fn data(split: Split, realizations: u32) -> Vec<Table> {
        [10, 8]
            .map(|sites| fixture::table(sites, split, &[1.0, 3.0, 6.0], realizations))
            .to_vec()
    }

    #[test]
    fn permutations_hold_every_place_once() {
        let order = permutation(100, 1, 1);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
        assert_ne!(order, sorted);
        assert_ne!(order, permutation(100, 1, 2));
        assert_ne!(order, permutation(100, 2, 1));
    }

    /// Every place is equally likely to come first.
    #[test]
    fn permutations_are_uniform() {
        let mut first = [0.0_f64; 5];
        for epoch in 0..5000 {
            first[permutation(5, 3, epoch)[0]] += 1.0;
        }
        // Binomial with mean 1000 and variance 800.
        assert!(
            first
                .iter()
                .all(|count| (count - 1000.0).abs() < 5.0 * 800_f64.sqrt())
        );
    }

    /// Far below what the best constant has, on chains that were not trained on too.
    #[test]
    fn a_smooth_function_is_learned() {
        let learn = deck::Learn {
            epochs: 40,
            ..learn()
        };
        let mut epochs = Vec::new();
        let ensemble = train(
            &Alone,
            &learn,
            0.5,
            &data(Split::Train, 100),
            &mut |epoch| {
                epochs.push(epoch.clone());
            },
        )
        .unwrap();
        assert_eq!(epochs.len(), 40);
        assert!(epochs[39].loss < 0.05 * epochs[0].loss);
        let mean = epochs[39].members.iter().sum::<f64>() / 2.0;
        assert!((epochs[39].loss - mean).abs() < 1e-15);

        let unseen = fixture::table(12, Split::Test, &[1.0, 3.0, 6.0], 100);
        let entropy = unseen.by_realization("entanglement").unwrap();
        let scale = learn.normalisation.half_chain_entropy(12);
        let variance = entropy.mapv(|raw| raw / scale).var(0.0);
        let scores = evaluate(&Alone, &ensemble, &[unseen]).unwrap();
        assert!(
            scores[1].mse < 0.1 * variance,
            "{} {variance}",
            scores[1].mse
        );
    }

    #[test]
    fn training_does_not_depend_on_the_ranks() {
        let data = data(Split::Train, 41);
        let on = |comm: &dyn Communicator| {
            let mut losses = Vec::new();
            let mut keep = |epoch: &Epoch| losses.push(epoch.members.clone());
            let ensemble = train(comm, &learn(), 0.5, &data, &mut keep).unwrap();
            (ensemble.parameters, losses)
        };
        let alone = on(&Alone);
        for ranks in [2, 3] {
            for found in together::run(ranks, on) {
                assert_eq!(found, alone, "{ranks} ranks");
            }
        }
    }

    #[test]
    fn a_member_does_not_depend_on_others() {
        let data = data(Split::Train, 20);
        let with = |members| {
            let learn = deck::Learn { members, ..learn() };
            let found = train(&Alone, &learn, 0.5, &data, &mut |_| ()).unwrap();
            found.parameters.row(0).to_vec()
        };
        for (one, other) in with(1).iter().zip(with(3)) {
            assert!((one - other).abs() < 1e-12);
        }
    }

    #[test]
    fn a_loss_that_is_not_finite_stops_all_ranks_alike() {
        let learn = deck::Learn {
            learning_rate: 1e200,
            ..learn()
        };
        let data = data(Split::Train, 20);
        let messages = together::run(2, |comm| {
            let refused = train(comm, &learn, 0.5, &data, &mut |_| ());
            refused.err().unwrap().to_string()
        });
        assert!(messages[0].contains("in batch 2 of epoch 1: lower learn.learning_rate"));
        assert_eq!(messages[0], messages[1]);
    }

    #[test]
    fn missing_data_are_named() {
        let refused = |data: &[Table]| {
            let found = train(&Alone, &learn(), 0.5, data, &mut |_| ());
            found.err().unwrap().to_string()
        };
        assert!(refused(&data(Split::Test, 2)).contains("L08/train to train on"));
        assert!(refused(&data(Split::Train, 0)).contains("L08/train to train on"));
    }
}

//! The steps that studies are made of: collect samples, train a network, train a head behind frozen
//! features, score.

use ndarray::{Array2, Axis, concatenate, s};

use crate::comm::{Communicator, share};
use crate::deck::{Learn, Outputs, Split, Symmetry, Validation};
use crate::error::{Error, Result};
use crate::learn::ensemble::{Description, Ensemble, given};
use crate::learn::evaluation::{Score, evaluate_at};
use crate::learn::network::{Loss, Map, bounds, initial};
use crate::learn::samples::{Orbit, Realization, Set, realizations};
use crate::learn::training::{Course, Observer, fit};
use crate::random::{stream, unit};
use crate::store::{Table, group_name};

/// A training stage under way.
pub struct Session<'a> {
    pub comm: &'a dyn Communicator,
    pub learn: &'a Learn,
    pub energy_density: f64,
    pub data: &'a [Table],
    pub observer: &'a mut dyn Observer,
}

/// Samples to train on, and those that are held out.
pub struct Samples {
    pub training: Vec<Realization>,
    pub held_out: Vec<Realization>,
}

impl Session<'_> {
    /// Trains an ensemble on `targets`, all at once, at one energy density.
    pub fn multitask(&mut self, name: &str, targets: &[String]) -> Result<Ensemble> {
        let samples = self.samples(targets, [self.energy_density].chunks(1))?;
        self.network(name, targets, &samples)
    }

    /// Trains an ensemble on these samples of `targets`.
    pub fn network(
        &mut self,
        name: &str,
        targets: &[String],
        samples: &Samples,
    ) -> Result<Ensemble> {
        let learn = self.learn;
        let course = self.course(name, learn.epochs, learn.learning_rate);
        self.run(
            &course,
            self.description(targets, samples),
            samples,
            learn.members,
        )
    }

    /// Trains `members` networks on a course of their own.
    pub fn run(
        &mut self,
        course: &Course,
        description: Description,
        samples: &Samples,
        members: usize,
    ) -> Result<Ensemble> {
        let description = Description {
            members,
            ..description
        };
        let network = description.network(self.loss(&description, samples))?;
        let start = match &self.learn.start {
            Some(path) => share(self.comm, || given(path, &network.shapes(), members))?,
            None => initial(&network.shapes(), members, course.seed),
        };
        let sets = (&Set::new(&samples.training), &Set::new(&samples.held_out));
        let parameters = fit(
            self.comm,
            network.as_ref(),
            course,
            sets,
            start,
            self.observer,
        )?;
        Ok(Ensemble {
            description,
            network,
            parameters,
        })
    }

    /// A new head behind the extractor of `trained`, which stays as it is: for `targets` at these
    /// energy densities, with ε among its inputs if there are several.
    pub fn head(
        &mut self,
        course: &Course,
        trained: &Ensemble,
        targets: &[String],
        energy_densities: &[f64],
    ) -> Result<Ensemble> {
        let mut samples = self.samples(targets, energy_densities.chunks(1))?;
        let mut description = self.description(targets, &samples);
        match energy_densities {
            [only] => description.energy_density = *only,
            several => description.energy_densities = several.to_vec(),
        }
        let loss = self.loss(&description, &samples);
        for own in [&mut samples.training, &mut samples.held_out] {
            self.extract(trained, own);
        }
        let frozen = trained.network.extracting();
        let network = description.network(loss.clone())?;
        let head = description.blueprint(loss).head(trained.network.features());
        let members = description.members;
        let start = initial(&network.shapes(), members, course.seed.wrapping_add(1));
        let start = start.slice(s![.., frozen..]).to_owned();
        let sets = (&Set::new(&samples.training), &Set::new(&samples.held_out));
        let own = fit(self.comm, head.as_ref(), course, sets, start, self.observer)?;
        let extractor = trained.parameters.slice(s![.., ..frozen]);
        let parameters: Array2<f64> = concatenate(Axis(1), &[extractor, own.view()])
            .expect("both have a row for each member")
            .as_standard_layout()
            .into_owned();
        Ok(Ensemble {
            description,
            network,
            parameters,
        })
    }

    /// Puts the features of all members in place of each field.
    fn extract(&self, trained: &Ensemble, realizations: &mut [Realization]) {
        // A field comes once for each energy density, one after the other or not.
        for group in realizations.chunk_by_mut(|left, right| left.sites == right.sites) {
            let sites = group[0].sites;
            let flat: Vec<f64> = group.iter().flat_map(|it| &it.inputs).copied().collect();
            let fields = Array2::from_shape_vec((group.len(), sites), flat)
                .expect("every field has a value for each site");
            let features = trained.features(self.comm, fields.view());
            for (number, it) in group.iter_mut().enumerate() {
                it.inputs = features.slice(s![.., number, ..]).iter().copied().collect();
            }
        }
    }

    /// A course as the deck describes it, but for its length and its step size.
    pub fn course(&self, name: &str, epochs: usize, learning_rate: f64) -> Course {
        let learn = self.learn;
        Course {
            name: name.to_owned(),
            epochs,
            batch: learn.batch,
            learning_rate,
            schedule: learn.schedule,
            optimizer: learn.optimizer,
            weight_decay: learn.weight_decay,
            moves: (learn.symmetry != Symmetry::None).then(|| Orbit::of(&learn.targets)),
            patience: learn.patience,
            seed: learn.seed,
        }
    }

    /// A course for a head behind frozen features, which cannot be moved any more.
    pub fn head_course(&self, name: &str, (epochs, learning_rate): (usize, f64)) -> Course {
        Course {
            moves: None,
            ..self.course(name, epochs, learning_rate)
        }
    }

    /// The energy densities of the training data; none without such data.
    pub fn energy_densities(&self) -> &[f64] {
        let training = |table: &&Table| table.split == Split::Train;
        let first = self.data.iter().find(training);
        first.map_or(&[], |table| &table.energy_densities)
    }

    /// The samples of all sizes, in the deck's order: each field once for each of these groups of
    /// energy densities.
    ///
    /// # Errors
    /// When a size has none, a target or an energy density is missing, or nothing is left to train
    /// on.
    pub fn samples<'e>(
        &self,
        targets: &[String],
        energy_densities: impl Iterator<Item = &'e [f64]> + Clone,
    ) -> Result<Samples> {
        let learn = self.learn;
        let mut samples = Samples {
            training: Vec::new(),
            held_out: Vec::new(),
        };
        for &sites in &learn.train_sizes {
            for one in self.of_size(sites, targets, energy_densities.clone())? {
                let held_out = match learn.validation {
                    Some(Validation::Fraction(share)) => chance(learn.seed, &one.inputs) < share,
                    _ => false,
                };
                if held_out {
                    &mut samples.held_out
                } else {
                    &mut samples.training
                }
                .push(one);
            }
        }
        if let Some(Validation::Size(sites)) = learn.validation {
            samples.held_out = self.of_size(sites, targets, energy_densities)?;
        }
        if samples.training.is_empty()
            || (learn.validation.is_some() && samples.held_out.is_empty())
        {
            return Err(Error::Refused(
                "learn.validation leaves no sample to train on, or holds none out: change it, or \
                 generate more realizations"
                    .to_owned(),
            ));
        }
        Ok(samples)
    }

    fn of_size<'e>(
        &self,
        sites: usize,
        targets: &[String],
        energy_densities: impl Iterator<Item = &'e [f64]>,
    ) -> Result<Vec<Realization>> {
        let missing = || {
            Error::Refused(format!(
                "there is no finished realization of {} to learn from: generate it first, or take \
                 {sites} out of [learn]",
                group_name(sites, Split::Train)
            ))
        };
        let table = self
            .data
            .iter()
            .find(|table| table.sites == sites && table.split == Split::Train)
            .ok_or_else(missing)?;
        let mut all = Vec::new();
        for group in energy_densities {
            all.extend(realizations(
                table,
                targets,
                self.learn.normalisation,
                group,
            )?);
        }
        if all.is_empty() {
            Err(missing())
        } else {
            Ok(all)
        }
    }

    /// What networks for `targets` are.
    pub fn description(&self, targets: &[String], samples: &Samples) -> Description {
        let learn = self.learn;
        let moments = moments(&samples.training, targets.len());
        let map = |(target, (mean, deviation)): (&String, &(f64, f64))| match (
            learn.model.outputs,
            bounds(target),
        ) {
            (Outputs::Bounded, Some((low, high))) => Map::Bounded { low, high },
            _ if learn.standardise => Map::Linear {
                centre: *mean,
                scale: *deviation,
            },
            _ => crate::learn::network::IDENTITY,
        };
        Description {
            model: learn.model.clone(),
            targets: targets.to_vec(),
            normalisation: learn.normalisation,
            energy_density: self.energy_density,
            train_sizes: learn.train_sizes.clone(),
            members: learn.members,
            maps: targets.iter().zip(&moments).map(map).collect(),
            loss: learn.loss,
            symmetry: learn.symmetry,
            energy_densities: Vec::new(),
            samples: samples
                .training
                .iter()
                .map(|it| it.energy_densities.len())
                .sum(),
        }
    }

    /// The loss of networks of this description.
    pub fn loss(&self, description: &Description, samples: &Samples) -> Loss {
        let learn = self.learn;
        let weight = |target: &String| {
            let place = learn.targets.iter().position(|known| known == target);
            place
                .and_then(|place| learn.weights.get(place))
                .copied()
                .unwrap_or(1.0)
        };
        let weights: Vec<f64> = description.targets.iter().map(weight).collect();
        let sum: f64 = weights.iter().sum();
        let mut loss = Loss::even(learn.loss, weights.len());
        loss.weights = weights.iter().map(|weight| weight / sum).collect();
        if learn.standardise {
            let moments = moments(&samples.training, weights.len());
            loss.scales = moments.iter().map(|(_, deviation)| *deviation).collect();
        }
        loss
    }

    /// The scores of an ensemble on the test data, at one energy density.
    pub fn scores(&self, ensemble: &Ensemble, energy_density: f64) -> Result<Vec<Score>> {
        let tests = self.data.iter().filter(|table| table.split == Split::Test);
        let scores = tests.map(|table| evaluate_at(self.comm, ensemble, table, energy_density));
        Ok(scores.collect::<Result<Vec<_>>>()?.concat())
    }
}

/// A number in [0, 1) that belongs to a field: the same at every energy density.
fn chance(seed: u64, field: &[f64]) -> f64 {
    let purpose = u64::from_be_bytes(*b"held out");
    unit(&mut stream(
        seed,
        [purpose, field[0].to_bits(), field[1].to_bits(), 0],
    ))
}

/// Mean and standard deviation of each target; 1 for the deviation of one that does not vary.
fn moments(realizations: &[Realization], targets: usize) -> Vec<(f64, f64)> {
    let rows = || {
        realizations
            .iter()
            .flat_map(|it| it.targets.chunks_exact(targets))
    };
    let count = rows().count() as f64;
    let mean = |value: &dyn Fn(&[f64]) -> f64| rows().map(value).sum::<f64>() / count;
    (0..targets)
        .map(|target| {
            let centre = mean(&|own| own[target]);
            let deviation = mean(&|own| (own[target] - centre).powi(2)).sqrt();
            (centre, if deviation > 0.0 { deviation } else { 1.0 })
        })
        .collect()
}

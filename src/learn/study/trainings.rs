//! Runs planned trainings one after the other.

use std::path::Path;
use std::rc::Rc;

use ndarray::{Array2, Axis, concatenate, s};

use super::plan::{Part, PlannedTraining};
use crate::comm::{Communicator, share};
use crate::error::Result;
use crate::learn::ensemble::{Ensemble, read_start};
use crate::learn::network::{Network, initial_parameters};
use crate::learn::samples::{Realization, SampleSet, Samples, fields};
use crate::learn::training::{Observer, Training, fit};

/// The context in which planned trainings run.
pub struct Trainings<'a> {
    /// The ranks.
    pub comm: &'a dyn Communicator,
    /// Files that whole networks start from instead of random parameters.
    pub start: Option<&'a Path>,
    /// Follows all trainings.
    pub observer: &'a mut dyn Observer,
}

impl Trainings<'_> {
    /// The networks of each training, in the order of the plan.
    ///
    /// # Errors
    /// The errors of [`fit`], and files to start from that do not fit.
    pub fn run(&mut self, planned: &[PlannedTraining]) -> Result<Vec<Ensemble>> {
        let mut ensembles = Vec::with_capacity(planned.len());
        for training in planned {
            let ensemble = match training.part {
                Part::Whole => self.whole(training)?,
                Part::Head { extractor } => self.head(training, &ensembles[extractor])?,
            };
            ensembles.push(ensemble);
        }
        Ok(ensembles)
    }

    fn whole(&mut self, planned: &PlannedTraining) -> Result<Ensemble> {
        let network = planned.network();
        let (specs, members) = (network.tensor_specs(), planned.description.members);
        let start = match self.start {
            Some(path) => share(self.comm, || read_start(path, &specs, members))?,
            None => initial_parameters(&specs, members, planned.hyperparameters.seed),
        };
        let parameters = self.fit(planned, network.as_ref(), &planned.samples, start)?;
        Ok(Ensemble {
            description: planned.description.clone(),
            network,
            parameters,
        })
    }

    /// A new head behind the extractor of `trained`.
    fn head(&mut self, planned: &PlannedTraining, trained: &Ensemble) -> Result<Ensemble> {
        let network = planned.network();
        let frozen = network.extractor_parameters();
        let (members, seed) = (planned.description.members, planned.hyperparameters.seed);
        // Another seed than that of the extractor's training. With the same seed the new head would start
        // from the same parameters as the head of that training.
        let start = initial_parameters(&network.tensor_specs(), members, seed.wrapping_add(1));
        let start = start.slice(s![.., frozen..]).to_owned();
        let samples = Samples {
            training: self.features(trained, &planned.samples.training),
            held_out: self.features(trained, &planned.samples.held_out),
        };
        let head = self.fit(planned, planned.trained().as_ref(), &samples, start)?;
        let extractor = trained.parameters.slice(s![.., ..frozen]);
        let parameters: Array2<f64> = concatenate(Axis(1), &[extractor, head.view()])
            .expect("both have a row for each member")
            .as_standard_layout()
            .into_owned();
        Ok(Ensemble {
            description: planned.description.clone(),
            network,
            parameters,
        })
    }

    fn fit(
        &mut self,
        planned: &PlannedTraining,
        network: &dyn Network,
        samples: &Samples,
        start: Array2<f64>,
    ) -> Result<Array2<f64>> {
        let training = Training {
            name: &planned.name,
            network,
            settings: &format!("{:?} {:?}", planned.description, planned.loss),
            hyperparameters: &planned.hyperparameters,
            samples: &SampleSet::new(&samples.training),
            held_out: &SampleSet::new(&samples.held_out),
        };
        fit(self.comm, &training, start, self.observer)
    }

    /// The realizations with the features of all members in place of the field.
    fn features(
        &self,
        trained: &Ensemble,
        realizations: &[Rc<Realization>],
    ) -> Vec<Rc<Realization>> {
        let mut found = Vec::with_capacity(realizations.len());
        // A pass reads fields of one length.
        for group in realizations.chunk_by(|left, right| left.sites == right.sites) {
            let features = trained.features(self.comm, fields(group).view());
            let with_features = |(number, it): (usize, &Rc<Realization>)| {
                Rc::new(Realization {
                    inputs: features.slice(s![.., number, ..]).iter().copied().collect(),
                    ..it.as_ref().clone()
                })
            };
            found.extend(group.iter().enumerate().map(with_features));
        }
        found
    }
}

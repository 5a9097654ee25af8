//! Trained networks and their passes over many fields.

use ndarray::{Array2, Array3, Array4, ArrayView1, ArrayView2, Axis};

use super::description::Description;
use crate::comm::{Alone, Communicator};
use crate::deck::{Device, Symmetry};
use crate::learn::network::{Network, PassKind};
use crate::learn::samples::{Batch, Condition, Sample, SymmetryGroup, SymmetryOperation};

/// The number of samples that a rank predicts together. It is a constant, so that the chunks and
/// their rounding do not depend on the number of ranks.
const CHUNK: usize = 256;

/// Networks of one kind, trained on the same data from different initial parameters.
pub struct Ensemble {
    /// What the networks are and what they learned.
    pub description: Description,
    pub(in crate::learn) network: Box<dyn Network>,
    /// (member, parameter).
    pub(in crate::learn) parameters: Array2<f64>,
}

impl Ensemble {
    /// The same networks, computed on this device if their backend has others than the processor.
    pub fn on(mut self, device: Device) -> Self {
        self.description.model = self.description.model.clone().on(device);
        self.network = self.description.loaded();
        self
    }

    /// The normalised targets (member, sample, condition, target) of fields (sample, site). Only a head
    /// with a further input depends on the conditions.
    pub fn predict(&self, fields: ArrayView2<f64>, conditions: &[Condition]) -> Array4<f64> {
        self.predict_together(&Alone, fields, conditions)
    }

    /// The same, computed by all ranks together. Collective: every rank gives the same arguments and
    /// gets all predictions, with the same bits as those of [`predict`](Self::predict).
    pub fn predict_together(
        &self,
        comm: &dyn Communicator,
        fields: ArrayView2<f64>,
        conditions: &[Condition],
    ) -> Array4<f64> {
        let targets = self.description.targets.len();
        let inputs: Vec<f64> = conditions.iter().map(|it| it.input()).collect();
        let width = conditions.len() * targets;
        let found = self.passes(comm, fields, width, Some(&inputs));
        let (members, samples, _) = found.dim();
        found
            .into_shape_with_order((members, samples, conditions.len(), targets))
            .expect("the last two indices were one")
    }

    /// The features (member, sample, feature) of fields (sample, site). Collective, as
    /// [`predict_together`](Self::predict_together).
    pub fn features(&self, comm: &dyn Communicator, fields: ArrayView2<f64>) -> Array3<f64> {
        self.passes(comm, fields, self.network.features(), None)
    }

    /// Targets at these inputs of the head, or else features (member, sample, `width`).
    ///
    /// A chunk is computed by one rank and is zero on all others. So the sum over the ranks is exact.
    fn passes(
        &self,
        comm: &dyn Communicator,
        fields: ArrayView2<f64>,
        width: usize,
        conditions: Option<&[f64]>,
    ) -> Array3<f64> {
        let sites = fields.ncols();
        let fields = fields.as_standard_layout();
        let operations = match conditions {
            Some(_) => self.averaged_operations(sites),
            None => vec![SymmetryOperation::default()],
        };
        let mut worker = self.network.worker();
        let mut found = Array3::zeros((self.description.members, fields.nrows(), width));
        for (member, mut found) in found.outer_iter_mut().enumerate() {
            let parameters = self.parameters.index_axis(Axis(0), member);
            let parameters = parameters.to_slice().expect("parameters are in order");
            let results = found.axis_chunks_iter_mut(Axis(0), CHUNK);
            let chunks = fields.axis_chunks_iter(Axis(0), CHUNK).zip(results);
            let own = |number: &usize| number % comm.size() == comm.rank();
            for (_, (fields, mut found)) in chunks.enumerate().filter(|(number, _)| own(number)) {
                let found = found.as_slice_mut().expect("whole rows of a new array");
                for &operation in &operations {
                    let samples = samples(&fields, operation);
                    let kind = match conditions {
                        None => PassKind::Features(found),
                        Some(conditions) => PassKind::Predictions {
                            conditions,
                            weight: 1.0 / operations.len() as f64,
                            indicators: found,
                        },
                    };
                    let batch = Batch {
                        sites,
                        samples: &samples,
                        shares: &[],
                    };
                    worker.pass(member, parameters, batch, kind);
                }
            }
        }
        comm.sum(found.as_slice_mut().expect("a new array is in order"));
        found
    }

    /// The symmetry operations that a prediction is the mean over.
    fn averaged_operations(&self, sites: usize) -> Vec<SymmetryOperation> {
        match self.description.symmetry {
            Symmetry::OrbitAverage => {
                let group = SymmetryGroup::of(&self.description.targets);
                group.operations(sites).collect()
            }
            _ => vec![SymmetryOperation::default()],
        }
    }
}

/// Fields (sample, site) as a pass reads them.
fn samples<'a>(fields: &'a ArrayView2<f64>, symmetry: SymmetryOperation) -> Vec<Sample<'a>> {
    let sample = |row: ArrayView1<'a, f64>| Sample {
        inputs: row.to_slice().expect("rows are in order"),
        conditions: &[],
        targets: &[],
        symmetry,
    };
    fields.outer_iter().map(sample).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::Input;
    use crate::learn::tests::fixture;

    /// A mean over all operations does not change when the field is shifted, reflected or reversed.
    /// With an indicator of a half it does not change when the half is kept. A centred network does not
    /// depend on a constant field.
    #[test]
    fn predictions_are_as_symmetric_as_asked() {
        let field = fixture::fields(10, 4.0, 1);
        let at = |site: usize| field[(0, site % 10)];
        let keep: [&dyn Fn(usize) -> f64; 2] = [&|site| at(site + 5), &|site| -at(19 - site)];
        let shift: &dyn Fn(usize) -> f64 = &|site| at(site + 3);
        for model in fixture::models()
            .into_iter()
            .filter(|model| model.degree_in_length == 0)
        {
            let predict = |symmetry, second: &str, change: &dyn Fn(usize) -> f64| {
                let mut ensemble = fixture::ensemble(&model, 1);
                let targets = vec!["gap_ratio".to_owned(), second.to_owned()];
                ensemble.description = Description {
                    symmetry,
                    targets,
                    ..ensemble.description
                };
                let moved = ndarray::Array2::from_shape_fn((1, 10), |(_, site)| change(site));
                ensemble.predict(moved.view(), &[fixture::MIDDLE])[[0, 0, 0, 1]]
            };
            let kind = &model.kind;
            for (second, whole) in [("spin_fraction", true), ("entanglement", false)] {
                let same = |change| {
                    let of = |change| predict(Symmetry::OrbitAverage, second, change);
                    (of(change) - of(&at)).abs() < 1e-13
                };
                assert!(keep.into_iter().all(same), "{kind}: {second}");
                // Others are as symmetric by themselves, or nearly.
                if whole || kind == "gru" {
                    assert_eq!(same(shift), whole, "{kind}: {second}");
                }
            }
            let of =
                |change: &dyn Fn(usize) -> f64| predict(Symmetry::None, "spin_fraction", change);
            let same = (of(&|site| at(site) + 2.5) - of(&at)).abs() < 1e-13;
            assert_eq!(same, model.input == Input::Centred, "{kind}");
            if kind == "gru" {
                assert_ne!(of(keep[0]), of(&at));
            }
        }
    }
}

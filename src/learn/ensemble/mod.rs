//! Trained networks and what they were trained for.

mod description;
mod files;
mod start;
mod tensors;

use ndarray::{Array2, Array3, Array4, ArrayView2, Axis};

pub use description::Description;
pub use files::{holds_network, network_of, parse};
pub use start::given;
pub use tensors::member_path;

use super::network::{Network, Task};
use super::samples::{Batch, Move, Orbit, Sample};
use crate::comm::{Alone, Communicator};
use crate::deck::Symmetry;

/// Samples that are predicted together; ranks share such pieces.
const CHUNK: usize = 256;

/// Networks of one kind, trained on the same data from different initial parameters.
pub struct Ensemble {
    /// What it is.
    pub description: Description,
    pub(super) network: Box<dyn Network>,
    /// (member, parameter).
    pub(super) parameters: Array2<f64>,
}

impl Ensemble {
    /// The parameters (member, parameter), in the order of the network's shapes.
    pub fn parameters(&self) -> ArrayView2<'_, f64> {
        self.parameters.view()
    }

    /// The normalised indicators (member, sample, energy density, target) for fields (sample, site)
    /// at energy densities, of which only a head with ε among its inputs takes notice.
    pub fn predict(&self, fields: ArrayView2<f64>, energy_densities: &[f64]) -> Array4<f64> {
        self.predict_together(&Alone, fields, energy_densities)
    }

    /// The same, computed by all ranks together. Collective: every rank gives the same arguments and
    /// gets all predictions, bit for bit those of [`predict`](Self::predict).
    pub fn predict_together(
        &self,
        comm: &dyn Communicator,
        fields: ArrayView2<f64>,
        energy_densities: &[f64],
    ) -> Array4<f64> {
        let targets = self.description.targets.len();
        let width = energy_densities.len() * targets;
        let found = self.passes(comm, fields, width, Some(energy_densities));
        let (members, samples, _) = found.dim();
        found
            .into_shape_with_order((members, samples, energy_densities.len(), targets))
            .expect("the last two indices were one")
    }

    /// The features (member, sample, feature) of fields (sample, site). Collective, as
    /// [`predict_together`](Self::predict_together).
    pub fn features(&self, comm: &dyn Communicator, fields: ArrayView2<f64>) -> Array3<f64> {
        self.passes(comm, fields, self.network.features(), None)
    }

    /// Indicators at these energy densities, or features: (member, sample, `width`).
    fn passes(
        &self,
        comm: &dyn Communicator,
        fields: ArrayView2<f64>,
        width: usize,
        energy_densities: Option<&[f64]>,
    ) -> Array3<f64> {
        let sites = fields.ncols();
        let fields = fields.as_standard_layout();
        let moves: Vec<Move> = match (energy_densities, self.description.symmetry) {
            (Some(_), Symmetry::OrbitAverage) => {
                Orbit::of(&self.description.targets).moves(sites).collect()
            }
            _ => vec![Move::default()],
        };
        let mut worker = self.network.worker();
        let mut found = Array3::zeros((self.description.members, fields.nrows(), width));
        for (member, mut found) in found.outer_iter_mut().enumerate() {
            let parameters = self.parameters.index_axis(Axis(0), member);
            let parameters = parameters.to_slice().expect("parameters are in order");
            let chunks = found.axis_chunks_iter_mut(Axis(0), CHUNK);
            for (number, mut found) in chunks.enumerate() {
                if number % comm.size() != comm.rank() {
                    continue;
                }
                let found = found.as_slice_mut().expect("whole rows of a new array");
                let rows = fields.outer_iter().skip(number * CHUNK).take(CHUNK);
                let rows: Vec<_> = rows.collect();
                for &symmetry in &moves {
                    let sample = |row| Sample {
                        inputs: row,
                        energy_densities: &[],
                        targets: &[],
                        symmetry,
                    };
                    let rows = rows
                        .iter()
                        .map(|row| row.to_slice().expect("rows are in order"));
                    let samples: Vec<Sample> = rows.map(sample).collect();
                    let batch = Batch {
                        sites,
                        samples: &samples,
                    };
                    let task = match energy_densities {
                        None => Task::Features(found),
                        Some(energy_densities) => Task::Predictions {
                            energy_densities,
                            share: 1.0 / moves.len() as f64,
                            indicators: found,
                        },
                    };
                    worker.work(member, parameters, batch, task);
                }
            }
        }
        comm.sum(found.as_slice_mut().expect("a new array is in order"));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::fixture;
    use super::*;
    use crate::deck::Input;

    /// An orbit's mean does not change when the field is shifted, reflected or reversed, where it is of
    /// the whole ring; where it is of a half, when the half is kept. A centred network does not see a
    /// constant field.
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
                ensemble.predict(moved.view(), &[0.5])[[0, 0, 0, 1]]
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

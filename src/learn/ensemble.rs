//! Trained networks and what they were trained for.

use ndarray::{Array2, Array3, ArrayView2, Axis};
use serde::{Deserialize, Serialize};
use tch::Tensor;

use super::Network;
use super::parameters::{tensors, to_vec};
use crate::comm::{Alone, Communicator};
use crate::deck::Model;
use crate::indicators::Normalisation;

/// Samples that are predicted together: enough to hide libtorch's cost for each operation, few
/// enough to stay in the cache.
const CHUNK: usize = 256;

/// What an ensemble is, but for its parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// The network.
    pub model: Model,
    /// The indicators that it learned, in the order of its outputs.
    pub targets: Vec<String>,
    /// What the entanglement entropy was divided by.
    pub normalisation: Normalisation,
    /// The energy density that it learned.
    pub energy_density: f64,
    /// Chain lengths that it was trained on.
    pub train_sizes: Vec<usize>,
    /// Independently initialized networks.
    pub members: usize,
}

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

    /// The normalised indicators (member, sample, target) for fields (sample, site).
    pub fn predict(&self, fields: ArrayView2<f64>) -> Array3<f64> {
        self.predict_together(&Alone, fields)
    }

    /// The same, computed by all ranks together. Collective: every rank gives the same fields and
    /// gets all predictions, bit for bit those of [`predict`](Self::predict).
    pub fn predict_together(
        &self,
        comm: &dyn Communicator,
        fields: ArrayView2<f64>,
    ) -> Array3<f64> {
        tch::set_num_threads(1);
        let (members, targets) = (self.description.members, self.description.targets.len());
        let parameters = tensors(&self.network.shapes(), self.parameters.view());
        let mut outputs = Array3::zeros((members, fields.nrows(), targets));
        let chunks = fields.axis_chunks_iter(Axis(0), CHUNK);
        for (number, (chunk, mut own)) in chunks
            .zip(outputs.axis_chunks_iter_mut(Axis(1), CHUNK))
            .enumerate()
        {
            if number % comm.size() == comm.rank() {
                let found = self.forward(&parameters, chunk);
                own.iter_mut()
                    .zip(found)
                    .for_each(|(out, value)| *out = value);
            }
        }
        let flat = outputs.as_slice_mut().expect("a new array is in order");
        comm.sum(flat);
        outputs
    }

    /// The outputs for one chunk of fields, (member, sample, target), the target fastest.
    fn forward(&self, parameters: &[Tensor], fields: ArrayView2<f64>) -> Vec<f64> {
        let flat: Vec<f64> = fields.iter().copied().collect();
        let fields = Tensor::from_slice(&flat).view([fields.nrows() as i64, fields.ncols() as i64]);
        to_vec(&tch::no_grad(|| self.network.forward(parameters, &fields)))
    }
}

//! The gradient of one step, shared out over the ranks.
//!
//! The batch is cut into chunks in a way that does not depend on the ranks. Each chunk is computed
//! by one rank and goes to a row of its own in a buffer that is zero elsewhere; one sum over the
//! ranks completes the buffer exactly, and every rank adds its rows up in the same order. So the
//! result has the same bits for any number of ranks, and a rank without a chunk adds nothing.

use ndarray::ArrayView2;
use tch::{Kind, Tensor};

use super::Network;
use super::parameters::{flatten, tensors, to_vec};
use super::samples::Sample;
use crate::comm::Communicator;

/// The most samples that are computed together. A chunk of a hundred parameters costs libtorch
/// about the same for 1 sample as for 64; larger ones would leave ranks without work.
const CHUNK: usize = 64;

/// The mean over a batch of the loss and its gradient.
///
/// The loss of a sample is the mean over the targets of the squared error.
#[derive(Debug, PartialEq)]
pub struct Gradient {
    /// With respect to the parameters (member, parameter), row by row.
    pub values: Vec<f64>,
    /// The loss of each member.
    pub losses: Vec<f64>,
}

/// The gradient at `parameters` (member, parameter); collective, the same on every rank.
pub fn gradient(
    comm: &dyn Communicator,
    network: &dyn Network,
    parameters: ArrayView2<f64>,
    batch: &[&Sample],
) -> Gradient {
    let shapes = network.shapes();
    let leaves: Vec<Tensor> = tensors(&shapes, parameters)
        .into_iter()
        .map(|tensor| tensor.set_requires_grad(true))
        .collect();
    let chunks = chunks(batch);
    let width = parameters.len() + parameters.nrows();
    let mut rows = vec![0.0; chunks.len() * width];
    for (number, row) in rows.chunks_exact_mut(width).enumerate() {
        if number % comm.size() == comm.rank() {
            let (values, losses) = row.split_at_mut(parameters.len());
            add_up(network, &leaves, &chunks[number], values, losses);
        }
    }
    comm.sum(&mut rows);

    let mut total = vec![0.0; width];
    for row in rows.chunks_exact(width) {
        for (sum, value) in total.iter_mut().zip(row) {
            *sum += value;
        }
    }
    for sum in &mut total {
        *sum /= batch.len() as f64;
    }
    let losses = total.split_off(parameters.len());
    Gradient {
        values: total,
        losses,
    }
}

/// The batch by chain length, in pieces of at most [`CHUNK`].
fn chunks<'a>(batch: &[&'a Sample]) -> Vec<Vec<&'a Sample>> {
    let mut sorted = batch.to_vec();
    sorted.sort_by_key(|sample| sample.field.len());
    sorted
        .chunk_by(|left, right| left.field.len() == right.field.len())
        .flat_map(|equal| equal.chunks(CHUNK))
        .map(<[&Sample]>::to_vec)
        .collect()
}

/// Writes the sums over a chunk of the gradient and of the loss of each member.
fn add_up(
    network: &dyn Network,
    leaves: &[Tensor],
    chunk: &[&Sample],
    values: &mut [f64],
    losses: &mut [f64],
) {
    let fields = matrix(chunk, |sample| &sample.field);
    let targets = matrix(chunk, |sample| &sample.targets);
    let errors = (network.forward(leaves, &fields) - &targets).square();
    let own =
        errors.sum_dim_intlist([1, 2].as_slice(), false, Kind::Double) / targets.size()[1] as f64;
    // No member's loss depends on another's parameters: the gradient of the sum holds all.
    let gradients = Tensor::run_backward(&[own.sum(Kind::Double)], leaves, false, false);
    flatten(&gradients, losses.len(), values);
    losses.copy_from_slice(&to_vec(&own));
}

/// A row for each sample.
fn matrix<'a>(chunk: &[&'a Sample], row: impl Fn(&'a Sample) -> &'a Vec<f64>) -> Tensor {
    let flat: Vec<f64> = chunk
        .iter()
        .flat_map(|sample| row(sample))
        .copied()
        .collect();
    Tensor::from_slice(&flat).view([chunk.len() as i64, -1])
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::comm::Alone;
    use crate::indicators::Normalisation;
    use crate::learn::samples::samples;
    use crate::learn::{fixture, together};
    use crate::plan::Split;

    /// Chains of several lengths, mixed, with more than one chunk of some.
    fn batch(counts: &[(usize, u32)]) -> Vec<Sample> {
        let targets = ["gap_ratio", "entanglement"].map(str::to_owned);
        let mut all: Vec<Sample> = counts
            .iter()
            .flat_map(|&(sites, count)| {
                let table = fixture::table(sites, Split::Train, &[4.0], count);
                samples(&table, &targets, Normalisation::Sector, 0.5).unwrap()
            })
            .collect();
        all.sort_by(|left, right| left.field[0].total_cmp(&right.field[0]));
        all
    }

    fn at(comm: &dyn Communicator, parameters: &Array2<f64>, batch: &[Sample]) -> Gradient {
        let ensemble = fixture::untrained(1);
        let batch: Vec<&Sample> = batch.iter().collect();
        gradient(comm, ensemble.network.as_ref(), parameters.view(), &batch)
    }

    #[test]
    fn gradient_is_that_of_finite_differences() {
        let batch = batch(&[(8, 70), (10, 5)]);
        let parameters = fixture::untrained(2).parameters;
        let exact = at(&Alone, &parameters, &batch);
        let width = parameters.ncols();
        let step = 1e-5;
        for place in 0..parameters.len() {
            let member = place / width;
            let shifted = |by: f64| {
                let mut other = parameters.clone();
                other[[member, place % width]] += by;
                at(&Alone, &other, &batch).losses
            };
            let (up, down) = (shifted(step), shifted(-step));
            let slope = (up[member] - down[member]) / (2.0 * step);
            // Truncation of order step², rounding of order 1e-16 / step.
            let difference = (slope - exact.values[place]).abs();
            assert!(
                difference < 1e-9,
                "{place}: {slope} {}",
                exact.values[place]
            );
            // The other member does not know.
            assert_eq!(up[1 - member], exact.losses[1 - member]);
        }
        assert!(
            exact
                .values
                .iter()
                .filter(|value| value.abs() > 1e-4)
                .count()
                > width
        );
    }

    /// Losses are means over samples, not over chunks or lengths.
    #[test]
    fn loss_is_the_mean_over_all_samples() {
        let parameters = fixture::untrained(2).parameters;
        let batch = batch(&[(8, 70), (10, 3)]);
        let whole = at(&Alone, &parameters, &batch);
        for member in 0..2 {
            let single = |sample: &Sample| {
                at(&Alone, &parameters, std::slice::from_ref(sample)).losses[member]
            };
            let mean = batch.iter().map(single).sum::<f64>() / 73.0;
            assert!((whole.losses[member] / mean - 1.0).abs() < 1e-13);
        }
    }

    /// Even and uneven shares, and ranks without any: the same bits.
    #[test]
    fn gradient_does_not_depend_on_the_ranks() {
        let parameters = fixture::untrained(3).parameters;
        for counts in [&[(8, 70), (10, 33), (12, 1)][..], &[(8, 5)]] {
            let batch = batch(counts);
            let alone = at(&Alone, &parameters, &batch);
            for ranks in [2, 3, 7] {
                for found in together::run(ranks, |comm| at(comm, &parameters, &batch)) {
                    assert_eq!(found, alone, "{ranks} ranks");
                }
            }
        }
    }
}

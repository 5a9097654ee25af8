//! The gradient of one step, shared out over the ranks.
//!
//! The batch is cut into chunks in a way that does not depend on the ranks. A chunk for a member is
//! computed by one rank and goes to a row of its own in a buffer that is zero elsewhere; one sum
//! over the ranks completes the buffer exactly, and every rank adds its rows up in the same order.
//! So the result has the same bits for any number of ranks, and a rank without a chunk adds nothing.

use ndarray::{ArrayView2, Axis};

use crate::comm::Communicator;
use crate::learn::network::{PassKind, Worker};
use crate::learn::samples::Chunk;

/// The mean over a batch of the loss and its gradient.
#[derive(Debug, PartialEq)]
pub struct Gradient {
    /// With respect to the parameters (member, parameter), row by row.
    pub values: Vec<f64>,
    /// The loss of each member.
    pub losses: Vec<f64>,
}

impl Gradient {
    /// The first member whose loss or gradient is not finite, with the loss.
    pub fn diverged(&self) -> Option<(usize, f64)> {
        let width = self.values.len() / self.losses.len();
        let mut members = self.losses.iter().zip(self.values.chunks_exact(width));
        let finite =
            |loss: &f64, own: &[f64]| loss.is_finite() && own.iter().all(|it| it.is_finite());
        let member = members.position(|(loss, own)| !finite(loss, own))?;
        Some((member, self.losses[member]))
    }
}

/// The gradient at `parameters` (member, parameter) for the samples of `chunks`, each with its chain
/// length; zero for members that are not `active`. Collective, the same on every rank.
pub fn gradient(
    comm: &dyn Communicator,
    worker: &mut dyn Worker,
    parameters: ArrayView2<f64>,
    active: &[bool],
    chunks: &[Chunk],
) -> Gradient {
    let (members, width) = parameters.dim();
    let mut rows = vec![0.0; chunks.len() * members * (width + 1)];
    for (number, row) in rows.chunks_exact_mut(width + 1).enumerate() {
        let (member, chunk) = (number / chunks.len(), number % chunks.len());
        if active[member] && number % comm.size() == comm.rank() {
            let own = parameters.index_axis(Axis(0), member);
            let own = own.to_slice().expect("parameters are in order");
            let (values, loss) = row.split_at_mut(width);
            loss[0] = worker.pass(
                member,
                own,
                chunks[chunk].batch(),
                PassKind::Gradient(values),
            );
        }
    }
    comm.sum(&mut rows);

    let losses: usize = chunks.iter().map(Chunk::losses).sum();
    let share = 1.0 / losses as f64;
    let mut total = Gradient {
        values: vec![0.0; members * width],
        losses: vec![0.0; members],
    };
    for (number, row) in rows.chunks_exact(width + 1).enumerate() {
        let member = number / chunks.len();
        let sums = &mut total.values[member * width..][..width];
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
        total.losses[member] += row[width];
    }
    let all = total.values.iter_mut().chain(&mut total.losses);
    all.for_each(|sum| *sum *= share);
    total
}

/// The mean loss (chain length, member) over the samples of `chunks`, which are in the order of
/// `sizes`. Collective, the same on every rank.
pub fn losses(
    comm: &dyn Communicator,
    worker: &mut dyn Worker,
    parameters: ArrayView2<f64>,
    sizes: &[usize],
    chunks: &[Chunk],
) -> Vec<Vec<f64>> {
    let members = parameters.nrows();
    let mut found = vec![0.0; chunks.len() * members];
    for (number, loss) in found.iter_mut().enumerate() {
        if number % comm.size() == comm.rank() {
            let batch = chunks[number / members].batch();
            let own = parameters.index_axis(Axis(0), number % members);
            let own = own.to_slice().expect("parameters are in order");
            *loss = worker.pass(number % members, own, batch, PassKind::Loss);
        }
    }
    comm.sum(&mut found);
    let mean = |sites: usize, member: usize| {
        let own = || (0..chunks.len()).filter(|&chunk| chunks[chunk].sites == sites);
        let losses: usize = own().map(|chunk| chunks[chunk].losses()).sum();
        own()
            .map(|chunk| found[chunk * members + member])
            .sum::<f64>()
            / losses as f64
    };
    let of_size = |&sites: &usize| (0..members).map(|member| mean(sites, member)).collect();
    sizes.iter().map(of_size).collect()
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::comm::Alone;
    use crate::comm::threads;
    use crate::deck::Normalisation;
    use crate::deck::Split;
    use crate::learn::network::Network;
    use crate::learn::samples::SymmetryOperation;
    use crate::learn::samples::{Realization, SampleSet, realizations};
    use crate::learn::tests::fixture;

    /// Chains of several lengths, mixed, with more than one chunk of some.
    fn batch(counts: &[(usize, u32)]) -> SampleSet {
        let targets = ["gap_ratio", "entanglement"].map(str::to_owned);
        let mut all: Vec<Realization> = counts
            .iter()
            .flat_map(|&(sites, count)| {
                let table = fixture::table(sites, Split::Train, &[4.0], count);
                realizations(&table, &targets, Normalisation::Sector, &[0.5]).unwrap()
            })
            .collect();
        all.sort_by(|left, right| left.inputs[0].total_cmp(&right.inputs[0]));
        SampleSet::new(&all)
    }

    fn at(
        comm: &dyn Communicator,
        network: &dyn Network,
        parameters: &Array2<f64>,
        set: &SampleSet,
    ) -> Gradient {
        let places: Vec<usize> = (0..set.len()).collect();
        let chunks = set.chunks(&places, network.chunk_size(), |_, _| {
            SymmetryOperation::default()
        });
        let active = vec![true; parameters.nrows()];
        gradient(
            comm,
            network.worker().as_mut(),
            parameters.view(),
            &active,
            &chunks,
        )
    }

    /// Every recurrent kind of network, with every option that touches the gradient.
    #[test]
    fn gradients_are_those_of_finite_differences() {
        let set = batch(&[(8, 37), (10, 5)]);
        // A convolution's ReLUs bend at every site, too often for differences: libtorch checks it.
        let smooth = |(name, _): &(String, Box<dyn Network>)| !name.starts_with("cnn");
        for (name, network) in fixture::networks().into_iter().filter(smooth) {
            let parameters = fixture::parameters(network.as_ref(), 2);
            let exact = at(&Alone, network.as_ref(), &parameters, &set);
            let width = parameters.ncols();
            let step = 1e-6;
            for place in (0..parameters.len()).step_by(1 + parameters.len() / 150) {
                let member = place / width;
                let shifted = |by: f64| {
                    let mut other = parameters.clone();
                    other[[member, place % width]] += by;
                    at(&Alone, network.as_ref(), &other, &set).losses
                };
                let (up, down) = (shifted(step), shifted(-step));
                let slope = (up[member] - down[member]) / (2.0 * step);
                // Truncation of order step², rounding of order 1e-16 / step.
                let found = exact.values[place];
                assert!(
                    (slope - found).abs() < 2e-8,
                    "{name} {place}: {slope} {found}"
                );
                // The other member does not know.
                assert_eq!(up[1 - member], exact.losses[1 - member]);
            }
            let large = exact.values.iter().filter(|value| value.abs() > 1e-5);
            assert!(large.count() > width, "{name}");
        }
    }

    /// Losses are means over samples, not over chunks or lengths.
    #[test]
    fn loss_is_the_mean_over_all_samples() {
        let ensemble = fixture::untrained(2);
        let (network, parameters) = (ensemble.network.as_ref(), &ensemble.parameters);
        let whole = at(&Alone, network, parameters, &batch(&[(8, 70), (10, 3)]));
        let mut worker = network.worker();
        let set = batch(&[(8, 70), (10, 3)]);
        for member in 0..2 {
            let single = |place: usize| {
                let chunks = set.chunks(&[place], network.chunk_size(), |_, _| {
                    SymmetryOperation::default()
                });
                let active = [true; 2];
                gradient(&Alone, worker.as_mut(), parameters.view(), &active, &chunks).losses
                    [member]
            };
            let mean = (0..73).map(single).sum::<f64>() / 73.0;
            assert!((whole.losses[member] / mean - 1.0).abs() < 1e-13);
        }
        let places: Vec<usize> = (0..73).collect();
        let sizes: Vec<usize> = set.sizes().collect();
        let chunks = set.chunks(&places, network.chunk_size(), |_, _| {
            SymmetryOperation::default()
        });
        let parts = losses(&Alone, worker.as_mut(), parameters.view(), &sizes, &chunks);
        let share = |sites: usize| if sites == 8 { 70.0 } else { 3.0 };
        let sum: f64 = sizes
            .iter()
            .zip(&parts)
            .map(|(&sites, own)| share(sites) * own[0])
            .sum();
        assert!((sum / 73.0 / whole.losses[0] - 1.0).abs() < 1e-13);
    }

    /// A field with its indicators at several energy densities stands for a sample at each.
    #[test]
    fn energy_densities_together_come_to_the_same_as_apart() {
        let densities = [0.2, 0.5, 0.8];
        let targets = ["gap_ratio", "entanglement"].map(str::to_owned);
        let set = |together: usize| {
            let mut all = Vec::new();
            for sites in [8, 10] {
                let table = fixture::table_at(sites, Split::Train, &[4.0], 13, &densities);
                for group in densities.chunks(together) {
                    let sector = Normalisation::Sector;
                    all.extend(realizations(&table, &targets, sector, group).unwrap());
                }
            }
            SampleSet::new(&all)
        };
        let (together, apart) = (set(3), set(1));
        assert_eq!((together.len(), apart.len()), (26, 78));
        for (name, network) in fixture::networks() {
            let parameters = fixture::parameters(network.as_ref(), 2);
            let found = at(&Alone, network.as_ref(), &parameters, &together);
            let exact = at(&Alone, network.as_ref(), &parameters, &apart);
            let of_found = found.values.iter().chain(&found.losses);
            for (one, other) in of_found.zip(exact.values.iter().chain(&exact.losses)) {
                assert!((one - other).abs() < 1e-13, "{name}: {one} {other}");
            }
            let places: Vec<usize> = (0..together.len()).collect();
            let chunks = together.chunks(&places, network.chunk_size(), |_, _| {
                SymmetryOperation::default()
            });
            let mut worker = network.worker();
            let parts = losses(
                &Alone,
                worker.as_mut(),
                parameters.view(),
                &[8, 10],
                &chunks,
            );
            assert!(((parts[0][1] + parts[1][1]) / 2.0 - exact.losses[1]).abs() < 1e-13);
        }
    }

    /// Even and uneven shares, and ranks without any: the same bits.
    #[test]
    fn gradient_does_not_depend_on_the_ranks() {
        let ensemble = fixture::untrained(3);
        let network = ensemble.network.as_ref();
        for counts in [&[(8, 70), (10, 33), (12, 1)][..], &[(8, 5)]] {
            let set = batch(counts);
            let alone = at(&Alone, network, &ensemble.parameters, &set);
            for ranks in [2, 3, 7] {
                for found in
                    threads::run(ranks, |comm| at(comm, network, &ensemble.parameters, &set))
                {
                    assert_eq!(found, alone, "{ranks} ranks");
                }
            }
        }
    }
}

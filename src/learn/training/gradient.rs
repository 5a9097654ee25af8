//! The gradient of one step, computed by all ranks together.
//!
//! A batch is cut into chunks in a way that does not depend on the number of ranks. One rank computes a
//! chunk for a member. So the result has the same bits for any number of ranks.

use ndarray::{ArrayView2, Axis};

use super::ordered_sum::Terms;
use crate::comm::Communicator;
use crate::learn::network::{PassKind, Worker};
use crate::learn::samples::Chunk;

/// The mean of the loss over a batch, and its gradient.
#[derive(Debug, PartialEq)]
pub struct Gradient {
    /// The gradient with respect to the parameters (member, parameter), row by row.
    pub values: Vec<f64>,
    /// The loss of each member.
    pub losses: Vec<f64>,
}

/// A member whose loss or gradient is not finite.
pub struct Divergence {
    /// The number of the member.
    pub member: usize,
    /// Its loss.
    pub loss: f64,
}

impl Gradient {
    /// The first member whose loss or gradient is not finite.
    pub fn divergence(&self) -> Option<Divergence> {
        let width = self.values.len() / self.losses.len();
        let mut members = self.losses.iter().zip(self.values.chunks_exact(width));
        let finite =
            |loss: &f64, own: &[f64]| loss.is_finite() && own.iter().all(|it| it.is_finite());
        let member = members.position(|(loss, own)| !finite(loss, own))?;
        let loss = self.losses[member];
        Some(Divergence { member, loss })
    }
}

/// One step: which samples, for which members.
pub struct GradientPasses<'s> {
    /// The samples.
    pub chunks: &'s [Chunk<'s>],
    /// Whether each member still learns.
    pub active: &'s [bool],
    /// Seeds of what passes leave out at random, for each chunk and member.
    pub seed: &'s dyn Fn(usize, usize) -> u64,
}

/// The gradient at `parameters` (member, parameter) of a step. It is zero for members that are not
/// active. Collective: it is the same on every rank.
pub fn gradient(
    comm: &dyn Communicator,
    worker: &mut dyn Worker,
    parameters: ArrayView2<f64>,
    step: &GradientPasses,
) -> Gradient {
    let (members, width) = parameters.dim();
    let active: Vec<usize> = (0..members).filter(|&it| step.active[it]).collect();
    let terms = Terms {
        sum_of_term: &active.repeat(step.chunks.len()),
        sums: members,
        // The gradient, then the loss.
        width: width + 1,
    };
    let sums = terms.add_up(comm, &mut |number, term| {
        let (chunk, member) = (number / active.len(), active[number % active.len()]);
        let own = parameters.index_axis(Axis(0), member);
        let own = own.to_slice().expect("parameters are in order");
        let (sum, loss) = term.split_at_mut(width);
        let seed = (step.seed)(chunk, member);
        let kind = PassKind::Gradient { sum, seed };
        loss[0] = worker.pass(member, own, step.chunks[chunk].batch(), kind);
    });

    let losses: usize = step.chunks.iter().map(Chunk::losses).sum();
    let weight = 1.0 / losses as f64;
    let mut values = Vec::with_capacity(members * width);
    for sum in sums.chunks_exact(width + 1) {
        values.extend(sum[..width].iter().map(|value| value * weight));
    }
    let of_members = sums.chunks_exact(width + 1);
    Gradient {
        values,
        losses: of_members.map(|sum| sum[width] * weight).collect(),
    }
}

/// The mean loss (chain length, member) over the samples of `chunks`, for each length of `sizes`.
/// Collective: it is the same on every rank.
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
    use crate::deck::Split;
    use crate::learn::network::Network;
    use crate::learn::samples::SymmetryOperation;
    use crate::learn::samples::{Condition, Realization, SampleSet, realizations};
    use crate::learn::tests::fixture;

    /// Chains of several lengths, mixed, with more than one chunk of some.
    fn batch(counts: &[(usize, u32)]) -> SampleSet {
        let targets = ["gap_ratio", "entanglement"].map(str::to_owned);
        let mut all: Vec<Realization> = counts
            .iter()
            .flat_map(|&(sites, count)| {
                let table = fixture::table(sites, Split::Train, &[4.0], count);
                realizations(&table, &fixture::wanted(&targets), &[fixture::MIDDLE]).unwrap()
            })
            .collect();
        all.sort_by(|left, right| left.inputs[0].total_cmp(&right.inputs[0]));
        SampleSet::new(&all)
    }

    /// The gradient of a whole set in one batch.
    fn at(
        comm: &dyn Communicator,
        network: &dyn Network,
        parameters: &Array2<f64>,
        set: &SampleSet,
    ) -> Gradient {
        let all: Vec<usize> = (0..set.len()).collect();
        let none = |_, _| SymmetryOperation::default();
        let chunks = set.chunks(&all, network.chunk_size(), none);
        let step = GradientPasses {
            chunks: &chunks,
            active: &vec![true; parameters.nrows()],
            seed: &|chunk, member| (10 * chunk + member) as u64,
        };
        gradient(comm, network.worker().as_mut(), parameters.view(), &step)
    }

    /// Every recurrent kind of network, with every option that changes the gradient.
    #[test]
    fn gradients_are_those_of_finite_differences() {
        let set = batch(&[(8, 37), (10, 5)]);
        // Convolutions have a ReLU at every site, too many kinks for differences. The comparison with
        // libtorch covers them.
        let smooth = |(name, _): &(String, Box<dyn Network>)| !name.starts_with("cnn");
        for (name, network) in fixture::networks().into_iter().filter(smooth) {
            let parameters = fixture::parameters(network.as_ref(), 2);
            let exact = at(&Alone, network.as_ref(), &parameters, &set);
            let width = parameters.ncols();
            let step = 1e-6;
            for index in (0..parameters.len()).step_by(1 + parameters.len() / 150) {
                let member = index / width;
                let shifted = |by: f64| {
                    let mut other = parameters.clone();
                    other[[member, index % width]] += by;
                    at(&Alone, network.as_ref(), &other, &set).losses
                };
                let (up, down) = (shifted(step), shifted(-step));
                let difference = (up[member] - down[member]) / (2.0 * step);
                // The truncation error is of order step², the rounding error of order 1e-16 / step.
                let found = exact.values[index];
                assert!(
                    (difference - found).abs() < 2e-8,
                    "{name} {index}: {difference} {found}"
                );
                // The other member does not change.
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
            let single = |number: usize| {
                let chunks = set.chunks(&[number], network.chunk_size(), |_, _| {
                    SymmetryOperation::default()
                });
                let step = GradientPasses {
                    chunks: &chunks,
                    active: &[true; 2],
                    seed: &|_, _| 0,
                };
                gradient(&Alone, worker.as_mut(), parameters.view(), &step).losses[member]
            };
            let mean = (0..73).map(single).sum::<f64>() / 73.0;
            assert!((whole.losses[member] / mean - 1.0).abs() < 1e-13);
        }
        let sizes: Vec<usize> = set.sizes().collect();
        let chunks = set.in_order(network.chunk_size());
        let parts = losses(&Alone, worker.as_mut(), parameters.view(), &sizes, &chunks);
        let samples = |sites: usize| if sites == 8 { 70.0 } else { 3.0 };
        let sum: f64 = sizes
            .iter()
            .zip(&parts)
            .map(|(&sites, own)| samples(sites) * own[0])
            .sum();
        assert!((sum / 73.0 / whole.losses[0] - 1.0).abs() < 1e-13);
    }

    /// A field with its indicators at several energy densities counts as one sample at each.
    #[test]
    fn energy_densities_together_give_the_same_as_apart() {
        let densities = [0.2, 0.5, 0.8];
        let targets = ["gap_ratio", "entanglement"].map(str::to_owned);
        let set = |together: usize| {
            let mut all = Vec::new();
            for sites in [8, 10] {
                let table = fixture::table_at(sites, Split::Train, &[4.0], 13, &densities);
                for group in Condition::energy_densities(&densities).chunks(together) {
                    all.extend(realizations(&table, &fixture::wanted(&targets), group).unwrap());
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
            let chunks = together.in_order(network.chunk_size());
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

    /// The same samples, of which some lack the first target and others the second.
    fn with_gaps(sizes: &[(usize, u32)], kept: impl Fn(usize) -> [bool; 2]) -> SampleSet {
        let targets = ["gap_ratio", "entanglement"].map(str::to_owned);
        let mut all = Vec::new();
        for &(sites, count) in sizes {
            let table = fixture::table(sites, Split::Train, &[4.0], count);
            all.extend(
                realizations(&table, &fixture::wanted(&targets), &[fixture::MIDDLE]).unwrap(),
            );
        }
        for (number, one) in all.iter_mut().enumerate() {
            for (value, kept) in one.targets.iter_mut().zip(kept(number)) {
                *value = if kept { *value } else { f64::NAN };
            }
        }
        all.retain(|one| one.targets.iter().any(|it| !it.is_nan()));
        SampleSet::new(&all)
    }

    /// The loss of samples with gaps is, for each target, the mean over the samples that have it.
    #[test]
    fn a_missing_target_is_not_in_the_mean() {
        let sizes = [(8, 40), (10, 9)];
        let gaps = |number: usize| [!number.is_multiple_of(3), !(20..36).contains(&number)];
        let both = with_gaps(&sizes, gaps);
        let alone = [0, 1].map(|target| {
            with_gaps(&sizes, |number| {
                [0, 1].map(|other| other == target && gaps(number)[other])
            })
        });
        for (name, network) in fixture::networks() {
            let parameters = fixture::parameters(network.as_ref(), 2);
            let of = |set: &SampleSet| at(&Alone, network.as_ref(), &parameters, set);
            let by_length = |set: &SampleSet| {
                let chunks = set.in_order(network.chunk_size());
                let mut worker = network.worker();
                losses(
                    &Alone,
                    worker.as_mut(),
                    parameters.view(),
                    &[8, 10],
                    &chunks,
                )
            };
            let (found, expected) = (of(&both), alone.each_ref().map(of));
            let all = |it: &Gradient| [&it.values[..], &it.losses[..]].concat();
            let sums = all(&expected[0]).into_iter().zip(all(&expected[1]));
            for (found, (one, other)) in all(&found).iter().zip(sums) {
                assert!((found - one - other).abs() < 1e-13, "{name}");
            }
            let (found, parts) = (by_length(&both), alone.each_ref().map(by_length));
            for (length, member) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let sum = parts[0][length][member] + parts[1][length][member];
                assert!((found[length][member] - sum).abs() < 1e-13, "{name}");
            }
        }
    }

    /// Even and uneven shares, and ranks without any: the same bits.
    #[test]
    fn gradient_does_not_depend_on_the_ranks() {
        let ensemble = fixture::untrained(3);
        let network = ensemble.network.as_ref();
        let sets = [
            batch(&[(8, 70), (10, 33), (12, 1)]),
            batch(&[(8, 5)]),
            with_gaps(&[(8, 70), (10, 33)], |number| [number > 20, number % 3 > 0]),
        ];
        for set in sets {
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

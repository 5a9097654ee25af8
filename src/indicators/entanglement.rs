//! The von Neumann entropy of half the chain, arXiv:2202.08853 eq. 3 (where the minus sign is
//! missing).

use pulp::{Arch, NullaryFnOnce};

use super::indicator::{Description, Indicator};
use super::matrices::{Matrix, Others, collect, matrices};
use super::random_states::half_chain_entropy;
use super::states::states;
use super::symmetric::Eigenvalues;
use crate::chain::Sector;
use crate::eigen::Window;
use crate::lanes::{LANES, Lanes};
use crate::threads::{Workspaces, map};

/// S = −Tr ρ_A ln ρ_A, A = the first L/2 sites, in nats.
pub const FIRST_HALF: Description = Description {
    name: "entanglement",
    symbol: "S",
    units: "nat",
    description: "half-chain entanglement entropy, first L/2 sites",
    of_states: true,
    of_half: true,
    scale: half_chain_entropy,
    prepare: |sector| Box::new(Entanglement::new(sector, 1)),
};

/// The mean of S over A = sites i + 1 … i + L/2 for i = 0 … L/2 − 1, all ways to cut the ring in
/// two halves. No shift of the field changes it, and it varies less than S of a single cut.
pub const ALL_CUTS: Description = Description {
    name: "entanglement_all_cuts",
    symbol: "⟨S⟩",
    units: "nat",
    description: "half-chain entanglement entropy, mean over the L/2 distinct halves",
    of_states: true,
    of_half: false,
    scale: half_chain_entropy,
    prepare: |sector| Box::new(Entanglement::new(sector, sector.sites() / 2)),
};

/// ρ_A is block diagonal in the number of up spins of A. Each block is M Mᵀ for a square matrix M
/// of the state's coefficients. The whole 2^{L/2} × 2^{L/2} matrix is not needed.
struct Entanglement {
    cuts: usize,
    /// The matrices M of all cuts, each for one rank.
    matrices: Vec<Matrix>,
    workspaces: Workspaces<Workspace>,
}

/// Memory for a matrix of up to [`LANES`] states.
struct Workspace {
    coefficients: Vec<Lanes>,
    density: Vec<Lanes>,
    eigenvalues: Eigenvalues,
}

impl Entanglement {
    fn new(sector: &Sector, cuts: usize) -> Self {
        let matrices = (0..cuts).flat_map(|start| matrices(sector, start));
        Self {
            cuts,
            matrices: matrices.collect(),
            workspaces: Workspaces::default(),
        }
    }

    fn workspace(&self) -> Workspace {
        let sizes = self.matrices.iter().map(|matrix| matrix.size);
        let largest = sizes.max().unwrap_or(0);
        Workspace {
            coefficients: vec![Lanes::ZERO; largest * largest],
            density: vec![Lanes::ZERO; largest * largest],
            eigenvalues: Eigenvalues::new(largest),
        }
    }

    /// The parts of the matrices in the entropies of up to [`LANES`] states, side by side. Those that
    /// another rank evaluates are zero.
    fn parts(&self, rank: usize, states: &[Lanes], others: &[Others]) -> Vec<f64> {
        let arch = Arch::new();
        let matrices = self.matrices.iter().enumerate();
        let part = |(place, matrix): (usize, &Matrix)| {
            if matrix.rank != rank {
                return 0.0;
            }
            let entropy = |workspace: &mut Workspace| {
                let elements = &mut workspace.coefficients[..matrix.size * matrix.size];
                matrix.write(states, others.get(place), elements);
                arch.dispatch(Entropy {
                    size: matrix.size,
                    workspace,
                })
            };
            self.workspaces.lend(|| self.workspace(), entropy)
        };
        map(matrices.collect(), part)
    }
}

/// Up to [`LANES`] states side by side. A lane without a state is zero, and adds zero to the entropy.
fn side_by_side(states: &[&[f64]], rows: usize) -> Vec<Lanes> {
    let value = |row: usize, lane: usize| states.get(lane).map_or(0.0, |state| state[row]);
    (0..rows)
        .map(|row| Lanes(std::array::from_fn(|lane| value(row, lane))))
        .collect()
}

impl Indicator for Entanglement {
    fn evaluate(&mut self, window: &Window) -> f64 {
        let (space, states) = (window.space, states(window));
        let (of, rank, rows) = (&*self, space.partition().rank(), space.partition().rows());
        let groups: Vec<&[&[f64]]> = states.chunks(LANES).collect();
        let mut parts = if space.group().size() == 1 {
            map(groups, |states| {
                of.parts(rank, &side_by_side(states, rows), &[])
            })
            .concat()
        } else {
            let parts = groups.into_iter().map(|states| {
                let states = side_by_side(states, rows);
                of.parts(rank, &states, &collect(space, &of.matrices, &states))
            });
            parts.collect::<Vec<_>>().concat()
        };
        // One rank has the value of each part, so the order of ranks has no effect.
        space.group().sum(&mut parts);
        parts.iter().sum::<f64>() / (states.len() * self.cuts) as f64
    }
}

/// The part of a matrix in the entropies of up to [`LANES`] states, compiled for each instruction set.
struct Entropy<'w> {
    size: usize,
    workspace: &'w mut Workspace,
}

impl NullaryFnOnce for Entropy<'_> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        let (size, workspace) = (self.size, self.workspace);
        let density = &mut workspace.density[..size * size];
        gram(&workspace.coefficients[..size * size], size, density);
        let probabilities = workspace.eigenvalues.of(density, size);
        let terms = probabilities.iter().flat_map(|lanes| lanes.0);
        terms.map(entropy_term).sum()
    }
}

/// The lower triangle of the Gram matrix M Mᵀ, column by column, of M of `size` rows, stored row by row.
#[inline(always)]
pub fn gram(matrix: &[Lanes], size: usize, product: &mut [Lanes]) {
    let columns = matrix.len() / size;
    let row = |place: usize| &matrix[place * columns..(place + 1) * columns];
    for j in 0..size {
        // Two rows share the loads of the third.
        let mut i = j;
        while i < size {
            let second = if i + 1 < size { i + 1 } else { i };
            let (mut sum, mut other) = (Lanes::ZERO, Lanes::ZERO);
            for ((&a, &b), &c) in row(i).iter().zip(row(second)).zip(row(j)) {
                sum = a.times_plus(c, sum);
                other = b.times_plus(c, other);
            }
            product[i + size * j] = sum;
            product[second + size * j] = other;
            i += 2;
        }
    }
}

/// −p ln p. An eigenvalue that rounding made zero or less adds nothing.
pub fn entropy_term(p: f64) -> f64 {
    if p > f64::MIN_POSITIVE {
        -p * p.ln()
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use faer::Mat;

    use super::*;
    use crate::indicators::tests::fixture::{random_states, value};

    fn entropy(state: &[f64], sites: usize) -> f64 {
        let states = Mat::from_fn(state.len(), 1, |row, _| state[row]);
        value(&FIRST_HALF, sites, states.as_ref())
    }

    /// −cos²φ ln cos²φ − sin²φ ln sin²φ for cos φ |↓↑⟩ + sin φ |↑↓⟩.
    #[test]
    fn two_sites_by_hand() {
        assert_eq!(entropy(&[1.0, 0.0], 2), 0.0);
        let half = 0.5_f64.sqrt();
        assert!((entropy(&[half, half], 2) - std::f64::consts::LN_2).abs() < 1e-15);
        let expected = -0.36 * 0.36_f64.ln() - 0.64 * 0.64_f64.ln();
        assert!((entropy(&[0.6, 0.8], 2) - expected).abs() < 1e-15);
    }

    /// Singlets between the given sites of four.
    fn singlets(pairs: [(u32, u32); 2]) -> Vec<f64> {
        let sector = Sector::new(4);
        let mut state = vec![0.0; sector.dimension()];
        for choice in 0..4_u32 {
            let mut configuration = 0_u64;
            let mut sign = 1.0;
            for (bit, (i, j)) in pairs.iter().enumerate() {
                let flipped = choice >> bit & 1 == 1;
                configuration |= 1 << if flipped { j } else { i };
                sign *= if flipped { -1.0 } else { 1.0 };
            }
            state[sector.index(configuration)] = 0.5 * sign;
        }
        state
    }

    /// Two singlets across the cut, of sites (1, 3) and (2, 4), have the entropy 2 ln 2. Two
    /// singlets inside the halves have none. The other cut of the ring, with sites 2 and 3 in A,
    /// also cuts the pairs (1, 2) and (3, 4).
    #[test]
    fn four_sites_by_hand() {
        let two_bits = 2.0 * std::f64::consts::LN_2;
        for (pairs, first, all) in [
            ([(0, 2), (1, 3)], two_bits, two_bits),
            ([(0, 3), (1, 2)], two_bits, two_bits / 2.0),
            ([(0, 1), (2, 3)], 0.0, two_bits / 2.0),
        ] {
            let state = singlets(pairs);
            assert!((entropy(&state, 4) - first).abs() < 1e-14);
            let states = Mat::from_fn(state.len(), 1, |row, _| state[row]);
            assert!((value(&ALL_CUTS, 4, states.as_ref()) - all).abs() < 1e-14);
        }
    }

    /// S from the whole ρ_A, for the half that starts behind `start` sites.
    fn by_the_whole_matrix(sector: &Sector, state: faer::ColRef<f64>, start: usize) -> f64 {
        let half = sector.sites() / 2;
        let mut matrix = Mat::zeros(1 << half, 1 << half);
        for (place, configuration) in sector.configurations().iter().enumerate() {
            let (mut a, mut b) = (0, 0);
            for site in 0..half {
                let up = |site: usize| (configuration >> (site % sector.sites()) & 1) as usize;
                a |= up(start + site) << site;
                b |= up(start + half + site) << site;
            }
            matrix[(a, b)] = state[place];
        }
        let singular = matrix.singular_values().unwrap();
        singular.into_iter().map(|s| entropy_term(s * s)).sum()
    }

    #[test]
    fn agrees_with_the_whole_density_matrix() {
        for sites in [6, 8, 10] {
            let sector = Sector::new(sites);
            // Their number is not a multiple of the lanes. The second set decays over twelve orders
            // of magnitude.
            let random = random_states(sector.dimension(), 11);
            let decaying = Mat::from_fn(sector.dimension(), 11, |row, column| {
                let distance = (row + 31 * column) % sector.dimension();
                random[(row, column)] * (-28.0 * distance as f64 / sector.dimension() as f64).exp()
            });
            for mut states in [random, decaying] {
                for k in 0..states.ncols() {
                    let norm = states.col(k).norm_l2();
                    states.col_mut(k).iter_mut().for_each(|x| *x /= norm);
                }
                let mean_at = |start: usize| {
                    let entropies = states
                        .col_iter()
                        .map(|state| by_the_whole_matrix(&sector, state, start));
                    entropies.sum::<f64>() / states.ncols() as f64
                };
                let first = value(&FIRST_HALF, sites, states.as_ref());
                assert!((first - mean_at(0)).abs() < 1e-13, "{first}");
                let all = value(&ALL_CUTS, sites, states.as_ref());
                let cuts = sites / 2;
                let expected = (0..cuts).map(mean_at).sum::<f64>() / cuts as f64;
                assert!((all - expected).abs() < 1e-13, "{all}");
            }
        }
    }
}

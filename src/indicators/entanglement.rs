//! The von Neumann entropy of half the chain, arXiv:2202.08853 eq. 3 (where the minus sign is
//! missing).

use pulp::{Arch, NullaryFnOnce};

use super::indicator::{Description, Indicator};
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
    /// For each cut the coefficients of M after M, row by row.
    cuts: Vec<Vec<u32>>,
    /// Rows of each M.
    sizes: Vec<usize>,
    workspaces: Workspaces<Workspace>,
}

/// Memory for up to [`LANES`] states.
struct Workspace {
    states: Vec<Lanes>,
    coefficients: Vec<Lanes>,
    density: Vec<Lanes>,
    eigenvalues: Eigenvalues,
}

impl Entanglement {
    fn new(sector: &Sector, cuts: usize) -> Self {
        Self {
            cuts: (0..cuts).map(|start| coefficients(sector, start)).collect(),
            sizes: sector.blocks().iter().map(|block| block.rows).collect(),
            workspaces: Workspaces::default(),
        }
    }

    fn workspace(&self) -> Workspace {
        let dimension = self.cuts.first().map_or(0, Vec::len);
        let largest = self.sizes.iter().copied().max().unwrap_or(0);
        Workspace {
            states: vec![Lanes::ZERO; dimension],
            coefficients: vec![Lanes::ZERO; largest * largest],
            density: vec![Lanes::ZERO; largest * largest],
            eigenvalues: Eigenvalues::new(largest),
        }
    }

    /// The entropies of up to [`LANES`] states, summed over them and the cuts.
    #[inline(always)]
    fn sum(&self, states: &[&[f64]], workspace: &mut Workspace) -> f64 {
        for (place, lanes) in workspace.states.iter_mut().enumerate() {
            // A lane without a state is zero, and adds zero to the entropy.
            for (lane, value) in lanes.0.iter_mut().enumerate() {
                *value = states.get(lane).map_or(0.0, |state| state[place]);
            }
        }
        let mut entropy = 0.0;
        for cut in &self.cuts {
            let mut rest = &cut[..];
            for &size in &self.sizes {
                let (block, next) = rest.split_at(size * size);
                rest = next;
                let matrix = &mut workspace.coefficients[..size * size];
                for (element, &place) in matrix.iter_mut().zip(block) {
                    *element = workspace.states[place as usize];
                }
                let density = &mut workspace.density[..size * size];
                gram(matrix, size, density);
                for probabilities in workspace.eigenvalues.of(density, size) {
                    entropy += probabilities
                        .0
                        .iter()
                        .map(|&p| entropy_term(p))
                        .sum::<f64>();
                }
            }
        }
        entropy
    }
}

impl Indicator for Entanglement {
    fn evaluate(&mut self, window: &Window) -> f64 {
        let states = states(window);
        let (of, arch) = (&*self, Arch::new());
        let entropies = map(states.chunks(LANES).collect(), |states| {
            let sum = |workspace: &mut Workspace| {
                arch.dispatch(Sum {
                    of,
                    states,
                    workspace,
                })
            };
            of.workspaces.lend(|| of.workspace(), sum)
        });
        let entropy: f64 = entropies.into_iter().sum();
        entropy / (states.len() * self.cuts.len()) as f64
    }
}

/// [`Entanglement::sum`] with the processor's widest registers.
struct Sum<'a> {
    of: &'a Entanglement,
    states: &'a [&'a [f64]],
    workspace: &'a mut Workspace,
}

impl NullaryFnOnce for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn call(self) -> f64 {
        self.of.sum(self.states, self.workspace)
    }
}

/// The places of the coefficients for A = the L/2 sites from `start` on, in ascending order of the
/// up spins in A. Each number of up spins has a matrix, stored row by row, with the configurations
/// of A as rows.
fn coefficients(sector: &Sector, start: usize) -> Vec<u32> {
    let sites = sector.sites();
    let rotated = |state: u64| {
        let turned = state << start | state >> (sites - start);
        turned & (u64::MAX >> (64 - sites))
    };
    let mut places = Vec::with_capacity(sector.dimension());
    for block in sector.blocks() {
        for row in 0..block.rows {
            let states = sector.configurations()[block.range()].iter();
            let of_row = states.skip(row).step_by(block.rows);
            places.extend(of_row.map(|&state| sector.index(rotated(state)) as u32));
        }
    }
    places
}

/// The lower triangle of the Gram matrix M Mᵀ, column by column, of M stored row by row.
#[inline(always)]
fn gram(matrix: &[Lanes], size: usize, product: &mut [Lanes]) {
    let row = |place: usize| &matrix[place * size..(place + 1) * size];
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
fn entropy_term(p: f64) -> f64 {
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

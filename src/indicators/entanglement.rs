//! The von Neumann entropy of half the chain, arXiv:2202.08853 eq. 3 (where the minus sign is
//! missing).

use faer::{Mat, MatRef, Side};

use super::{Description, Indicator};
use crate::chain::{Block, Sector};
use crate::eigen::Window;

/// S = −Tr ρ_A ln ρ_A, A = the first L/2 sites, in nats.
pub const DESCRIPTION: Description = Description {
    name: "entanglement",
    symbol: "S",
    units: "nat",
    description: "half-chain entanglement entropy, first L/2 sites",
    scale: |normalisation, sites| normalisation.half_chain_entropy(sites),
    prepare: |sector| Box::new(Entanglement::new(sector)),
};

/// ρ_A is block diagonal in the number of up spins of A, and each block is M Mᵀ for a contiguous
/// matrix M of the state's coefficients: the 2^{L/2} × 2^{L/2} matrix is never built.
struct Entanglement {
    blocks: Vec<Block>,
}

impl Entanglement {
    fn new(sector: &Sector) -> Self {
        Self {
            blocks: sector.blocks().to_vec(),
        }
    }

    fn entropy(&self, coefficients: &[f64]) -> f64 {
        self.blocks
            .iter()
            .map(|block| {
                block_entropy(MatRef::from_column_major_slice(
                    &coefficients[block.range()],
                    block.rows,
                    block.columns,
                ))
            })
            .sum()
    }
}

impl Indicator for Entanglement {
    fn evaluate(&mut self, window: &Window) -> f64 {
        let entropies = window.states.col_iter().map(|state| {
            let state = state.try_as_col_major().expect("states are contiguous");
            self.entropy(state.as_slice())
        });
        entropies.sum::<f64>() / window.states.ncols() as f64
    }
}

/// −Σ p ln p over the eigenvalues p of M Mᵀ, taken of the smaller of M Mᵀ and Mᵀ M.
fn block_entropy(matrix: MatRef<'_, f64>) -> f64 {
    let density: Mat<f64> = if matrix.nrows() <= matrix.ncols() {
        matrix * matrix.transpose()
    } else {
        matrix.transpose() * matrix
    };
    let probabilities = density
        .self_adjoint_eigenvalues(Side::Lower)
        .expect("a positive matrix of norm one or less");
    probabilities
        .into_iter()
        .filter(|&p| p > f64::MIN_POSITIVE)
        .map(|p| -p * p.ln())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// −cos²φ ln cos²φ − sin²φ ln sin²φ for cos φ |↓↑⟩ + sin φ |↑↓⟩.
    #[test]
    fn two_sites_by_hand() {
        let sector = Sector::new(2);
        let entanglement = Entanglement::new(&sector);
        assert_eq!(entanglement.entropy(&[1.0, 0.0]), 0.0);
        let half = 0.5_f64.sqrt();
        assert!((entanglement.entropy(&[half, half]) - std::f64::consts::LN_2).abs() < 1e-15);
        let expected = -0.36 * 0.36_f64.ln() - 0.64 * 0.64_f64.ln();
        assert!((entanglement.entropy(&[0.6, 0.8]) - expected).abs() < 1e-15);
    }

    /// Two singlets across the cut, sites (1, 3) and (2, 4): the entropy is 2 ln 2; two singlets
    /// inside the halves: none.
    #[test]
    fn four_sites_by_hand() {
        let sector = Sector::new(4);
        let entanglement = Entanglement::new(&sector);
        let singlets = |pairs: [(u32, u32); 2]| {
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
            entanglement.entropy(&state)
        };
        let two_bits = 2.0 * std::f64::consts::LN_2;
        assert!((singlets([(0, 2), (1, 3)]) - two_bits).abs() < 1e-14);
        assert!((singlets([(0, 3), (1, 2)]) - two_bits).abs() < 1e-14);
        assert!(singlets([(0, 1), (2, 3)]).abs() < 1e-14);
    }
}

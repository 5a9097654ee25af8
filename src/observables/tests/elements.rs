//! Elements between states, and correlations of σˣ, against whole matrices.

use super::{
    SITES, assert_correlations, eigenpairs, evaluate, expectation, field, named, spectrum,
};
use crate::chain::Chain;
use crate::deck::Boundary;

/// ⟨n|σᶻ_i|m⟩.
fn element(chain: &Chain, states: &[f64], [n, m]: [usize; 2], site: usize) -> f64 {
    let mut of = states.chunks_exact(chain.dimension());
    let (n, m) = (of.clone().nth(n).unwrap(), of.nth(m).unwrap());
    let configurations = chain.sector().configurations().iter();
    let terms = configurations
        .zip(n.iter().zip(m))
        .map(|(&configuration, (n, m))| n * m * (2.0 * (configuration >> site & 1) as f64 - 1.0));
    terms.sum()
}

#[test]
fn matrix_elements_are_those_of_neighbouring_states() {
    let (chain, energies, states) = eigenpairs(Boundary::Periodic);
    let found = evaluate("matrix_elements", &chain, &energies, &states);
    for (place, found) in found.iter().enumerate() {
        let (pair, site) = (place / SITES, place % SITES);
        let expected = element(&chain, &states, [pair, pair + 1], site).abs();
        assert!((found - expected).abs() < 1e-13);
    }
}

#[test]
fn susceptibilities_are_sums_over_the_window() {
    let (chain, energies, states) = eigenpairs(Boundary::Periodic);
    let found = evaluate("fidelity_susceptibility", &chain, &energies, &states);
    let cutoff = (energies[9] - energies[0]) / 9.0;
    for (place, found) in found.iter().enumerate() {
        let (n, site) = (place / SITES, place % SITES);
        let others = (0..10).filter(|&m| m != n);
        let terms = others.map(|m| {
            let distance = energies[m] - energies[n];
            let weight = distance / (distance * distance + cutoff * cutoff);
            (weight * element(&chain, &states, [m, n], site)).powi(2)
        });
        let expected: f64 = terms.sum();
        assert!((found / expected - 1.0).abs() < 1e-10);
    }
}

/// Perturbation theory: 1 − |⟨n(h)|n(h + δ)⟩|² is δ² χ_n without a cutoff, of all states.
#[test]
fn the_susceptibility_is_the_loss_of_fidelity() {
    use std::sync::Arc;

    use faer::{MatRef, Side};

    use crate::chain::Hamiltonian;
    use crate::comm::{Space, alone};
    use crate::eigen::Window;
    use crate::observables::Shared;

    let chain = Arc::new(Chain::new(SITES, 1.0, Boundary::Periodic));
    let solve = |field: &[f64]| {
        let matrix = Hamiltonian::new(&chain, field).dense();
        let solved = matrix.self_adjoint_eigen(Side::Lower).unwrap();
        let energies: Vec<f64> = solved.S().column_vector().iter().copied().collect();
        (energies, solved.U().to_owned())
    };
    let (energies, states) = solve(&field());
    let step = 1e-5;
    let mut turned = field();
    turned[2] += step;
    let (_, after) = solve(&turned);
    let space = Space::new(Arc::clone(chain.partition()), alone());
    let coefficients: Vec<f64> = (states.col_iter())
        .flat_map(|state| state.iter().copied().collect::<Vec<_>>())
        .collect();
    let window = Window {
        energies: &energies,
        states: MatRef::from_column_major_slice(&coefficients, 70, 70),
        space: &space,
        residual: 0.0,
        resolution: 0.0,
        cut: false,
        missed: 0.0,
    };
    let mut deck = spectrum(70);
    deck.regularisation = 0.0;
    let mut observable = (named("fidelity_susceptibility").prepare)(&chain, &deck);
    let found = observable.evaluate(&window, &mut Shared::default());
    for n in 0..70 {
        // 1 − |a| = |n' − n|²/2 does not cancel.
        let overlap: f64 = states.col(n).transpose() * after.col(n);
        let difference = after.col(n) - overlap.signum() * states.col(n);
        let expected = difference.squared_norm_l2() / (step * step);
        let found = found[n * SITES + 2];
        assert!((found / expected - 1.0).abs() < 1e-3, "{found} {expected}");
    }
}

#[test]
fn transverse_correlations_are_those_of_exchanges() {
    for boundary in [Boundary::Periodic, Boundary::Open] {
        assert_correlations("correlation_xx", boundary, |chain, state, [i, j]| {
            let (sector, mask) = (chain.sector(), 1_u64 << i | 1 << j);
            let rows = sector.configurations().iter().zip(state);
            let exchangeable = rows.filter(|(it, _)| (*it & mask).count_ones() == 1);
            let terms = exchangeable.map(|(it, c)| c * state[sector.index(it ^ mask)]);
            terms.sum()
        });
    }
}

/// The energy of a state is J Σ (2 C_xx + ⟨σᶻσᶻ⟩) + Σ h ⟨σᶻ⟩.
#[test]
fn energies_are_sums_of_transverse_correlations() {
    for (boundary, bonds) in [(Boundary::Periodic, 8), (Boundary::Open, 7)] {
        let (chain, energies, states) = eigenpairs(boundary);
        let mean = evaluate("correlation_xx", &chain, &energies, &states);
        let mut expected = f64::from(bonds) * energies.len() as f64 * 2.0 * mean[0];
        for state in states.chunks_exact(chain.dimension()) {
            let of = |first, second| expectation(&chain, state, first, second);
            expected += (0..bonds as usize)
                .map(|site| of(site, Some((site + 1) % SITES)))
                .sum::<f64>();
            let fields = field().into_iter().enumerate();
            expected += fields.map(|(site, h)| h * of(site, None)).sum::<f64>();
        }
        assert!((energies.iter().sum::<f64>() - expected).abs() < 1e-11);
    }
}

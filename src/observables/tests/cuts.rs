//! Entropies of cuts against singular values of whole matrices, and participation entropies.

use faer::Mat;

use super::{SITES, eigenpairs, evaluate};
use crate::chain::Chain;
use crate::deck::Boundary;

/// The coefficients with a row for each configuration of the first sites.
fn matrix(chain: &Chain, state: &[f64], cut: usize) -> Mat<f64> {
    let mut matrix = Mat::zeros(1 << cut, 1 << (SITES - cut));
    for (&configuration, c) in chain.sector().configurations().iter().zip(state) {
        let first = configuration as usize & ((1 << cut) - 1);
        matrix[(first, configuration as usize >> cut)] = *c;
    }
    matrix
}

fn shannon(probabilities: impl IntoIterator<Item = f64>) -> f64 {
    let known = probabilities.into_iter().filter(|&p| p > 0.0);
    known.map(|p| -p * p.ln()).sum()
}

#[test]
fn entropies_of_cuts_are_those_of_the_whole_matrices() {
    let (chain, energies, states) = eigenpairs(Boundary::Periodic);
    let of = |name: &str| evaluate(name, &chain, &energies, &states);
    let names = [
        "entanglement_entropies",
        "renyi_entropies",
        "number_entropies",
    ];
    let [entanglement, renyi, number] = names.map(of);
    let spectrum = of("entanglement_spectrum");
    for (state, coefficients) in states.chunks_exact(chain.dimension()).enumerate() {
        for cut in 1..SITES {
            let matrix = matrix(&chain, coefficients, cut);
            let singular = matrix.singular_values().unwrap();
            let probabilities: Vec<f64> = singular.iter().map(|s| s * s).collect();
            let place = state * (SITES - 1) + cut - 1;
            let expected = shannon(probabilities.iter().copied());
            assert!((entanglement[place] - expected).abs() < 1e-12, "cut {cut}");
            let purity: f64 = probabilities.iter().map(|p| p * p).sum();
            assert!((renyi[place] + purity.ln()).abs() < 1e-12, "cut {cut}");
            let mut numbers = [0.0; SITES];
            for row in 0..matrix.nrows() {
                numbers[row.count_ones() as usize] += matrix.row(row).squared_norm_l2();
            }
            assert!(
                (number[place] - shannon(numbers)).abs() < 1e-12,
                "cut {cut}"
            );
            if cut == SITES / 2 {
                let found = &spectrum[state << cut..][..1 << cut];
                for (found, expected) in found.iter().zip(&probabilities) {
                    assert!((found - expected).abs() < 1e-13);
                }
            }
        }
    }
}

/// A product state has no entropy at all, and two sites in a singlet have ln 2 if the cut parts them.
#[test]
fn product_states_and_singlets_by_hand() {
    let chain = std::sync::Arc::new(Chain::new(SITES, 1.0, Boundary::Open));
    let mut states = vec![0.0; 2 * chain.dimension()];
    let place = |configuration: u64| chain.sector().index(configuration);
    states[place(0b0101_0101)] = 1.0;
    let half = 0.5_f64.sqrt();
    states[chain.dimension() + place(0b0101_0101)] = half;
    states[chain.dimension() + place(0b0101_0011)] = -half;
    let of = |name: &str| evaluate(name, &chain, &[0.0, 1.0], &states);
    for name in [
        "entanglement_entropies",
        "renyi_entropies",
        "number_entropies",
    ] {
        let found = of(name);
        assert!(
            found[..SITES - 1]
                .iter()
                .all(|entropy| entropy.abs() < 1e-14)
        );
        let bit = std::f64::consts::LN_2;
        let expected = [0.0, bit, 0.0, 0.0, 0.0, 0.0, 0.0];
        // Sites 2 and 3 exchange their spins, so the cut after two sites parts them.
        for (found, expected) in found[SITES - 1..].iter().zip(expected) {
            assert!((found - expected).abs() < 1e-14, "{name}");
        }
    }
    let entropies = of("participation_entropies");
    assert!(entropies[..5].iter().all(|entropy| entropy.abs() < 1e-15));
    for entropy in &entropies[5..] {
        assert!((entropy - std::f64::consts::LN_2).abs() < 1e-14);
    }
}

#[test]
fn participation_entropies_are_their_sums() {
    let (chain, energies, states) = eigenpairs(Boundary::Periodic);
    let of = |name: &str| evaluate(name, &chain, &energies, &states);
    let (entropies, dimensions) = (of("participation_entropies"), of("fractal_dimensions"));
    let mut places = 0..;
    for state in states.chunks_exact(chain.dimension()) {
        let probabilities = || state.iter().map(|c| c * c);
        for order in [0.5, 1.0, 2.0, 3.0, 2.5] {
            let expected = match order {
                1.0 => shannon(probabilities()),
                _ => {
                    let sum: f64 = probabilities().map(|p| p.powf(order)).sum();
                    sum.ln() / (1.0 - order)
                }
            };
            let place = places.next().unwrap();
            assert!((entropies[place] - expected).abs() < 1e-13, "order {order}");
            let dimension = expected / 70.0_f64.ln();
            assert!((dimensions[place] - dimension).abs() < 1e-13);
        }
    }
}

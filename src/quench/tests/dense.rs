//! States against the exponential of the whole matrix.

use faer::{Mat, Side, c64};

use super::fixture::{Case, quench, values};
use crate::chain::Exchange;
use crate::comm::{Space, alone};
use crate::deck::Boundary;
use crate::eigen::{Bounds, uninterrupted};
use crate::quench::state::{SAMPLES, moments, write_configurations};
use crate::quench::{Evolution, Initial, expansions};

/// exp(−i(H − c)t) of the basis state of a row, from all eigenpairs of H.
fn exponential(levels: &[f64], states: &Mat<f64>, row: usize, center: f64, time: f64) -> Vec<c64> {
    let dimension = levels.len();
    let mut found = vec![c64::new(0.0, 0.0); dimension];
    for (k, level) in levels.iter().enumerate() {
        let phase = -(level - center) * time;
        let weight = c64::new(phase.cos(), phase.sin()) * states[(row, k)];
        for (found, state) in found.iter_mut().zip(states.col(k).iter()) {
            *found += weight * *state;
        }
    }
    found
}

/// At L = 12, up to t = 1000, to 1e-10. Norms stay to 1e-12 and energies to 1e-10 at all times.
#[test]
fn states_are_the_dense_exponential() {
    faer::set_global_parallelism(faer::Par::Seq);
    let times: Vec<f64> = (0..25)
        .map(|k| 0.1 * 10_f64.powf(f64::from(k) / 6.0))
        .collect();
    for (case, tolerance) in [
        (Case::ring(12), 1e-10),
        (
            Case {
                strength: 9.0,
                anisotropy: 0.5,
                boundary: Boundary::Open,
                sites: 10,
            },
            1e-10,
        ),
        (
            Case {
                strength: 0.0,
                ..Case::ring(4)
            },
            1e-10,
        ),
    ] {
        let hamiltonian = case.hamiltonian(&alone());
        let exact = hamiltonian.dense().self_adjoint_eigen(Side::Lower).unwrap();
        let levels: Vec<f64> = exact.S().column_vector().iter().copied().collect();
        let states = exact.U().to_owned();
        let bounds = Bounds {
            lowest: levels[0],
            highest: levels[levels.len() - 1],
        };
        let center = f64::midpoint(bounds.lowest, bounds.highest);
        let sector = hamiltonian.chain().sector();
        let initial: Vec<u64> = (0..SAMPLES)
            .map(|k| sector.configurations()[k + 2])
            .collect();
        let mut exchange = Exchange::new(Space::alone(levels.len()));
        let mut evolution = Evolution::new(&hamiltonian, &bounds);
        write_configurations(&initial, sector, evolution.state().0);
        let (mut norm_drift, mut energy_drift, mut error): (f64, f64, f64) = (0.0, 0.0, 0.0);
        for ends in expansions(&times, evolution.half_width()) {
            evolution
                .expand(&ends, &mut exchange, &uninterrupted)
                .unwrap();
            for (number, end) in ends.iter().enumerate() {
                let (found, image) = evolution.end(number);
                let [norms, energies] = moments(&hamiltonian, &mut exchange, found, image);
                for sample in 0..SAMPLES {
                    norm_drift = norm_drift.max((norms[sample] - 1.0).abs());
                    let known = hamiltonian.diagonal()[sample + 2];
                    energy_drift = energy_drift.max((energies[sample] - known).abs());
                }
                let Some(output) = end.output else { continue };
                let expected = exponential(&levels, &states, 3, center, times[output]);
                let difference = found.iter().zip(&expected).map(|(found, expected)| {
                    let found = c64::new(found.0[1], found.0[SAMPLES + 1]);
                    (found - expected).norm_sqr()
                });
                error = error.max(difference.sum::<f64>().sqrt());
            }
            evolution.go_on(ends.len());
        }
        println!(
            "{} sites: state {error:.1e}, norm {norm_drift:.1e}, energy {energy_drift:.1e}, left out {:.1e}",
            case.sites,
            evolution.left_out()
        );
        assert!(error < tolerance, "{error:e}");
        assert!(norm_drift < 1e-12, "{norm_drift:e}");
        assert!(energy_drift < 1e-10, "{energy_drift:e}");
    }
}

/// Entropies from the eigenvalues of the whole reduced matrix, and the rest from their definitions.
#[test]
fn observables_are_their_definitions() {
    faer::set_global_parallelism(faer::Par::Seq);
    let case = Case::ring(8);
    let times = [0.0, 0.7, 20.0];
    let quench = quench(Initial::RandomProduct, 3, &times);
    let outcome = case.outcome(&quench);
    let hamiltonian = case.hamiltonian(&alone());
    let exact = hamiltonian.dense().self_adjoint_eigen(Side::Lower).unwrap();
    let levels: Vec<f64> = exact.S().column_vector().iter().copied().collect();
    let states = exact.U().to_owned();
    let sector = hamiltonian.chain().sector();
    for (sample, &initial) in outcome.initial.iter().enumerate() {
        let row = sector.index(initial);
        for (t, &time) in times.iter().enumerate() {
            let state = exponential(&levels, &states, row, 0.0, time);
            let p: Vec<f64> = state.iter().map(c64::norm_sqr).collect();
            let spin = |configuration: u64, site: usize| crate::chain::spin(configuration, site);
            let mean = |value: &dyn Fn(u64) -> f64| -> f64 {
                p.iter()
                    .zip(sector.configurations())
                    .map(|(p, &c)| p * value(c))
                    .sum()
            };
            let found = |name: &str, places: usize, place: usize| {
                values(&quench, &outcome, name)[(sample * places + place) * times.len() + t]
            };
            let close = |found: f64, expected: f64, what: &str| {
                assert!(
                    (found - expected).abs() < 1e-11,
                    "{what}, t = {time}: {found} is not {expected}"
                );
            };
            close(
                found("return_probability", 1, 0),
                p[row],
                "return probability",
            );
            let entropy: f64 = p.iter().filter(|&&p| p > 1e-300).map(|p| -p * p.ln()).sum();
            close(
                found("participation_entropy", 1, 0),
                entropy,
                "participation",
            );
            let mut imbalance = 0.0;
            for site in 0..8 {
                let value = mean(&|c| spin(c, site));
                close(found("magnetization", 8, site), value, "magnetization");
                imbalance += spin(initial, site) * value / 8.0;
            }
            close(found("imbalance", 1, 0), imbalance, "imbalance");
            for distance in 1..=4 {
                let of_pair = |site: usize| {
                    let other = (site + distance) % 8;
                    mean(&|c| spin(c, site) * spin(c, other))
                        - mean(&|c| spin(c, site)) * mean(&|c| spin(c, other))
                };
                let expected = (0..8).map(of_pair).sum::<f64>() / 8.0;
                close(
                    found("correlation_zz", 4, distance - 1),
                    expected,
                    "correlation",
                );
            }
            // The reduced matrix over all 16 configurations of the first sites.
            let mut coefficients = Mat::<c64>::zeros(16, 16);
            for (c, &configuration) in state.iter().zip(sector.configurations()) {
                coefficients[((configuration & 15) as usize, (configuration >> 4) as usize)] = *c;
            }
            let density = &coefficients * coefficients.adjoint();
            let values = density.self_adjoint_eigenvalues(Side::Lower).unwrap();
            let entropy: f64 = values
                .iter()
                .filter(|&&p| p > 1e-300)
                .map(|p| -p * p.ln())
                .sum();
            close(found("entanglement", 1, 0), entropy, "entanglement");
            let of_number = |n: u32| mean(&|c| f64::from(u8::from((c & 15).count_ones() == n)));
            let numbers = (0..=4).map(of_number).filter(|&p| p > 1e-300);
            close(
                found("number_entropy", 1, 0),
                numbers.map(|p| -p * p.ln()).sum(),
                "numbers",
            );
        }
    }
}

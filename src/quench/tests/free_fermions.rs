//! The open chain without interaction, which is free fermions (E. Lieb, T. Schultz and D. Mattis, Ann.
//! Phys. 16, 407). Everything follows from the exponential of a matrix of L rows.

use faer::{Mat, Side, c64};

use super::fixture::{Case, quench, values};
use crate::deck::Boundary;
use crate::quench::Initial;

/// exp(−iht) of the single-particle matrix: 2 h_i on the diagonal and the hopping 2 J beside it.
fn propagator(field: &[f64], time: f64) -> Mat<c64> {
    let sites = field.len();
    let matrix = Mat::from_fn(sites, sites, |i, j| match i.abs_diff(j) {
        0 => 2.0 * field[i],
        1 => 2.0,
        _ => 0.0,
    });
    let exact = matrix.self_adjoint_eigen(Side::Lower).unwrap();
    let (levels, states) = (exact.S().column_vector(), exact.U());
    Mat::from_fn(sites, sites, |i, j| {
        let term = |k: usize| {
            let phase = -levels[k] * time;
            c64::new(phase.cos(), phase.sin()) * (states[(i, k)] * states[(j, k)])
        };
        (0..sites).map(term).sum()
    })
}

fn entropy(p: f64) -> f64 {
    if p > 1e-300 { -p * p.ln() } else { 0.0 }
}

fn determinant(matrix: &Mat<c64>) -> c64 {
    matrix.determinant()
}

#[test]
fn quenches_are_those_of_free_fermions() {
    faer::set_global_parallelism(faer::Par::Seq);
    for (sites, last) in [(6, 300.0), (12, 300.0), (18, 40.0)] {
        let times = [0.3, 2.0, 20.0, last];
        let case = Case {
            sites,
            strength: 1.5,
            anisotropy: 0.0,
            boundary: Boundary::Open,
        };
        let quench = quench(Initial::Neel, 2, &times);
        let outcome = case.outcome(&quench);
        for (sample, &initial) in outcome.initial.iter().enumerate() {
            let up: Vec<usize> = (0..sites).filter(|site| initial >> site & 1 == 1).collect();
            for (t, &time) in times.iter().enumerate() {
                let propagator = propagator(&case.field(), time);
                // ⟨c_i† c_j⟩, up to its complex conjugate.
                let correlations = Mat::from_fn(sites, sites, |i, j| {
                    let term = |&k: &usize| propagator[(i, k)] * propagator[(j, k)].conj();
                    up.iter().map(term).sum::<c64>()
                });
                let found = |name: &str, places: usize, place: usize| {
                    values(&quench, &outcome, name)[(sample * places + place) * times.len() + t]
                };
                let close = |found: f64, expected: f64, what: &str| {
                    let error = (found - expected).abs();
                    assert!(error < 1e-10, "{what}, L = {sites}, t = {time}: {error:e}");
                };
                for site in 0..sites {
                    let expected = 2.0 * correlations[(site, site)].re - 1.0;
                    close(
                        found("magnetization", sites, site),
                        expected,
                        "magnetization",
                    );
                }
                for distance in 1..=sites / 2 {
                    let pairs = 0..sites - distance;
                    let pairs = pairs.map(|i| -4.0 * correlations[(i, i + distance)].norm_sqr());
                    let expected = pairs.sum::<f64>() / (sites - distance) as f64;
                    close(
                        found("correlation_zz", sites / 2, distance - 1),
                        expected,
                        "correlation",
                    );
                }
                let overlaps = Mat::from_fn(up.len(), up.len(), |i, j| propagator[(up[i], up[j])]);
                let expected = determinant(&overlaps).norm_sqr();
                close(
                    found("return_probability", 1, 0),
                    expected,
                    "return probability",
                );
                let half = correlations.as_ref().submatrix(0, 0, sites / 2, sites / 2);
                let modes = half.self_adjoint_eigenvalues(Side::Lower).unwrap();
                let expected = modes.iter().map(|&p| entropy(p) + entropy(1.0 - p)).sum();
                close(found("entanglement", 1, 0), expected, "entanglement");
                // Each mode is occupied or not, independently of the others.
                let mut numbers = vec![1.0];
                for p in modes {
                    let mut next = vec![0.0; numbers.len() + 1];
                    for (n, before) in numbers.iter().enumerate() {
                        next[n] += (1.0 - p) * before;
                        next[n + 1] += p * before;
                    }
                    numbers = next;
                }
                let expected = numbers.into_iter().map(entropy).sum();
                close(found("number_entropy", 1, 0), expected, "number entropy");
            }
        }
        let worst = outcome.errors.iter().fold(0.0, |a: f64, &b| a.max(b));
        assert!(worst < 1e-12, "{worst:e}");
    }
}

//! The Hamiltonian against small chains by hand, free fermions and traces.

use std::sync::Arc;

use faer::{Mat, Side};
use proptest::prelude::*;

use crate::chain::bonds::bonds;
use crate::chain::field::random_field;
use crate::chain::hamiltonian::{Chain, Hamiltonian};
use crate::chain::task::Task;
use crate::deck::{Boundary, Split};

fn hamiltonian(sites: usize, boundary: Boundary, field: &[f64]) -> Hamiltonian {
    Hamiltonian::new(&Arc::new(Chain::new(sites, 1.0, boundary)), field)
}

/// J = 1.
fn anisotropic(sites: usize, anisotropy: f64, boundary: Boundary, field: &[f64]) -> Hamiltonian {
    let chain = Chain::anisotropic(sites, 1.0, anisotropy, boundary);
    Hamiltonian::new(&Arc::new(chain), field)
}

fn levels(h: &Hamiltonian) -> Vec<f64> {
    h.dense().self_adjoint_eigenvalues(Side::Lower).unwrap()
}

/// Both basis states of two sites have Ising energy −2 (two bonds), exchange 4.
#[test]
fn two_periodic_sites_by_hand() {
    let matrix = hamiltonian(2, Boundary::Periodic, &[0.7, -0.2]).dense();
    // The basis is |↑↓⟩, |↓↑⟩, as the numbers 01 and 10.
    assert!((matrix[(0, 0)] - (-2.0 + 0.9)).abs() < 1e-15);
    assert!((matrix[(1, 1)] - (-2.0 - 0.9)).abs() < 1e-15);
    assert_eq!(matrix[(0, 1)], 4.0);
    assert_eq!(matrix[(1, 0)], 4.0);
}

#[test]
fn two_open_sites_by_hand() {
    let matrix = hamiltonian(2, Boundary::Open, &[0.0, 0.0]).dense();
    assert_eq!(matrix[(0, 0)], -1.0);
    assert_eq!(matrix[(0, 1)], 2.0);
}

/// Four periodic sites without a field. The Néel states have the Ising energy −4 and the four
/// domain states 0. One exchange leads from either Néel state to any domain state and back.
#[test]
fn four_periodic_sites_by_hand() {
    let h = hamiltonian(4, Boundary::Periodic, &[0.0; 4]);
    let sector = h.chain().sector();
    let neel = [sector.index(0b0101), sector.index(0b1010)];
    let matrix = h.dense();
    for row in 0..6 {
        for column in 0..6 {
            let expected = match (neel.contains(&row), neel.contains(&column)) {
                (true, true) if row == column => -4.0,
                (true, false) | (false, true) => 2.0,
                _ => 0.0,
            };
            assert_eq!(matrix[(row, column)], expected, "({row}, {column})");
        }
    }
}

#[test]
fn two_anisotropic_sites_by_hand() {
    let matrix = anisotropic(2, 0.3, Boundary::Periodic, &[0.7, -0.2]).dense();
    assert!((matrix[(0, 0)] - (-0.6 + 0.9)).abs() < 1e-15);
    assert!((matrix[(1, 1)] - (-0.6 - 0.9)).abs() < 1e-15);
    assert_eq!(matrix[(0, 1)], 4.0);
}

/// The symmetric Néel and domain states mix by 4√2 J and have the levels −2Δ ± 2√(Δ² + 8). The
/// antisymmetric Néel state has −4Δ, and the other domain states have 0.
#[test]
fn four_anisotropic_sites_by_hand() {
    for delta in [-0.7_f64, 0.0, 0.5, 1.0, 2.5] {
        let root = 2.0 * (delta * delta + 8.0).sqrt();
        let mut expected = [
            -2.0 * delta - root,
            -4.0 * delta,
            0.0,
            0.0,
            0.0,
            -2.0 * delta + root,
        ];
        expected.sort_by(f64::total_cmp);
        let found = levels(&anisotropic(4, delta, Boundary::Periodic, &[0.0; 4]));
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (found - expected).abs() < 1e-13,
                "Δ = {delta}: {found} is not {expected}"
            );
        }
    }
}

/// The open XX chain is L/2 free fermions (Jordan and Wigner) that hop with 2J in the potential
/// 2 h_i. Each level is a sum of L/2 single-particle levels minus Σ h_i. Without a field the latter
/// are 4J cos(πk/(L + 1)).
#[test]
fn without_anisotropy_fermions_are_free() {
    for sites in [4, 6, 8] {
        for strength in [0.0, 2.5] {
            let task = Task {
                sites,
                strength,
                split: Split::Test,
                realization: 0,
            };
            let field = random_field(3, &task);
            let particle = Mat::from_fn(sites, sites, |i, j| match i.abs_diff(j) {
                0 => 2.0 * field[i],
                1 => 2.0,
                _ => 0.0,
            });
            let orbitals = particle.self_adjoint_eigenvalues(Side::Lower).unwrap();
            if strength == 0.0 {
                for (k, orbital) in orbitals.iter().enumerate() {
                    let angle = std::f64::consts::PI * (sites - k) as f64 / (sites as f64 + 1.0);
                    assert!((orbital - 4.0 * angle.cos()).abs() < 1e-13);
                }
            }
            let occupied = |filling: u32| -> f64 {
                (0..sites)
                    .filter(|k| filling >> k & 1 == 1)
                    .map(|k| orbitals[k])
                    .sum()
            };
            let zeeman: f64 = field.iter().sum();
            let mut expected: Vec<f64> = (0..1_u32 << sites)
                .filter(|filling| filling.count_ones() as usize == sites / 2)
                .map(|filling| occupied(filling) - zeeman)
                .collect();
            expected.sort_by(f64::total_cmp);
            let found = levels(&anisotropic(sites, 0.0, Boundary::Open, &field));
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(expected) {
                assert!(
                    (found - expected).abs() < 1e-12,
                    "L = {sites}, h = {strength}"
                );
            }
        }
    }
}

/// ⟨Π_k s_k⟩ over the sector for `odd` different sites.
fn mean_product(sites: usize, odd: usize) -> f64 {
    let last = sites as f64;
    match odd {
        0 => 1.0,
        2 => -1.0 / (last - 1.0),
        4 => 3.0 / ((last - 1.0) * (last - 3.0)),
        _ => unreachable!("two bonds have at most four ends"),
    }
}

#[test]
fn apply_is_the_dense_product() {
    let field: Vec<f64> = (0..8).map(|site| f64::from(site).sin()).collect();
    let h = hamiltonian(8, Boundary::Periodic, &field);
    let x = Mat::from_fn(h.dimension(), 3, |row, column| {
        ((row * 7 + column) as f64).cos()
    });
    let mut y = Mat::zeros(h.dimension(), 3);
    h.apply(x.as_ref(), y.as_mut());
    assert!((y - h.dense() * x).norm_max() < 1e-12);
}

proptest! {
    /// Tr H and Tr H² from averages of products of spins, against the matrix.
    #[test]
    fn hermitian_with_the_traces_of_the_model(
        half in 1_usize..6, strength in 0.0..15.0_f64, delta in -2.0..2.0_f64,
        open in any::<bool>(), seed in any::<u64>(),
    ) {
        let sites = 2 * half;
        let boundary = if open { Boundary::Open } else { Boundary::Periodic };
        let task = Task { sites, strength, split: Split::Test, realization: 0 };
        let field = random_field(seed, &task);
        let h = anisotropic(sites, delta, boundary, &field);
        let matrix = h.dense();
        prop_assert_eq!((&matrix - matrix.transpose()).norm_max(), 0.0);

        let dimension = h.dimension() as f64;
        let bonds = bonds(sites, boundary);
        let trace: f64 = (0..h.dimension()).map(|row| matrix[(row, row)]).sum();
        let expected = dimension * delta * bonds.len() as f64 * mean_product(sites, 2);
        prop_assert!((trace - expected).abs() < 1e-9 * dimension);

        // A site that two bonds share drops out of their product.
        let ising: f64 = bonds.iter().flat_map(|a| bonds.iter().map(move |b| (a, b)))
            .map(|(a, b)| {
                let mask = |bond: &(usize, usize)| 1_u64 << bond.0 | 1 << bond.1;
                mean_product(sites, (mask(a) ^ mask(b)).count_ones() as usize)
            })
            .sum();
        let (total, squared) = field.iter().fold((0.0, 0.0), |(t, s), h| (t + h, s + h * h));
        let zeeman = squared + (total * total - squared) * mean_product(sites, 2);
        // An exchange needs antiparallel neighbours, which are L/2 of the L − 1 pairs of each site.
        let antiparallel = sites as f64 / (2.0 * (sites as f64 - 1.0));
        let pairs = if sites == 2 { 1.0 } else { bonds.len() as f64 };
        let exchange = 2.0 * bonds.len() as f64 / pairs;
        let expected = dimension
            * (delta * delta * ising + zeeman + pairs * antiparallel * exchange * exchange);
        let squares: f64 = matrix.col_iter().map(|column| column.squared_norm_l2()).sum();
        prop_assert!((squares - expected).abs() < 1e-9 * squares.max(1.0));
    }
}

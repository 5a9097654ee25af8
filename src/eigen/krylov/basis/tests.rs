//! The levels of diagonal operators, equal ones among them.

use faer::Scale;

use super::*;
use crate::eigen::krylov::RitzPairs;

/// The level of a row, which is that of three rows.
fn level(row: usize) -> f64 {
    1.1_f64.powf((row / 3) as f64)
}

/// A diagonal operator with these levels.
fn multiply(x: &[[f64; LANES]], y: &mut [[f64; LANES]]) {
    for (row, (x, y)) in x.iter().zip(y).enumerate() {
        *y = x.map(|x| level(row) * x);
    }
}

/// The vectors side by side, one in each column.
fn columns(rows: &[[f64; LANES]], dimension: usize, count: usize) -> Mat<f64> {
    Mat::from_fn(dimension, count, |row, k| {
        rows[k / LANES * dimension + row][k % LANES]
    })
}

fn assert_orthonormal(vectors: &Mat<f64>) {
    let overlaps = vectors.transpose() * vectors;
    let identity = Mat::<f64>::identity(vectors.ncols(), vectors.ncols());
    assert!((overlaps - identity).norm_max() < 1e-12);
}

fn assert_largest(dimension: usize, steps: usize, wanted: usize) {
    let mut basis = Basis::<LANES>::random(Space::alone(dimension), dimension, Memory::default());
    for _ in 0..steps {
        let multiplied = basis.advance(|x, y| {
            multiply(x, y);
            Ok(())
        });
        multiplied.unwrap();
    }
    let size = basis.multiplied();
    let first = size - wanted;
    let ritz = RitzPairs::from_band(basis.projected(), |_| (first..size).collect()).unwrap();
    for place in 0..wanted {
        let expected = level(dimension - 1 - place);
        let place = size - 1 - place;
        assert!((ritz.values[place] - expected).abs() < 1e-9);
        assert!(ritz.error(place) < 1e-9);
    }
    let memory = basis.into_combinations(ritz.vectors.subcols(first, wanted));
    let rows: &[[f64; LANES]] = memory.as_chunks().0;
    let vectors = columns(rows, dimension, wanted);
    assert_orthonormal(&vectors);
    let mut images = rows.to_vec();
    for (x, y) in (rows.chunks_exact(dimension)).zip(images.chunks_exact_mut(dimension)) {
        multiply(x, y);
    }
    let images = columns(&images, dimension, wanted);
    for k in 0..wanted {
        let value = ritz.values[first + k];
        assert!((images.col(k) - Scale(value) * vectors.col(k)).norm_l2() < 1e-8);
    }
}

#[test]
fn finds_all_copies_of_the_largest_levels() {
    faer::set_global_parallelism(faer::Par::Seq);
    assert_largest(210, 20, 9);
}

#[test]
fn a_small_space_is_exhausted() {
    faer::set_global_parallelism(faer::Par::Seq);
    assert_largest(33, 5, 33);
}

/// Every block is invariant under this operator, so random vectors extend the basis.
#[test]
fn random_vectors_extend_an_invariant_space() {
    faer::set_global_parallelism(faer::Par::Seq);
    let mut basis = Basis::<LANES>::random(Space::alone(50), 50, Memory::default());
    while !basis.is_exhausted() {
        let copied = basis.advance(|x, y| {
            y.copy_from_slice(x);
            Ok(())
        });
        copied.unwrap();
    }
    let ritz = RitzPairs::from_band(basis.projected(), |_| (0..50).collect()).unwrap();
    assert!(ritz.values.iter().all(|value| (value - 1.0).abs() < 1e-12));
    assert_orthonormal(&columns(basis.vectors(), 50, 50));
}

/// Another start has other vectors, and the same operator.
#[test]
fn a_basis_can_start_again() {
    let mut basis = Basis::<LANES>::random(Space::alone(90), 90, Memory::default());
    let first = columns(basis.vectors(), 90, LANES);
    basis.restart();
    assert_eq!(basis.multiplied(), 0);
    let second = columns(basis.vectors(), 90, LANES);
    assert!((first.transpose() * &second).norm_max() < 0.9);
    assert_orthonormal(&second);
}

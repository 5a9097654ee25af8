//! The eigenvalues of a symmetric tridiagonal matrix, without eigenvectors.

/// A symmetric tridiagonal matrix.
#[derive(Debug, Clone)]
pub struct Tridiagonal {
    /// Its diagonal.
    pub diagonal: Vec<f64>,
    /// The elements below, one fewer.
    pub below: Vec<f64>,
}

/// Steps that an eigenvalue may take. Two are usual.
const STEPS: usize = 30;

impl Tridiagonal {
    /// The eigenvalues, ascending, each to rounding errors of the norm. Nothing if one does not
    /// converge or an element is not finite.
    ///
    /// The method is QL without square roots of Pal, Walker and Kahan (B. N. Parlett, The Symmetric
    /// Eigenvalue Problem, 8.15). It computes with the squares of the elements below the diagonal.
    pub fn eigenvalues(self) -> Option<Vec<f64>> {
        let Self {
            mut diagonal,
            below,
        } = self;
        let magnitudes = diagonal.iter().chain(&below).map(|x| x.abs());
        let largest = magnitudes.fold(0.0, |most, x| if x > most || x.is_nan() { x } else { most });
        if !largest.is_finite() {
            return None;
        }
        let mut squares: Vec<f64> = below.iter().map(|x| x * x).collect();
        squares.push(0.0);
        // Such an element moves no eigenvalue by more than rounding does.
        let small = (0.5 * f64::EPSILON * largest).powi(2);
        let mut steps = STEPS * diagonal.len();
        for first in 0..diagonal.len() {
            loop {
                let last = first
                    + squares[first..]
                        .iter()
                        .position(|&square| square <= small)?;
                if last == first {
                    break;
                }
                steps = steps.checked_sub(1)?;
                step(&mut diagonal[first..=last], &mut squares[first..last]);
            }
        }
        diagonal.sort_by(f64::total_cmp);
        Some(diagonal)
    }
}

/// One step for a part of the matrix without small elements. The first value converges.
fn step(diagonal: &mut [f64], squares: &mut [f64]) {
    let root = squares[0].sqrt();
    let half = (diagonal[1] - diagonal[0]) / (2.0 * root);
    let shift = diagonal[0] - root / (half + half.hypot(1.0).copysign(half));
    let last = squares.len();
    let (mut cosine, mut sine) = (1.0, 0.0);
    let mut gamma = diagonal[last] - shift;
    let mut p = gamma * gamma;
    for k in (0..last).rev() {
        let square = squares[k];
        let sum = p + square;
        if k + 1 < last {
            squares[k + 1] = sine * sum;
        }
        let (before, known) = (cosine, gamma);
        cosine = p / sum;
        sine = square / sum;
        // Both quotients are computed at the same time. The next p waits for neither.
        let inverse = sum / p;
        gamma = cosine * (diagonal[k] - shift) - sine * known;
        diagonal[k + 1] = known + (diagonal[k] - gamma);
        p = match cosine == 0.0 {
            true => before * square,
            false => gamma * gamma * inverse,
        };
    }
    squares[0] = sine * p;
    diagonal[0] = shift + gamma;
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;
    use crate::random::{stream, unit};

    fn assert_values(diagonal: &[f64], below: &[f64], expected: &[f64]) {
        let (diagonal, below) = (diagonal.to_vec(), below.to_vec());
        let found = Tridiagonal { diagonal, below }.eigenvalues().unwrap();
        assert_eq!(found.len(), expected.len());
        let norm = expected.iter().fold(1.0_f64, |most, x| most.max(x.abs()));
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (found - expected).abs() <= 1e-14 * norm,
                "{found} is not {expected}"
            );
        }
    }

    /// A chain of hops has the energies 2 cos kπ/(n + 1).
    #[test]
    fn a_chain_of_hops_has_known_levels() {
        for size in [1, 2, 3, 17, 100] {
            let angle = |k: usize| PI * (size - k) as f64 / (size + 1) as f64;
            let expected: Vec<f64> = (0..size).map(|k| 2.0 * angle(k).cos()).collect();
            assert_values(&vec![0.0; size], &vec![1.0; size - 1], &expected);
        }
    }

    #[test]
    fn a_diagonal_matrix_is_sorted_and_zeros_divide() {
        assert_values(&[3.0, -1.0, 2.0], &[0.0, 0.0], &[-1.0, 2.0, 3.0]);
        assert_values(&[0.0; 4], &[0.0; 3], &[0.0; 4]);
        assert_values(
            &[0.0, 0.0, 5.0, 5.0],
            &[2.0, 0.0, 0.0],
            &[-2.0, 2.0, 5.0, 5.0],
        );
        assert_values(&[1.0, -1.0, 1.0], &[0.0, 1e-200], &[-1.0, 1.0, 1.0]);
    }

    /// The trace and the sum of squares are those of the eigenvalues, for elements of many sizes.
    #[test]
    fn invariants_are_kept() {
        let mut random = stream(3, [0; 4]);
        for size in [2, 50, 300] {
            let mut draw = || 10_f64.powf(4.0 * unit(&mut random)) * (unit(&mut random) - 0.5);
            let diagonal: Vec<f64> = (0..size).map(|_| draw()).collect();
            let below: Vec<f64> = (1..size).map(|_| draw()).collect();
            let trace: f64 = diagonal.iter().sum();
            let square = diagonal.iter().map(|x| x * x).sum::<f64>()
                + 2.0 * below.iter().map(|x| x * x).sum::<f64>();
            let values = Tridiagonal { diagonal, below }.eigenvalues().unwrap();
            assert!((values.iter().sum::<f64>() - trace).abs() <= 1e-13 * square.sqrt());
            assert!((values.iter().map(|x| x * x).sum::<f64>() / square - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn what_is_not_finite_has_no_values() {
        for bad in [f64::NAN, f64::INFINITY] {
            let matrix = Tridiagonal {
                diagonal: vec![1.0, bad, 2.0],
                below: vec![1.0, 1.0],
            };
            assert_eq!(matrix.eigenvalues(), None);
        }
    }
}

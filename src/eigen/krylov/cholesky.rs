//! The orthonormalization of a block from its overlaps: X = Q R with RᵀR = XᵀX, twice.
//!
//! It passes over the block a few times, whatever the number of vectors is. The overlaps lose the
//! digits of vectors that are nearly dependent, so Q is orthonormal only to the square of the
//! condition of X. The second time restores it to rounding (Yamamoto, Nakatsukasa, Yanagisawa and
//! Fukaya, Electron. Trans. Numer. Anal. 44, 306).

use pulp::{Arch, Simd, WithSimd};

use super::overlaps::overlaps;
use crate::comm::Space;
use crate::threads::{map, pieces_mut};

/// A matrix of `BLOCK` × `BLOCK` elements.
pub type Small<const BLOCK: usize> = [[f64; BLOCK]; BLOCK];

/// The smallest square of a pivot, as a fraction of the largest, for which two times are enough.
const LEAST_PIVOT: f64 = 1e-11;

/// Overwrites the vectors of `block` with orthonormal ones of the same space, and returns R with
/// the block before = the block after · R. Returns nothing, and leaves the block as it is, if its
/// vectors are too nearly dependent, or its Frobenius norm is at most `rounding`.
pub fn orthonormalize<const BLOCK: usize>(
    space: &Space,
    block: &mut [[f64; BLOCK]],
    rounding: f64,
) -> Option<Small<BLOCK>> {
    let overlaps = gram(space, block);
    let square: f64 = (0..BLOCK).map(|k| overlaps[k][k]).sum();
    if square.sqrt() <= rounding {
        return None;
    }
    let first = factor(&overlaps)?;
    multiply(block, &inverse(&first));
    // The overlaps are now near those of orthonormal vectors, so that nothing can fail.
    let second = factor(&gram(space, block))?;
    multiply(block, &inverse(&second));
    Some(product(&second, &first))
}

fn gram<const BLOCK: usize>(space: &Space, block: &[[f64; BLOCK]]) -> Small<BLOCK> {
    overlaps(space, block, [block])[0].map(|row| row[0])
}

/// The upper triangle R with RᵀR = `gram`.
fn factor<const BLOCK: usize>(gram: &Small<BLOCK>) -> Option<Small<BLOCK>> {
    let mut upper = [[0.0; BLOCK]; BLOCK];
    let largest = (0..BLOCK).map(|k| gram[k][k]).fold(0.0, f64::max);
    for row in 0..BLOCK {
        for column in row..BLOCK {
            let known: f64 = (0..row).map(|k| upper[k][row] * upper[k][column]).sum();
            let rest = gram[row][column] - known;
            if column == row {
                // Also NaN is refused.
                if rest.partial_cmp(&(LEAST_PIVOT * largest))? != std::cmp::Ordering::Greater {
                    return None;
                }
                upper[row][row] = rest.sqrt();
            } else {
                upper[row][column] = rest / upper[row][row];
            }
        }
    }
    Some(upper)
}

fn inverse<const BLOCK: usize>(upper: &Small<BLOCK>) -> Small<BLOCK> {
    let mut inverse = [[0.0; BLOCK]; BLOCK];
    for column in 0..BLOCK {
        inverse[column][column] = 1.0 / upper[column][column];
        for row in (0..column).rev() {
            let sum: f64 = (row + 1..=column)
                .map(|k| upper[row][k] * inverse[k][column])
                .sum();
            inverse[row][column] = -sum / upper[row][row];
        }
    }
    inverse
}

fn product<const BLOCK: usize>(left: &Small<BLOCK>, right: &Small<BLOCK>) -> Small<BLOCK> {
    std::array::from_fn(|row| {
        std::array::from_fn(|column| (0..BLOCK).map(|k| left[row][k] * right[k][column]).sum())
    })
}

/// Replaces each row of `block` by its product with `weights`.
fn multiply<const BLOCK: usize>(block: &mut [[f64; BLOCK]], weights: &Small<BLOCK>) {
    let arch = Arch::new();
    map(pieces_mut([block]), |[block]| {
        arch.dispatch(Multiply { block, weights });
    });
}

/// A product, compiled for each instruction set.
struct Multiply<'b, const BLOCK: usize> {
    block: &'b mut [[f64; BLOCK]],
    weights: &'b Small<BLOCK>,
}

impl<const BLOCK: usize> WithSimd for Multiply<'_, BLOCK> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for row in self.block {
            let mut sums = [0.0; BLOCK];
            for (value, weights) in row.iter().zip(self.weights) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum = value.mul_add(*weight, *sum);
                }
            }
            *row = sums;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space() -> Space {
        Space::alone(300)
    }

    /// Columns of powers of a sine, the more alike the smaller `spread` is.
    fn block(spread: f64) -> Vec<[f64; 4]> {
        (0..300)
            .map(|row| {
                let x = f64::from(row * row).sin();
                std::array::from_fn(|lane| 1.0 + spread * x.powi(lane as i32 + 1))
            })
            .collect()
    }

    #[test]
    fn a_block_is_the_product_of_its_factors() {
        for spread in [1.0, 1e-2] {
            let before = block(spread);
            let mut after = before.clone();
            let factor = orthonormalize(&space(), &mut after, 0.0).unwrap();
            for (before, after) in before.iter().zip(&after) {
                for lane in 0..4 {
                    let found: f64 = (0..4).map(|k| after[k] * factor[k][lane]).sum();
                    assert!((found - before[lane]).abs() < 1e-13);
                }
            }
            for (row, overlaps) in gram(&space(), &after).iter().enumerate() {
                for (column, overlap) in overlaps.iter().enumerate() {
                    let expected = f64::from(u8::from(row == column));
                    assert!(
                        (overlap - expected).abs() < 1e-14,
                        "{row}, {column}: {overlap}"
                    );
                }
            }
        }
    }

    #[test]
    fn dependent_vectors_are_left_alone() {
        for spread in [0.0, 1e-7] {
            let before = block(spread);
            let mut after = before.clone();
            assert_eq!(orthonormalize(&space(), &mut after, 0.0), None);
            assert_eq!(after, before);
        }
        assert_eq!(
            orthonormalize(&Space::alone(9), &mut [[f64::NAN; 4]; 9], 0.0),
            None
        );
    }

    #[test]
    fn rounding_is_left_alone() {
        let before = block(1.0);
        let squares = before.iter().flatten().map(|x| x * x);
        let norm = squares.sum::<f64>().sqrt();
        let mut after = before.clone();
        assert_eq!(orthonormalize(&space(), &mut after, 1.001 * norm), None);
        assert_eq!(after, before);
        assert!(orthonormalize(&space(), &mut after, 0.999 * norm).is_some());
    }
}

//! The next block of a Krylov basis: an image of the newest block, without its part in the basis,
//! orthonormalized.

use faer::{Col, Mat, MatRef, Scale};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::random::unit;

/// A pass over the basis is repeated when it removes more from a block than this fraction of what
/// is left. Below it, the rounding errors of the parts removed stay far below the required
/// accuracy.
pub const REPEATED_ABOVE: f64 = 1e-3;

/// A vector shorter than this fraction of the longest in its block is rounding.
pub const LOST_BELOW: f64 = 1e-13;

/// Orthonormalizes `residue` into a block of `count` vectors, which it appends to `vectors`, one
/// after the other. Returns R with residue = block · R.
///
/// Where the residue has lost rank, the space explored so far is invariant. A random vector takes
/// the place of the lost one and R has a row of zeros, so that the basis can grow on.
///
/// A vector left shorter than `unsure_below` times the longest may have parts in the basis, since
/// normalization magnifies what rounding left of them. They are removed again: those in `vectors`
/// here, those in the rest of the basis by `remove`.
pub fn append(
    vectors: &mut Vec<f64>,
    residue: MatRef<'_, f64>,
    count: usize,
    random: &mut Xoshiro256PlusPlus,
    unsure_below: f64,
    mut remove: impl FnMut(&mut Col<f64>),
) -> Mat<f64> {
    let dimension = residue.nrows();
    let first = vectors.len() / dimension;
    let mut factor = Mat::zeros(count, residue.ncols());
    let longest = residue.col_iter().map(|column| column.norm_l2());
    let longest = longest.fold(0.0, f64::max);
    let mut size = 0;
    for (number, column) in residue.col_iter().enumerate() {
        let mut vector = column.to_owned();
        let all = MatRef::from_column_major_slice(vectors, dimension, first + size);
        // One pass of modified Gram–Schmidt loses orthogonality in proportion to the condition
        // number of the block. A second pass restores it.
        for _ in 0..2 {
            for (place, known) in all.subcols(first, size).col_iter().enumerate() {
                let overlap = known.transpose() * &vector;
                vector -= Scale(overlap) * known;
                factor[(place, number)] += overlap;
            }
        }
        if size == count {
            continue;
        }
        let norm = vector.norm_l2();
        if norm > LOST_BELOW * longest {
            factor[(size, number)] = norm;
            vector *= Scale(1.0 / norm);
        } else {
            vector = Col::from_fn(dimension, |_| unit(random) - 0.5);
        }
        if norm <= unsure_below * longest {
            for _ in 0..3 {
                remove(&mut vector);
                let overlaps = all.transpose() * &vector;
                vector -= all * overlaps;
                let norm = vector.norm_l2();
                vector *= Scale(1.0 / norm);
            }
        }
        vectors.extend(vector.iter());
        size += 1;
    }
    factor
}

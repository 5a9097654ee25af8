//! The next block of a Krylov basis from what is left of an image of the newest block, one vector
//! after the other.

use faer::{Col, Mat, MatRef, Scale};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::random::unit;

/// A vector shorter than this fraction of the image that it is left of is rounding.
pub const LOST_BELOW: f64 = 1e-13;

/// Orthonormalizes `residue`, what is left of an image as long as `whole`, into a block of `count`
/// vectors. Returns them one after the other, and R with residue = block · R.
///
/// Where the residue has lost rank, the space explored so far is invariant. A random vector takes
/// the place of the lost one, so that the basis can grow on, and R holds the rounding. `remove` removes
/// its parts in the older blocks.
pub fn orthonormal(
    residue: MatRef<'_, f64>,
    whole: f64,
    count: usize,
    random: &mut Xoshiro256PlusPlus,
    mut remove: impl FnMut(&mut Col<f64>),
) -> (Vec<f64>, Mat<f64>) {
    let dimension = residue.nrows();
    let mut vectors = Vec::with_capacity(dimension * count);
    let mut factor = Mat::zeros(count, residue.ncols());
    let mut size = 0;
    for (number, column) in residue.col_iter().enumerate() {
        let mut vector = column.to_owned();
        let all = MatRef::from_column_major_slice(&vectors, dimension, size);
        // One pass of modified Gram–Schmidt loses orthogonality in proportion to the condition
        // number of the block. A second pass restores it.
        for _ in 0..2 {
            for (place, known) in all.col_iter().enumerate() {
                let overlap = known.transpose() * &vector;
                vector -= Scale(overlap) * known;
                factor[(place, number)] += overlap;
            }
        }
        if size == count {
            continue;
        }
        let norm = vector.norm_l2();
        factor[(size, number)] = norm;
        if norm > LOST_BELOW * whole {
            vector *= Scale(1.0 / norm);
        } else {
            vector = Col::from_fn(dimension, |_| unit(random) - 0.5);
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
    (vectors, factor)
}

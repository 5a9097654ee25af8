//! The next block of a Krylov basis, from what the basis does not hold of an image.

use faer::{Col, Mat, MatRef, Scale};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::random::unit;

/// What a pass over the basis may take out of a block, as a fraction of what is left, without
/// another pass: rounding in the parts taken out then stays far below the accuracy asked for.
pub const REPEATED_ABOVE: f64 = 1e-3;

/// A direction shorter than this fraction of the longest in its block is what rounding left.
pub const LOST_BELOW: f64 = 1e-13;

/// Orthonormalizes `residue` into a block of `count` vectors, which it appends to `vectors`, one after
/// the other, and returns R with residue = block · R. Where the residue has lost a direction, a
/// random vector takes its place with a row of zeros: the space explored so far is invariant.
///
/// A vector left shorter than `unsure_below` times the longest may have parts in the basis: `remove`
/// takes them out, and those in all of `vectors`, which it is given.
pub fn append(
    vectors: &mut Vec<f64>,
    residue: MatRef<'_, f64>,
    count: usize,
    random: &mut Xoshiro256PlusPlus,
    unsure_below: f64,
    mut remove: impl FnMut(&mut Col<f64>, MatRef<'_, f64>),
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
                remove(&mut vector, all);
                let norm = vector.norm_l2();
                vector *= Scale(1.0 / norm);
            }
        }
        vectors.extend(vector.iter());
        size += 1;
    }
    factor
}

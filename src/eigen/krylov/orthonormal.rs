//! The next block of a Krylov basis from what is left of an image of the newest block, one vector
//! after the other.

use faer::Mat;

use crate::comm::Space;

/// A vector shorter than this fraction of the image that it is left of is rounding.
pub const LOST_BELOW: f64 = 1e-13;

/// Orthonormalizes the vectors `residue`, what is left of an image as long as `whole`, into a block of
/// `count` vectors. Returns them, and R with residue = block · R.
///
/// Where the residue has lost rank, the space explored so far is invariant. A vector of `another`
/// takes the place of the lost one, so that the basis can grow on, and R holds the rounding. `remove`
/// removes its parts in the older blocks.
pub fn orthonormal(
    space: &Space,
    residue: Vec<Vec<f64>>,
    whole: f64,
    count: usize,
    mut another: impl FnMut() -> Vec<f64>,
    mut remove: impl FnMut(&mut [f64]),
) -> (Vec<Vec<f64>>, Mat<f64>) {
    let mut vectors: Vec<Vec<f64>> = Vec::with_capacity(count);
    let mut factor = Mat::zeros(count, residue.len());
    for (number, mut vector) in residue.into_iter().enumerate() {
        // One pass of modified Gram–Schmidt loses orthogonality in proportion to the condition
        // number of the block. A second pass restores it.
        for _ in 0..2 {
            for (place, known) in vectors.iter().enumerate() {
                factor[(place, number)] += subtract(space, &mut vector, known);
            }
        }
        let size = vectors.len();
        if size == count {
            continue;
        }
        let norm = dot(space, &vector, &vector).sqrt();
        factor[(size, number)] = norm;
        if norm > LOST_BELOW * whole {
            scale(&mut vector, norm);
        } else {
            vector = another();
            for _ in 0..3 {
                remove(&mut vector);
                for known in &vectors {
                    subtract(space, &mut vector, known);
                }
                let norm = dot(space, &vector, &vector).sqrt();
                scale(&mut vector, norm);
            }
        }
        vectors.push(vector);
    }
    (vectors, factor)
}

/// Subtracts from a vector its part along a unit vector, and returns their overlap.
fn subtract(space: &Space, vector: &mut [f64], known: &[f64]) -> f64 {
    let overlap = dot(space, known, vector);
    for (x, known) in vector.iter_mut().zip(known) {
        *x -= overlap * known;
    }
    overlap
}

fn scale(vector: &mut [f64], norm: f64) {
    for x in vector {
        *x /= norm;
    }
}

fn dot(space: &Space, a: &[f64], b: &[f64]) -> f64 {
    let sum = space.sum(|rows| {
        let products = a[rows.clone()].iter().zip(&b[rows]).map(|(a, b)| a * b);
        vec![products.sum()]
    });
    sum[0]
}

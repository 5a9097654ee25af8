//! Linear combinations of vectors of length N in the memory of those vectors.

use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, MatMut, MatRef, get_global_parallelism};

/// Rows that are combined at once.
const PANEL: usize = 256;

/// Overwrites consecutive vectors of length `dimension` with their combinations by `weights`, so
/// that no second basis is needed. `weights` has a row for each vector used, and no more columns
/// than rows.
pub fn combine(vectors: &mut Vec<f64>, dimension: usize, weights: MatRef<'_, f64>) {
    let (known, wanted) = (weights.nrows(), weights.ncols());
    let mut panel = Mat::zeros(PANEL, known);
    let mut combined = Mat::zeros(PANEL, wanted);
    for first in (0..dimension).step_by(PANEL) {
        let rows = PANEL.min(dimension - first);
        let used = &mut vectors[..dimension * known];
        let all = MatMut::from_column_major_slice_mut(used, dimension, known);
        let mut here = all.subrows_mut(first, rows);
        panel.subrows_mut(0, rows).copy_from(&here);
        matmul(
            combined.subrows_mut(0, rows),
            Accum::Replace,
            panel.subrows(0, rows),
            weights,
            1.0,
            get_global_parallelism(),
        );
        here.as_mut()
            .subcols_mut(0, wanted)
            .copy_from(combined.subrows(0, rows));
    }
    vectors.truncate(dimension * wanted);
}

//! The inverse of B.

use std::ops::Range;

/// The inverse of B: its diagonal, and the elements below it, which are not zero in 2 × 2 pivots.
#[derive(Default)]
pub struct Pivots {
    diagonal: Vec<f64>,
    coupling: Vec<f64>,
}

impl Pivots {
    /// Appends the inverse of the pivots of a supernode. Their elements below the diagonal are in
    /// `subdiagonal`.
    pub fn push_inverse(&mut self, diagonal: impl Fn(usize) -> f64, subdiagonal: &[f64]) {
        let mut k = 0;
        while k < subdiagonal.len() {
            let coupling = subdiagonal[k];
            if coupling == 0.0 {
                self.diagonal.push(1.0 / diagonal(k));
                self.coupling.push(0.0);
                k += 1;
            } else {
                // Divided by the element off the diagonal, which is the largest of a 2 × 2 pivot.
                let (first, second) = (diagonal(k) / coupling, diagonal(k + 1) / coupling);
                let scale = 1.0 / ((first * second - 1.0) * coupling);
                self.diagonal.extend([second * scale, first * scale]);
                self.coupling.extend([-scale, 0.0]);
                k += 2;
            }
        }
    }

    /// Appends those of the columns that follow.
    pub fn append(&mut self, mut others: Self) {
        self.diagonal.append(&mut others.diagonal);
        self.coupling.append(&mut others.coupling);
    }

    /// The number of 2 × 2 pivots.
    #[cfg(test)]
    pub fn pairs(&self) -> usize {
        self.coupling.iter().filter(|&&it| it != 0.0).count()
    }

    /// The inverse of the pivot of a supernode with this column only.
    #[inline(always)]
    pub fn single(&self, column: usize) -> f64 {
        self.diagonal[column]
    }

    /// y ← B⁻¹ y for the rows of a supernode.
    #[inline(always)]
    pub fn divide<const LANES: usize>(&self, columns: Range<usize>, own: &mut [[f64; LANES]]) {
        let diagonal = &self.diagonal[columns.clone()];
        let coupling = &self.coupling[columns];
        let mut k = 0;
        while k < own.len() {
            if coupling[k] == 0.0 {
                for value in &mut own[k] {
                    *value *= diagonal[k];
                }
                k += 1;
            } else {
                let (upper, lower) = (own[k], own[k + 1]);
                for lane in 0..LANES {
                    own[k][lane] = diagonal[k].mul_add(upper[lane], coupling[k] * lower[lane]);
                    own[k + 1][lane] =
                        diagonal[k + 1].mul_add(lower[lane], coupling[k] * upper[lane]);
                }
                k += 2;
            }
        }
    }

    /// Overwrites `own` with some rows of B⁻¹ `y`, for the rows `y` of a supernode.
    #[inline(always)]
    pub fn divide_rows<const LANES: usize>(
        &self,
        columns: Range<usize>,
        rows: Range<usize>,
        y: &[[f64; LANES]],
        own: &mut [[f64; LANES]],
    ) {
        let diagonal = &self.diagonal[columns.clone()];
        let coupling = &self.coupling[columns];
        for (k, own) in rows.zip(own) {
            let (beside, coupling) = if coupling[k] != 0.0 {
                (k + 1, coupling[k])
            } else if k > 0 && coupling[k - 1] != 0.0 {
                (k - 1, coupling[k - 1])
            } else {
                *own = y[k].map(|value| value * diagonal[k]);
                continue;
            };
            for lane in 0..LANES {
                own[lane] = diagonal[k].mul_add(y[k][lane], coupling * y[beside][lane]);
            }
        }
    }
}

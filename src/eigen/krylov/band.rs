//! A symmetric band matrix, and its reduction to a tridiagonal matrix.

use super::tridiagonal::Tridiagonal;

/// The lower triangle of a symmetric matrix without elements far from the diagonal.
#[derive(Debug, Clone)]
pub struct Band {
    /// Rows.
    pub size: usize,
    /// Elements of a column below the diagonal.
    pub width: usize,
    /// The columns from the diagonal down. Each has room for one element beyond the band.
    elements: Vec<f64>,
}

impl Band {
    /// Zeros.
    pub fn zeros(size: usize, width: usize) -> Self {
        Self {
            size,
            width,
            elements: vec![0.0; size * (width + 2)],
        }
    }

    /// The elements of a column from the diagonal to the end of the band.
    #[inline(always)]
    pub fn column(&self, column: usize) -> &[f64] {
        let start = column * (self.width + 2);
        &self.elements[start..=start + self.width]
    }

    /// Sets an element of the lower triangle.
    pub fn set(&mut self, row: usize, column: usize, value: f64) {
        self.elements[column * (self.width + 2) + row - column] = value;
    }

    /// A bound of the norm: the largest sum of magnitudes in a row.
    pub fn norm(&self) -> f64 {
        let mut sums = vec![0.0; self.size];
        for column in 0..self.size {
            for (below, value) in self.column(column).iter().enumerate() {
                // Places beyond the last row hold zeros.
                if *value != 0.0 {
                    sums[column] += value.abs();
                    sums[column + below] += if below > 0 { value.abs() } else { 0.0 };
                }
            }
        }
        sums.into_iter().fold(0.0, f64::max)
    }

    /// A tridiagonal matrix with the same eigenvalues.
    ///
    /// The elements of each column outside are zeroed by rotations of neighbouring rows and columns. A
    /// rotation makes one element beyond the band, which further rotations move out of the matrix
    /// (Schwarz, Numer. Math. 12, 231).
    pub fn tridiagonal(mut self) -> Tridiagonal {
        for column in 0..self.size.saturating_sub(2) {
            for below in (2..=self.width.min(self.size - 1 - column)).rev() {
                let (mut column, mut row) = (column, column + below);
                while row < self.size {
                    self.rotate(column, row);
                    (column, row) = (row - 1, row + self.width);
                }
            }
        }
        let below = |column: usize| self.elements[column * (self.width + 2) + 1];
        Tridiagonal {
            diagonal: (0..self.size).map(|k| self.column(k)[0]).collect(),
            below: (1..self.size).map(|k| below(k - 1)).collect(),
        }
    }

    /// Rotates `row` and the row before so that the element in `column` becomes zero.
    #[inline(always)]
    fn rotate(&mut self, column: usize, row: usize) {
        let (stride, before) = (self.width + 2, row - 1);
        let elements = &mut self.elements;
        let place = column * stride + before - column;
        let (x, y) = (elements[place], elements[place + 1]);
        if y == 0.0 {
            return;
        }
        let norm = (x * x + y * y).sqrt();
        let (cosine, sine) = (x / norm, y / norm);
        (elements[place], elements[place + 1]) = (norm, 0.0);
        for left in column + 1..before {
            let place = left * stride + before - left;
            let (x, y) = (elements[place], elements[place + 1]);
            elements[place] = cosine * x + sine * y;
            elements[place + 1] = cosine * y - sine * x;
        }
        let (first, second) = elements[before * stride..].split_at_mut(stride);
        let (x, y, z) = (first[0], second[0], first[1]);
        let (cc, ss, cs) = (cosine * cosine, sine * sine, cosine * sine);
        first[0] = cc * x + 2.0 * cs * z + ss * y;
        second[0] = ss * x - 2.0 * cs * z + cc * y;
        first[1] = cs * (y - x) + (cc - ss) * z;
        let below = self.width.min(self.size - 1 - row);
        for (x, y) in first[2..2 + below].iter_mut().zip(&mut second[1..]) {
            (*x, *y) = (cosine * *x + sine * *y, cosine * *y - sine * *x);
        }
    }
}

#[cfg(test)]
pub mod tests {
    use faer::{Mat, Side};

    use super::*;
    use crate::random::{stream, unit};

    /// A random matrix, and the same one as a whole.
    pub fn random(size: usize, width: usize) -> (Band, Mat<f64>) {
        let mut random = stream(1, [size as u64, width as u64, 0, 0]);
        let mut band = Band::zeros(size, width);
        let mut whole = Mat::zeros(size, size);
        for column in 0..size {
            for row in column..(column + width + 1).min(size) {
                let value = unit(&mut random) - 0.5;
                band.set(row, column, value);
                whole[(row, column)] = value;
                whole[(column, row)] = value;
            }
        }
        (band, whole)
    }

    #[test]
    fn a_tridiagonal_matrix_has_the_same_eigenvalues() {
        for (size, width) in [(1, 4), (2, 4), (3, 8), (5, 4), (9, 8), (40, 4), (41, 8)] {
            let (band, whole) = random(size, width);
            let expected = whole.self_adjoint_eigenvalues(Side::Lower).unwrap();
            let Tridiagonal { diagonal, below } = band.tridiagonal();
            let tridiagonal = Mat::from_fn(size, size, |row, column| match row.abs_diff(column) {
                0 => diagonal[row],
                1 => below[row.min(column)],
                _ => 0.0,
            });
            let found = tridiagonal.self_adjoint_eigenvalues(Side::Lower).unwrap();
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-13, "{size}, {width}");
            }
        }
    }

    #[test]
    fn the_norm_is_the_largest_sum_of_a_row() {
        let (band, whole) = random(30, 4);
        let sums = whole.row_iter().map(|row| row.norm_l1());
        assert!((band.norm() - sums.fold(0.0, f64::max)).abs() < 1e-14);
    }
}

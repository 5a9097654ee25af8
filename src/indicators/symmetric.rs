//! Eigenvalues of many small symmetric matrices, [`LANES`](crate::lanes::LANES) at a time.
//!
//! Each lane holds a matrix of its own. Every step of the reduction is the same for all matrices of
//! a size, so no number moves between lanes. A library takes the matrices one by one, and these are
//! too small to fill its vector loops.

use crate::lanes::Lanes;

/// Workspace for matrices up to a size.
pub struct Eigenvalues {
    diagonal: Vec<Lanes>,
    /// Squares of the elements below the diagonal.
    coupling: Vec<Lanes>,
    reflector: Vec<Lanes>,
    image: Vec<Lanes>,
}

/// Elements below the diagonal whose squares are below this are zero. They move an eigenvalue by
/// 1e-16 or less, when the norm is 1 or less.
const NEGLIGIBLE: f64 = 1e-32;

/// The least square of an element in a quotient, which keeps it finite. It is far below anything
/// that changes an eigenvalue.
const FLOOR: f64 = 1e-200;

/// Below this cosine a quotient is replaced by its limit.
const NO_COSINE: f64 = 1e-250;

/// The most sweeps for an eigenvalue. Two or three are usual, and Wilkinson's shift always
/// converges, so only a NaN reaches this number.
const SWEEPS: usize = 100;

impl Eigenvalues {
    /// Workspace for matrices of up to `size` rows.
    pub fn new(size: usize) -> Self {
        let zeros = || vec![Lanes::ZERO; size];
        Self {
            diagonal: zeros(),
            coupling: zeros(),
            reflector: zeros(),
            image: zeros(),
        }
    }

    /// The eigenvalues, in no order, of the matrices whose lower triangles stand column by column
    /// in `matrix`: element (i, j) at i + `size` j. It is overwritten.
    ///
    /// The accuracy is absolute, about 1e-15, for norms that are not far above 1.
    #[inline(always)]
    pub fn of(&mut self, matrix: &mut [Lanes], size: usize) -> &[Lanes] {
        self.tridiagonalize(matrix, size);
        self.iterate(size);
        &self.diagonal[..size]
    }

    /// Householder's reduction to tridiagonal form (G. H. Golub and C. F. Van Loan, Matrix
    /// Computations, 8.3.1).
    #[inline(always)]
    fn tridiagonalize(&mut self, matrix: &mut [Lanes], size: usize) {
        for step in 0..size {
            let (first, rest) = matrix[step * size..].split_at_mut(size);
            let below = &mut first[step..];
            self.diagonal[step] = below[0];
            let below = &mut below[1..];
            let Some(&head) = below.first() else {
                break;
            };
            let squares = below
                .iter()
                .fold(Lanes::ZERO, |sum, &x| x.times_plus(x, sum));
            self.coupling[step] = squares;
            let length = below.len();
            if length == 1 {
                continue;
            }
            // u = x ± |x| e_1 and H = 1 − u uᵀ/η with η = |x|² + |x_1| |x|.
            let norm = squares.sqrt().with_sign_of(head);
            let eta = head.times_plus(norm, squares);
            // A column that is zero already is not changed.
            let inverse = (Lanes::all(1.0) / eta).where_above(eta, FLOOR, Lanes::ZERO);
            let reflector = &mut self.reflector[..length];
            reflector.copy_from_slice(below);
            reflector[0] = head + norm;
            let image = &mut self.image[..length];
            multiply(rest, size, step + 1, reflector, image);
            // A ← A − u wᵀ − w uᵀ with p = A u/η and w = p − (uᵀp/2η) u.
            let mut overlap = Lanes::ZERO;
            for (p, &u) in image.iter_mut().zip(&*reflector) {
                *p = *p * inverse;
                overlap = p.times_plus(u, overlap);
            }
            let share = Lanes::all(-0.5) * overlap * inverse;
            for (p, &u) in image.iter_mut().zip(&*reflector) {
                *p = share.times_plus(u, *p);
            }
            for column in 0..length {
                let start = column * size + step + 1;
                let place = &mut rest[start + column..start + length];
                let (u, w) = (&reflector[column..], &image[column..]);
                let minus_u = Lanes::ZERO - u[0];
                let minus_w = Lanes::ZERO - w[0];
                for ((a, &u), &w) in place.iter_mut().zip(u).zip(w) {
                    *a = w.times_plus(minus_u, u.times_plus(minus_w, *a));
                }
            }
        }
    }

    /// The QL iteration without square roots of Pal, Walker and Kahan (B. N. Parlett, The Symmetric
    /// Eigenvalue Problem, 8.15).
    ///
    /// LAPACK's dsterf is the same, but splits the matrix where it can. Here each sweep is over all
    /// that is left, because lanes split in different places. Another sweep does not harm a lane
    /// that has converged.
    #[inline(always)]
    fn iterate(&mut self, size: usize) {
        let (diagonal, coupling) = (&mut self.diagonal[..size], &mut self.coupling[..size]);
        let last = size - 1;
        for lowest in 0..last {
            for _ in 0..SWEEPS {
                if !coupling[lowest].any_above(NEGLIGIBLE) {
                    break;
                }
                let half = Lanes::all(0.5) * (diagonal[lowest + 1] - diagonal[lowest]);
                let square = coupling[lowest].at_least(FLOOR);
                let root = half.times_plus(half, square).sqrt().with_sign_of(half);
                let shift = diagonal[lowest] - square / (half + root);
                let (mut cosine, mut sine) = (Lanes::all(1.0), Lanes::ZERO);
                let mut gamma = diagonal[last] - shift;
                let mut square = gamma * gamma;
                for place in (lowest..last).rev() {
                    let beside = coupling[place].at_least(FLOOR);
                    let radius = square + beside;
                    if place + 1 < last {
                        coupling[place + 1] = sine * radius;
                    }
                    let cosine_before = cosine;
                    let inverse = Lanes::all(1.0) / radius;
                    let inverse_cosine = radius / square;
                    cosine = square * inverse;
                    sine = beside * inverse;
                    let gamma_before = gamma;
                    let alpha = diagonal[place];
                    gamma = cosine * (alpha - shift) - sine * gamma_before;
                    diagonal[place + 1] = gamma_before + (alpha - gamma);
                    square = (gamma * gamma * inverse_cosine).where_above(
                        cosine,
                        NO_COSINE,
                        cosine_before * beside,
                    );
                }
                coupling[lowest] = sine * square;
                diagonal[lowest] = shift + gamma;
            }
        }
    }
}

/// `image` = A `vector` for the lower triangle A that starts at row and column `first` of
/// `matrix`'s columns, of which the first holds column `first`.
#[inline(always)]
fn multiply(matrix: &[Lanes], size: usize, first: usize, vector: &[Lanes], image: &mut [Lanes]) {
    image.fill(Lanes::ZERO);
    let length = vector.len();
    for column in 0..length {
        let start = column * size + first;
        let below = &matrix[start + column..start + length];
        let mut sum = image[column];
        sum = below[0].times_plus(vector[column], sum);
        let rest = below[1..].iter().zip(&vector[column + 1..]);
        for ((&a, &v), p) in rest.zip(&mut image[column + 1..]) {
            sum = a.times_plus(v, sum);
            *p = a.times_plus(vector[column], *p);
        }
        image[column] = sum;
    }
}

#[cfg(test)]
mod tests {
    use faer::{Mat, Side};

    use super::*;
    use crate::indicators::tests::fixture::random_states;
    use crate::lanes::LANES;

    /// Eigenvalues of a matrix in each lane against faer's, ascending.
    fn compare(matrices: &[Mat<f64>; LANES], what: &str) {
        let size = matrices[0].nrows();
        let mut lower = vec![Lanes::ZERO; size * size];
        for column in 0..size {
            for row in column..size {
                let element = |lane: usize| matrices[lane][(row, column)];
                lower[row + size * column] = Lanes(std::array::from_fn(element));
            }
        }
        let mut eigenvalues = Eigenvalues::new(size);
        let found = eigenvalues.of(&mut lower, size);
        for (lane, matrix) in matrices.iter().enumerate() {
            let mut found: Vec<f64> = found.iter().map(|lanes| lanes.0[lane]).collect();
            found.sort_by(f64::total_cmp);
            let expected = matrix.self_adjoint_eigenvalues(Side::Lower).unwrap();
            for (found, expected) in found.iter().zip(expected) {
                let error = (found - expected).abs();
                assert!(
                    error < 1e-14,
                    "{what}, {size} rows, lane {lane}: {found} is not {expected}"
                );
            }
        }
    }

    /// M Mᵀ of trace 1, where row k of M is multiplied by `decay` to the power k.
    fn density(size: usize, decay: f64, seed: usize) -> Mat<f64> {
        let random = random_states(size * size, seed + 1);
        let mut matrix = Mat::from_fn(size, size, |row, column| {
            random[(row + size * column, seed)] * decay.powi(row as i32)
        });
        let norm = matrix.norm_l2();
        matrix
            .col_iter_mut()
            .for_each(|column| column.iter_mut().for_each(|x| *x /= norm));
        &matrix * matrix.transpose()
    }

    #[test]
    fn density_matrices_agree_with_a_library() {
        for size in [1, 2, 3, 6, 15, 35] {
            // Lanes that converge at very different speeds.
            let decays = [1.0, 1.0, 0.5, 0.1, 1e-2, 1e-4, 1e-9, 0.0];
            compare(
                &std::array::from_fn(|lane| density(size, decays[lane], lane)),
                "decaying",
            );
        }
    }

    /// Zeros and degeneracies where a division could go wrong.
    #[test]
    fn special_matrices_agree_with_a_library() {
        for size in [2, 4, 7] {
            let matrices: [Mat<f64>; LANES] = [
                Mat::zeros(size, size),
                Mat::identity(size, size),
                Mat::from_fn(size, size, |_, _| 1.0 / size as f64),
                Mat::from_fn(size, size, |i, j| {
                    if i == j { 0.3_f64.powi(i as i32) } else { 0.0 }
                }),
                // Free hopping, with the levels 2 · 0.3 cos.
                Mat::from_fn(
                    size,
                    size,
                    |i, j| if i.abs_diff(j) == 1 { 0.3 } else { 0.0 },
                ),
                // Uncoupled 2 × 2 blocks.
                Mat::from_fn(size, size, |i, j| if i / 2 == j / 2 { 0.5 } else { 0.0 }),
                // The first row is coupled to the last only.
                Mat::from_fn(size, size, |i, j| {
                    if i.abs_diff(j) == size - 1 { 0.5 } else { 0.0 }
                }),
                Mat::from_fn(size, size, |i, j| 1e-170 * (1.0 + (i + j) as f64)),
            ];
            compare(&matrices, "special");
        }
    }

    #[test]
    fn nan_does_not_loop_forever() {
        let mut matrix = vec![Lanes::all(f64::NAN); 9];
        assert!(Eigenvalues::new(3).of(&mut matrix, 3)[0].0[0].is_nan());
    }
}

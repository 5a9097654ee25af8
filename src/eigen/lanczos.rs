//! Block Lanczos: eigenpairs of a symmetric operator from a Krylov basis that is kept orthogonal.

use faer::linalg::matmul::matmul;
use faer::linalg::solvers::SelfAdjointEigen;
use faer::{Accum, Mat, MatMut, MatRef, Side, get_global_parallelism};

use super::Failure;
use crate::chain::{stream, unit};

/// Which eigenpairs are wanted.
#[derive(Debug, Clone, Copy)]
pub enum Wanted {
    /// So many of the largest modulus.
    LargestModulus(usize),
    /// The lowest and the highest.
    Ends,
}

/// How the basis is built and when it is good enough.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Which eigenpairs.
    pub wanted: Wanted,
    /// Vectors multiplied at once. A level that is degenerate up to this often is found whole.
    pub block: usize,
    /// The norm of A v − θ v, as a fraction of |θ| (of the largest |θ|, for the ends), at which a
    /// pair has converged.
    pub tolerance: f64,
    /// The basis is given up beyond this many vectors.
    pub largest_basis: usize,
}

/// What a pass over the basis may take out of a block, as a fraction of what is left, without
/// another pass: rounding in the parts taken out then stays far below the accuracy asked for.
const REPEATED_ABOVE: f64 = 1e-3;

/// Approximate eigenpairs of the operator.
pub struct Ritz {
    /// Eigenvalues θ, ascending.
    pub values: Vec<f64>,
    /// Normalized eigenvectors, one in each column.
    pub vectors: Mat<f64>,
    /// The other eigenvalues of the projected operator, the less accurate the further from the
    /// wanted ones.
    pub others: Vec<f64>,
}

/// The wanted eigenpairs of the operator that `apply` multiplies with (it overwrites its second
/// argument), on vectors of length `dimension`.
///
/// The same call gives the same bits: the start is a fixed random block.
///
/// # Errors
/// [`Failure::NotConverged`] when the largest basis does not hold them.
pub fn lanczos(
    dimension: usize,
    settings: &Settings,
    mut apply: impl FnMut(MatRef<'_, f64>, MatMut<'_, f64>),
) -> Result<Ritz, Failure> {
    let Settings { block, wanted, .. } = *settings;
    let largest = settings.largest_basis.min(dimension);
    // The last block may start just below the largest size, and its residue is kept too.
    let capacity = largest + 2 * block;
    let mut basis = Basis::new(dimension, capacity);
    let mut projected = Mat::<f64>::zeros(capacity, capacity);
    let mut next_check = match wanted {
        // What the inverse of a spectrum without gaps needs, in measurements.
        Wanted::LargestModulus(count) => (19 + 2 * block) * count / 10 + block,
        Wanted::Ends => 20,
    };

    basis.start(block);
    loop {
        let before = basis.size - basis.newest;
        let image = basis.multiply(&mut apply);
        let overlaps = basis.orthogonalize(image);
        // The operator is symmetric, so all but the last block of overlaps repeat what is known.
        let newest = basis.newest;
        projected
            .submatrix_mut(before, before, newest, newest)
            .copy_from(overlaps.submatrix(before, 0, newest, newest));
        let known = basis.size;
        let coupling = basis.extend(block.min(dimension - known));
        projected
            .submatrix_mut(known, before, coupling.nrows(), newest)
            .copy_from(&coupling);

        let exhausted = known == dimension;
        if known >= next_check || known >= largest {
            let small = SelfAdjointEigen::new(projected.submatrix(0, 0, known, known), Side::Lower)
                .map_err(|_| Failure::Dense)?;
            let values: Vec<f64> = small.S().column_vector().iter().copied().collect();
            let chosen = wanted.choose(&values);
            let scale = values
                .iter()
                .fold(0.0, |most: f64, value| most.max(value.abs()));
            let last = small.U().subrows(before, newest);
            let converged = chosen
                .iter()
                .filter(|&&k| {
                    let size = match wanted {
                        Wanted::LargestModulus(_) => values[k].abs(),
                        Wanted::Ends => scale,
                    };
                    exhausted || (&coupling * last.col(k)).norm_l2() <= settings.tolerance * size
                })
                .count();
            if converged == wanted.count() {
                let next = match wanted {
                    Wanted::LargestModulus(_) => Some(&coupling * last),
                    Wanted::Ends => None,
                };
                return Ok(basis.combine(&values, small.U(), next, &chosen));
            }
            if known >= largest {
                return Err(Failure::NotConverged {
                    converged,
                    wanted: wanted.count(),
                    basis: known,
                });
            }
            next_check = known + (known / 30).max(block);
        }
    }
}

impl Wanted {
    fn count(self) -> usize {
        match self {
            Self::LargestModulus(count) => count,
            Self::Ends => 2,
        }
    }

    /// The places of the wanted among ascending values, ascending; fewer when there are fewer.
    fn choose(self, values: &[f64]) -> Vec<usize> {
        match self {
            Self::LargestModulus(count) => {
                let mut places: Vec<usize> = (0..values.len()).collect();
                places.sort_by(|&a, &b| values[b].abs().total_cmp(&values[a].abs()));
                places.truncate(count);
                places.sort_unstable();
                places
            }
            Self::Ends => vec![0, values.len() - 1],
        }
    }
}

/// An orthonormal basis that grows block by block.
struct Basis {
    vectors: Mat<f64>,
    /// Vectors in it.
    size: usize,
    /// Of these, the ones of the last block.
    newest: usize,
    /// The vectors of the block before it.
    previous: usize,
    /// The block that becomes the next one.
    residue: Mat<f64>,
    random: rand_xoshiro::Xoshiro256PlusPlus,
}

impl Basis {
    fn new(dimension: usize, capacity: usize) -> Self {
        Self {
            vectors: Mat::zeros(dimension, capacity),
            size: 0,
            newest: 0,
            previous: 0,
            residue: Mat::zeros(dimension, 0),
            random: stream(0, [dimension as u64, 0, 0, 0]),
        }
    }

    fn start(&mut self, block: usize) {
        let dimension = self.vectors.nrows();
        let random = &mut self.random;
        self.residue = Mat::from_fn(dimension, block.min(dimension), |_, _| unit(random) - 0.5);
        self.extend(block.min(dimension));
    }

    /// The operator's image of the newest block.
    fn multiply(&self, apply: &mut impl FnMut(MatRef<'_, f64>, MatMut<'_, f64>)) -> Mat<f64> {
        let newest = self.vectors.subcols(self.size - self.newest, self.newest);
        let mut image = Mat::zeros(self.vectors.nrows(), self.newest);
        apply(newest, image.as_mut());
        image
    }

    /// Takes the basis out of `image`, keeps what is left as the residue, and returns the overlaps.
    ///
    /// The last two blocks hold all of the image that is in the basis but for rounding (the
    /// three-term recurrence), so they go first and one pass over the whole basis then suffices;
    /// where that pass still finds something, it is repeated.
    fn orthogonalize(&mut self, mut image: Mat<f64>) -> Mat<f64> {
        let mut overlaps = Mat::zeros(self.size, image.ncols());
        let recent = self.size.saturating_sub(self.newest + self.previous);
        self.remove(recent, image.as_mut(), overlaps.as_mut());
        for _ in 0..2 {
            let found = self.remove(0, image.as_mut(), overlaps.as_mut());
            if found <= REPEATED_ABOVE * image.norm_l2() {
                break;
            }
        }
        self.residue = image;
        overlaps
    }

    /// Takes the vectors from `first` on out of `image`, adds their overlaps with it to `overlaps`,
    /// and returns the norm of what it took.
    fn remove(
        &self,
        first: usize,
        mut image: MatMut<'_, f64>,
        mut overlaps: MatMut<'_, f64>,
    ) -> f64 {
        let known = self.vectors.subcols(first, self.size - first);
        let mut part = Mat::zeros(known.ncols(), image.ncols());
        matmul(
            part.as_mut(),
            Accum::Replace,
            known.transpose(),
            image.as_ref(),
            1.0,
            get_global_parallelism(),
        );
        matmul(
            image.as_mut(),
            Accum::Add,
            known,
            part.as_ref(),
            -1.0,
            get_global_parallelism(),
        );
        let mut known_overlaps = overlaps.as_mut().subrows_mut(first, known.ncols());
        known_overlaps += &part;
        part.norm_l2()
    }

    /// Orthonormalizes the residue into the next `count` vectors of the basis and returns R with
    /// residue = new vectors · R. Where the residue has lost a direction, a random vector takes its
    /// place with a row of zeros: the space explored so far is invariant.
    fn extend(&mut self, count: usize) -> Mat<f64> {
        let columns = self.residue.ncols();
        let mut factor = Mat::zeros(count, columns);
        let largest = (0..columns)
            .map(|column| self.residue.col(column).norm_l2())
            .fold(0.0, f64::max);
        let first = self.size;
        for column in 0..columns {
            let mut vector = self.residue.col(column).to_owned();
            for _ in 0..2 {
                for (place, row) in (first..self.size).zip(0..) {
                    let overlap = self.vectors.col(place).transpose() * &vector;
                    vector -= faer::Scale(overlap) * self.vectors.col(place);
                    factor[(row, column)] += overlap;
                }
            }
            if self.size - first == count {
                continue;
            }
            let norm = vector.norm_l2();
            if norm > 1e-13 * largest {
                factor[(self.size - first, column)] = norm;
                vector *= faer::Scale(1.0 / norm);
            } else {
                vector = self.random_direction();
            }
            self.vectors.col_mut(self.size).copy_from(&vector);
            self.size += 1;
        }
        self.previous = self.newest;
        self.newest = self.size - first;
        factor.truncate(self.newest, columns);
        factor
    }

    fn random_direction(&mut self) -> faer::Col<f64> {
        let known = self.vectors.subcols(0, self.size);
        let random = &mut self.random;
        let mut vector = faer::Col::from_fn(self.vectors.nrows(), |_| unit(random) - 0.5);
        for _ in 0..3 {
            let overlaps = known.transpose() * &vector;
            vector -= known * overlaps;
            let norm = vector.norm_l2();
            vector *= faer::Scale(1.0 / norm);
        }
        vector
    }

    /// The chosen eigenvectors of the projected operator, in the full space.
    ///
    /// With `next`, the part of the operator's image of each that lies in the newest block, they are
    /// multiplied once more, for nothing: A v / θ = v + next / θ has less of what is small under A.
    fn combine(
        &self,
        values: &[f64],
        small: MatRef<'_, f64>,
        next: Option<Mat<f64>>,
        chosen: &[usize],
    ) -> Ritz {
        let known = small.nrows();
        let rows = known + next.as_ref().map_or(0, Mat::nrows);
        let weights = Mat::from_fn(rows, chosen.len(), |row, k| match &next {
            Some(next) if row >= known => next[(row - known, chosen[k])] / values[chosen[k]],
            _ => small[(row, chosen[k])],
        });
        let mut vectors = Mat::zeros(self.vectors.nrows(), chosen.len());
        matmul(
            vectors.as_mut(),
            Accum::Replace,
            self.vectors.subcols(0, rows),
            weights.as_ref(),
            1.0,
            get_global_parallelism(),
        );
        let others = (0..values.len()).filter(|place| chosen.binary_search(place).is_err());
        Ritz {
            values: chosen.iter().map(|&k| values[k]).collect(),
            vectors,
            others: others.map(|place| values[place]).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A diagonal operator with known eigenvalues, some of them threefold.
    fn eigenvalues(dimension: usize, wanted: Wanted, block: usize) -> Vec<f64> {
        let value = |row: usize| ((row / 3) as f64 - 20.0) * 1.1;
        let settings = Settings {
            wanted,
            block,
            tolerance: 1e-11,
            largest_basis: dimension,
        };
        let ritz = lanczos(dimension, &settings, |x, mut y| {
            for column in 0..x.ncols() {
                for row in 0..dimension {
                    y[(row, column)] = value(row) * x[(row, column)];
                }
            }
        })
        .unwrap();
        for k in 0..ritz.values.len() {
            let residual = (0..dimension)
                .map(|row| ((value(row) - ritz.values[k]) * ritz.vectors[(row, k)]).powi(2))
                .sum::<f64>()
                .sqrt();
            assert!(residual < 1e-9, "pair {k}: residual {residual:e}");
        }
        let overlaps = ritz.vectors.transpose() * &ritz.vectors;
        let identity = Mat::<f64>::identity(ritz.values.len(), ritz.values.len());
        assert!((overlaps - identity).norm_max() < 1e-12);
        ritz.values
    }

    #[test]
    fn finds_both_ends() {
        let ends = eigenvalues(300, Wanted::Ends, 1);
        assert!((ends[0] + 22.0).abs() < 1e-9 && (ends[1] - 79.0 * 1.1).abs() < 1e-9);
    }

    #[test]
    fn finds_all_copies_of_a_degenerate_level() {
        let found = eigenvalues(120, Wanted::LargestModulus(9), 3);
        let expected = [-22.0, -22.0, -22.0, -20.9, -20.9, -20.9, 20.9, 20.9, 20.9];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
        }
    }

    #[test]
    fn a_small_space_is_exhausted() {
        let found = eigenvalues(9, Wanted::LargestModulus(9), 2);
        assert_eq!(found.len(), 9);
    }

    #[test]
    fn says_when_the_basis_is_too_small() {
        let settings = Settings {
            wanted: Wanted::LargestModulus(10),
            block: 1,
            tolerance: 1e-12,
            largest_basis: 12,
        };
        let failed = lanczos(500, &settings, |x, mut y| {
            for row in 0..500 {
                y[(row, 0)] = (row as f64).sqrt() * x[(row, 0)];
            }
        });
        assert!(matches!(
            failed,
            Err(Failure::NotConverged { wanted: 10, .. })
        ));
    }
}

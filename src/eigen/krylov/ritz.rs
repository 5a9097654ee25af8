//! Ritz pairs: eigenpairs of an operator projected on a Krylov basis.

use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::cholesky::llt::factor::{
    LltRegularization, cholesky_in_place, cholesky_in_place_scratch,
};
use faer::linalg::matmul::triangular::{BlockStructure, matmul};
use faer::linalg::triangular_solve::solve_lower_triangular_in_place;
use faer::{Accum, Mat, Par, Spec};

use super::band::Band;
use super::inverse_iteration::{InverseIteration, WIDEST};
use super::projected::Projected;
use crate::eigen::failure::Failure;
use crate::lanes::{LANES, Lanes};
use crate::random::{stream, unit};
use crate::threads::{Workspaces, map};

/// The distance of Ritz values, as a fraction of the norm, from which on inverse iteration finds
/// vectors that are orthogonal to seven digits.
const APART: f64 = 1e-8;

/// The largest overlap of vectors that one pass makes orthonormal to rounding.
const SMALL_OVERLAP: f64 = 1e-2;

/// Ritz pairs (θ, v) of an operator A, the vectors v in terms of the basis.
pub struct RitzPairs {
    /// Ritz values θ, ascending.
    pub values: Vec<f64>,
    /// Ritz vectors, one in each column, with a row for each basis vector.
    pub vectors: Mat<f64>,
    /// The part of A v outside the basis, one in each column, with a row for each vector of the
    /// next block. Its norm is ‖A v − θ v‖.
    pub next: Mat<f64>,
}

impl RitzPairs {
    /// All of them.
    ///
    /// # Errors
    /// [`Failure::Dense`] when the library's eigendecomposition does not converge.
    pub fn all(projected: &Projected) -> Result<Self, Failure> {
        let (values, vectors) = projected.eigen()?;
        Ok(Self {
            values,
            next: projected.next(vectors.as_ref()),
            vectors,
        })
    }

    /// All of them from the band that the projected operator is, which takes a third of the time. The
    /// vectors of the values whose places `choose` returns, ascending, are orthonormal. Those of the
    /// other values are so to seven digits.
    ///
    /// # Errors
    /// As [`Self::all`].
    pub fn from_band(
        projected: &Projected,
        choose: impl FnOnce(&[f64]) -> Vec<usize>,
    ) -> Result<Self, Failure> {
        let band = projected.band();
        if band.width > WIDEST {
            return Self::all(projected);
        }
        let values = band.clone().tridiagonal().eigenvalues();
        let values = values.ok_or(Failure::Dense)?;
        let mut vectors = iterate(&band, &values);
        let chosen = choose(&values);
        if orthonormalize(&mut vectors, &chosen).is_none() {
            return Self::all(projected);
        }
        let is_chosen = |place: &usize| chosen.binary_search(place).is_ok();
        let others: Vec<usize> = (0..values.len()).filter(|it| !is_chosen(it)).collect();
        separate(&mut vectors, &values, &others, APART * band.norm());
        Ok(Self {
            next: projected.next(vectors.as_ref()),
            values,
            vectors,
        })
    }

    /// ‖A v − θ v‖ of pair number `k`.
    pub fn error(&self, k: usize) -> f64 {
        self.next.col(k).norm_l2()
    }

    /// ‖A v − θ v‖ of each pair.
    pub fn errors(&self) -> impl Iterator<Item = f64> {
        (0..self.values.len()).map(|k| self.error(k))
    }
}

/// The vectors of all `values` by inverse iteration. Those of equal values start from different vectors.
fn iterate(band: &Band, values: &[f64]) -> Mat<f64> {
    let mut vectors = Mat::zeros(band.size, band.size);
    let mut random = stream(0, [band.size as u64, 0, 0, 0]);
    let start: Vec<Lanes> = (0..band.size)
        .map(|_| Lanes(std::array::from_fn(|_| unit(&mut random) - 0.5)))
        .collect();
    let workspaces = Workspaces::<InverseIteration>::default();
    let columns = vectors.col_iter_mut().map(|column| {
        let column = column.try_as_col_major_mut().expect("a matrix of its own");
        column.as_slice_mut()
    });
    let mut columns: Vec<&mut [f64]> = columns.collect();
    let groups = values.chunks(LANES).zip(columns.chunks_mut(LANES));
    map(groups.collect(), |(values, columns)| {
        let value = |lane: usize| values[lane.min(values.len() - 1)];
        let values = Lanes(std::array::from_fn(value));
        workspaces.lend(InverseIteration::default, |iteration| {
            let found = iteration.vectors(band, values, &start);
            for (lane, column) in columns.iter_mut().enumerate() {
                for (element, x) in column.iter_mut().zip(found) {
                    *element = x.0[lane];
                }
            }
        });
    });
    vectors
}

/// Makes the vectors of `places` orthonormal. They hardly overlap unless levels are equal.
/// Returns nothing if they are dependent.
fn orthonormalize(vectors: &mut Mat<f64>, places: &[usize]) -> Option<()> {
    let size = vectors.nrows();
    let mut rows = Mat::from_fn(places.len(), size, |k, row| vectors[(row, places[k])]);
    loop {
        let mut overlaps = Mat::zeros(places.len(), places.len());
        matmul(
            overlaps.as_mut(),
            BlockStructure::TriangularLower,
            Accum::Replace,
            rows.as_ref(),
            BlockStructure::Rectangular,
            rows.transpose(),
            BlockStructure::Rectangular,
            1.0,
            Par::Seq,
        );
        let mut pairs = (0..places.len()).flat_map(|row| (0..row).map(move |column| (row, column)));
        let hardly_overlap = pairs.all(|pair| overlaps[pair].abs() <= SMALL_OVERLAP);
        cholesky(&mut overlaps)?;
        solve_lower_triangular_in_place(overlaps.as_ref(), rows.as_mut(), Par::Seq);
        if hardly_overlap {
            break;
        }
    }
    for (k, &place) in places.iter().enumerate() {
        vectors.col_mut(place).copy_from(rows.row(k).transpose());
    }
    Some(())
}

/// Overwrites the lower triangle of `matrix` with its Cholesky factor. Returns nothing if the matrix is
/// not positive definite.
fn cholesky(matrix: &mut Mat<f64>) -> Option<()> {
    let scratch = cholesky_in_place_scratch::<f64>(matrix.nrows(), Par::Seq, Spec::default());
    let factor = cholesky_in_place(
        matrix.as_mut(),
        LltRegularization::default(),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        Spec::default(),
    );
    factor.ok().map(|_| ())
}

/// Makes the vectors of `places`, ascending, orthogonal to those of values within `distance`, as
/// far as these are not among the later of `places`.
fn separate(vectors: &mut Mat<f64>, values: &[f64], places: &[usize], distance: f64) {
    let is_close = |a: usize, b: usize| (values[a] - values[b]).abs() < distance;
    for &place in places {
        let below = (0..place).rev().take_while(|&other| is_close(place, other));
        let above = (place + 1..values.len()).take_while(|&other| is_close(place, other));
        let mut close = below
            .chain(above.filter(|other| places.binary_search(other).is_err()))
            .peekable();
        if close.peek().is_none() {
            continue;
        }
        let mut vector = vectors.col(place).to_owned();
        for other in close {
            let known = vectors.col(other);
            vector -= faer::Scale(known.transpose() * &vector) * known;
        }
        let norm = vector.norm_l2();
        vectors
            .col_mut(place)
            .copy_from(faer::Scale(1.0 / norm) * vector);
    }
}

/// The places of the `count` values of the largest modulus, and those of the others, both ascending.
pub fn largest(values: &[f64], count: usize) -> (Vec<usize>, Vec<usize>) {
    let modulus = |place: usize| values[place].abs();
    let mut places: Vec<usize> = (0..values.len()).collect();
    places.sort_by(|&a, &b| modulus(b).total_cmp(&modulus(a)));
    let mut others = places.split_off(count.min(places.len()));
    places.sort_unstable();
    others.sort_unstable();
    (places, others)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The projection of an operator on blocks of four with the levels of `diagonal` in each block.
    fn projected(diagonal: &[f64], coupling: f64) -> Projected {
        let mut projected = Projected::default();
        for block in diagonal.chunks(4) {
            let own = Mat::from_fn(4, 4, |row, column| match row == column {
                true => block[row],
                false => 0.0,
            });
            let next = Mat::from_fn(4, 4, |row, column| match row <= column {
                true => coupling * (1.0 + (row + column) as f64).sin(),
                false => 0.0,
            });
            projected.extend(own, next);
        }
        projected
    }

    /// A random matrix, one with groups of equal eigenvalues, and one of both.
    #[test]
    fn pairs_from_the_band_are_those_of_the_whole_matrix() {
        let mut random = stream(2, [0; 4]);
        let different: Vec<f64> = (0..80).map(|_| 10.0 * unit(&mut random) - 5.0).collect();
        let equal: Vec<f64> = (0..80).map(|k| f64::from(k / 3) - 13.0).collect();
        for (diagonal, coupling) in [(&different, 1.0), (&equal, 0.0), (&equal, 1e-9)] {
            let projected = projected(diagonal, coupling);
            let expected = RitzPairs::all(&projected).unwrap();
            let found = RitzPairs::from_band(&projected, |values| largest(values, 20).0);
            let found = found.unwrap();
            let (largest, others) = largest(&found.values, 20);
            assert!(largest.is_sorted() && others.is_sorted());
            let overlaps = found.vectors.transpose() * &found.vectors;
            for k in 0..80 {
                assert!((found.values[k] - expected.values[k]).abs() < 1e-12);
                assert!(
                    (found.next[(3, k)].abs() - expected.next[(3, k)].abs()).abs() < 1e-6
                        || coupling < 1.0
                );
                for other in 0..80 {
                    let exact = largest.contains(&k) && largest.contains(&other);
                    let allowed = if exact { 1e-14 } else { 1e-6 };
                    let expected = if k == other { 1.0 } else { 0.0 };
                    assert!(
                        (overlaps[(k, other)] - expected).abs() < allowed,
                        "{k}, {other}"
                    );
                }
            }
        }
    }
}

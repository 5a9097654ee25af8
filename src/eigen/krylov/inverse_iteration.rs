//! Eigenvectors of a symmetric band matrix T for known eigenvalues θ, by inverse iteration.
//!
//! T − θ = Q R is factorized by reflections, which are stable without pivots. Two steps of inverse
//! iteration are R⁻¹R⁻ᵀ, since T is symmetric, so Q is not needed. They suffice from a random start
//! because θ is known to rounding. The lanes are different eigenvalues, with the same operations in
//! the same order for each.

use pulp::{Arch, Simd, WithSimd};

use super::band::Band;
use crate::lanes::Lanes;

/// The widest band.
pub const WIDEST: usize = 8;

/// Half of [`WIDEST`]. Most bands have this width, and take a third of the time.
const NARROW: usize = WIDEST / 2;

/// A number that has no effect but to keep a divisor from being zero. The square of its inverse is
/// finite.
const TINY: f64 = 1e-100;

/// Memory for one matrix after the other.
#[derive(Default)]
pub struct InverseIteration {
    /// The rows of R right of the diagonal.
    rows: Vec<Lanes>,
    /// 1 / R_jj.
    inverses: Vec<Lanes>,
    x: Vec<Lanes>,
}

impl InverseIteration {
    /// Normalized eigenvectors of `band` for `values`. They start from `start`. The error of each is
    /// that of rounding, magnified along a neighbour by the ratio of the norm to the distance.
    ///
    /// # Panics
    /// When the band is wider than [`WIDEST`].
    pub fn vectors(&mut self, band: &Band, values: Lanes, start: &[Lanes]) -> &[Lanes] {
        assert!(band.width <= WIDEST, "a band of at most {WIDEST}");
        self.x.clear();
        self.x.extend_from_slice(start);
        Arch::new().dispatch(Run {
            band,
            values,
            memory: self,
        });
        &self.x[..band.size]
    }
}

/// The iteration, compiled for each instruction set.
struct Run<'r> {
    band: &'r Band,
    values: Lanes,
    memory: &'r mut InverseIteration,
}

impl WithSimd for Run<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        if self.band.width <= NARROW {
            self.run::<NARROW, { NARROW + 1 }, { 2 * NARROW }>();
        } else {
            self.run::<WIDEST, { WIDEST + 1 }, { 2 * WIDEST }>();
        }
    }
}

impl Run<'_> {
    /// For a band of `WIDTH`. `HEIGHT` rows take part in a reflection, and a row of R has `RIGHT`
    /// elements right of the diagonal.
    #[inline(always)]
    fn run<const WIDTH: usize, const HEIGHT: usize, const RIGHT: usize>(self) {
        let size = self.band.size;
        let InverseIteration { rows, inverses, x } = self.memory;
        rows.resize(size * RIGHT, Lanes::ZERO);
        inverses.resize(size, Lanes::ZERO);
        let (rows, _) = rows.as_chunks_mut::<RIGHT>();
        let window = Window::<HEIGHT, RIGHT>::new::<WIDTH>(self.band, self.values);
        window.factorize::<WIDTH>(self.band, self.values, rows, inverses);
        // Rows beyond the last one are zero, and stay so for all that matters.
        x.resize(size + RIGHT, Lanes::ZERO);
        solve_transposed(rows, inverses, x);
        x[size..].fill(Lanes::ZERO);
        solve(rows, inverses, x);
        normalize(&mut x[..size]);
    }
}

/// The rows that a reflection combines, from the diagonal to the end of the last one.
struct Window<const HEIGHT: usize, const RIGHT: usize> {
    /// The column whose elements below the diagonal become zero.
    first: [Lanes; HEIGHT],
    /// The columns right of it.
    columns: [[Lanes; HEIGHT]; RIGHT],
}

impl<const HEIGHT: usize, const RIGHT: usize> Window<HEIGHT, RIGHT> {
    /// The first rows of T − θ, without the last one of the window.
    #[inline(always)]
    fn new<const WIDTH: usize>(band: &Band, values: Lanes) -> Self {
        let mut window = Self {
            first: [Lanes::ZERO; HEIGHT],
            columns: [[Lanes::ZERO; HEIGHT]; RIGHT],
        };
        for row in 0..WIDTH.min(band.size) {
            for column in 0..=RIGHT {
                let value = element(band, row, column);
                let value = if row == column { value - values } else { value };
                match column {
                    0 => window.first[row] = value,
                    _ => window.columns[column - 1][row] = value,
                }
            }
        }
        window
    }

    /// Writes the rows of R, and the inverses of its diagonal.
    #[inline(always)]
    fn factorize<const WIDTH: usize>(
        mut self,
        band: &Band,
        values: Lanes,
        rows: &mut [[Lanes; RIGHT]],
        inverses: &mut [Lanes],
    ) {
        for (column, (row, inverse)) in rows.iter_mut().zip(inverses).enumerate() {
            self.enter::<WIDTH>(band, values, column);
            let mut square = Lanes::ZERO;
            for x in &self.first {
                square = x.times_plus(*x, square);
            }
            // The reflection turns the column into −`norm` times the unit vector. The sign avoids
            // cancellation.
            let norm = square.sqrt().with_sign_of(self.first[0]);
            let mut mirror = self.first;
            mirror[0] = mirror[0] + norm;
            let factor = Lanes::all(-1.0) / (norm * mirror[0]).at_least(TINY);
            let size = norm.abs().at_least(TINY);
            *inverse = Lanes::all(-1.0) / size.with_sign_of(norm);
            row[0] = reflect(&mirror, factor, &self.columns[0], &mut self.first);
            for right in 1..RIGHT {
                let (before, column) = self.columns.split_at_mut(right);
                let target = &mut before[right - 1];
                row[right] = reflect(&mirror, factor, &column[0], target);
            }
            self.columns[RIGHT - 1] = [Lanes::ZERO; HEIGHT];
        }
    }

    /// The last row of the window, when its first column is `column`.
    #[inline(always)]
    fn enter<const WIDTH: usize>(&mut self, band: &Band, values: Lanes, column: usize) {
        let row = column + WIDTH;
        self.first[WIDTH] = element(band, row, column);
        for right in 1..=RIGHT {
            self.columns[right - 1][WIDTH] = element(band, row, column + right);
        }
        let diagonal = &mut self.columns[WIDTH - 1][WIDTH];
        *diagonal = *diagonal - values;
    }
}

/// An element of T, or zero beyond its last row.
#[inline(always)]
fn element(band: &Band, row: usize, column: usize) -> Lanes {
    let (row, column) = (row.max(column), row.min(column));
    if row < band.size && row - column <= band.width {
        Lanes::all(band.column(column)[row - column])
    } else {
        Lanes::ZERO
    }
}

/// Reflects a column. Returns its first element, and writes the others one row higher.
#[inline(always)]
fn reflect<const HEIGHT: usize>(
    mirror: &[Lanes; HEIGHT],
    factor: Lanes,
    column: &[Lanes; HEIGHT],
    target: &mut [Lanes; HEIGHT],
) -> Lanes {
    let mut overlap = column[0] * mirror[0];
    for row in 1..HEIGHT {
        overlap = mirror[row].times_plus(column[row], overlap);
    }
    let weight = overlap * factor;
    for row in 1..HEIGHT {
        target[row - 1] = weight.times_plus(mirror[row], column[row]);
    }
    weight.times_plus(mirror[0], column[0])
}

/// x ← R⁻ᵀ x
#[inline(always)]
fn solve_transposed<const RIGHT: usize>(
    rows: &[[Lanes; RIGHT]],
    inverses: &[Lanes],
    x: &mut [Lanes],
) {
    for (place, (row, inverse)) in rows.iter().zip(inverses).enumerate() {
        let solved = x[place] * *inverse;
        x[place] = solved;
        let negative = Lanes::ZERO - solved;
        for (x, element) in x[place + 1..].iter_mut().zip(row) {
            *x = negative.times_plus(*element, *x);
        }
    }
}

/// x ← R⁻¹ x
#[inline(always)]
fn solve<const RIGHT: usize>(rows: &[[Lanes; RIGHT]], inverses: &[Lanes], x: &mut [Lanes]) {
    for (place, (row, inverse)) in rows.iter().zip(inverses).enumerate().rev() {
        // The nearest element is known last.
        let mut sum = Lanes::ZERO;
        for (x, element) in x[place + 1..].iter().zip(row).rev() {
            sum = x.times_plus(*element, sum);
        }
        x[place] = (x[place] - sum) * *inverse;
    }
}

/// The elements may be so large that their squares are not finite.
#[inline(always)]
fn normalize(x: &mut [Lanes]) {
    let mut largest = Lanes::all(TINY);
    for x in &*x {
        largest = largest.max(x.abs());
    }
    let scale = Lanes::all(1.0) / largest;
    let mut square = Lanes::ZERO;
    for x in &mut *x {
        *x = *x * scale;
        square = x.times_plus(*x, square);
    }
    let scale = Lanes::all(1.0) / square.sqrt();
    for x in x {
        *x = *x * scale;
    }
}

#[cfg(test)]
mod tests {
    use faer::Side;

    use super::super::band::tests::random;
    use super::*;
    use crate::lanes::LANES;

    #[test]
    fn vectors_have_no_residual() {
        for (size, width) in [(1, 4), (2, 3), (7, 8), (60, 2), (61, 4), (200, 8)] {
            let (band, whole) = random(size, width);
            let values = whole.self_adjoint_eigenvalues(Side::Lower).unwrap();
            let start: Vec<Lanes> = (0..size)
                .map(|row| Lanes(std::array::from_fn(|lane| ((3 * row + lane) as f64).cos())))
                .collect();
            let mut memory = InverseIteration::default();
            for first in (0..size).step_by(LANES) {
                let value = |lane: usize| values[(first + lane).min(size - 1)];
                let shifts = Lanes(std::array::from_fn(value));
                let vectors = memory.vectors(&band, shifts, &start);
                for lane in 0..LANES {
                    let square: f64 = vectors.iter().map(|x| x.0[lane].powi(2)).sum();
                    assert!((square - 1.0).abs() < 1e-13);
                    for row in 0..size {
                        let product: f64 = (0..size)
                            .map(|k| whole[(row, k)] * vectors[k].0[lane])
                            .sum();
                        let residual = product - value(lane) * vectors[row].0[lane];
                        assert!(residual.abs() < 1e-13, "{size}, {width}: {residual:e}");
                    }
                }
            }
        }
    }
}

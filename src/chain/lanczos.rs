//! A step of Lanczos on one vector, in two passes over it.
//!
//! Ranks share each pass, and threads where it is long enough. The pieces and the order of their sums
//! depend on the chain alone.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::exchange::Exchange;
use super::hamiltonian::{Chain, Hamiltonian};
use crate::lanes::{LANES, Lanes};
use crate::threads::map;

/// Rows from which on threads share the first pass.
const SHARED_PRODUCT: usize = 16_384;

/// Rows from which on threads share the second pass, which is much shorter.
const SHARED_REMAINDER: usize = 65_536;

impl Exchange {
    /// The step for v = `scale` x: y ← w − α v with w = H v − `before` y and α = vᵀw. Returns α and ‖y‖.
    /// In the vectors the rows of other ranks follow those of this one. Collective.
    ///
    /// # Panics
    /// When a vector is too short.
    pub fn lanczos_step(
        &mut self,
        hamiltonian: &Hamiltonian,
        scale: f64,
        x: &mut [f64],
        before: f64,
        y: &mut [f64],
    ) -> [f64; 2] {
        let (arch, chain) = (Arch::new(), &**hamiltonian.chain());
        let (own, taken) = x.split_at_mut(chain.partition().rows());
        self.run(chain.halo(), own, taken, &mut || ());
        let x = &*x;
        let overlaps = of_pieces(chain, y, SHARED_PRODUCT, |rows, y| {
            arch.dispatch(Product {
                chain,
                diagonal: &hamiltonian.diagonal()[rows.clone()],
                first: rows.start,
                scale,
                x,
                before,
                y,
            })
        });
        let energy = scale * self.space().sum_numbers(&overlaps);
        let squares = of_pieces(chain, y, SHARED_REMAINDER, |rows, y| {
            arch.dispatch(Remainder {
                factor: -energy * scale,
                x: &x[rows],
                y,
            })
        });
        [energy, self.space().sum_numbers(&squares).sqrt()]
    }
}

/// What `work` makes of each piece of `y`. Threads share the pieces from so many rows on.
fn of_pieces(
    chain: &Chain,
    y: &mut [f64],
    shared: usize,
    work: impl Fn(Range<usize>, &mut [f64]) -> f64 + Send + Sync,
) -> Vec<f64> {
    let partition = chain.partition();
    let parts = partition.pieces_of(y);
    let work = |(rows, y): (Range<usize>, &mut [f64])| work(rows, y);
    if partition.rows() < shared {
        parts.map(work).collect()
    } else {
        map(parts.collect(), work)
    }
}

/// y ← `scale` H x − `before` y for consecutive rows, and xᵀy of them, compiled for each instruction set.
struct Product<'h, 'x, 'y> {
    chain: &'h Chain,
    /// Of these rows, as `y`.
    diagonal: &'h [f64],
    first: usize,
    scale: f64,
    x: &'x [f64],
    before: f64,
    y: &'y mut [f64],
}

impl WithSimd for Product<'_, '_, '_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let exchange = self.chain.exchange();
        let mut overlap = 0.0;
        for (row, (diagonal, y)) in (self.first..).zip(self.diagonal.iter().zip(self.y)) {
            let (pairs, last) = self.chain.exchanges_of(row).as_chunks::<2>();
            let (mut exchanged, mut others) = (0.0, 0.0);
            for &[first, second] in pairs {
                exchanged += self.x[first as usize];
                others += self.x[second as usize];
            }
            for &column in last {
                exchanged += self.x[column as usize];
            }
            let x = self.x[row];
            let product = diagonal.mul_add(x, exchange * (exchanged + others));
            *y = self.scale.mul_add(product, -self.before * *y);
            overlap = x.mul_add(*y, overlap);
        }
        overlap
    }
}

/// y ← y + `factor` x and ‖y‖² for consecutive rows, compiled for each instruction set.
struct Remainder<'x, 'y> {
    factor: f64,
    x: &'x [f64],
    y: &'y mut [f64],
}

impl WithSimd for Remainder<'_, '_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> f64 {
        let (x, last_x) = self.x.as_chunks::<LANES>();
        let (y, last_y) = self.y.as_chunks_mut::<LANES>();
        let mut squares = Lanes::ZERO;
        for (x, y) in x.iter().zip(y) {
            let sum = Lanes(*x).times_plus(Lanes::all(self.factor), Lanes(*y));
            squares = sum.times_plus(sum, squares);
            *y = sum.0;
        }
        let mut square = squares.0.iter().sum();
        for (x, y) in last_x.iter().zip(last_y) {
            *y = x.mul_add(self.factor, *y);
            square = y.mul_add(*y, square);
        }
        square
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::comm::Space;
    use crate::deck::Boundary;

    #[test]
    fn a_step_is_that_of_the_dense_matrix() {
        for (sites, boundary) in [
            (2, Boundary::Periodic),
            (8, Boundary::Periodic),
            (8, Boundary::Open),
        ] {
            let chain = Arc::new(Chain::anisotropic(sites, 0.8, 0.4, boundary));
            let field: Vec<f64> = (0..sites).map(|site| (site as f64).cos()).collect();
            let hamiltonian = Hamiltonian::new(&chain, &field);
            let (rows, matrix) = (hamiltonian.dimension(), hamiltonian.dense());
            let vector =
                |number: usize| (0..rows).map(move |row| ((3 * row + number) as f64).sin());
            let (mut x, before): (Vec<f64>, Vec<f64>) = (vector(0).collect(), vector(1).collect());
            let mut y = before.clone();
            let mut exchange = Exchange::new(Space::alone(rows));
            let [energy, norm] = exchange.lanczos_step(&hamiltonian, 0.7, &mut x, 0.3, &mut y);
            let image = |row: usize| {
                (0..rows)
                    .map(|k| matrix[(row, k)] * 0.7 * x[k])
                    .sum::<f64>()
            };
            let images: Vec<f64> = (0..rows)
                .map(|row| image(row) - 0.3 * before[row])
                .collect();
            let expected: f64 = images.iter().zip(&x).map(|(w, x)| w * 0.7 * x).sum();
            assert!((energy - expected).abs() < 1e-12);
            let mut square = 0.0;
            for row in 0..rows {
                let expected = images[row] - expected * 0.7 * x[row];
                assert!((y[row] - expected).abs() < 1e-12);
                square += expected * expected;
            }
            assert!((norm - square.sqrt()).abs() < 1e-12);
        }
    }
}

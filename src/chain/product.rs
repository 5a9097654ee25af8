//! The Hamiltonian times several vectors at once, fused with a step of a three-term recurrence.
//!
//! The vectors lie side by side. A column index is then loaded once for all of them, and the values
//! that it points to are one cache line. Every lane has the same fused operations in the same order
//! for each instruction set and number of threads. A product therefore always has the same bits.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::hamiltonian::{Chain, Hamiltonian};
use crate::lanes::{LANES, Lanes};
use crate::threads::{map, pieces, pieces_mut};

/// The factors of y ← `product` H x + `identity` x + `source` z − y.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Of H x.
    pub product: f64,
    /// Of x.
    pub identity: f64,
    /// Of z.
    pub source: f64,
}

impl Hamiltonian {
    /// y ← a H x + b x + c z − y with the factors of `step`, in the rows `rows` of this rank. `x` and `z`
    /// have all its rows, and `y` has these alone. In `x` the rows of other ranks follow, unless no row
    /// of `rows` needs them.
    ///
    /// # Panics
    /// When a vector is too short, or `y` not of the length of `rows`.
    pub fn recur(&self, step: Step, rows: Range<usize>, x: &[Lanes], z: &[Lanes], y: &mut [Lanes]) {
        assert_eq!(y.len(), rows.len(), "the rows of a result");
        Arch::new().dispatch(Rows {
            chain: self.chain(),
            diagonal: &self.diagonal()[rows.clone()],
            first: rows.start,
            step,
            x,
            z: &z[rows],
            y,
        });
    }

    /// y ← H x, where the rows of other ranks follow in `x` those of this one.
    ///
    /// # Panics
    /// When a vector is too short.
    pub fn multiply(&self, x: &[Lanes], y: &mut [Lanes]) {
        let product = Step {
            product: 1.0,
            identity: 0.0,
            source: 0.0,
        };
        y.fill(Lanes::ZERO);
        let rows = pieces(y.len()).into_iter();
        map(rows.zip(pieces_mut([y])).collect(), |(rows, [y])| {
            self.recur(product, rows, x, x, y);
        });
    }
}

/// A step for consecutive rows, compiled for each instruction set.
struct Rows<'h, 'x, 'y> {
    chain: &'h Chain,
    /// Of these rows, as `z` and `y`.
    diagonal: &'h [f64],
    first: usize,
    step: Step,
    x: &'x [Lanes],
    z: &'x [Lanes],
    y: &'y mut [Lanes],
}

impl WithSimd for Rows<'_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Step {
            product,
            identity,
            source,
        } = self.step;
        let exchange = product * self.chain.exchange();
        let rows = self.diagonal.iter().zip(self.z).zip(self.y);
        for (row, ((diagonal, z), y)) in (self.first..).zip(rows) {
            // Two exchanges at a time have fewer branches, and two sums that do not wait for each
            // other.
            let (pairs, last) = self.chain.exchanges_of(row).as_chunks::<2>();
            let mut exchanged = [0.0; LANES];
            let mut others = [0.0; LANES];
            for &[first, second] in pairs {
                let first = &self.x[first as usize].0;
                let second = &self.x[second as usize].0;
                for lane in 0..LANES {
                    exchanged[lane] += first[lane];
                    others[lane] += second[lane];
                }
            }
            for &column in last {
                let x = &self.x[column as usize].0;
                for lane in 0..LANES {
                    exchanged[lane] += x[lane];
                }
            }
            for lane in 0..LANES {
                exchanged[lane] += others[lane];
            }
            let diagonal = product.mul_add(*diagonal, identity);
            let (x, before) = (&self.x[row].0, y.0);
            // The compiler uses wide registers for a result of its own only.
            let mut after = [0.0; LANES];
            for lane in 0..LANES {
                let rest = source.mul_add(z.0[lane], -before[lane]);
                after[lane] = diagonal.mul_add(x[lane], exchange.mul_add(exchanged[lane], rest));
            }
            y.0 = after;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::deck::Boundary;

    fn vector(rows: usize, number: usize) -> Vec<Lanes> {
        let value = |row: usize, lane: usize| ((row * LANES + lane + 31 * number) as f64).sin();
        (0..rows)
            .map(|row| Lanes(std::array::from_fn(|lane| value(row, lane))))
            .collect()
    }

    #[test]
    fn a_step_is_the_dense_product() {
        for boundary in [Boundary::Periodic, Boundary::Open] {
            let chain = Arc::new(Chain::anisotropic(8, 0.8, 0.4, boundary));
            let field: Vec<f64> = (0..8).map(|site| f64::from(site).cos()).collect();
            let hamiltonian = Hamiltonian::new(&chain, &field);
            let rows = hamiltonian.dimension();
            let (x, z, before) = (vector(rows, 0), vector(rows, 1), vector(rows, 2));
            let mut y = before.clone();
            let step = Step {
                product: 1.3,
                identity: -0.6,
                source: 0.7,
            };
            hamiltonian.recur(step, 0..rows, &x, &z, &mut y);
            let matrix = hamiltonian.dense();
            for row in 0..rows {
                for lane in 0..LANES {
                    let product: f64 = (0..rows).map(|k| matrix[(row, k)] * x[k].0[lane]).sum();
                    let expected = 1.3 * product - 0.6 * x[row].0[lane] + 0.7 * z[row].0[lane]
                        - before[row].0[lane];
                    assert!((y[row].0[lane] - expected).abs() < 1e-12);
                }
            }
        }
    }
}

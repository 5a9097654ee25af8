//! Products of small matrices with lanes: W x + b, the transposed product, the gradient of W and b.
//!
//! A few rows are computed together, so that each loaded value is used more than once.

use super::unrolling::prevent_unrolling;
use crate::lanes::Lanes;

/// y = W x + b, with W (y.len(), x.len()) row by row.
#[inline(always)]
pub fn affine(weight: &[f64], bias: &[f64], x: &[Lanes], y: &mut [Lanes]) {
    for (row, bias) in y.iter_mut().zip(bias) {
        prevent_unrolling();
        *row = Lanes::all(*bias);
    }
    let width = x.len();
    multiply(|row, column| weight[row * width + column], x, y);
}

/// x += Wᵀ y, with W (y.len(), x.len()) row by row. It turns gradients with respect to the results of
/// [`affine`] into gradients with respect to its argument.
#[inline(always)]
pub fn transposed_product(weight: &[f64], y: &[Lanes], x: &mut [Lanes]) {
    let width = x.len();
    multiply(|row, column| weight[column * width + row], y, x);
}

/// y += A x.
#[inline(always)]
fn multiply(entry: impl Fn(usize, usize) -> f64, x: &[Lanes], y: &mut [Lanes]) {
    const ROWS: usize = 4;
    let (blocks, rest) = y.as_chunks_mut::<ROWS>();
    let first = blocks.len() * ROWS;
    for (number, block) in blocks.iter_mut().enumerate() {
        multiply_block(|row, column| entry(number * ROWS + row, column), x, block);
    }
    let entry = |row, column| entry(first + row, column);
    match rest {
        [a, b, c] => {
            let mut block = [*a, *b, *c];
            multiply_block(entry, x, &mut block);
            [*a, *b, *c] = block;
        }
        [a, b] => {
            let mut block = [*a, *b];
            multiply_block(entry, x, &mut block);
            [*a, *b] = block;
        }
        [a] => multiply_block(entry, x, std::array::from_mut(a)),
        _ => {}
    }
}

/// y += A x for a few rows, whose sums stay in registers.
#[inline(always)]
fn multiply_block<const ROWS: usize>(
    entry: impl Fn(usize, usize) -> f64,
    x: &[Lanes],
    y: &mut [Lanes; ROWS],
) {
    let mut sums = *y;
    for (column, x) in x.iter().enumerate() {
        for (row, sum) in sums.iter_mut().enumerate() {
            *sum = x.times_plus(Lanes::all(entry(row, column)), *sum);
        }
    }
    *y = sums;
}

/// The first columns of a matrix (step, column) of lanes.
#[derive(Clone, Copy)]
pub struct Columns<'a> {
    /// The matrix, row by row.
    pub values: &'a [Lanes],
    /// The number of lanes in a row.
    pub stride: usize,
    /// The number of columns that count.
    pub count: usize,
}

impl<'a> Columns<'a> {
    /// All columns of a matrix of this width.
    #[inline(always)]
    pub fn all(values: &'a [Lanes], width: usize) -> Self {
        Self {
            values,
            stride: width,
            count: width,
        }
    }
}

/// Adds Σ over steps and lanes of `gradients[step][row] · inputs[step][column]` to
/// `weight_gradient` (rows, columns). `gradients` are those of `rows` outputs at each step.
#[inline(always)]
pub fn accumulate(gradients: &[Lanes], rows: usize, inputs: Columns, weight_gradient: &mut [f64]) {
    const TILE: usize = 2;
    let Columns {
        values: inputs,
        stride,
        count: columns,
    } = inputs;
    for row in (0..rows).step_by(TILE) {
        for column in (0..columns).step_by(TILE) {
            // A tile at the edge computes its last row or column twice and adds it once.
            let tile_rows = [row, (row + 1).min(rows - 1)];
            let tile_columns = [column, (column + 1).min(columns - 1)];
            let mut sums = [[Lanes::ZERO; TILE]; TILE];
            for (gradients, inputs) in gradients
                .chunks_exact(rows)
                .zip(inputs.chunks_exact(stride))
            {
                for (sums, row) in sums.iter_mut().zip(tile_rows) {
                    for (sum, column) in sums.iter_mut().zip(tile_columns) {
                        *sum = gradients[row].times_plus(inputs[column], *sum);
                    }
                }
            }
            for (sums, row) in sums.iter().zip(row..rows) {
                for (sum, column) in sums.iter().zip(column..columns) {
                    weight_gradient[row * columns + column] += sum.total();
                }
            }
        }
    }
}

/// Adds Σ over steps and lanes of `gradients[step][row]` to `bias_gradient` (rows).
#[inline(always)]
pub fn accumulate_bias(gradients: &[Lanes], bias_gradient: &mut [f64]) {
    let rows = bias_gradient.len();
    for (row, sum) in bias_gradient.iter_mut().enumerate() {
        let steps = gradients.chunks_exact(rows);
        *sum += steps
            .fold(Lanes::ZERO, |sum, gradients| sum + gradients[row])
            .total();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::LANES;

    fn lanes(length: usize, number: usize) -> Vec<Lanes> {
        let value = |k: usize, lane: usize| ((k * LANES + lane + 17 * number) as f64).sin();
        (0..length)
            .map(|k| Lanes(std::array::from_fn(|lane| value(k, lane))))
            .collect()
    }

    /// Every shape near the blocks' edges, against sums in plain numbers.
    #[test]
    fn products_are_those_of_plain_sums() {
        for rows in 1..10 {
            for columns in 1..6 {
                let weight: Vec<f64> = (0..rows * columns).map(|k| (k as f64).cos()).collect();
                let bias: Vec<f64> = (0..rows).map(|k| k as f64).collect();
                let (x, mut y) = (lanes(columns, 0), lanes(rows, 1));
                affine(&weight, &bias, &x, &mut y);
                let mut back = lanes(columns, 2);
                transposed_product(&weight, &y, &mut back);
                for lane in 0..LANES {
                    for row in 0..rows {
                        let dot: f64 = (0..columns)
                            .map(|column| weight[row * columns + column] * x[column].0[lane])
                            .sum();
                        assert!((y[row].0[lane] - dot - bias[row]).abs() < 1e-14);
                    }
                    for column in 0..columns {
                        let dot: f64 = (0..rows)
                            .map(|row| weight[row * columns + column] * y[row].0[lane])
                            .sum();
                        let expected = lanes(columns, 2)[column].0[lane] + dot;
                        assert!((back[column].0[lane] - expected).abs() < 1e-13);
                    }
                }
            }
        }
    }

    #[test]
    fn gradients_are_sums_over_steps_and_lanes() {
        let (steps, stride) = (5, 6);
        for rows in 1..6 {
            for columns in 1..6 {
                let (outputs, inputs) = (lanes(steps * rows, 0), lanes(steps * stride, 1));
                let mut gradient = vec![1.0; rows * columns];
                let first = Columns {
                    values: &inputs,
                    stride,
                    count: columns,
                };
                accumulate(&outputs, rows, first, &mut gradient);
                let mut bias = vec![2.0; rows];
                accumulate_bias(&outputs, &mut bias);
                for row in 0..rows {
                    let of = |weigh: &dyn Fn(usize) -> Lanes| -> f64 {
                        (0..steps)
                            .map(|step| (outputs[step * rows + row] * weigh(step)).total())
                            .sum()
                    };
                    assert!((bias[row] - 2.0 - of(&|_| Lanes::all(1.0))).abs() < 1e-13);
                    for column in 0..columns {
                        let sum = of(&|step| inputs[step * stride + column]);
                        assert!((gradient[row * columns + column] - 1.0 - sum).abs() < 1e-13);
                    }
                }
            }
        }
    }
}

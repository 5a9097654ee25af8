//! Products of small matrices with lanes: W x + b, its transpose, and the gradient of W and b.
//!
//! Rows are taken a few at a time, so that what is loaded is used more than once.

use super::one_by_one;
use crate::lanes::Lanes;

/// y = W x + b, with W (y.len(), x.len()) row by row.
#[inline(always)]
pub fn affine(weight: &[f64], bias: &[f64], x: &[Lanes], y: &mut [Lanes]) {
    for (row, bias) in y.iter_mut().zip(bias) {
        one_by_one();
        *row = Lanes::all(*bias);
    }
    let width = x.len();
    multiply(|row, column| weight[row * width + column], x, y);
}

/// x += Wᵀ y, with W (y.len(), x.len()) row by row: from slopes with respect to what
/// [`affine`] gives, those with respect to what it takes.
#[inline(always)]
pub fn pull_back(weight: &[f64], y: &[Lanes], x: &mut [Lanes]) {
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
        together(|row, column| entry(number * ROWS + row, column), x, block);
    }
    let entry = |row, column| entry(first + row, column);
    match rest {
        [a, b, c] => {
            let mut block = [*a, *b, *c];
            together(entry, x, &mut block);
            [*a, *b, *c] = block;
        }
        [a, b] => {
            let mut block = [*a, *b];
            together(entry, x, &mut block);
            [*a, *b] = block;
        }
        [a] => together(entry, x, std::array::from_mut(a)),
        _ => {}
    }
}

/// The same of a few rows, whose sums stay in registers.
#[inline(always)]
fn together<const ROWS: usize>(
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

/// Adds Σ over steps and lanes of `slopes`[step][row] · `inputs`[step][column] to
/// `gradient` (rows, columns).
///
/// `slopes` has `rows` lanes a step; `inputs` has `stride` of them, of which the first `columns`
/// count.
#[inline(always)]
pub fn accumulate(
    slopes: &[Lanes],
    rows: usize,
    inputs: &[Lanes],
    (stride, columns): (usize, usize),
    gradient: &mut [f64],
) {
    const TILE: usize = 2;
    for row in (0..rows).step_by(TILE) {
        for column in (0..columns).step_by(TILE) {
            // A tile at the edge repeats its last row or column, and gives it away once.
            let tile_rows = [row, (row + 1).min(rows - 1)];
            let tile_columns = [column, (column + 1).min(columns - 1)];
            let mut sums = [[Lanes::ZERO; TILE]; TILE];
            for (slopes, inputs) in slopes.chunks_exact(rows).zip(inputs.chunks_exact(stride)) {
                for (sums, row) in sums.iter_mut().zip(tile_rows) {
                    for (sum, column) in sums.iter_mut().zip(tile_columns) {
                        *sum = slopes[row].times_plus(inputs[column], *sum);
                    }
                }
            }
            for (sums, row) in sums.iter().zip(row..rows) {
                for (sum, column) in sums.iter().zip(column..columns) {
                    gradient[row * columns + column] += sum.total();
                }
            }
        }
    }
}

/// Adds Σ over steps and lanes of `slopes`[step][row] to `gradient` (rows).
#[inline(always)]
pub fn accumulate_bias(slopes: &[Lanes], gradient: &mut [f64]) {
    let rows = gradient.len();
    for (row, sum) in gradient.iter_mut().enumerate() {
        let steps = slopes.chunks_exact(rows);
        *sum += steps
            .fold(Lanes::ZERO, |sum, slopes| sum + slopes[row])
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
                pull_back(&weight, &y, &mut back);
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
                let (slopes, inputs) = (lanes(steps * rows, 0), lanes(steps * stride, 1));
                let mut gradient = vec![1.0; rows * columns];
                accumulate(&slopes, rows, &inputs, (stride, columns), &mut gradient);
                let mut bias = vec![2.0; rows];
                accumulate_bias(&slopes, &mut bias);
                for row in 0..rows {
                    let of = |weigh: &dyn Fn(usize) -> Lanes| -> f64 {
                        (0..steps)
                            .map(|step| (slopes[step * rows + row] * weigh(step)).total())
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

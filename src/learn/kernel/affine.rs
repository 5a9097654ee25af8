//! Products of small matrices with lanes: W x + b, its transpose, and the gradient of W and b.
//!
//! A few rows are taken at a time, which stay in registers while what is multiplied is loaded once
//! for all of them. Their number is known to the compiler, and slices are cut to the lengths that
//! loops have, so that no bound is checked inside.

use std::array::from_mut;

use super::Lanes;

/// y = W x + b, with W (y.len(), x.len()) row by row.
#[inline(always)]
pub fn affine(weight: &[f64], bias: &[f64], x: &[Lanes], y: &mut [Lanes]) {
    let width = x.len();
    let (fours, rest) = y.as_chunks_mut();
    let (twos, ones) = rest.as_chunks_mut();
    let mut row = 0;
    for y in fours {
        rows::<4>(&weight[row * width..], &bias[row..], x, y);
        row += 4;
    }
    for y in twos {
        rows::<2>(&weight[row * width..], &bias[row..], x, y);
        row += 2;
    }
    for y in ones {
        rows::<1>(&weight[row * width..], &bias[row..], x, from_mut(y));
        row += 1;
    }
}

/// The same for the first rows, so many.
#[inline(always)]
fn rows<const ROWS: usize>(weight: &[f64], bias: &[f64], x: &[Lanes], y: &mut [Lanes; ROWS]) {
    let mut rows = [weight; ROWS];
    let mut sums = [Lanes::ZERO; ROWS];
    for (row, (own, sum)) in rows.iter_mut().zip(&mut sums).enumerate() {
        *own = &weight[row * x.len()..][..x.len()];
        *sum = Lanes::all(bias[row]);
    }
    for (column, x) in x.iter().enumerate() {
        for (row, sum) in rows.iter().zip(&mut sums) {
            *sum = x.times_plus(Lanes::all(row[column]), *sum);
        }
    }
    *y = sums;
}

/// x += Wᵀ y, with W (y.len(), x.len()) row by row: from slopes with respect to what
/// [`affine`] gives, those with respect to what it takes.
#[inline(always)]
pub fn pull_back(weight: &[f64], y: &[Lanes], x: &mut [Lanes]) {
    let width = x.len();
    let (fours, rest) = x.as_chunks_mut();
    let (twos, ones) = rest.as_chunks_mut();
    let mut first = 0;
    for x in fours {
        columns::<4>(weight, (width, first), y, x);
        first += 4;
    }
    for x in twos {
        columns::<2>(weight, (width, first), y, x);
        first += 2;
    }
    for x in ones {
        columns::<1>(weight, (width, first), y, from_mut(x));
        first += 1;
    }
}

/// x += Wᵀ y for so many columns of W from the `first` on.
#[inline(always)]
fn columns<const COLUMNS: usize>(
    weight: &[f64],
    (width, first): (usize, usize),
    y: &[Lanes],
    x: &mut [Lanes; COLUMNS],
) {
    let mut sums = *x;
    for (row, y) in weight.chunks_exact(width).zip(y) {
        for (entry, sum) in row[first..first + COLUMNS].iter().zip(&mut sums) {
            *sum = y.times_plus(Lanes::all(*entry), *sum);
        }
    }
    *x = sums;
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
    for row in (0..rows).step_by(2) {
        for column in (0..columns).step_by(2) {
            let from = ((rows, row), (stride, column));
            let into = &mut gradient[row * columns + column..];
            match (rows - row, columns - column) {
                (1, 1) => tile::<1, 1>(slopes, inputs, from, columns, into),
                (1, _) => tile::<1, 2>(slopes, inputs, from, columns, into),
                (_, 1) => tile::<2, 1>(slopes, inputs, from, columns, into),
                _ => tile::<2, 2>(slopes, inputs, from, columns, into),
            }
        }
    }
}

/// The same for a few rows and columns: their first places in a step, and lanes of a step, in `from`;
/// `columns` in a row of the gradient.
#[inline(always)]
fn tile<const ROWS: usize, const COLUMNS: usize>(
    slopes: &[Lanes],
    inputs: &[Lanes],
    ((rows, row), (stride, column)): ((usize, usize), (usize, usize)),
    columns: usize,
    gradient: &mut [f64],
) {
    let mut sums = [[Lanes::ZERO; COLUMNS]; ROWS];
    for (slopes, inputs) in slopes.chunks_exact(rows).zip(inputs.chunks_exact(stride)) {
        let inputs = &inputs[column..column + COLUMNS];
        for (sums, slope) in sums.iter_mut().zip(&slopes[row..row + ROWS]) {
            for (sum, input) in sums.iter_mut().zip(inputs) {
                *sum = slope.times_plus(*input, *sum);
            }
        }
    }
    for (row, sums) in sums.iter().enumerate() {
        let own = &mut gradient[row * columns..][..COLUMNS];
        for (value, sum) in own.iter_mut().zip(sums) {
            *value += sum.total();
        }
    }
}

/// Adds Σ over steps and lanes of `slopes`[step][row] to `gradient` (rows).
#[inline(always)]
pub fn accumulate_bias(slopes: &[Lanes], gradient: &mut [f64]) {
    let rows = gradient.len();
    let (fours, ones) = gradient.as_chunks_mut();
    let mut row = 0;
    for gradient in fours {
        totals::<4>(slopes, (rows, row), gradient);
        row += 4;
    }
    for gradient in ones {
        totals::<1>(slopes, (rows, row), from_mut(gradient));
        row += 1;
    }
}

/// The same for a few rows of a step from `row` on.
#[inline(always)]
fn totals<const ROWS: usize>(
    slopes: &[Lanes],
    (rows, row): (usize, usize),
    gradient: &mut [f64; ROWS],
) {
    let mut sums = [Lanes::ZERO; ROWS];
    for slopes in slopes.chunks_exact(rows) {
        for (sum, slope) in sums.iter_mut().zip(&slopes[row..row + ROWS]) {
            *sum = *sum + *slope;
        }
    }
    for (value, sum) in gradient.iter_mut().zip(&sums) {
        *value += sum.total();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::kernel::LANES;

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

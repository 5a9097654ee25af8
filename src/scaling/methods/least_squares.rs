//! Weighted linear least squares.

use faer::Mat;
use faer::linalg::solvers::SolveLstsq;

/// The least-squares polynomial through (x, (y, 1/dy)), and χ².
pub fn weighted(degree: usize, points: &[(f64, (f64, f64))]) -> (Vec<f64>, f64) {
    // Powers of a number up to 1 keep their differences.
    let unit = points
        .iter()
        .fold(0.0_f64, |most, (x, _)| most.max(x.abs()));
    let row = |point: usize, power: usize| {
        let (x, (_, weight)) = points[point];
        weight * (x / unit).powi(power as i32)
    };
    let design = Mat::from_fn(points.len(), degree + 1, row);
    let values = Mat::from_fn(points.len(), 1, |point, _| {
        let (_, (mean, weight)) = points[point];
        weight * mean
    });
    let solution = design.qr().solve_lstsq(&values);
    let missed = &values - &design * &solution;
    let coefficients = (0..=degree).map(|power| solution[(power, 0)] / unit.powi(power as i32));
    (coefficients.collect(), missed.squared_norm_l2())
}

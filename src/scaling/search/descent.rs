//! A quasi-Newton descent within bounds.
//!
//! The direction is that of BFGS for the parameters that no bound holds back. The step is cut at the
//! bounds and halved until the cost falls. See J. Nocedal and S. Wright, Numerical Optimization
//! (2006), chapters 3, 6 and 16. argmin has no such method with bounds.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};

use super::minimum::Minimum;
use super::range::Range;

const MOST_STEPS: usize = 100;
/// No parameter moves further in a step, as a fraction of its range. The quadratic model of the cost
/// holds nearby only.
const LONGEST: f64 = 0.2;
/// The descent ends when the predicted decrease of a step is smaller than this.
const SMALLEST_DECREASE: f64 = 1e-7;
/// A step must make this part of the predicted decrease (Armijo's condition).
const SUFFICIENT: f64 = 1e-4;
const MOST_HALVINGS: usize = 25;
/// The least cosine between step and change of gradient for an update.
const LEAST_COSINE: f64 = 1e-10;

/// The minimum of `cost`, which also fills the gradient, downhill from `start`. Infinity marks
/// parameters that are not acceptable; the start is acceptable.
pub fn descend(
    ranges: &[Range],
    start: &[f64],
    mut cost: impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Minimum {
    let free: Vec<usize> = (0..ranges.len())
        .filter(|&axis| !ranges[axis].is_held())
        .collect();
    let mut parameters = start.to_vec();
    let mut gradient = vec![0.0; parameters.len()];
    // Fractions of the ranges give all parameters the same scale, which BFGS needs to start.
    let mut of_fractions = |fractions: &[f64], by_fraction: &mut [f64]| {
        for (&axis, &fraction) in free.iter().zip(fractions) {
            parameters[axis] = ranges[axis].value(fraction);
        }
        let found = cost(&parameters, &mut gradient);
        for (&axis, own) in free.iter().zip(by_fraction) {
            *own = gradient[axis] * ranges[axis].derivative(parameters[axis]);
        }
        found
    };
    let fractions = free
        .iter()
        .map(|&axis| ranges[axis].fraction(start[axis]))
        .collect();
    let mut here = Point::new(fractions, &mut of_fractions);
    let mut hessian = Hessian::new(free.len());
    for _ in 0..MOST_STEPS {
        let direction = hessian.direction(&here);
        let predicted = product(&direction, &here.gradient);
        if -predicted < SMALLEST_DECREASE {
            break;
        }
        let Some(next) = step(&here, &direction, &mut of_fractions) else {
            break;
        };
        hessian.update(&here, &next);
        here = next;
    }
    let mut parameters = start.to_vec();
    for (&axis, &fraction) in free.iter().zip(&here.fractions) {
        parameters[axis] = ranges[axis].value(fraction);
    }
    Minimum {
        parameters,
        cost: here.cost,
    }
}

/// A point of the unit cube, with cost and gradient.
struct Point {
    fractions: Vec<f64>,
    cost: f64,
    gradient: Vec<f64>,
}

impl Point {
    fn new(fractions: Vec<f64>, cost: &mut impl FnMut(&[f64], &mut [f64]) -> f64) -> Self {
        let mut gradient = vec![0.0; fractions.len()];
        Self {
            cost: cost(&fractions, &mut gradient),
            fractions,
            gradient,
        }
    }

    /// Whether the point is at a bound of this axis, and the cost falls beyond it.
    fn is_blocked(&self, axis: usize) -> bool {
        let (fraction, slope) = (self.fractions[axis], self.gradient[axis]);
        fraction <= 0.0 && slope > 0.0 || fraction >= 1.0 && slope < 0.0
    }
}

/// A lower point along the direction, projected to the bounds; none when no halving finds one.
fn step(
    here: &Point,
    direction: &[f64],
    cost: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Option<Point> {
    let mut length = 1.0;
    for _ in 0..MOST_HALVINGS {
        let moved = here.fractions.iter().zip(direction);
        let fractions = moved.map(|(from, along)| (from + length * along).clamp(0.0, 1.0));
        let next = Point::new(fractions.collect(), cost);
        // The projected step is not parallel to the direction: the prediction must use it.
        let predicted = product(
            &here.gradient,
            &difference(&next.fractions, &here.fractions),
        );
        if next.cost < here.cost && next.cost <= here.cost + SUFFICIENT * predicted {
            return Some(next);
        }
        length /= 2.0;
    }
    None
}

/// The approximate second derivatives of the cost.
///
/// The matrix itself is kept, not its inverse: Newton's step for some axes needs its submatrix.
struct Hessian {
    matrix: Mat<f64>,
    /// Whether a step has set the scale of the matrix.
    is_scaled: bool,
}

impl Hessian {
    fn new(dimensions: usize) -> Self {
        Self {
            matrix: Mat::identity(dimensions, dimensions),
            is_scaled: false,
        }
    }

    /// Newton's step for the axes that are not blocked, shortened to [`LONGEST`].
    fn direction(&self, here: &Point) -> Vec<f64> {
        let free: Vec<usize> = (0..here.fractions.len())
            .filter(|&axis| !here.is_blocked(axis))
            .collect();
        let matrix = Mat::from_fn(free.len(), free.len(), |row, column| {
            self.matrix[(free[row], free[column])]
        });
        let downhill = Mat::from_fn(free.len(), 1, |row, _| -here.gradient[free[row]]);
        let newton = match matrix.llt(Side::Lower) {
            Ok(factor) if self.is_scaled => factor.solve(&downhill),
            _ => downhill,
        };
        let longest = newton.norm_max();
        // Before the first update the gradient gives a direction only: half of the longest step.
        let scale = if self.is_scaled {
            (LONGEST / longest).min(1.0)
        } else {
            LONGEST / 2.0 / longest.max(f64::MIN_POSITIVE)
        };
        let mut direction = vec![0.0; here.fractions.len()];
        for (row, &axis) in free.iter().enumerate() {
            direction[axis] = scale * newton[(row, 0)];
        }
        direction
    }

    /// The update of Broyden, Fletcher, Goldfarb and Shanno.
    ///
    /// Without positive curvature along the step there is no update. The matrix then stays positive
    /// definite, and its direction leads downhill.
    fn update(&mut self, here: &Point, next: &Point) {
        let step = difference(&next.fractions, &here.fractions);
        let change = difference(&next.gradient, &here.gradient);
        let along = product(&step, &change);
        let lengths = [&change, &step].map(|vector| product(vector, vector).sqrt());
        if along <= LEAST_COSINE * lengths[0] * lengths[1] {
            return;
        }
        let dimensions = step.len();
        if !self.is_scaled {
            // The curvature along the first step is the best guess for all directions.
            let scale = product(&change, &change) / along;
            self.matrix = scale * Mat::<f64>::identity(dimensions, dimensions);
            self.is_scaled = true;
        }
        let image: Vec<f64> = (0..dimensions)
            .map(|row| {
                (0..dimensions)
                    .map(|k| self.matrix[(row, k)] * step[k])
                    .sum()
            })
            .collect();
        let norm = product(&step, &image);
        for row in 0..dimensions {
            for column in 0..dimensions {
                self.matrix[(row, column)] +=
                    change[row] * change[column] / along - image[row] * image[column] / norm;
            }
        }
    }
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's valley, whose floor is at (1, 1).
    fn rosenbrock(at: &[f64], gradient: &mut [f64]) -> f64 {
        let (across, along) = (at[1] - at[0] * at[0], 1.0 - at[0]);
        gradient[0] = -400.0 * at[0] * across - 2.0 * along;
        gradient[1] = 200.0 * across;
        100.0 * across * across + along * along
    }

    #[test]
    fn down_a_bent_valley() {
        let ranges = [
            Range::linear("a", [-2.0, 2.0]),
            Range::logarithmic("b", [0.01, 9.0]),
        ];
        let found = descend(&ranges, &[-1.2, 1.0], rosenbrock);
        assert!(found.cost < 1e-6, "{found:?}");
        assert!((found.parameters[0] - 1.0).abs() < 1e-3, "{found:?}");
        assert!((found.parameters[1] - 1.0).abs() < 2e-3, "{found:?}");
    }

    /// With a ≤ 1/2 the lowest point is at the bound, b = 1/4; held at b = 4 it is at the bound too.
    #[test]
    fn a_descent_ends_at_bounds() {
        let mut ranges = [
            Range::linear("a", [-2.0, 0.5]),
            Range::linear("b", [-1.0, 9.0]),
        ];
        let found = descend(&ranges, &[-1.2, 1.0], rosenbrock);
        assert_eq!(found.parameters[0], 0.5);
        assert!((found.parameters[1] - 0.25).abs() < 1e-4, "{found:?}");
        assert!((found.cost - 0.25).abs() < 1e-6);
        ranges[1] = Range::linear("b", [-1.0, 9.0]).held(4.0);
        let found = descend(&ranges, &[0.1, 4.0], rosenbrock);
        assert_eq!(found.parameters, [0.5, 4.0]);
    }
}

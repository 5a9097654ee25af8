//! A quasi-Newton descent within bounds: BFGS on the parameters that no bound holds back, and a step
//! that is cut at the bounds and shortened until the cost falls (J. Nocedal and S. Wright, Numerical
//! Optimization, 2006, chapters 3, 6 and 16). argmin has no such method with bounds.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};

use super::Minimum;
use super::range::Range;

const MOST_STEPS: usize = 100;
/// No parameter moves further in a step, as a share of its range.
const LONGEST: f64 = 0.2;
/// The descent ends when a step would gain less than this.
const GAIN: f64 = 1e-7;
/// The part of the gain that the slope promises which a step must make.
const SUFFICIENT: f64 = 1e-4;
const MOST_HALVINGS: usize = 25;

/// The minimum of `cost`, which also gives the gradient, below `start`. Infinity marks what is not
/// acceptable; the start is.
pub fn descend(
    ranges: &[Range],
    start: &[f64],
    mut cost: impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Minimum {
    let free: Vec<usize> = (0..ranges.len())
        .filter(|&axis| !ranges[axis].is_held())
        .collect();
    let mut place = start.to_vec();
    let mut slopes = vec![0.0; place.len()];
    let mut of_shares = |shares: &[f64], gradient: &mut [f64]| {
        for (&axis, &share) in free.iter().zip(shares) {
            place[axis] = ranges[axis].value(share);
        }
        let found = cost(&place, &mut slopes);
        for (&axis, slope) in free.iter().zip(gradient) {
            *slope = slopes[axis] * ranges[axis].slope(place[axis]);
        }
        found
    };
    let shares = free.iter().map(|&axis| ranges[axis].share(start[axis]));
    let mut here = Point::new(shares.collect());
    here.cost = of_shares(&here.shares, &mut here.gradient);
    let mut curvature = Curvature::new(free.len());
    for _ in 0..MOST_STEPS {
        let direction = curvature.direction(&here);
        let promised = product(&direction, &here.gradient);
        if -promised < GAIN {
            break;
        }
        let Some(next) = step(&here, &direction, &mut of_shares) else {
            break;
        };
        curvature.learn(&here, &next);
        here = next;
    }
    let mut place = start.to_vec();
    for (&axis, &share) in free.iter().zip(&here.shares) {
        place[axis] = ranges[axis].value(share);
    }
    Minimum {
        place,
        cost: here.cost,
    }
}

struct Point {
    shares: Vec<f64>,
    cost: f64,
    gradient: Vec<f64>,
}

impl Point {
    fn new(shares: Vec<f64>) -> Self {
        let gradient = vec![0.0; shares.len()];
        Self {
            shares,
            cost: f64::INFINITY,
            gradient,
        }
    }

    /// Whether the cost falls towards the bound that this axis is at.
    fn is_stopped(&self, axis: usize) -> bool {
        let (share, slope) = (self.shares[axis], self.gradient[axis]);
        share <= 0.0 && slope > 0.0 || share >= 1.0 && slope < 0.0
    }
}

/// A lower point along the direction, bent at the bounds; none when even the shortest step is none.
fn step(
    here: &Point,
    direction: &[f64],
    cost: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
) -> Option<Point> {
    let mut length = 1.0;
    for _ in 0..MOST_HALVINGS {
        let moved = here.shares.iter().zip(direction);
        let shares = moved.map(|(share, along)| (share + length * along).clamp(0.0, 1.0));
        let mut next = Point::new(shares.collect());
        next.cost = cost(&next.shares, &mut next.gradient);
        let promised = product(&here.gradient, &difference(&next.shares, &here.shares));
        if next.cost < here.cost && next.cost <= here.cost + SUFFICIENT * promised {
            return Some(next);
        }
        length /= 2.0;
    }
    None
}

/// What steps have taught of the second derivatives.
struct Curvature {
    matrix: Mat<f64>,
    taught: bool,
}

impl Curvature {
    fn new(dimensions: usize) -> Self {
        Self {
            matrix: Mat::identity(dimensions, dimensions),
            taught: false,
        }
    }

    /// Newton's step for the axes that are not stopped, shortened to [`LONGEST`].
    fn direction(&self, here: &Point) -> Vec<f64> {
        let free: Vec<usize> = (0..here.shares.len())
            .filter(|&axis| !here.is_stopped(axis))
            .collect();
        let matrix = Mat::from_fn(free.len(), free.len(), |row, column| {
            self.matrix[(free[row], free[column])]
        });
        let downhill = Mat::from_fn(free.len(), 1, |row, _| -here.gradient[free[row]]);
        let newton = match matrix.llt(Side::Lower) {
            Ok(factor) if self.taught => factor.solve(&downhill),
            _ => downhill,
        };
        let longest = newton.norm_max();
        let scale = if self.taught {
            (LONGEST / longest).min(1.0)
        } else {
            LONGEST / 2.0 / longest.max(f64::MIN_POSITIVE)
        };
        let mut direction = vec![0.0; here.shares.len()];
        for (row, &axis) in free.iter().enumerate() {
            direction[axis] = scale * newton[(row, 0)];
        }
        direction
    }

    /// The update of Broyden, Fletcher, Goldfarb and Shanno; left out where the cost curves down.
    fn learn(&mut self, here: &Point, next: &Point) {
        let moved = difference(&next.shares, &here.shares);
        let bent = difference(&next.gradient, &here.gradient);
        let along = product(&moved, &bent);
        if along <= 1e-10 * product(&bent, &bent).sqrt() * product(&moved, &moved).sqrt() {
            return;
        }
        let dimensions = moved.len();
        if !self.taught {
            let scale = product(&bent, &bent) / along;
            self.matrix = scale * Mat::<f64>::identity(dimensions, dimensions);
            self.taught = true;
        }
        let image: Vec<f64> = (0..dimensions)
            .map(|row| {
                (0..dimensions)
                    .map(|k| self.matrix[(row, k)] * moved[k])
                    .sum()
            })
            .collect();
        let norm = product(&moved, &image);
        for row in 0..dimensions {
            for column in 0..dimensions {
                self.matrix[(row, column)] +=
                    bent[row] * bent[column] / along - image[row] * image[column] / norm;
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
        assert!((found.place[0] - 1.0).abs() < 1e-3, "{found:?}");
        assert!((found.place[1] - 1.0).abs() < 2e-3, "{found:?}");
    }

    /// With a ≤ 1/2 the lowest point is at the bound, b = 1/4; held at b = 4 it is at the bound too.
    #[test]
    fn bounds_stop_it() {
        let mut ranges = [
            Range::linear("a", [-2.0, 0.5]),
            Range::linear("b", [-1.0, 9.0]),
        ];
        let found = descend(&ranges, &[-1.2, 1.0], rosenbrock);
        assert_eq!(found.place[0], 0.5);
        assert!((found.place[1] - 0.25).abs() < 1e-4, "{found:?}");
        assert!((found.cost - 0.25).abs() < 1e-6);
        ranges[1] = Range::linear("b", [-1.0, 9.0]).held(4.0);
        let found = descend(&ranges, &[0.1, 4.0], rosenbrock);
        assert_eq!(found.place, [0.5, 4.0]);
    }
}

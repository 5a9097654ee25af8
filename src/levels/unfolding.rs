//! Levels on a scale where their mean distance is 1 everywhere.

use faer::Mat;
use faer::linalg::solvers::SolveLstsq;

/// The degree of the polynomial that is fitted to the number of levels below an energy.
const DEGREE: usize = 10;

/// Fewer levels are not unfolded.
const FEWEST: usize = 4 * DEGREE;

/// The unfolded levels of ascending `energies`; none when these are too few, or all equal.
///
/// The number of levels below E is fitted by a polynomial, as J. Šuntajs, J. Bonča, T. Prosen and
/// L. Vidmar do, Phys. Rev. E 102, 062144. Chebyshev polynomials make the fit well conditioned.
pub fn unfold(energies: &[f64]) -> Vec<f64> {
    let count = energies.len();
    if count < FEWEST {
        return Vec::new();
    }
    let (lowest, width) = (energies[0], energies[count - 1] - energies[0]);
    if width <= 0.0 {
        return Vec::new();
    }
    let scaled: Vec<f64> = (energies.iter())
        .map(|energy| 2.0 * (energy - lowest) / width - 1.0)
        .collect();
    let basis = Mat::from_fn(count, DEGREE + 1, |row, degree| {
        chebyshev(degree, scaled[row])
    });
    // A level is in the middle of its own step of the number of levels.
    let below = Mat::from_fn(count, 1, |row, _| row as f64 + 0.5);
    let fitted = basis.qr().solve_lstsq(&below);
    let value = |row: usize| {
        let terms = (0..=DEGREE).map(|degree| fitted[(degree, 0)] * basis[(row, degree)]);
        terms.sum::<f64>()
    };
    (0..count).map(value).collect()
}

/// T_n(x) for x from −1 to 1.
fn chebyshev(degree: usize, x: f64) -> f64 {
    (degree as f64 * x.clamp(-1.0, 1.0).acos()).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Levels whose density is a polynomial are unfolded exactly.
    #[test]
    fn a_polynomial_staircase_is_unfolded_exactly() {
        // N(E) = 100 (E + E³)/2 on [0, 1]; solved for E by bisection.
        let energy = |below: f64| {
            let (mut low, mut high) = (0.0, 1.0);
            for _ in 0..60 {
                let middle: f64 = f64::midpoint(low, high);
                if 50.0 * (middle + middle.powi(3)) < below {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            low
        };
        let energies: Vec<f64> = (0..100).map(|k| energy(f64::from(k) + 0.5)).collect();
        for (k, level) in unfold(&energies).iter().enumerate() {
            assert!((level - (k as f64 + 0.5)).abs() < 1e-9, "{level}");
        }
    }

    #[test]
    fn too_few_or_equal_levels_are_not_unfolded() {
        assert!(unfold(&[1.0; 80]).is_empty());
        assert!(unfold(&[0.0, 1.0, 2.0]).is_empty());
    }
}

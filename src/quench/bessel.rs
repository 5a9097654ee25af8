//! Bessel functions of integer orders, the coefficients of exp(−iτx) in Chebyshev polynomials.

/// The value that the recurrence begins with, and the most that it lets its values reach. Their squares are
/// numbers still.
const FIRST: f64 = 1e-100;
const MOST: f64 = 1e100;

/// Below this the next term of J_0 = 1 − x²/4 + … is rounding.
const SMALL: f64 = 1e-12;

/// J_0(x), J_1(x), … for x ≥ 0, up to orders where they are below 1e-24.
///
/// Miller's algorithm: the recurrence J_{n−1} = (2n/x) J_n − J_{n+1} is stable downwards (F. W. J. Olver,
/// NIST Digital Library of Mathematical Functions, 3.6). Its values are scaled by J_0² + 2 Σ J_n² = 1, a
/// sum without cancellation.
pub fn bessel(x: f64) -> Vec<f64> {
    if x < SMALL {
        return vec![1.0, x / 2.0];
    }
    // Beyond n = x the values fall as the Airy function of 2^{1/3} (n − x) / x^{1/3}.
    let last = (x + 19.0 * x.cbrt()) as usize + 40;
    let mut values = vec![0.0; last + 2];
    values[last] = FIRST;
    for n in (1..=last).rev() {
        values[n - 1] = 2.0 * n as f64 / x * values[n] - values[n + 1];
        if values[n - 1].abs() > MOST {
            values[n - 1..].iter_mut().for_each(|value| *value /= MOST);
        }
    }
    let squares = values[1..].iter().rev().map(|value| value * value);
    let norm = (2.0 * squares.sum::<f64>() + values[0] * values[0]).sqrt();
    values.iter_mut().for_each(|value| *value /= norm);
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From tables (M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions, 9.4), the last
    /// ones from an arithmetic of 50 digits.
    #[test]
    fn values_are_those_of_tables() {
        for (n, x, expected) in KNOWN {
            let found = bessel(*x)[*n];
            let allowed = 4e-15 * expected.abs().max(1.0 / x.max(1.0).sqrt());
            assert!(
                (found - expected).abs() < allowed.max(1e-17 * x),
                "J_{n}({x}) = {found}, not {expected}"
            );
        }
    }

    const KNOWN: &[(usize, f64, f64)] = &[
        (0, 1.0, 0.765_197_686_557_966_6),
        (1, 1.0, 0.440_050_585_744_933_5),
        (5, 1.0, 0.000_249_757_730_211_234_44),
        (0, 10.0, -0.245_935_764_451_348_35),
        (2, 10.0, 0.254_630_313_685_120_6),
        (20, 10.0, 1.151_336_924_781_339_8e-05),
        (0, 50.0, 0.055_812_327_669_251_816),
        (10, 50.0, -0.113_847_849_149_469_38),
        (100, 50.0, 1.115_927_369_083_809_4e-21),
        (3, 1000.0, -0.004_827_420_825_203_947_5),
        (1000, 1000.0, 0.044_730_672_947_964_04),
        (17, 4000.0, -4.097_099_040_203_132e-05),
        (3999, 4000.0, 0.029_807_640_625_866_837),
    ];

    /// J_0 + 2 Σ J_{2k} = 1, which the scaling does not use.
    #[test]
    fn even_orders_add_up_to_one() {
        for x in [1e-9, 0.3, 4.0, 77.7, 1234.5, 4096.0] {
            let values = bessel(x);
            let even: f64 = values[2..].iter().step_by(2).sum();
            let sum = values[0] + 2.0 * even;
            assert!((sum - 1.0).abs() < 2e-14, "{x}: {sum}");
            assert!(values[values.len() - 2].abs() < 1e-24);
        }
    }
}

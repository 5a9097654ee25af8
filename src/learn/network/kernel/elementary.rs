//! Elementary functions of lanes, without branches and tables.

use crate::lanes::Lanes;

/// 1.5 · 2⁵². The sum of this and a number of moderate size is rounded to an integer, which the lowest
/// bits of the sum hold.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// ln 2 in two parts. The first part ends with zero bits, so that its multiples up to 1024 are exact.
const LN_2: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];

/// For larger |x|, eˣ would leave the range of doubles.
const LARGEST: f64 = 708.0;

/// 1/k! for k = 0 … 13. For |x| ≤ ln 2 / 2 the rest of the series is below 1e-17.
const INVERSE_FACTORIALS: [f64; 14] = {
    let mut all = [1.0; 14];
    let mut k = 1;
    while k < 14 {
        all[k] = all[k - 1] / k as f64;
        k += 1;
    }
    all
};

impl Lanes {
    /// eˣ of each lane, to two units in the last place. Arguments beyond ±708 count as ±708; NaN stays
    /// NaN.
    #[inline(always)]
    pub fn exp(self) -> Self {
        let mut result = self;
        for value in &mut result.0 {
            *value = exponential(*value);
        }
        result
    }

    /// 1/(1 + e⁻ˣ) of each lane.
    #[inline(always)]
    pub fn sigmoid(self) -> Self {
        let mut result = self;
        for value in &mut result.0 {
            *value = 1.0 / (1.0 + exponential(-*value));
        }
        result
    }

    /// tanh x of each lane, to an absolute error of about 1e-16.
    #[inline(always)]
    pub fn tanh(self) -> Self {
        let mut result = self;
        for value in &mut result.0 {
            *value = 1.0 - 2.0 / (1.0 + exponential(2.0 * *value));
        }
        result
    }

    /// The positive part of each lane; NaN stays NaN.
    #[inline(always)]
    pub fn relu(self) -> Self {
        let mut result = self;
        for value in &mut result.0 {
            *value = if *value < 0.0 { 0.0 } else { *value };
        }
        result
    }

    /// The sum over the lanes.
    #[inline(always)]
    pub fn total(self) -> f64 {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + e) + (b + f)) + ((c + g) + (d + h))
    }
}

/// eˣ = 2ᵏ eʳ with |r| ≤ ln 2 / 2.
#[inline(always)]
fn exponential(x: f64) -> f64 {
    // The comparisons are false for NaN, so that NaN stays NaN.
    let x = if x > LARGEST { LARGEST } else { x };
    let x = if x < -LARGEST { -LARGEST } else { x };
    let shifted = x.mul_add(std::f64::consts::LOG2_E, ROUNDER);
    let power = shifted - ROUNDER;
    let r = power.mul_add(-LN_2[1], power.mul_add(-LN_2[0], x));
    // Even and odd powers are summed separately. Two short chains of dependent operations take less time
    // than a long one.
    let square = r * r;
    let (mut even, mut odd) = (INVERSE_FACTORIALS[12], INVERSE_FACTORIALS[13]);
    for k in (0..6).rev() {
        even = even.mul_add(square, INVERSE_FACTORIALS[2 * k]);
        odd = odd.mul_add(square, INVERSE_FACTORIALS[2 * k + 1]);
    }
    let scale = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    odd.mul_add(r, even) * scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each(function: impl Fn(Lanes) -> Lanes, exact: impl Fn(f64) -> f64, largest: f64) -> f64 {
        let points = 200_000;
        let at = |k: usize| largest * (2.0 * k as f64 / points as f64 - 1.0);
        (0..points)
            .map(|k| {
                let found = function(Lanes::all(at(k)));
                assert!(found.0.iter().all(|value| *value == found.0[0]));
                (found.0[0] - exact(at(k))).abs() / exact(at(k)).abs().max(1e-300)
            })
            .fold(0.0, f64::max)
    }

    #[test]
    fn exponentials_are_those_of_the_standard_library() {
        assert!(each(Lanes::exp, f64::exp, 1.0) < 4.5e-16);
        assert!(each(Lanes::exp, f64::exp, 700.0) < 4.5e-16);
        assert_eq!(Lanes::ZERO.exp(), Lanes::all(1.0));
    }

    #[test]
    fn sigmoid_and_tanh_are_those_of_the_standard_library() {
        let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
        assert!(each(Lanes::sigmoid, sigmoid, 30.0) < 6e-16);
        let shifted = |x: f64| 2.0 + x.tanh();
        let ours = |x: Lanes| Lanes::all(2.0) + x.tanh();
        assert!(each(ours, shifted, 25.0) < 5e-16);
    }

    #[test]
    fn extremes_saturate_and_not_a_number_stays() {
        for value in [1e4, f64::INFINITY] {
            assert_eq!(Lanes::all(value).tanh(), Lanes::all(1.0));
            assert_eq!(Lanes::all(-value).tanh(), Lanes::all(-1.0));
            assert_eq!(Lanes::all(value).sigmoid(), Lanes::all(1.0));
            assert!(Lanes::all(-value).sigmoid().0[0] < 1e-300);
            assert!(Lanes::all(value).exp().0[0].is_finite());
        }
        let nan = Lanes::all(f64::NAN);
        for found in [nan.exp(), nan.sigmoid(), nan.tanh(), nan.relu()] {
            assert!(found.0.iter().all(|value| value.is_nan()));
        }
    }

    #[test]
    fn a_total_has_every_lane() {
        let lanes = Lanes(std::array::from_fn(|lane| f64::from(1 << lane)));
        assert_eq!(lanes.total(), 255.0);
    }
}

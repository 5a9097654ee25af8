//! The same arithmetic on several numbers at once, for work that is the same for many vectors.
//!
//! The numbers are plain arrays. The compiler uses the wide registers of the processor for them in
//! code called through [`pulp::Arch::dispatch`]. Every lane is rounded as a single number would be,
//! so that the result does not depend on the registers.

use std::ops::{Add, Div, Mul, Sub};

/// Numbers handled at once: two registers of AVX2, whose operations overlap in time.
pub const LANES: usize = 8;

/// One number of each of [`LANES`] vectors: a line of the cache.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(64))]
pub struct Lanes(pub [f64; LANES]);

// SAFETY: an array of plain numbers, as long as its alignment, so without other bytes.
unsafe impl bytemuck::Zeroable for Lanes {}
// SAFETY: as above.
unsafe impl bytemuck::Pod for Lanes {}

impl Lanes {
    /// Zero in every lane.
    pub const ZERO: Self = Self([0.0; LANES]);

    /// The same number in every lane.
    #[inline(always)]
    pub fn all(value: f64) -> Self {
        Self([value; LANES])
    }

    #[inline(always)]
    fn zip(self, other: Self, operation: impl Fn(f64, f64) -> f64) -> Self {
        let mut result = self;
        for (a, b) in result.0.iter_mut().zip(other.0) {
            *a = operation(*a, b);
        }
        result
    }

    /// `self` · `factor` + `term`, rounded once.
    #[inline(always)]
    pub fn times_plus(self, factor: Self, term: Self) -> Self {
        let mut result = term;
        for ((sum, a), b) in result.0.iter_mut().zip(self.0).zip(factor.0) {
            *sum = a.mul_add(b, *sum);
        }
        result
    }

    /// The square root of each.
    #[inline(always)]
    pub fn sqrt(self) -> Self {
        self.zip(self, |a, _| a.sqrt())
    }

    /// The magnitudes with the signs of `sign`.
    #[inline(always)]
    pub fn with_sign_of(self, sign: Self) -> Self {
        self.zip(sign, f64::copysign)
    }

    /// The magnitudes.
    #[inline(always)]
    pub fn abs(self) -> Self {
        self.with_sign_of(Self::all(1.0))
    }

    /// The greater of each pair.
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    /// The greater of each and `bound`.
    #[inline(always)]
    pub fn at_least(self, bound: f64) -> Self {
        self.zip(self, |a, _| if a > bound { a } else { bound })
    }

    /// Each number where `test` exceeds `bound`, and that of `otherwise` elsewhere.
    #[inline(always)]
    pub fn where_above(self, test: Self, bound: f64, otherwise: Self) -> Self {
        let mut result = otherwise;
        for ((chosen, value), test) in result.0.iter_mut().zip(self.0).zip(test.0) {
            *chosen = if test > bound { value } else { *chosen };
        }
        result
    }

    /// Whether any exceeds `bound`.
    #[inline(always)]
    pub fn any_above(self, bound: f64) -> bool {
        self.0
            .iter()
            .fold(false, |any, &value| any | (value > bound))
    }
}

impl Add for Lanes {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
}

impl Sub for Lanes {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
}

impl Mul for Lanes {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }
}

impl Div for Lanes {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }
}

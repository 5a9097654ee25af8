//! The precisions of a factorization: double for solves, single for counts of levels.

use std::ops::{Mul, MulAssign, Neg, Sub, SubAssign};

use faer::traits::RealField;

/// A number type to factorize in.
pub trait Precision:
    RealField
    + Copy
    + Default
    + Mul<Output = Self>
    + Neg<Output = Self>
    + Sub<Output = Self>
    + MulAssign
    + SubAssign
    + Into<f64>
{
    /// `self` · `a` + `b`, rounded once.
    fn fused(self, a: Self, b: Self) -> Self;

    /// |`self`|.
    fn magnitude(self) -> Self;
}

impl Precision for f32 {
    #[inline(always)]
    fn fused(self, a: Self, b: Self) -> Self {
        self.mul_add(a, b)
    }

    #[inline(always)]
    fn magnitude(self) -> Self {
        self.abs()
    }
}

impl Precision for f64 {
    #[inline(always)]
    fn fused(self, a: Self, b: Self) -> Self {
        self.mul_add(a, b)
    }

    #[inline(always)]
    fn magnitude(self) -> Self {
        self.abs()
    }
}

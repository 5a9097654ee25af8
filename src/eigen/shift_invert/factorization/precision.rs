//! The numbers that a factorization can be made of.

use std::ops::{Mul, MulAssign, Sub, SubAssign};

use faer::traits::RealField;

/// A precision to factorize in.
pub trait Precision:
    RealField + Copy + Default + Mul<Output = Self> + Sub<Output = Self> + MulAssign + SubAssign
{
    /// `self` · `a` + `b`, rounded once.
    fn fused(self, a: Self, b: Self) -> Self;
}

impl Precision for f32 {
    #[inline(always)]
    fn fused(self, a: Self, b: Self) -> Self {
        self.mul_add(a, b)
    }
}

impl Precision for f64 {
    #[inline(always)]
    fn fused(self, a: Self, b: Self) -> Self {
        self.mul_add(a, b)
    }
}

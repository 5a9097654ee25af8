//! Sums of the decimal numbers that a deck is written in, without rounding in between.

/// A number as it is written: digits · 10^exponent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    /// The shortest decimal number that reads back as `value`, which is the one that was written
    /// unless that had more than 15 digits; none for infinities and NaN.
    pub fn of(value: f64) -> Option<Self> {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e')?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        Some(Self {
            digits: format!("{whole}{fraction}").parse().ok()?,
            exponent: exponent.parse::<i32>().ok()? - fraction.len() as i32,
        })
    }

    /// The nearest double.
    pub fn value(self) -> f64 {
        let text = format!("{}e{}", self.digits, self.exponent);
        text.parse().expect("digits with an exponent are a number")
    }

    /// self + count · step; none when it has too many digits.
    pub fn plus(self, count: i128, step: Self) -> Option<Self> {
        let exponent = self.exponent.min(step.exponent);
        let steps = count.checked_mul(step.digits_at(exponent)?)?;
        Some(Self {
            digits: self.digits_at(exponent)?.checked_add(steps)?,
            exponent,
        })
    }

    /// How often `step` fits into self, up to rounding in the twelfth digit; none when there are too
    /// many digits, or the step is zero.
    pub fn whole_steps(self, step: Self) -> Option<i128> {
        let exponent = self.exponent.min(step.exponent);
        let digits = self.digits_at(exponent)?;
        // A third written with 16 digits fits three times into 1 although it may be too large.
        digits
            .checked_add(digits / 1_000_000_000_000)?
            .checked_div(step.digits_at(exponent)?)
    }

    /// The digits with another exponent, which is no larger.
    fn digits_at(self, exponent: i32) -> Option<i128> {
        let shift = u32::try_from(self.exponent - exponent).ok()?;
        if self.digits == 0 {
            return Some(0);
        }
        self.digits.checked_mul(10_i128.checked_pow(shift)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(value: f64) -> Decimal {
        Decimal::of(value).unwrap()
    }

    #[test]
    fn numbers_read_back() {
        for value in [
            0.0,
            0.1,
            -2.5,
            14.0,
            1e300,
            5e-324,
            f64::MAX,
            0.333_333_333_333_333_3,
        ] {
            assert_eq!(decimal(value).value(), value);
        }
        assert_eq!(Decimal::of(f64::NAN), None);
        assert_eq!(Decimal::of(f64::INFINITY), None);
    }

    #[test]
    fn sums_are_exact() {
        // 0.1 + 0.2 and 0.7 + 0.1 are no such numbers in doubles.
        assert_eq!(decimal(0.1).plus(2, decimal(0.1)).unwrap().value(), 0.3);
        assert_eq!(decimal(0.7).plus(1, decimal(0.1)).unwrap().value(), 0.8);
        let tiny = decimal(1.0).plus(3, decimal(1e-15)).unwrap();
        assert_eq!(tiny.value(), 1.000_000_000_000_003);
        assert_eq!(decimal(1e300).plus(1, decimal(1e-300)), None);
        assert_eq!(
            decimal(0.0).plus(3, decimal(1e-300)).unwrap().value(),
            3e-300
        );
    }

    #[test]
    fn steps_are_counted() {
        assert_eq!(decimal(0.3).whole_steps(decimal(0.1)), Some(3));
        assert_eq!(decimal(1.9).whole_steps(decimal(0.5)), Some(3));
        let two_thirds = decimal(0.666_666_666_666_666_7);
        assert_eq!(decimal(2.0).whole_steps(two_thirds), Some(3));
        assert_eq!(decimal(1.0).whole_steps(decimal(0.0)), None);
    }
}

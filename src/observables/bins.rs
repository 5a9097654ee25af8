//! The bins of histograms.

/// Of gap ratios.
pub const RATIOS: Bins = Bins {
    from: 0.0,
    to: 1.0,
    count: 50,
};

/// Of expectation values of σᶻ.
pub const SPINS: Bins = Bins {
    from: -1.0,
    to: 1.0,
    count: 50,
};

/// Of log₁₀ of matrix elements. Those below are in the first bin.
pub const ELEMENTS: Bins = Bins {
    from: -16.0,
    to: 0.0,
    count: 64,
};

/// Bins of one width.
#[derive(Debug, Clone, Copy)]
pub struct Bins {
    from: f64,
    to: f64,
    count: usize,
}

impl Bins {
    /// The middle of each.
    pub fn centres(&self) -> Vec<f64> {
        let middle = |bin: usize| self.from + self.width() * (bin as f64 + 0.5);
        (0..self.count).map(middle).collect()
    }

    fn width(&self) -> f64 {
        (self.to - self.from) / self.count as f64
    }

    /// The number of values in each. What is outside belongs to the nearest; NaN to none.
    pub fn counts(&self, values: impl Iterator<Item = f64>) -> Vec<f64> {
        let mut counts = vec![0.0; self.count];
        for value in values.filter(|value| !value.is_nan()) {
            let bin = ((value - self.from) / self.width()).max(0.0) as usize;
            counts[bin.min(self.count - 1)] += 1.0;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_by_hand() {
        let bins = Bins {
            from: -1.0,
            to: 1.0,
            count: 4,
        };
        assert_eq!(bins.centres(), [-0.75, -0.25, 0.25, 0.75]);
        let values = [
            -1.0,
            -0.5,
            -0.01,
            0.0,
            0.3,
            1.0,
            7.0,
            f64::NEG_INFINITY,
            f64::NAN,
        ];
        assert_eq!(bins.counts(values.into_iter()), [2.0, 2.0, 2.0, 2.0]);
    }
}

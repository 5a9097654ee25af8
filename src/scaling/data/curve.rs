//! An indicator against disorder strength, one curve per chain length.

use serde::Serialize;

/// The largest number in data. Its square, times many others, is finite.
pub const LARGEST: f64 = 1e100;

/// The disorder mean of an indicator for one chain length; all lists run over the strengths.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// Chain length L.
    #[serde(rename = "L")]
    pub sites: usize,
    /// Disorder strengths h, ascending and distinct.
    #[serde(rename = "h")]
    pub strengths: Vec<f64>,
    /// Means over the realizations.
    #[serde(rename = "mean")]
    pub means: Vec<f64>,
    /// Standard errors of the means. They are positive in a fit.
    #[serde(rename = "error")]
    pub errors: Vec<f64>,
    /// The number of realizations behind each mean; 0 where a table gives none.
    pub realizations: Vec<usize>,
}

impl Curve {
    /// Removes the points that are not kept.
    pub fn retain(&mut self, kept: &[bool]) {
        for numbers in [&mut self.strengths, &mut self.means, &mut self.errors] {
            retain(numbers, kept);
        }
        retain(&mut self.realizations, kept);
    }
}

/// Removes the items that are not kept.
pub fn retain<T>(items: &mut Vec<T>, kept: &[bool]) {
    let mut kept = kept.iter();
    items.retain(|_| kept.next() == Some(&true));
}

/// The number of points of all curves.
pub fn point_count(curves: &[Curve]) -> usize {
    curves.iter().map(|curve| curve.strengths.len()).sum()
}

/// The mean of two or more independent values, and its standard error.
pub fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (count - 1.0) / count).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_of_the_mean_by_hand() {
        // Squares about the mean 2.5: 2.25 + 0.25 + 0.25 + 2.25 = 5; 5/3/4.
        let (mean, error) = mean_and_error(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(mean, 2.5);
        assert!((error - (5.0_f64 / 12.0).sqrt()).abs() < 1e-15);
    }
}

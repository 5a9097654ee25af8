//! How well predictions agree with exact indicators.

use ndarray::ArrayView2;
use serde::{Deserialize, Serialize};

use crate::deck::Split;
use crate::learn::samples::Condition;

/// The agreement for one chain length and one indicator. Errors are those of normalised indicators.
/// Every number is a mean over the members of an ensemble.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Chain length L.
    pub sites: usize,
    /// Training or test data.
    pub split: Split,
    /// The name of the indicator.
    pub target: String,
    /// The symbol of the indicator.
    pub symbol: String,
    /// The energy density ε, or the time.
    #[serde(flatten)]
    pub condition: Condition,
    /// Whether the network was trained on this length.
    pub seen: bool,
    /// Mean squared error, mean over the disorder strengths.
    pub mse: f64,
    /// R²_norm, mean over the disorder strengths that have one.
    pub r2_norm: Option<f64>,
    /// The same for each disorder strength with a finished realization, ascending.
    pub by_strength: Vec<StrengthScore>,
}

/// The agreement at one disorder strength.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StrengthScore {
    /// Disorder strength.
    pub h: f64,
    /// Mean squared error.
    pub mse: f64,
    /// Coefficient of determination R² = 1 − MSE / Var (arXiv:2202.08853, equation 5); undefined
    /// where the exact values do not vary.
    pub r2: Option<f64>,
    /// 1 / (2 − R²), from 0 to 1. A constant at the exact mean has 1/2.
    pub r2_norm: Option<f64>,
    /// The sample standard deviation of R²_norm over the members; undefined for a single member.
    pub r2_norm_deviation: Option<f64>,
}

impl StrengthScore {
    /// The mean squared error, mean over the disorder strengths.
    pub fn mean_mse(all: &[Self]) -> f64 {
        mean(all.iter().map(|score| score.mse))
    }

    /// R²_norm, mean over the disorder strengths that have one.
    pub fn mean_r2_norm(all: &[Self]) -> Option<f64> {
        defined(mean(all.iter().filter_map(|score| score.r2_norm)))
    }

    /// Compares `predictions` (member, sample) with the `exact` values of at least one sample.
    pub fn new(h: f64, exact: &[f64], predictions: ArrayView2<f64>) -> Self {
        let centre = mean(exact.iter().copied());
        let variance = mean(exact.iter().map(|value| (value - centre).powi(2)));
        let errors: Vec<f64> = predictions
            .rows()
            .into_iter()
            .map(|own| mean(own.iter().zip(exact).map(|(f, y)| (f - y).powi(2))))
            .collect();
        // Values are compared, because equal values may have a small variance by rounding.
        let varied = exact.iter().any(|value| *value != exact[0]);
        let r2 = |error: &f64| 1.0 - error / variance;
        let normalized = || errors.iter().map(|error| 1.0 / (2.0 - r2(error)));
        let r2_norm = varied.then(|| mean(normalized()));
        let deviation = |centre: f64| {
            let squares: f64 = normalized().map(|own| (own - centre).powi(2)).sum();
            (squares / (errors.len() as f64 - 1.0)).sqrt()
        };
        Self {
            h,
            mse: mean(errors.iter().copied()),
            r2: varied.then(|| mean(errors.iter().map(r2))),
            r2_norm,
            r2_norm_deviation: r2_norm.map(deviation).and_then(defined),
        }
    }
}

/// The arithmetic mean; NaN without values.
fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    sum / f64::from(count)
}

fn defined(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

#[cfg(test)]
mod tests {
    use ndarray::arr2;

    use super::*;

    #[test]
    fn scores_by_hand() {
        // Variance of 1, 2, 3 is 2/3; the errors are 0, the constant mean, and 1 everywhere.
        let exact = [1.0, 2.0, 3.0];
        let of = |row: [f64; 3]| StrengthScore::new(4.0, &exact, arr2(&[row]).view());
        let perfect = of([1.0, 2.0, 3.0]);
        assert_eq!((perfect.mse, perfect.r2_norm), (0.0, Some(1.0)));
        let constant = of([2.0, 2.0, 2.0]);
        assert!((constant.mse - 2.0 / 3.0).abs() < 1e-15);
        assert!(constant.r2.unwrap().abs() < 1e-15);
        assert!((constant.r2_norm.unwrap() - 0.5).abs() < 1e-15);
        let off = of([2.0, 3.0, 4.0]);
        assert!((off.r2.unwrap() + 0.5).abs() < 1e-15);
        assert!((off.r2_norm.unwrap() - 0.4).abs() < 1e-15);

        // Of two members the scores are averaged, not the predictions.
        let rows = arr2(&[[2.0, 3.0, 4.0], [0.0, 1.0, 2.0]]);
        let both = StrengthScore::new(4.0, &exact, rows.view());
        assert_eq!(both.mse, 1.0);
        assert!((both.r2_norm.unwrap() - 0.4).abs() < 1e-15);
        assert!(both.r2_norm_deviation.unwrap() < 1e-15);
        // 1 and 0.4 are 0.6 apart.
        let rows = arr2(&[[1.0, 2.0, 3.0], [0.0, 1.0, 2.0]]);
        let unlike = StrengthScore::new(4.0, &exact, rows.view());
        assert!((unlike.r2_norm_deviation.unwrap() - 0.6 / 2_f64.sqrt()).abs() < 1e-15);
        assert_eq!(off.r2_norm_deviation, None);
    }

    #[test]
    fn equal_values_have_no_coefficient_of_determination() {
        let rows = arr2(&[[0.2, 0.2, 0.2]]);
        let flat = StrengthScore::new(0.0, &[0.1, 0.1, 0.1], rows.view());
        assert_eq!((flat.r2, flat.r2_norm), (None, None));
        assert!((flat.mse - 0.01).abs() < 1e-15);
        let varied = StrengthScore::new(1.0, &[0.1, 0.2, 0.3], rows.view());
        let both = [flat.clone(), varied.clone()];
        assert_eq!(StrengthScore::mean_r2_norm(&both), varied.r2_norm);
        let mse = StrengthScore::mean_mse(&both);
        assert_eq!(mse, (flat.mse + varied.mse) / 2.0);
        assert_eq!(StrengthScore::mean_r2_norm(&both[..1]), None);
        let json = serde_json::to_value(&flat).unwrap();
        assert!(json["r2"].is_null() && json["r2_norm"].is_null());
    }
}

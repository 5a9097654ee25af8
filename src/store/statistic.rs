//! Statistics of numbers: how many become one.

use statrs::statistics::{Data, OrderStatistics};

use crate::error::nearest;

/// What is made of the numbers along an axis, or of realizations. NaN stands for a number that is
/// missing, and does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Statistic {
    /// The arithmetic mean.
    #[default]
    Mean,
    /// exp of the mean of ln |x|.
    Typical,
    /// The standard deviation of a sample, with n − 1; none of a single number.
    Deviation,
    /// The number that so many per cent are below, from 1 to 99. Of few numbers it is estimated as
    /// definition 8 of R. J. Hyndman and Y. Fan, Am. Stat. 50, 361.
    Quantile(u8),
}

impl Statistic {
    /// The words for statistics, of which "q10" is one of many quantiles.
    const WORDS: [&str; 5] = ["mean", "typical", "median", "std", "q10"];

    /// The statistic of this word.
    ///
    /// # Errors
    /// What is wrong with the word, and which are known.
    pub fn named(word: &str) -> Result<Self, String> {
        let per_cent = word.strip_prefix('q').and_then(|it| it.parse().ok());
        match (word, per_cent) {
            ("mean", _) => Ok(Self::Mean),
            ("typical", _) => Ok(Self::Typical),
            ("median", _) => Ok(Self::Quantile(50)),
            ("std", _) => Ok(Self::Deviation),
            (_, Some(per_cent @ 1..=99)) => Ok(Self::Quantile(per_cent)),
            _ => Err(format!(
                "\"{word}\" is no statistic; {}",
                nearest(word, Self::WORDS.into_iter())
            )),
        }
    }

    /// The word for it.
    pub fn word(self) -> String {
        match self {
            Self::Mean => "mean".to_owned(),
            Self::Typical => "typical".to_owned(),
            Self::Deviation => "std".to_owned(),
            Self::Quantile(50) => "median".to_owned(),
            Self::Quantile(per_cent) => format!("q{per_cent}"),
        }
    }

    /// The statistic of the numbers that are not NaN; NaN if there are too few.
    pub fn of(self, values: impl IntoIterator<Item = f64>) -> f64 {
        let there = values.into_iter().filter(|value| !value.is_nan());
        let values: Vec<f64> = there.collect();
        if values.is_empty() {
            return f64::NAN;
        }
        let count = values.len() as f64;
        let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / count;
        match self {
            Self::Mean => mean(&mut values.iter().copied()),
            Self::Typical => mean(&mut values.iter().map(|it| it.abs().ln())).exp(),
            Self::Deviation => {
                let centre = mean(&mut values.iter().copied());
                let squares = values.iter().map(|it| (it - centre).powi(2));
                (squares.sum::<f64>() / (count - 1.0)).sqrt()
            }
            Self::Quantile(per_cent) => {
                let level = f64::from(per_cent) / 100.0;
                Data::new(values).quantile(level)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: a mean of 1, 2, 4, 9 is 4, the squares about it are 9 + 4 + 0 + 25, and the product is
    /// 72. A quantile is at the place (n + 1/3) p + 1/3, as numpy's "median_unbiased".
    #[test]
    fn statistics_by_hand() {
        let values = [9.0, f64::NAN, 1.0, 4.0, 2.0];
        for (word, expected) in [
            ("mean", 4.0),
            ("typical", 72.0_f64.powf(0.25)),
            ("median", 3.0),
            ("std", (38.0_f64 / 3.0).sqrt()),
            // (4 + 1/3)/4 + 1/3 = 1.41666…: between the first and the second.
            ("q25", 1.0 + 5.0 / 12.0),
            // 13/3 · 0.75 + 1/3 = 3.58333…
            ("q75", 4.0 + 5.0 * 7.0 / 12.0),
            ("q1", 1.0),
            ("q99", 9.0),
        ] {
            let statistic = Statistic::named(word).unwrap();
            let found = statistic.of(values);
            assert!((found - expected).abs() < 1e-14, "{word}: {found}");
            assert_eq!(statistic.word(), word);
        }
        // Signs do not matter to the typical value, and a zero makes it zero.
        assert!((Statistic::Typical.of([-2.0, 8.0]) - 4.0).abs() < 1e-15);
        assert_eq!(Statistic::Typical.of([0.0, 8.0]), 0.0);
    }

    #[test]
    fn too_few_numbers_have_no_statistic() {
        let all = [
            Statistic::Mean,
            Statistic::Typical,
            Statistic::Deviation,
            Statistic::Quantile(10),
        ];
        for statistic in all {
            assert!(statistic.of([]).is_nan() && statistic.of([f64::NAN]).is_nan());
        }
        assert!(Statistic::Deviation.of([1.0]).is_nan());
        assert_eq!(Statistic::Quantile(10).of([1.5]), 1.5);
    }

    #[test]
    fn words_that_are_not_known_are_named() {
        for word in ["", "q", "q0", "q100", "qq", "sdt", "q-5", "maen"] {
            assert!(Statistic::named(word).is_err(), "{word}");
        }
        let message = Statistic::named("sdt").unwrap_err();
        assert!(message.starts_with("\"sdt\" is no statistic"), "{message}");
    }
}

//! Tables with extreme values end in a fit or in a message.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::fixture::{deck, fits_of};
use crate::deck::{Drift, Growth, Scaling, Source};
use crate::error::Result;
use crate::scaling::Results;
use crate::scaling::data::{Input, read};

/// The fits of every method to the text of a table.
fn fitted(text: &str) -> Result<Results> {
    faer::set_global_parallelism(faer::Par::Seq);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("table.csv");
    std::fs::write(&path, text).unwrap();
    let input = Input::Means(read(&path)?.0);
    let scaling = Scaling {
        methods: ["quality", "process", "cost", "polynomial", "crossings"]
            .map(str::to_owned)
            .to_vec(),
        growths: vec![Growth::PowerLaw, Growth::KosterlitzThouless],
        drifts: vec![Drift::Constant, Drift::Linear],
        bootstrap: 2,
        degree: 2,
        ..deck([-1e99, 1e99])
    };
    fits_of(&scaling, &Source::Table("table.csv".to_owned()), &input)
}

/// A usual field, or now and then one of others.
fn field(usual: String, others: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![
        30 => Just(usual),
        1 => select(others).prop_map(str::to_owned),
    ]
}

const MEANS: &[&str] = &["0", "1e99", "-1e99", "1e-300", "9e15", "0.5", ""];
const ERRORS: &[&str] = &[
    "0",
    "9223372036854775808",
    "1e-300",
    "1e99",
    "1e-9",
    "1e5",
    "",
];
const STRENGTHS: &[&str] = &["0", "1e99", "3.000000001", "1e-300", "-4"];
const REFUSED: &[&str] = &["inf", "-inf", "1e300", "x", "-1e-400x"];

/// A line of a table with usual values.
fn line(sites: usize, number: usize) -> impl Strategy<Value = String> {
    let strength = 1.0 + number as f64;
    let mean = 0.5 - 0.01 * sites as f64 * ((strength - 4.0) / 4.0).tanh();
    (
        field(strength.to_string(), STRENGTHS),
        field(mean.to_string(), MEANS),
        field("0.01".to_owned(), ERRORS),
    )
        .prop_map(move |(strength, mean, error)| format!("{sites},{strength},{mean},{error}\n"))
}

/// Three lengths with up to seven strengths each.
fn table() -> impl Strategy<Value = String> {
    let lines: Vec<_> = [8, 10, 14]
        .into_iter()
        .flat_map(|sites| (0..7).map(move |number| line(sites, number)))
        .collect();
    (lines, vec(any::<bool>(), 3)).prop_map(|(lines, single)| {
        let mut text = "L,h,mean,error\n".to_owned();
        for (number, line) in lines.iter().enumerate() {
            // A length may have few points.
            if !single[number / 7] || number % 7 < 4 {
                text += line;
            }
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_table_panics(text in table()) {
        match fitted(&text) {
            Ok(results) => for fit in results.fits {
                prop_assert!(fit.cost.is_finite() || !fit.warnings.is_empty(), "{fit:?}");
            },
            Err(error) => {
                let message = error.to_string();
                prop_assert!(message.contains("L = ") || message.contains("length(s)"), "{message}");
            }
        }
    }

    #[test]
    fn what_is_not_finite_is_refused_by_place(
        wrong in select(REFUSED),
        place in 0..21_usize,
        column in 1..4_usize,
    ) {
        let mut text = "L,h,mean,error\n".to_owned();
        for number in 0..21 {
            let mut fields = [8 + 2 * (number / 7), number % 7, 1, 1].map(|value| value.to_string());
            if number == place {
                wrong.clone_into(&mut fields[column]);
            }
            text += &format!("{}\n", fields.join(","));
        }
        let message = fitted(&text).unwrap_err().to_string();
        let name = ["L", "h", "mean", "error"][column];
        let expected = format!("line {}: column \"{name}\": \"{wrong}\"", place + 2);
        prop_assert!(message.contains(&expected), "{message}");
    }
}

/// Lines that cross at h = 5, with one error bar or one mean that is out of bounds.
#[test]
fn one_enormous_error_bar_is_left_out() {
    let table = |error: &str, mean: &str| {
        let mut text = "L,h,mean,error\n".to_owned();
        for sites in [8, 10, 12, 14] {
            for h in 1..=10 {
                let value = 0.5 - 0.002 * f64::from(sites) * f64::from(h - 5);
                text += &match (sites, h) {
                    (12, 10) => format!("{sites},{h},{value},{error}\n"),
                    (10, 3) => format!("{sites},{h},{mean},0.01\n"),
                    _ => format!("{sites},{h},{value},0.01\n"),
                };
            }
        }
        text
    };
    let plain = fitted(&table("", "")).unwrap();
    for error in ["9223372036854775808", "1e99", "2e4"] {
        let results = fitted(&table(error, "")).unwrap();
        for (fit, plain) in results.fits.iter().zip(&plain.fits) {
            assert_eq!(fit.h_c.value, plain.h_c.value, "{}", fit.method);
            let word = "L = 12: left out h = [10.0], with an error";
            assert!(
                fit.warnings.iter().any(|said| said.contains(word)),
                "{:?}",
                fit.warnings
            );
        }
        let quality = &results.fits[0];
        assert!((quality.h_c.value - 5.0).abs() < 0.01, "{:?}", quality.h_c);
        // The slopes are proportional to L: ν = 1.
        assert!((quality.nu.value - 1.0).abs() < 0.01, "{:?}", quality.nu);
    }
}

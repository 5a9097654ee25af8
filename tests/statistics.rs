//! Targets that are statistics: of states and sites in a realization, and of realizations.

mod program;

use std::path::Path;

use mblscale::deck::Normalisation;
use mblscale::indicators;
use mblscale::store::{FileType, Table, read};
use program::{data, deck, ended, mblscale, results, set_output};
use serde_json::Value;

const TARGETS: &str = "[\"gap_ratio\", \"gap_ratios:std\", \"magnetization:typical\"]";

/// A stage of the small deck with observables, and with statistics among its targets.
fn run(stage: &str, output: &Path, more: &[&str], code: i32) -> String {
    let (small, output) = (deck("input/small.toml"), set_output(output));
    let (learned, targets) = (
        format!("--set=learn.targets={TARGETS}"),
        "--set=scaling.targets=[\"entanglement:std\", \"gap_ratios:std:median\"]",
    );
    let arguments = [
        stage,
        &small,
        &output,
        "--set=spectrum.observables=[\"gap_ratios\", \"magnetization\"]",
        "--set=learn.epochs=2",
        "--set=scaling.sources=[\"exact\"]",
        "--set=scaling.bootstrap=4",
        "--set=chain.sizes=[6, 8]",
        "--set=predict.sizes=[6, 8]",
        &learned,
        targets,
    ];
    ended(&mblscale(1, &[&arguments[..], more].concat()), code)
}

/// The values of a quantity at ε = 0.5 of all realizations at a strength, and over further axes.
fn at_half(table: &Table, name: &str, strength: usize) -> Vec<Vec<f64>> {
    let values = &table.quantities[name].values;
    let realizations = values.shape()[1];
    let one = |realization: usize| -> Vec<f64> {
        let own = values
            .index_axis(ndarray::Axis(0), strength)
            .index_axis_move(ndarray::Axis(0), realization)
            .index_axis_move(ndarray::Axis(0), 1);
        own.iter().copied().filter(|it| !it.is_nan()).collect()
    };
    (0..realizations).map(one).collect()
}

fn deviation(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|it| (it - mean).powi(2)).sum::<f64>();
    (squares / (count - 1.0)).sqrt()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() % 2 {
        0 => (values[half - 1] + values[half]) / 2.0,
        _ => values[half],
    }
}

/// The curves that are fitted are the statistics of data.h5, computed here in another way.
#[test]
fn statistics_of_realizations_are_scaled() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("out");
    run("generate", &output, &[], 0);
    run("scale", &output, &[], 0);
    let tables = data(&output);
    let found = results(&output.join("scaling.json"));
    let mut compared = 0;
    for fit in found["fits"].as_array().unwrap() {
        if fit["energy_density"] != 0.5 {
            continue;
        }
        for curve in fit["data"].as_array().unwrap() {
            let sites = curve["L"].as_u64().unwrap() as usize;
            let own: Vec<&Table> = tables.iter().filter(|it| it.sites == sites).collect();
            for (point, h) in curve["h"].as_array().unwrap().iter().enumerate() {
                let strengths = &own[0].strengths;
                let strength = strengths
                    .iter()
                    .position(|it| Some(*it) == h.as_f64())
                    .unwrap();
                let pooled = |name: &str| -> Vec<Vec<f64>> {
                    own.iter()
                        .flat_map(|table| at_half(table, name, strength))
                        .collect()
                };
                let expected = if curve["target"] == "entanglement:std" {
                    let scale = indicators::scale("entanglement", Normalisation::Sector, sites);
                    deviation(&pooled("entanglement").concat()) / scale
                } else {
                    let each = pooled("gap_ratios");
                    median(each.iter().map(|own| deviation(own)).collect())
                };
                let mean = curve["mean"][point].as_f64().unwrap();
                assert!((mean - expected).abs() < 1e-12, "{mean} {expected}");
                assert!(curve["error"][point].as_f64().unwrap() > 0.0);
                compared += 1;
            }
        }
    }
    // Two targets, two lengths, six strengths.
    assert_eq!(compared, 24);
    let symbols: Vec<&Value> = (found["fits"].as_array().unwrap().iter())
        .map(|fit| &fit["symbol"])
        .collect();
    assert!(symbols.contains(&&Value::from("std of S")), "{symbols:?}");
}

/// Networks learn statistics of single realizations, which predictions hold by their names.
#[test]
fn statistics_of_states_are_learned() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("out");
    run("generate", &output, &[], 0);
    run("train", &output, &[], 0);
    let scores = results(&output.join("evaluation.json"));
    assert_eq!(
        scores["targets"],
        serde_json::from_str::<Value>(TARGETS).unwrap()
    );
    run("predict", &output, &[], 0);
    let predicted = read(&output.join("predictions.h5"), FileType::Predictions).unwrap();
    let known = &predicted.tables[0].quantities;
    assert!(known.contains_key("gap_ratios:std") && known.contains_key("gap_ratios:std_members"));
    // The same name is a statistic of the data and a quantity of the predictions.
    let both = [
        "--set=scaling.sources=[\"exact\", \"predicted\"]",
        "--set=scaling.targets=[\"gap_ratios:std\"]",
    ];
    run("scale", &output, &both, 0);
    let sources = results(&output.join("scaling.json"));
    assert_eq!(sources["fits"].as_array().unwrap().len(), 3);
}

#[test]
fn statistics_without_an_axis_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    for (setting, expected) in [
        (
            "learn.targets=[\"entanglement:std\"]",
            "learn.targets: \"entanglement:std\" has a statistic over realizations, and a network",
        ),
        (
            "learn.targets=[\"gap_ratios:sdt\"]",
            "\"sdt\" is no statistic",
        ),
        (
            "learn.targets=[\"correlation_zz\"]",
            "\"correlation_zz\" is not in spectrum.observables",
        ),
        (
            "scaling.targets=[\"entanglement:std:std\"]",
            "\"entanglement:std:std\" has more statistics than there are axes",
        ),
    ] {
        let said = run("check", directory.path(), &[&format!("--set={setting}")], 1);
        assert!(said.contains(expected), "{said}");
    }
}

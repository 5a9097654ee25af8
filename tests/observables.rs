//! Observables of a campaign: what data.h5 holds of them.

#![cfg(feature = "mpi")]

mod program;

use std::path::Path;

use mblscale::deck::Split;
use mblscale::store::{Dimension, FileType, Table, read};
use program::{data_bits, deck, finish, set_output, standard_output, succeed};

const OBSERVABLES: [&str; 4] = [
    "gap_ratios",
    "magnetization",
    "correlation_zz",
    "typical_correlation_zz",
];

/// Chains of eight and ten sites with all observables, by so many ranks.
fn generate(ranks: usize, output: &Path) {
    let observables = format!("--set=spectrum.observables={OBSERVABLES:?}");
    let arguments = [
        "generate",
        &deck("tests/decks/good/minimal.toml"),
        &set_output(output),
        &observables,
    ];
    finish(program::command(ranks, &arguments));
}

fn table(output: &Path, sites: usize) -> Table {
    let contents = read(&output.join("data.h5"), FileType::Data).unwrap();
    let mut tables = contents.tables.into_iter();
    let found = tables.find(|table| (table.sites, table.split) == (sites, Split::Train));
    found.unwrap()
}

#[test]
fn observables_are_stored_over_their_axes() {
    use Dimension::{Distance, EnergyDensity, Realization, Site, State, Strength};
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("one");
    generate(1, &output);
    let table = table(&output, 10);
    let window = [Strength, Realization, EnergyDensity];
    let over = |name: &str, more: &[Dimension]| {
        let values = table.over(name, &[&window, more].concat()).unwrap();
        values.into_owned()
    };
    let ratios = over("gap_ratios", &[State]);
    assert_eq!(ratios.shape(), [2, 4, 1, 20]);
    let means = over("gap_ratio", &[]);
    for (ratios, mean) in ratios.rows().into_iter().zip(&means) {
        let known: Vec<f64> = ratios.iter().copied().filter(|it| !it.is_nan()).collect();
        assert_eq!(known.len(), 18);
        assert!((known.iter().sum::<f64>() / 18.0 - mean).abs() < 1e-14);
    }
    let spins = over("magnetization", &[State, Site]);
    assert_eq!(spins.shape(), [2, 4, 1, 20, 10]);
    assert!(spins.iter().all(|spin| spin.abs() <= 1.0 + 1e-12));
    for spins in spins.rows() {
        assert!(spins.sum().abs() < 1e-12, "the sector has no magnetization");
    }
    // A spin is correlated with the others as much as with itself, because their sum is fixed.
    let correlations = over("correlation_zz", &[Distance]);
    assert_eq!(correlations.shape(), [2, 4, 1, 5]);
    let windows = spins.as_slice().unwrap().chunks_exact(200);
    for (correlations, spins) in correlations.rows().into_iter().zip(windows) {
        let own = spins.iter().map(|spin| 1.0 - spin * spin).sum::<f64>() / 200.0;
        let others: f64 = (0..5)
            .map(|d| if d < 4 { 2.0 } else { 1.0 } * correlations[d])
            .sum();
        assert!((own + others).abs() < 1e-12, "{own} and {others}");
    }
    let typical = over("typical_correlation_zz", &[Distance]);
    assert!(typical.iter().all(|&value| value > 0.0 && value < 1.0));
}

#[test]
fn observables_have_the_same_bits_for_any_number_of_ranks() {
    let directory = tempfile::tempdir().unwrap();
    let of = |ranks: usize| {
        let output = directory.path().join(ranks.to_string());
        generate(ranks, &output);
        data_bits(&output)
    };
    assert!(of(1) == of(3));
}

/// A number for each of 2 · 6 realizations, of 8 bytes.
#[test]
fn a_preview_counts_their_bytes() {
    let bytes = |more: &str| {
        let deck = deck("tests/decks/good/minimal.toml");
        let sizes = "--set=chain.sizes=[10]";
        let said = standard_output(&succeed(0, &["check", &deck, sizes, more]));
        let line = said.lines().find(|line| line.contains(" of data")).unwrap();
        let amount = line.rsplit(", ").next().unwrap().to_owned();
        let number: f64 = amount.split(' ').next().unwrap().parse().unwrap();
        number * if amount.contains("KiB") { 1024.0 } else { 1.0 }
    };
    let without = bytes("--set=spectrum.observables=[]");
    let with = bytes("--set=spectrum.observables=[\"magnetization\"]");
    assert!((with - without - 8.0 * 12.0 * 200.0).abs() < 0.06 * 1024.0);
}

/// The largest distance between the distribution of values and one that is known.
fn kolmogorov_smirnov(mut values: Vec<f64>, known: impl Fn(f64) -> f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    let places = values.iter().enumerate();
    let distances = places.map(|(place, &value)| {
        let (below, known) = (place as f64 / count, known(value));
        (known - below).max(below + 1.0 / count - known)
    });
    distances.fold(0.0, f64::max)
}

/// A hundred thousand gap ratios at weak and at strong disorder, against the distributions of the Gaussian
/// orthogonal ensemble and of independent levels (Y. Y. Atas et al., Phys. Rev. Lett. 110, 084101).
#[test]
fn gap_ratios_have_the_distributions_of_both_phases() {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("ratios");
    let arguments = [
        "generate",
        &deck("tests/decks/good/minimal.toml"),
        &set_output(&output),
        "--set=chain.sizes=[12]",
        "--set=disorder.strengths=[1.0, 15.0]",
        "--set=disorder.realizations={ train = 1021 }",
        "--set=spectrum.states=100",
        "--set=spectrum.energy_densities=[0.5]",
        "--set=spectrum.indicators=[\"gap_ratio\"]",
        "--set=spectrum.observables=[\"gap_ratios\"]",
    ];
    finish(program::command(2, &arguments));
    let table = table(&output, 12);
    let ratios = &table.quantity("gap_ratios").unwrap().values;
    // The integral of 27/4 (r + r²)/(1 + r + r²)^{5/2} in closed form.
    let ergodic = |r: f64| {
        let root = (1.0 + r + r * r).sqrt();
        1.0 + (r - 1.0) * (r + 2.0) * (2.0 * r + 1.0) / (2.0 * root.powi(3))
    };
    let localized = |r: f64| 2.0 * r / (1.0 + r);
    for (place, own, other) in [
        (
            0,
            &ergodic as &dyn Fn(f64) -> f64,
            &localized as &dyn Fn(f64) -> f64,
        ),
        (1, &localized, &ergodic),
    ] {
        let of_strength = ratios.index_axis(ndarray::Axis(0), place);
        let values: Vec<f64> = of_strength
            .iter()
            .copied()
            .filter(|it| !it.is_nan())
            .collect();
        assert!(values.len() >= 100_000);
        let near = kolmogorov_smirnov(values.clone(), own);
        let far = kolmogorov_smirnov(values, other);
        // Noise is 0.004; the rest is what a short chain and three levels differ by from the limits.
        assert!(near < 0.015 && far > 0.15, "{near} and {far}");
    }
}

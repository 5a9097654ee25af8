//! From tables to samples and chunks of samples.

use crate::deck::{MissingTargets, Normalisation, Split};
use crate::indicators::half_chain_entropy;
use crate::learn::samples::*;
use crate::learn::tests::fixture;
use crate::store::Table;

#[test]
fn realizations_are_normalised_and_complete() {
    let mut table = fixture::table(8, Split::Train, &[1.0, 4.0], 5);
    let entropy = table.quantities.get_mut("entanglement").unwrap();
    entropy.values[[0, 3, 0]] = f64::NAN;
    let raw = entropy.values[[1, 0, 0]];
    let targets = ["gap_ratio", "entanglement"].map(str::to_owned);
    for normalisation in [Normalisation::Sector, Normalisation::Page] {
        let wanted = Wanted {
            normalisation,
            ..fixture::wanted(&targets)
        };
        let found = realizations(&table, &wanted, &[fixture::MIDDLE]).unwrap();
        assert_eq!(found.len(), 9);
        assert_eq!((found[4].strength_index, found[4].sites), (1, 8));
        let scale = half_chain_entropy(normalisation, 8);
        assert_eq!(found[4].targets[1], raw / scale);
        assert_eq!(
            found[4].targets[0],
            table.quantities["gap_ratio"].values[[1, 0, 0]]
        );
        assert_eq!(
            found[8].inputs[7],
            table.quantities["field"].values[[1, 4, 7]]
        );
    }
}

#[test]
fn missing_quantities_are_named() {
    let table = fixture::table(8, Split::Train, &[1.0], 2);
    let read = |target: &str, density| {
        let targets = [target.to_owned()];
        let refused = realizations(
            &table,
            &fixture::wanted(&targets),
            &[Condition::EnergyDensity(density)],
        );
        refused.unwrap_err().to_string()
    };
    assert!(read("spin_fraction", 0.5).contains("L08/train holds no \"spin_fraction\""));
    assert!(read("gap_ratio", 0.3).contains("no energy density 0.3"));
}

/// With a mask, a realization counts if it has a field and some target. A target that the table does not
/// have is missing throughout, and one that cannot be read is an error.
#[test]
fn masked_realizations_have_some_target() {
    let mut table = fixture::table(8, Split::Train, &[1.0, 4.0], 5);
    table.set("entanglement", &[0, 3, 0], f64::NAN).unwrap();
    table.set("gap_ratio", &[1, 1, 0], f64::NAN).unwrap();
    table.set("entanglement", &[1, 1, 0], f64::NAN).unwrap();
    table.set("field", &[1, 2, 5], f64::NAN).unwrap();
    let read = |table: &Table, targets: &[&str]| {
        let targets: Vec<String> = targets.iter().map(|&it| it.to_owned()).collect();
        let wanted = Wanted {
            missing: MissingTargets::Mask,
            ..fixture::wanted(&targets)
        };
        realizations(table, &wanted, &[fixture::MIDDLE])
    };
    let found = read(&table, &["gap_ratio", "entanglement"]).unwrap();
    assert_eq!(found.len(), 8);
    assert!(found[3].targets[1].is_nan() && !found[3].targets[0].is_nan());
    let found = read(&table, &["gap_ratio", "imbalance"]).unwrap();
    assert_eq!(found.len(), 8);
    assert!(found.iter().all(|one| one.targets[1].is_nan()));
    assert!(read(&table, &["imbalance"]).unwrap().is_empty());
    (table.unread).insert("imbalance".to_owned(), "it is a group".to_owned());
    let refused = read(&table, &["imbalance"]).unwrap_err().to_string();
    assert_eq!(refused, "it is a group");
}

/// The factors make means over all samples those over the samples that have a target.
#[test]
fn targets_share_the_loss_by_the_samples_that_have_them() {
    let make = |sites: usize, targets: [f64; 3]| Realization {
        sites,
        strength_index: 0,
        inputs: vec![0.0; sites],
        conditions: vec![Condition::EnergyDensity(0.5)],
        targets: targets.to_vec(),
    };
    let none = f64::NAN;
    let all = [
        make(4, [1.0, 2.0, none]),
        make(4, [1.0, none, none]),
        make(6, [1.0, none, 2.0]),
        make(4, [1.0, none, none]),
    ];
    let set = SampleSet::new(&all);
    let whole = set.chunks(&[0, 1, 2, 3], 9, |_, _| SymmetryOperation::default());
    assert!(whole.iter().all(|chunk| chunk.shares == [1.0, 4.0, 4.0]));
    let by_length: Vec<&[f64]> = set.in_order(9).iter().map(|it| it.shares).collect();
    assert_eq!(by_length, [[1.0, 3.0, 0.0], [1.0, 0.0, 1.0]]);
}

/// Every sample of a batch once, those of a length together and in order.
#[test]
fn chunks_hold_every_sample_of_a_batch() {
    let make = |sites: usize, value: f64| Realization {
        sites,
        strength_index: 0,
        inputs: vec![value; sites],
        conditions: vec![Condition::Time(100.0)],
        targets: vec![-value],
    };
    let all: Vec<Realization> = (0..20)
        .map(|k| make(if k % 3 == 0 { 4 } else { 6 }, f64::from(k)))
        .collect();
    let set = SampleSet::new(&all);
    assert_eq!((set.len(), set.sizes().collect()), (20, vec![4, 6]));
    let chunks = set.chunks(&[7, 0, 19, 3, 4, 5], 3, |_, _| SymmetryOperation::default());
    let found: Vec<(usize, Vec<f64>)> = chunks
        .iter()
        .map(|it| (it.sites, it.samples.iter().map(|it| it.inputs[0]).collect()))
        .collect();
    let expected = [
        (4, vec![0.0, 3.0]),
        (6, vec![7.0, 19.0, 4.0]),
        (6, vec![5.0]),
    ];
    assert_eq!(found, expected);
    let sample = chunks[1].samples[1];
    assert_eq!(
        (sample.inputs, sample.targets),
        (&[19.0; 6][..], &[-19.0][..])
    );
    assert_eq!(sample.conditions, [2.0]);
}

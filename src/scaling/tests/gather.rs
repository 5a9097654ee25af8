//! Data that are gathered, and data that are refused.

use super::fixture::{self, deck, reference, table};
use crate::deck::{Scaling, Source, Split};
use crate::error::Result;
use crate::scaling::data::{Curve, Input, Row, TargetData};
use crate::store::{Dimension, Quantity, Table};

fn two_sizes() -> [Table; 2] {
    let grid = [1.0, 2.0, 3.0, 4.0];
    [
        table(8, Split::Train, &grid, |h, r| h + r as f64),
        table(10, Split::Train, &grid, |h, r| h - r as f64),
    ]
}

fn gather(scaling: &Scaling, tables: &[Table], target: &str) -> Result<TargetData> {
    let input = Input::Realizations(tables.to_vec());
    fixture::gathered(&input, scaling, &Source::Exact, target, Some(0.5))
}

fn gathered(scaling: &Scaling, tables: &[Table], target: &str) -> TargetData {
    gather(scaling, tables, target).ok().unwrap()
}

fn message(scaling: &Scaling, tables: &[Table]) -> String {
    let refused = gather(scaling, tables, "gap_ratio").err();
    refused.unwrap().to_string()
}

#[test]
fn splits_are_pooled_and_uncomputed_values_left_out() {
    let mut tables = two_sizes().to_vec();
    tables.push(table(8, Split::Test, &[2.0, 2.5], |_, r| {
        if r == 0 { f64::NAN } else { 7.0 }
    }));
    let data = gathered(&deck([2.0, 4.0]), &tables, "gap_ratio");
    let short = &data.samples[0];
    // At h = 2.5 both realizations agree.
    assert_eq!(short.strengths, [2.0, 3.0, 4.0]);
    assert_eq!(short.values[0], [2.0, 3.0, 4.0, 7.0, 7.0]);
    assert_eq!(data.curves[0].means[0], 23.0 / 5.0);
    assert_eq!(data.curves[0].realizations, [5, 3, 3]);
    assert_eq!(data.curves[1].strengths, [2.0, 3.0, 4.0]);
    assert_eq!(
        data.warnings,
        [
            "L = 8: left out 2 of 15 realizations, without a value",
            "L = 8: left out h = [2.5], without scatter: all realizations agree, so that the error \
             is unknown"
        ]
    );
}

#[test]
fn a_split_may_be_scaled_alone() {
    let mut tables = two_sizes().to_vec();
    tables.extend(
        [8, 10].map(|sites| table(sites, Split::Test, &[2.0, 3.0, 4.0], |h, r| h * r as f64)),
    );
    let scaling = Scaling {
        split: Some(Split::Test),
        ..deck([1.0, 4.0])
    };
    let data = gathered(&scaling, &tables, "gap_ratio");
    assert_eq!(data.samples[0].strengths, [2.0, 3.0, 4.0]);
    assert_eq!(data.samples[1].values[2], [0.0, 4.0, 8.0]);
    assert!(message(&scaling, &two_sizes()).contains("chain length(s) have data"));
}

#[test]
fn entropy_is_divided_by_its_scale() {
    let mut tables = two_sizes();
    for table in &mut tables {
        let raw = table.quantities.remove("gap_ratio").unwrap();
        table.quantities.insert("entanglement".to_owned(), raw);
    }
    let scaling = deck([1.0, 4.0]);
    let data = gathered(&scaling, &tables, "entanglement");
    // Raw mean at h = 1, L = 8: (1 + 2 + 3)/3; the sector's entropy is 2.2062.
    assert!((data.curves[0].means[0] - 2.0 / 2.2062).abs() < 3e-5);
    assert!((data.curves[0].errors[0] - 3.0_f64.sqrt().recip() / 2.2062).abs() < 3e-5);
}

/// Files from elsewhere may hold indicators that this program does not compute.
#[test]
fn a_foreign_indicator_stays_as_it_is() {
    let mut tables = two_sizes();
    for table in &mut tables {
        let raw = table.quantities.remove("gap_ratio").unwrap();
        table.quantities.insert("binder".to_owned(), raw);
    }
    let data = gathered(&deck([1.0, 4.0]), &tables, "binder");
    assert_eq!(data.curves[0].means[0], 2.0);
    assert_eq!(data.target.symbol(), "binder");
}

#[test]
fn what_is_missing_is_named() {
    let tables = two_sizes();
    let one = message(&deck([1.0, 4.0]), &tables[..1]);
    assert!(one.contains("gap_ratio at ε = 0.5 (exact data)"), "{one}");
    assert!(
        one.contains("[8]") && one.contains("scaling.sizes"),
        "{one}"
    );

    let narrow = message(&deck([2.5, 4.0]), &tables);
    assert!(
        narrow.contains("L = 8") && narrow.contains("[3.0, 4.0]"),
        "{narrow}"
    );
    assert!(narrow.contains("widen scaling.window"), "{narrow}");

    let mut sparse = tables.clone();
    sparse[1] = table(10, Split::Train, &[1.0, 2.0, 3.0, 4.0], |h, r| {
        if h > 2.0 && r > 0 {
            f64::NAN
        } else {
            h + r as f64
        }
    });
    let sparse = message(&deck([1.0, 4.0]), &sparse);
    assert!(sparse.contains("L = 10 has 2 usable"), "{sparse}");

    let mut asked = deck([1.0, 4.0]);
    asked.sizes = vec![8, 10, 12];
    let data = gathered(&asked, &tables, "gap_ratio");
    assert!(data.warnings[0].contains("L = 12"), "{:?}", data.warnings);
}

#[test]
fn members_are_averaged_and_kept() {
    let mut tables = two_sizes();
    for table in &mut tables {
        let mean = table.quantities["gap_ratio"].clone();
        let below = mean.values.mapv(|value| value - 0.25);
        let above = mean.values.mapv(|value| value + 0.25);
        let axis = ndarray::Axis(0);
        let members = Quantity {
            dimensions: [vec![Dimension::Member], mean.dimensions.clone()].concat(),
            values: ndarray::stack![axis, below, above],
            ..mean
        };
        table
            .quantities
            .insert("gap_ratio_members".to_owned(), members);
    }
    let scaling = deck([1.0, 4.0]);
    let data = gathered(&scaling, &tables, "gap_ratio");
    assert_eq!(data.samples[0].members, 2);
    assert_eq!(
        data.samples[0].values[0],
        [0.75, 1.25, 1.75, 2.25, 2.75, 3.25]
    );
    let plain = gathered(&scaling, &two_sizes(), "gap_ratio");
    assert_eq!(data.curves, plain.curves);
}

/// The published table as rows, some of which are missing: every size has a grid of its own.
fn rows() -> Vec<Row> {
    let curves = reference(&[14, 16, 18], [4.0, 9.5]);
    let of_curve = |curve: &Curve| -> Vec<Row> {
        let row = |point: usize| Row {
            sites: curve.sites,
            strength: curve.strengths[point],
            mean: curve.means[point],
            error: Some(curve.errors[point]),
            realizations: None,
            epsilon: None,
            indicator: None,
        };
        let kept = (0..curve.strengths.len()).filter(|point| point % curve.sites != 3);
        kept.rev().map(row).collect()
    };
    curves.iter().flat_map(of_curve).collect()
}

#[test]
fn tables_of_means_are_taken_as_they_are() {
    let (scaling, source) = (deck([5.0, 9.0]), Source::Table("t.csv".to_owned()));
    let gather = |scaling: &Scaling, rows: Vec<Row>, epsilon| {
        fixture::gathered(
            &Input::Means(rows.into()),
            scaling,
            &source,
            "gap_ratio",
            epsilon,
        )
    };
    let gathered = |scaling: &Scaling, rows| gather(scaling, rows, None).ok().unwrap();
    let refusal = |scaling: &Scaling, rows, epsilon| {
        let refused = gather(scaling, rows, epsilon).err();
        refused.unwrap().to_string()
    };
    let data = gathered(&scaling, rows());
    assert_eq!(Input::Means(rows().into()).energy_densities(), [None]);
    assert_eq!(Input::Means(rows().into()).sizes(), [14, 16, 18]);
    assert!(data.samples.is_empty() && data.warnings.is_empty());
    for curve in &data.curves {
        assert!(curve.strengths.is_sorted());
        assert_eq!((curve.strengths[0], curve.realizations[0]), (5.0, 0));
    }

    let mut without = rows();
    without.iter_mut().for_each(|row| row.error = None);
    let data = gathered(&scaling, without);
    assert!(
        data.warnings[0].contains("gives no errors"),
        "{:?}",
        data.warnings
    );
    assert!(data.curves[0].errors[0] > 0.0);

    let mut two = deck([5.0, 9.0]);
    two.targets.push("entanglement".to_owned());
    let message = refusal(&two, rows(), None);
    assert!(
        message.contains("without a column \"indicator\""),
        "{message}"
    );
    let mut named = rows();
    named
        .iter_mut()
        .for_each(|row| row.indicator = Some("gap_ratio".to_owned()));
    named.iter_mut().for_each(|row| row.epsilon = Some(0.5));
    assert!(gather(&two, named.clone(), Some(0.5)).is_ok());
    let message = refusal(&two, named, Some(0.3));
    assert!(message.contains("at ε = 0.3 (t.csv data)"), "{message}");
}

/// What would do is said with what the table has.
#[test]
fn other_indicators_of_a_table_are_listed() {
    let mut named = rows();
    for (number, row) in named.iter_mut().enumerate() {
        row.indicator = Some(["r", "entropy"][number % 2].to_owned());
    }
    let source = Source::Table("t.csv".to_owned());
    let input = Input::Means(named.into());
    let refused = fixture::gathered(&input, &deck([5.0, 9.0]), &source, "gap_ratio", None);
    let message = refused.err().unwrap().to_string();
    assert!(
        message.contains("no \"gap_ratio\"") && message.contains("entropy, r; name one"),
        "{message}"
    );
}

/// Energy densities of a table may differ by rounding, as 0.3 and 0.1 + 0.2 do.
#[test]
fn rounded_energy_densities_are_one() {
    let mut rounded = rows();
    for (number, row) in rounded.iter_mut().enumerate() {
        row.epsilon = Some([0.3, 0.1 + 0.2][number % 2]);
    }
    let input = Input::Means(rounded.into());
    let [Some(only)] = input.energy_densities()[..] else {
        panic!("{:?}", input.energy_densities());
    };
    let source = Source::Table("t.csv".to_owned());
    let scaling = deck([5.0, 9.0]);
    let found = fixture::gathered(&input, &scaling, &source, "gap_ratio", Some(only));
    let plain = fixture::gathered(
        &Input::Means(rows().into()),
        &scaling,
        &source,
        "gap_ratio",
        None,
    );
    assert_eq!(found.ok().unwrap().curves, plain.ok().unwrap().curves);
}

/// Chains without disorder have one spectrum. Fits to realizations of it would divide by zero.
#[test]
fn strengths_without_scatter_stay_out_with_a_word() {
    let grid = [0.0, 1.0, 2.0, 3.0, 4.0];
    let tables = [8, 10].map(|sites| {
        table(sites, Split::Train, &grid, |h, r| match h {
            0.0 => 0.5 + 1e-3 * r as f64,
            3.0 => 0.4,
            _ => h + r as f64,
        })
    });
    let data = gathered(&deck([0.0, 4.0]), &tables, "gap_ratio");
    for curve in &data.curves {
        assert_eq!(curve.strengths, [1.0, 2.0, 4.0]);
    }
    assert_eq!(data.warnings.len(), 4, "{:?}", data.warnings);
    assert!(data.warnings[0].contains("L = 8: left out h = [0.0], without disorder"));
    assert!(data.warnings[1].contains("L = 8: left out h = [3.0], without scatter"));
    // A refusal says it too.
    let few = message(&deck([0.0, 2.0]), &tables);
    assert!(few.contains("h = [0.0], without disorder"), "{few}");
}

#[test]
fn infinite_values_are_refused_by_place() {
    let mut tables = two_sizes();
    tables[1] = table(10, Split::Train, &[1.0, 2.0, 3.0], |h, r| {
        if h == 2.0 && r == 1 { f64::INFINITY } else { h }
    });
    let message = message(&deck([1.0, 4.0]), &tables);
    assert!(
        message.contains("L10/train/gap_ratio is not finite at h = 2, realization 1, ε = 0.5"),
        "{message}"
    );
}

#[test]
fn quantities_of_quenches_are_refused() {
    let mut tables = two_sizes();
    let quantity = tables[1].quantities.get_mut("gap_ratio").unwrap();
    quantity.dimensions[2] = Dimension::Time;
    let said = message(&deck([1.0, 4.0]), &tables);
    assert!(
        said.contains("L10/train/gap_ratio is of quenches"),
        "{said}"
    );
}

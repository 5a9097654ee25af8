//! Files that other programs have arranged, that are damaged, or that lie.

use std::path::Path;

use ndarray::ArrayD;

use super::attributes::{put_number, put_text};
use super::file::{FORMAT_VERSION, FileType};
use super::open::create_file;
use super::read::read;
use super::write::write_table;
use crate::deck::Split;
use crate::store::table::{Dimension, Quantity, Table};

/// A table whose numbers are all different.
fn table(sites: usize) -> Table {
    let quantity = |third, length: usize, first: f64| Quantity {
        dimensions: vec![Dimension::Strength, Dimension::Realization, third],
        units: "1".to_owned(),
        description: "what it is".to_owned(),
        values: ArrayD::from_shape_fn(vec![2, 3, length], |at| {
            first + (100 * at[0] + 10 * at[1] + at[2]) as f64
        }),
    };
    let quantities = [
        ("field", quantity(Dimension::Site, sites, 0.5)),
        ("gap_ratio", quantity(Dimension::EnergyDensity, 2, 0.25)),
    ];
    Table {
        sites,
        split: Split::Train,
        strengths: vec![1.0, 6.0],
        energy_densities: vec![0.3, 0.5],
        times: Vec::new(),
        quantities: quantities.map(|(name, it)| (name.to_owned(), it)).into(),
        solver: Some("dense".to_owned()),
        failures: [([1, 2, 1], "too dark".to_owned())].into(),
        counts: Vec::new(),
        unread: Default::default(),
    }
}

/// Writes tables as a file of data.
fn save(path: &Path, tables: &[Table]) {
    let file = create_file(path).unwrap();
    put_text(&file, "file_type", FileType::Data.name()).unwrap();
    put_number(&file, "format_version", FORMAT_VERSION).unwrap();
    for table in tables {
        write_table(&file, table).unwrap();
    }
    file.close().unwrap();
}

/// Everything in a table that is a number, or says what one is.
fn numbers(table: &Table) -> Vec<u64> {
    let quantities = table.quantities.iter();
    let mut all: Vec<f64> = quantities
        .flat_map(|(_, it)| it.values.iter().copied())
        .collect();
    all.extend(table.strengths.iter().chain(&table.energy_densities));
    all.push(table.sites as f64);
    all.into_iter().map(f64::to_bits).collect()
}

/// One flipped bit, wherever it is, gives a message or the same numbers.
#[test]
fn a_flipped_bit_gives_no_other_number() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data.h5");
    let tables = [table(4)];
    save(&path, &tables);
    let whole = std::fs::read(&path).unwrap();
    for place in (0..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        std::fs::write(&path, bytes).unwrap();
        if let Ok(contents) = read(&path, FileType::Data) {
            // A damaged link or type of group loses the group, and a damaged dataset is left out. Neither
            // is another number.
            for found in &contents.tables {
                let mut expected = tables[0].clone();
                let is_there = |name: &String| found.quantities.contains_key(name);
                expected.quantities.retain(|name, _| is_there(name));
                assert_eq!(numbers(found), numbers(&expected), "byte {place}");
            }
        }
    }
}

#[test]
fn the_damaged_dataset_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data.h5");
    save(&path, &[table(4), table(6)]);
    let mut bytes = std::fs::read(&path).unwrap();
    let value = 110.25_f64.to_le_bytes();
    let places = bytes.windows(8).enumerate().filter(|(_, it)| *it == value);
    let place = places.map(|(place, _)| place).next_back().unwrap();
    bytes[place + 6] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let found = read(&path, FileType::Data).unwrap();
    assert!(found.tables[0].quantity("gap_ratio").is_ok());
    let said = found.tables[1]
        .quantity("gap_ratio")
        .unwrap_err()
        .to_string();
    for part in [
        "L06/train/gap_ratio cannot be read: the values do not match their checksum",
        "take an undamaged copy of the file, or make it again",
    ] {
        assert!(said.contains(part), "{said}");
    }
}

/// A small file that claims 64 GB, in chunks of which none was written.
#[test]
fn a_shape_is_believed_within_what_the_file_holds() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data.h5");
    for filtered in [false, true] {
        save(&path, &[table(4)]);
        let file = hdf5::File::open_rw(&path).unwrap();
        let group = file.group("L04/train").unwrap();
        group.unlink("gap_ratio").unwrap();
        let builder = group.new_dataset::<f64>().chunk([2, 100, 2]);
        let builder = if filtered {
            builder.fletcher32()
        } else {
            builder
        };
        let dataset = builder
            .shape([2, 2_000_000_000, 2])
            .create("gap_ratio")
            .unwrap();
        put_text(&dataset, "dimensions", "h realization epsilon").unwrap();
        file.close().unwrap();
        let found = read(&path, FileType::Data).unwrap();
        let said = found.tables[0]
            .quantity("gap_ratio")
            .unwrap_err()
            .to_string();
        assert!(
            said.contains("L04/train/gap_ratio cannot be read: it claims to be"),
            "{said}"
        );
    }
}

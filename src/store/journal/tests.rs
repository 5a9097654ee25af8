//! Journals that are whole, not yet written, or damaged.

use super::*;
use crate::chain::Task;
use crate::deck::Split;

fn record(realization: u32) -> Record {
    Record {
        task: Task {
            sites: 4,
            strength: 1.5,
            split: Split::Train,
            realization,
        },
        field: vec![0.1, -0.2, 0.3, f64::from(realization)],
        energy_min: -3.0,
        energy_max: 4.0,
        levels: vec![vec![1.5, 2.5]],
        windows: vec![
            (
                0.3,
                Ok(WindowRecord {
                    indicators: vec![0.5, f64::NAN],
                    undefined: None,
                    states: 6,
                    residual: 1e-14,
                    missed: 0.0,
                    energies: vec![1.0, 2.0],
                    observables: vec![vec![0.5, 0.25], vec![-1.0]],
                }),
            ),
            (0.5, Err("too dark".to_owned())),
        ],
        quench: None,
        account: Account::default(),
    }
}

fn same(a: &[Record], b: &[Record]) -> bool {
    postcard::to_stdvec(a).unwrap() == postcard::to_stdvec(b).unwrap()
}

fn written(directory: &Path, rank: usize, realizations: std::ops::Range<u32>) -> PathBuf {
    let mut journal = Journal::create(directory, rank, Duration::ZERO).unwrap();
    for realization in realizations {
        journal.append(&record(realization));
        journal.sync_if_due().unwrap();
    }
    journal.path
}

#[test]
fn records_of_all_ranks_are_read() {
    let directory = tempfile::tempdir().unwrap();
    written(directory.path(), 0, 0..2);
    written(directory.path(), 1, 2..3);
    written(directory.path(), 1, 3..4);
    let journals = Journals::read(directory.path()).unwrap();
    let expected: Vec<Record> = (0..4).map(record).collect();
    assert!(same(&journals.records, &expected));
    journals.remove().unwrap();
    assert!(!directory.path().exists());
    let none = Journals::read(directory.path()).unwrap();
    assert!(none.records.is_empty());
    none.remove().unwrap();
}

#[test]
fn records_reach_the_disk_when_they_are_due() {
    let directory = tempfile::tempdir().unwrap();
    let hour = Duration::from_secs(3600);
    let mut journal = Journal::create(directory.path(), 0, hour).unwrap();
    journal.append(&record(0));
    journal.sync_if_due().unwrap();
    let there = || Journals::read(directory.path()).unwrap().records.len();
    assert_eq!(there(), 0);
    journal.synced -= hour;
    journal.sync_if_due().unwrap();
    assert_eq!(there(), 1);
    journal.append(&record(1));
    journal.sync().unwrap();
    assert_eq!(there(), 2);
}

/// A journal without a byte is not damaged: the rank that created it has not written yet.
#[test]
fn an_empty_journal_is_whole() {
    let directory = tempfile::tempdir().unwrap();
    written(directory.path(), 0, 0..0);
    let journals = Journals::read(directory.path()).unwrap();
    assert!(journals.damaged.is_empty());
    journals.remove().unwrap();
    assert!(!directory.path().exists());
}

/// Cut anywhere, or with a bit flipped anywhere, the journal gives whole records only.
#[test]
fn a_damaged_journal_gives_the_records_before_the_damage() {
    let directory = tempfile::tempdir().unwrap();
    let path = written(directory.path(), 0, 0..3);
    let whole = std::fs::read(&path).unwrap();
    let size = (whole.len() - VERSION.len()) / 3;
    let expected = [record(0), record(1), record(2)];
    let read = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        Journals::read(directory.path()).unwrap()
    };
    for place in 1..whole.len() {
        let before = place.saturating_sub(VERSION.len()) / size;
        let cut = read(&whole[..place]);
        assert!(same(&cut.records, &expected[..before]), "cut at {place}");
        let at_an_end = place >= VERSION.len() && (place - VERSION.len()).is_multiple_of(size);
        assert_eq!(cut.damaged.is_empty(), at_an_end, "cut at {place}");

        let mut flipped = whole.clone();
        flipped[place] ^= 0x10;
        let flipped = read(&flipped);
        assert!(
            same(&flipped.records, &expected[..before]),
            "flip at {place}"
        );
        assert_eq!(flipped.damaged.len(), 1, "flip at {place}");
    }
}

/// Nothing of a damaged journal is deleted, also when an earlier one has its name.
#[test]
fn a_damaged_journal_is_set_aside() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["rank-00000.records.damaged", "rank-00000.records.damaged-2"] {
        let path = written(directory.path(), 0, 0..2);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.truncate(bytes.len() - 1);
        std::fs::write(&path, &bytes).unwrap();
        Journals::read(directory.path()).unwrap().remove().unwrap();
        assert!(!path.exists());
        assert_eq!(std::fs::read(directory.path().join(name)).unwrap(), bytes);
    }
    assert!(Journals::read(directory.path()).unwrap().records.is_empty());
}

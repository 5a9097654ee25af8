//! run.jsonl: a line for every solved task, with its solver, seconds and memory.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::record::{Record, Seconds};
use crate::deck::Split;
use crate::error::{Error, Result};
use crate::files::{open_plain, write_whole};

#[derive(Serialize)]
struct Line<'a> {
    finished: &'a str,
    rank: usize,
    sites: usize,
    strength: f64,
    split: Split,
    realization: u32,
    energy_densities: Vec<f64>,
    solver: &'a str,
    seconds: Seconds,
    memory: u64,
    /// The largest of all windows.
    residual: Option<f64>,
    /// The largest of all windows.
    missed: Option<f64>,
    failures: Vec<&'a str>,
    /// Why indicators of solved windows have no value.
    undefined: BTreeSet<&'a str>,
}

impl<'a> From<&'a Record> for Line<'a> {
    fn from(record: &'a Record) -> Self {
        let solved = || record.windows.iter().filter_map(|(_, it)| it.as_ref().ok());
        Self {
            finished: &record.account.finished,
            rank: record.account.rank,
            sites: record.task.sites,
            strength: record.task.strength,
            split: record.task.split,
            realization: record.task.realization,
            energy_densities: record.windows.iter().map(|window| window.0).collect(),
            solver: &record.account.solver,
            seconds: record.account.seconds,
            memory: record.account.memory,
            residual: (solved().map(|window| window.residual)).reduce(f64::max),
            missed: (solved().map(|window| window.missed)).reduce(f64::max),
            failures: record.failures().collect(),
            undefined: solved().filter_map(|it| it.undefined.as_deref()).collect(),
        }
    }
}

/// Adds the lines of `records` that are not yet in the file at `path`. A reader sees the old file or
/// the new one.
///
/// # Errors
/// [`Error::File`] when it cannot be read or written.
pub fn extend_run_log(path: &Path, records: &[Record]) -> Result<()> {
    let mut text = String::new();
    // Through a link, a file that is nobody's business would be copied into the results.
    let read = open_plain(path, OpenOptions::new().read(true))
        .and_then(|mut file| file.read_to_string(&mut text));
    match read {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(Error::file("read", path, error));
        }
        _ => {}
    }
    // A run that ended before it wrote data.h5 has left its records, and they come here again.
    let known: HashSet<&str> = text.lines().collect();
    let mut new = String::new();
    for record in records {
        let line = serde_json::to_string(&Line::from(record)).expect("a line has names for keys");
        if !known.contains(line.as_str()) {
            new += &line;
            new.push('\n');
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    text += &new;
    write_whole(path, text.as_bytes())
}

/// The solved tasks of a chain length.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measured {
    /// How many there are.
    pub tasks: usize,
    /// Their mean seconds, without the preparation of the chain.
    pub mean_seconds: f64,
}

/// Counts and times by chain length, of the lines in the file at `path` and of further records.
/// Lines of another version are ignored.
pub fn measured(path: &Path, records: &[Record]) -> BTreeMap<usize, Measured> {
    #[derive(Deserialize)]
    struct Known {
        sites: usize,
        seconds: Seconds,
    }
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().filter_map(|it| serde_json::from_str(it).ok());
    let further = records.iter().map(|record| Known {
        sites: record.task.sites,
        seconds: record.account.seconds,
    });
    let mut all: BTreeMap<usize, Measured> = BTreeMap::new();
    for Known { sites, seconds } in lines.chain(further) {
        let Measured {
            tasks,
            mean_seconds,
        } = all.entry(sites).or_default();
        *tasks += 1;
        *mean_seconds += (seconds.without_preparation() - *mean_seconds) / *tasks as f64;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::record::{Account, WindowRecord};
    use super::*;
    use crate::chain::Task;

    fn record(realization: u32) -> Record {
        let window = |residual| WindowRecord {
            indicators: vec![0.4],
            undefined: None,
            states: 9,
            residual,
            missed: residual / 10.0,
            energies: Vec::new(),
            observables: Vec::new(),
        };
        Record {
            task: Task {
                sites: 8,
                strength: 2.5,
                split: Split::Test,
                realization,
            },
            field: vec![0.5; 8],
            energy_min: -4.0,
            energy_max: 4.0,
            levels: Vec::new(),
            windows: vec![
                (
                    0.25,
                    Ok(WindowRecord {
                        undefined: Some("two levels".to_owned()),
                        ..window(1e-13)
                    }),
                ),
                (0.5, Err("dark".to_owned())),
                (0.75, Ok(window(2e-13))),
            ],
            quench: None,
            account: Account {
                rank: 3,
                finished: "2026-01-01T00:00:00Z".to_owned(),
                solver: "dense".to_owned(),
                seconds: Seconds {
                    eigenpairs: 1.5,
                    ..Seconds::default()
                },
                memory: 1 << 20,
            },
        }
    }

    #[test]
    fn a_task_has_one_line_however_often_it_is_added() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("run.jsonl");
        extend_run_log(&path, &[record(0)]).unwrap();
        extend_run_log(&path, &[record(0), record(1)]).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<serde_json::Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        let expected = serde_json::json!({
            "finished": "2026-01-01T00:00:00Z", "rank": 3, "sites": 8, "strength": 2.5,
            "split": "test", "realization": 1, "energy_densities": [0.25, 0.5, 0.75],
            "solver": "dense", "memory": 1_048_576, "residual": 2e-13, "missed": 2e-14, "failures": ["dark"],
            "undefined": ["two levels"],
            "seconds": {"preparation": 0.0, "extremes": 0.0, "eigenpairs": 1.5, "indicators": 0.0,
                "quench": 0.0},
        });
        assert_eq!(lines[1], expected);
        let expected = Measured {
            tasks: 3,
            mean_seconds: 1.5,
        };
        assert_eq!(
            measured(&path, &[record(2)]),
            BTreeMap::from([(8, expected)])
        );
    }
}

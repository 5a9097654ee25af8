//! run.jsonl: the tasks that were solved, their time and memory.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::summary::{Summary, counted, damage};
use crate::plan::report_bytes;
use crate::report::format::{duration, table};
use crate::store::{Lines, Seconds};

/// What is shown of a task.
#[derive(Deserialize)]
struct Line {
    rank: usize,
    sites: usize,
    solver: String,
    seconds: Seconds,
    memory: u64,
    failures: Vec<String>,
}

/// The summary of a run.jsonl. Lines of another version count as damaged.
pub fn tasks(mut lines: Lines) -> Summary {
    let all: Vec<Line> = lines.read(0);
    let ranks: BTreeSet<usize> = all.iter().map(|line| line.rank).collect();
    let mut groups: BTreeMap<(usize, &str), Vec<&Line>> = BTreeMap::new();
    for line in &all {
        groups
            .entry((line.sites, line.solver.as_str()))
            .or_default()
            .push(line);
    }
    let row = |(&(sites, solver), own): (&(usize, &str), &Vec<&Line>)| {
        let seconds: f64 = own.iter().map(|it| it.seconds.without_preparation()).sum();
        let memory = own.iter().map(|it| it.memory).max().unwrap_or_default();
        let failures: usize = own.iter().map(|it| it.failures.len()).sum();
        vec![
            sites.to_string(),
            solver.to_owned(),
            own.len().to_string(),
            duration(seconds / own.len() as f64),
            duration(seconds),
            report_bytes(memory as f64),
            failures.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = groups.iter().map(row).collect();
    let header = [
        "L",
        "solver",
        "tasks",
        "mean",
        "in all",
        "memory",
        "failed windows",
    ];
    Summary {
        what: format!(
            "time and memory of {} on {}",
            counted(all.len(), "solved task", "solved tasks"),
            counted(ranks.len(), "rank", "ranks")
        ),
        facts: Vec::new(),
        body: table(&header, &rows) + &damage(&lines),
    }
}

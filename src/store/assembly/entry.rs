//! Where the results of a task are among the tables.

use std::ops::RangeInclusive;

use crate::chain::Task;
use crate::error::Error;
use crate::store::table::{Dimension, Table};

/// The place of a realization.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its table.
    pub table: usize,
    /// Its disorder strength among those of the table.
    pub strength: usize,
    /// Its number.
    pub realization: usize,
}

impl Entry {
    /// The entry of a task; none when the tables have no place for it.
    pub fn find(tables: &[Table], task: &Task) -> Option<Self> {
        let number = tables
            .iter()
            .position(|table| table.sites == task.sites && table.split == task.split)?;
        let table = &tables[number];
        let strength = place(&table.strengths, task.strength)?;
        let realization = task.realization as usize;
        let realizations = table.length(Dimension::Realization)?;
        (realization < realizations).then_some(Self {
            table: number,
            strength,
            realization,
        })
    }

    /// Its place (h, realization) in the quantities.
    pub fn place(self) -> [usize; 2] {
        [self.strength, self.realization]
    }

    /// The places of its windows in a table's failures.
    pub fn windows(self) -> RangeInclusive<[usize; 3]> {
        windows_of([self.strength, self.realization])
    }
}

/// The place of a value in a list that is sorted, unless another program wrote it.
fn place(values: &[f64], value: f64) -> Option<usize> {
    let found = values.binary_search_by(|it| it.total_cmp(&value)).ok();
    found.or_else(|| values.iter().position(|&it| it == value))
}

/// The places (h, realization, ε) of all windows of a realization.
pub fn windows_of([h, r]: [usize; 2]) -> RangeInclusive<[usize; 3]> {
    [h, r, 0]..=[h, r, usize::MAX]
}

/// The error of a result that has no entry.
pub fn not_in_deck(what: &str) -> Error {
    Error::Refused(format!(
        "a result for {what} is stored, but the deck no longer contains it; add it again, give the \
         deck another output, or set data.h5 aside with --force"
    ))
}

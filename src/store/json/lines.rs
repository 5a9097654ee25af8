//! A file of one JSON object a line. A run that is killed leaves its last line incomplete, and the next
//! run goes on behind it.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::document::Document;

/// The lines of a file.
#[derive(Debug)]
pub struct Lines {
    /// The first line, if it is an object.
    pub first: Option<Document>,
    /// All lines that are JSON, with their numbers from 1.
    lines: Vec<(usize, Value)>,
    /// The other lines: their numbers, and what is wrong with them.
    damaged: Vec<(usize, String)>,
}

impl Lines {
    /// The lines that the `text` of a file holds.
    pub fn parse(path: &Path, text: &str) -> Self {
        let (mut lines, mut damaged) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(text.lines()) {
            match serde_json::from_str(line) {
                Ok(value) => lines.push((number, value)),
                Err(error) => damaged.push((number, error.to_string())),
            }
        }
        let first = match lines.first() {
            Some((1, Value::Object(entries))) => Some(Document::new(path, entries.clone())),
            _ => None,
        };
        Self {
            first,
            lines,
            damaged,
        }
    }

    /// What the first line says that the file is.
    pub fn file_type(&self) -> Option<&str> {
        self.first.as_ref()?.file_type()
    }

    /// Whether a line has all of these keys.
    pub fn have(&self, names: &[&str]) -> bool {
        let has = |(_, line): &(usize, Value)| names.iter().all(|name| line.get(name).is_some());
        self.lines.iter().any(has)
    }

    /// The lines after the first `skipped` as what they stand for. Others count as damaged.
    pub fn read<T: DeserializeOwned>(&mut self, skipped: usize) -> Vec<T> {
        let mut found = Vec::new();
        for (number, value) in self.lines.drain(..) {
            if number > skipped {
                match T::deserialize(value) {
                    Ok(line) => found.push(line),
                    Err(error) => self.damaged.push((number, error.to_string())),
                }
            }
        }
        self.damaged.sort();
        found
    }

    /// What is wrong with the lines that could not be read; none if all could be.
    pub fn damage(&self) -> Option<String> {
        let (number, reason) = self.damaged.first()?;
        // The number of the line within a line says nothing.
        let reason = reason.replace("line 1 column", "column");
        let more = match self.damaged.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        Some(format!(
            "line {number} is incomplete or damaged{more}: {reason}"
        ))
    }
}

//! One thing wrong with a deck: where, what, and what to do.

use std::fmt;
use std::path::PathBuf;

use super::text::printable;

/// A problem that a reader can find and mend.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The deck.
    pub file: PathBuf,
    /// Its line, from 1; `None` when the value came from `--set` or is missing altogether.
    pub line: Option<usize>,
    /// The key with its tables, as in `spectrum.states`; empty for the deck as a whole.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", printable(&self.file.to_string_lossy()))?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        if !self.key.is_empty() {
            write!(out, ": {}", printable(&self.key))?;
        }
        write!(out, ": {}", printable(&self.message))?;
        if !self.remedy.is_empty() {
            write!(out, "; {}", printable(&self.remedy))?;
        }
        Ok(())
    }
}

/// Names the known word nearest to `word`, or all of them when none is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let best = known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .min();
    match best {
        Some((distance, candidate)) if distance <= 1 + candidate.len() / 4 => {
            format!("did you mean \"{candidate}\"?")
        }
        _ => format!("known: {}", known.join(", ")),
    }
}

//! Reading a deck and checking it: what the program starts from.

use std::path::Path;

use super::complaints;
use crate::deck::{self, LoadedDeck};
use crate::error::{Error, Result};

/// Reads the deck at `path` with `overrides` of the form `key.path=value` applied, and checks it.
///
/// # Errors
/// [`Error::File`] when it cannot be read, [`Error::Deck`] with every problem found in it.
pub fn load(path: &Path, overrides: &[String]) -> Result<LoadedDeck> {
    checked(deck::load(path, overrides)?)
}

/// As [`load`], for a deck whose `text` was read from `path` before.
///
/// # Errors
/// [`Error::Deck`] with every problem found in it.
pub fn parse(path: &Path, text: String, overrides: &[String]) -> Result<LoadedDeck> {
    checked(deck::parse(path, text, overrides)?)
}

fn checked(loaded: LoadedDeck) -> Result<LoadedDeck> {
    let complaints = complaints(&loaded.deck);
    if complaints.is_empty() {
        return Ok(loaded);
    }
    let problem = |it: super::Complaint| loaded.problem(&it.key, &it.message, &it.remedy);
    Err(Error::Deck(complaints.into_iter().map(problem).collect()))
}

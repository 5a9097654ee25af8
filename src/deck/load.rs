//! Reading a deck: TOML with the position of every key, overrides, then the typed deck.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::tables::Deck;
use crate::error::{Error, Problem, Result, nearest};

/// A deck with the text that it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedDeck {
    /// The typed deck.
    pub deck: Deck,
    /// The file that it was read from.
    pub path: PathBuf,
    /// The file, verbatim.
    pub text: String,
    /// The `--set` overrides, verbatim.
    pub overrides: Vec<String>,
}

/// Reads the deck at `path` with `overrides` of the form `key.path=value` applied.
///
/// # Errors
/// [`Error::File`] when it cannot be read, [`Error::Deck`] with every problem found in it.
pub fn load(path: &Path, overrides: &[String]) -> Result<LoadedDeck> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::file("read", path, error))?;
    parse(path, text, overrides)
}

/// As [`load`], for a deck whose `text` was read from `path` before.
///
/// # Errors
/// [`Error::Deck`] with every problem found in it.
pub fn parse(path: &Path, text: String, overrides: &[String]) -> Result<LoadedDeck> {
    let source = Source::new(path, &text, overrides)?;
    let tree = source.tree()?;
    let deck = Deck::deserialize(toml::Deserializer::from(tree.clone()))
        .map_err(|error| source.explain(tree.get_ref(), &error))?;
    Ok(LoadedDeck {
        deck,
        path: path.to_owned(),
        text,
        overrides: overrides.to_vec(),
    })
}

impl LoadedDeck {
    /// A problem with the value of `key` that only shows once the deck is typed.
    pub fn problem(&self, key: &str, message: &str, remedy: &str) -> Problem {
        let source = Source::new(&self.path, &self.text, &self.overrides);
        let line = source.ok().and_then(|source| {
            let tree = source.tree().ok()?;
            source.line_of_key(tree.get_ref(), key)
        });
        Problem {
            file: self.path.clone(),
            line,
            key: key.to_owned(),
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        }
    }
}

/// Turns `key.path=value` into a line of TOML; a value that is not TOML is taken as a string.
///
/// Blanks put the line behind the `deck_length` bytes of the deck, so that a position in it is
/// never mistaken for one in the deck.
fn as_toml(setting: &str, deck_length: usize) -> Result<String> {
    let blanks = " ".repeat(deck_length);
    let Some((key, value)) = setting.split_once('=') else {
        return Err(Error::Refused(format!(
            "--set {setting}: no value; write --set key.path=value"
        )));
    };
    let plain = format!("{blanks}{key} = {value}");
    let quoted = format!("{blanks}{key} = {:?}", value.trim());
    [plain, quoted]
        .into_iter()
        .find(|line| DeTable::parse(line).is_ok())
        .ok_or_else(|| {
            Error::Refused(format!(
                "--set {setting}: \"{}\" is not a key; write --set key.path=value",
                key.trim()
            ))
        })
}

/// Puts every value of `new` in its place in `table`.
fn merge<'t>(table: &mut DeTable<'t>, new: DeTable<'t>) {
    for (key, value) in new {
        match (table.get_mut(key.get_ref().as_ref()), value) {
            (Some(old), value) if old.get_ref().is_table() && value.get_ref().is_table() => {
                if let (DeValue::Table(old), DeValue::Table(new)) =
                    (old.get_mut(), value.into_inner())
                {
                    merge(old, new);
                }
            }
            (_, value) => {
                table.insert(key, value);
            }
        }
    }
}

/// The deck's text, to say where something stands in it.
struct Source<'s> {
    path: &'s Path,
    text: &'s str,
    /// The overrides as lines of TOML.
    settings: Vec<String>,
}

impl<'s> Source<'s> {
    fn new(path: &'s Path, text: &'s str, overrides: &[String]) -> Result<Self> {
        let settings = overrides.iter().map(|it| as_toml(it, text.len()));
        let settings = settings.collect::<Result<_>>()?;
        Ok(Self {
            path,
            text,
            settings,
        })
    }

    /// The deck's tables and values, with the overrides in their places.
    fn tree(&self) -> Result<Spanned<DeTable<'_>>> {
        let mut tree = DeTable::parse(self.text).map_err(|error| {
            self.refuse(self.line(&error), "", error.message(), "mend the TOML")
        })?;
        for setting in &self.settings {
            let parsed = DeTable::parse(setting).expect("as_toml has parsed it");
            merge(tree.get_mut(), parsed.into_inner());
        }
        Ok(tree)
    }

    fn refuse(&self, line: Option<usize>, key: &str, message: &str, remedy: &str) -> Error {
        Error::Deck(vec![Problem {
            file: self.path.to_owned(),
            line,
            key: key.to_owned(),
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        }])
    }

    fn line(&self, error: &toml::de::Error) -> Option<usize> {
        self.line_at(error.span()?.start)
    }

    /// The line of a position; none when the position is behind the text, in an override.
    fn line_at(&self, position: usize) -> Option<usize> {
        let before = self.text.get(..position)?;
        Some(1 + before.matches('\n').count())
    }

    /// Says what serde found wrong, with the key that it happened at.
    fn explain(&self, tree: &DeTable, error: &toml::de::Error) -> Error {
        let message = error.message();
        let key = error
            .span()
            .map(|span| key_at(tree, span.start))
            .unwrap_or_default();
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let (message, remedy) = match quoted.split_first() {
            Some((unknown, known)) if message.starts_with("unknown field") => (
                "unknown key".to_owned(),
                nearest(unknown, known.iter().copied()),
            ),
            Some((unknown, known)) if message.starts_with("unknown variant") => (
                format!("\"{unknown}\" is not known"),
                nearest(unknown, known.iter().copied()),
            ),
            Some((missing, _)) if message.starts_with("missing field") => {
                (format!("\"{missing}\" is missing"), "add it".to_owned())
            }
            _ => (message.to_owned(), "see docs/deck.md".to_owned()),
        };
        self.refuse(self.line(error), &key, &message, &remedy)
    }

    /// The line of `key`, or of the nearest table above it that the deck has.
    fn line_of_key(&self, tree: &DeTable, key: &str) -> Option<usize> {
        let mut table = tree;
        let mut position = None;
        for part in key.split('.') {
            let Some((name, value)) = table.get_key_value(part) else {
                break;
            };
            // An override keeps the place of the key that it replaces.
            position = Some(if self.line_at(value.span().start).is_some() {
                name.span().start
            } else {
                value.span().start
            });
            match value.get_ref() {
                DeValue::Table(inner) => table = inner,
                _ => break,
            }
        }
        self.line_at(position?)
    }
}

/// The key, with its tables, that the position stands at.
fn key_at(table: &DeTable, position: usize) -> String {
    for (name, value) in table {
        let inside = |span: std::ops::Range<usize>| span.contains(&position);
        let deeper = match value.get_ref() {
            DeValue::Table(inner) => key_at(inner, position),
            _ => String::new(),
        };
        if !deeper.is_empty() {
            return format!("{}.{deeper}", name.get_ref());
        }
        if inside(name.span()) || inside(value.span()) {
            return name.get_ref().to_string();
        }
    }
    String::new()
}

//! Reading a deck: TOML with the position of every key, overrides, then the typed deck.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::tables::Deck;
use crate::error::{Error, Problem, Result, nearest, number, printable};

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
        Problem {
            file: self.path.clone(),
            line: self.lines(&[key])[0],
            key: key.to_owned(),
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        }
    }

    /// A file that the deck names: in the working directory, as `output` is, or else beside the deck.
    pub fn file(&self, name: &Path) -> PathBuf {
        let beside = self.path.with_file_name("").join(name);
        if !name.exists() && beside.exists() {
            return beside;
        }
        name.to_owned()
    }

    /// The line of each key, or of the nearest table above it; none for a value of `--set`.
    pub fn lines(&self, keys: &[&str]) -> Vec<Option<usize>> {
        let found = || {
            let source = Source::new(&self.path, &self.text, &self.overrides).ok()?;
            let tree = source.tree().ok()?;
            let line = |key: &&str| source.line_of_key(tree.get_ref(), key);
            Some(keys.iter().map(line).collect())
        };
        found().unwrap_or_else(|| vec![None; keys.len()])
    }
}

/// An entry that `--set` puts into the deck.
struct Setting {
    /// A line of TOML. Blanks put it behind the deck and behind the settings before it, so that each
    /// position is that of one key.
    line: String,
    /// The names in its key: 2 in `chain.sizes`.
    depth: usize,
}

impl Setting {
    /// Reads `key.path=value`; a value that is not TOML is taken as a string. So many bytes stand
    /// before it.
    fn new(text: &str, before: usize) -> Result<Self> {
        let refuse = |reason: String| {
            let reason = format!("--set {text}: {reason}; write --set key.path=value");
            Err(Error::Refused(printable(&reason).into_owned()))
        };
        let Some((key, value)) = text.split_once('=') else {
            return refuse("no value".to_owned());
        };
        let Some(depth) = DeTable::parse(&format!("{key} = 0"))
            .ok()
            .and_then(|it| depth(it.get_ref()))
        else {
            return refuse(format!("\"{}\" is not a key", key.trim()));
        };
        let blanks = " ".repeat(before);
        let quoted = toml::Value::from(value.trim()).to_string();
        let lines = [value, &quoted].map(|value| format!("{blanks}{key} = {value}"));
        let line = lines.into_iter().find(|line| {
            let parsed = DeTable::parse(line);
            parsed.is_ok_and(|it| leads_to_one(it.get_ref(), depth))
        });
        match line {
            Some(line) => Ok(Self { line, depth }),
            None => refuse(format!("{} is not a value", value.trim())),
        }
    }
}

/// The names in the key of a table's only number; none when there are more entries.
fn depth(table: &DeTable) -> Option<usize> {
    let mut values = table.values();
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    match value.get_ref() {
        DeValue::Table(inner) => Some(1 + depth(inner)?),
        _ => Some(1),
    }
}

/// Whether a table holds one entry, whose key has so many names.
fn leads_to_one(table: &DeTable, depth: usize) -> bool {
    table.len() == 1
        && table.values().all(|value| match value.get_ref() {
            DeValue::Table(inner) if depth > 1 => leads_to_one(inner, depth - 1),
            _ => depth == 1,
        })
}

/// Puts the value of `new`, whose key has so many names, in its place in `table`. It replaces what
/// stands there, also a whole table.
fn put<'t>(table: &mut DeTable<'t>, new: DeTable<'t>, depth: usize) {
    for (key, value) in new {
        match (table.get_mut(key.get_ref().as_ref()), value) {
            (Some(old), value) if depth > 1 && old.get_ref().is_table() => {
                if let (DeValue::Table(old), DeValue::Table(new)) =
                    (old.get_mut(), value.into_inner())
                {
                    put(old, new, depth - 1);
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
    settings: Vec<Setting>,
}

impl<'s> Source<'s> {
    fn new(path: &'s Path, text: &'s str, overrides: &[String]) -> Result<Self> {
        let mut settings: Vec<Setting> = Vec::new();
        for entry in overrides {
            let before = settings.last().map_or(text.len(), |it| it.line.len());
            settings.push(Setting::new(entry, before)?);
        }
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
            let parsed = DeTable::parse(&setting.line).expect("it was parsed before");
            put(tree.get_mut(), parsed.into_inner(), setting.depth);
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
            _ => (short(message, &quoted), "see docs/deck.md".to_owned()),
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

/// A message without the long numbers among the words that it quotes.
fn short(message: &str, quoted: &[&str]) -> String {
    let long = quoted.iter().filter(|word| word.len() > 20);
    let numbers = long.filter_map(|word| Some((word, word.parse::<f64>().ok()?)));
    numbers.fold(message.to_owned(), |message, (word, value)| {
        message.replace(*word, &number(value))
    })
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

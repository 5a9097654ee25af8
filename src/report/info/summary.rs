//! What is said of a file: what it is, whose it is, what it holds.

use std::path::Path;

use crate::deck::Deck;
use crate::store::{Lines, Provenance};

/// What `info` reads, for messages.
pub const READABLE: &str = "info reads data.h5, predictions.h5, scaling.h5, scaling.json, \
                            evaluation.json, study.json, training.jsonl, run.jsonl, networks \
                            (.safetensors), journals (.records), and directories with them";

/// What there is to say about a path.
pub struct Info {
    /// For people.
    pub text: String,
    /// What could not be read in a directory; the text is about the rest.
    pub unreadable: Vec<String>,
}

/// What is said of a file.
pub struct Summary {
    /// What it is and holds, in some words.
    pub what: String,
    /// Facts by name: where it comes from, and what it is about.
    pub facts: Vec<(&'static str, String)>,
    /// What it holds, in lines; may be empty.
    pub body: String,
}

impl Summary {
    /// The summary of the file at `path` as text.
    pub fn text(&self, path: &Path) -> String {
        let mut text = format!("{}: {}\n", path.display(), self.what);
        for (name, value) in &self.facts {
            text += &format!("{name:<10} {value}\n");
        }
        if !self.body.is_empty() {
            text += &format!("\n{}", self.body);
        }
        text.trim_end().to_owned()
    }
}

/// Where a file comes from, by its entries. Those that it lacks are left out.
pub fn origin(entry: impl Fn(&str) -> Option<String>) -> Vec<(&'static str, String)> {
    let of_deck = || Some(Deck::from_resolved(&entry(Provenance::RESOLVED)?)?.name);
    let name = entry("deck_name").or_else(of_deck);
    let mut facts: Vec<_> = name.map(|name| ("deck", name)).into_iter().collect();
    for (name, key) in [
        ("version", "version"),
        ("commit", "commit"),
        ("host", "host"),
        ("ranks", Provenance::RANKS),
        ("started", "started"),
        ("finished", "finished"),
        ("networks", Provenance::WEIGHTS),
        ("trained on", Provenance::TRAINING_DATA),
        ("scored on", Provenance::DATA),
    ] {
        facts.extend(entry(key).map(|value| (name, value)));
    }
    facts
}

/// The end of a summary, which names lines that could not be read; empty if all could be.
pub fn damage(lines: &Lines) -> String {
    let damage = lines.damage();
    damage.map_or(String::new(), |damage| format!("\n\nwarning: {damage}"))
}

/// Numbers of a list, with commas.
pub fn list<T: ToString>(values: &[T]) -> String {
    let values: Vec<String> = values.iter().map(T::to_string).collect();
    values.join(", ")
}

/// A number with its noun.
pub fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}

//! Where a result comes from. Every result file holds it.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::Value;

use crate::plan::Plan;
use crate::version::{COMMIT, VERSION};

/// The origin of a result.
#[derive(Debug, Clone)]
pub struct Provenance {
    started: SystemTime,
    ranks: usize,
    texts: BTreeMap<String, String>,
}

impl Provenance {
    /// The name of the number of ranks. It is the only number; everything else is text.
    pub const RANKS: &str = "ranks";

    /// The name of the identity of a file's own numbers.
    pub const IDENTITY: &str = "identity";

    /// The name of the identity of the parameters of the networks.
    pub const WEIGHTS: &str = "weights_identity";

    /// The name of the identity of the data that the networks learned from.
    pub const TRAINING_DATA: &str = "training_data_identity";

    /// The name of the identity of the data that the networks were scored on.
    pub const DATA: &str = "data_identity";

    /// The name of the deck with every override and default written out.
    pub const RESOLVED: &str = "deck_resolved";

    /// The number of ranks.
    pub fn ranks(&self) -> usize {
        self.ranks
    }

    /// The origin of the results of a plan, started now.
    pub fn new(plan: &Plan) -> Self {
        let texts = [
            ("version", VERSION.to_owned()),
            ("commit", COMMIT.to_owned()),
            ("command", command(std::env::args_os())),
            ("host", plan.machine.host.clone()),
            ("deck", plan.source.text.clone()),
            ("deck_overrides", plan.source.overrides.join("\n")),
            (Self::RESOLVED, plan.deck().resolved()),
        ];
        Self {
            started: SystemTime::now(),
            ranks: plan.ranks,
            texts: texts.map(|(name, text)| (name.to_owned(), text)).into(),
        }
    }

    /// The same with another text.
    #[must_use]
    pub fn with(mut self, name: &str, text: impl ToString) -> Self {
        self.texts.insert(name.to_owned(), text.to_string());
        self
    }

    /// The same, with the calibration by which the plan chose its solvers, as JSON.
    #[must_use]
    pub fn with_calibration(self, plan: &Plan) -> Self {
        let text = serde_json::to_string(&plan.knowledge.calibration);
        self.with("calibration", text.expect("numbers have names for keys"))
    }

    /// The origin as named texts, except for the ranks, finished now. Times are RFC 3339 in UTC.
    pub fn texts(&self) -> BTreeMap<String, String> {
        let time = |time| humantime::format_rfc3339_seconds(time).to_string();
        let mut texts = self.texts.clone();
        texts.insert("started".to_owned(), time(self.started));
        texts.insert("finished".to_owned(), time(SystemTime::now()));
        texts
    }

    /// The same and the ranks, all as text.
    pub fn entries(&self) -> BTreeMap<String, String> {
        let mut entries = self.texts();
        entries.insert(Self::RANKS.to_owned(), self.ranks.to_string());
        entries
    }

    /// The same for JSON.
    pub fn values(&self) -> BTreeMap<String, Value> {
        let texts = self.texts().into_iter();
        texts
            .map(|(name, text)| (name, Value::from(text)))
            .chain([(Self::RANKS.to_owned(), Value::from(self.ranks))])
            .collect()
    }

    /// The origin of no plan.
    #[cfg(test)]
    pub fn of_tests() -> Self {
        Self {
            started: SystemTime::now(),
            ranks: 3,
            texts: BTreeMap::from([("deck".to_owned(), "name = \"x\"".to_owned())]),
        }
    }
}

/// A command line that a shell reads as these arguments.
fn command(arguments: impl Iterator<Item = std::ffi::OsString>) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_=./,:+@%".contains(letter);
    let quoted = |argument: std::ffi::OsString| {
        // HDF5 and JSON hold UTF-8.
        let argument = argument.to_string_lossy().into_owned();
        if !argument.is_empty() && argument.chars().all(plain) {
            argument
        } else {
            format!("'{}'", argument.replace('\'', r"'\''"))
        }
    };
    arguments.map(quoted).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shell is the judge.
    #[test]
    fn a_shell_reads_the_command_as_it_was_given() {
        let given = ["mblscale", "--set=a.b={ c = \"d e\" }", "it's", "", "$HOME"];
        let line = command(given.iter().map(Into::into));
        let script = format!("printf '%s\\n' {line}");
        let said = std::process::Command::new("sh")
            .args(["-c", &script])
            .output();
        let said = String::from_utf8(said.unwrap().stdout).unwrap();
        assert_eq!(said.lines().collect::<Vec<_>>(), given);
        assert!(line.starts_with("mblscale '--set"), "{line}");
    }
}

//! Directories: the output of a deck, also while it runs and after a crash, its networks, its journals.

use std::path::Path;

use super::campaign::campaign;
use super::journals::journals;
use super::kind::summary;
use super::model::models;
use super::summary::{Info, READABLE, Summary};
use crate::error::{Error, Result};
use crate::plan::{Machine, Paths};
use crate::report::format::duration;
use crate::store::Lock;

/// The state of a directory.
///
/// # Errors
/// When it cannot be read, or holds nothing of this program.
pub fn directory(root: &Path) -> Result<Info> {
    let whole = |summary: Summary| Info {
        text: summary.text(root),
        unreadable: Vec::new(),
    };
    let names = names(root)?;
    if names.iter().any(|name| name.ends_with(".records")) {
        return journals(root).map(whole);
    }
    if holds_models(&names) {
        return models(root).map(whole);
    }
    output(root, &names)
}

fn names(directory: &Path) -> Result<Vec<String>> {
    let refuse = |error| Error::file("read", directory, error);
    let entries = std::fs::read_dir(directory).map_err(refuse)?;
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        Ok(entry
            .map_err(refuse)?
            .file_name()
            .to_string_lossy()
            .into_owned())
    };
    entries.map(name).collect()
}

/// Whether a directory of these files holds networks, or the beginning of their training.
fn holds_models(names: &[String]) -> bool {
    let is_member = |name: &String| name.starts_with("member-") && name.ends_with(".safetensors");
    names.iter().any(is_member) || names.len() == 1 && names[0] == "unfinished"
}

/// The state of an output directory.
fn output(root: &Path, names: &[String]) -> Result<Info> {
    let paths = Paths::new(root);
    let (state, ranks) = run(root);
    let mut found = Info {
        text: format!("{}: {state}\n", root.display()),
        unreadable: Vec::new(),
    };
    let mut known = names.iter().any(|name| name == ".lock");
    let generated = paths.data().exists() || paths.journals().exists();
    if generated {
        known = true;
        match campaign(&paths, ranks) {
            Ok(text) => found.text += &(text + "\n\n"),
            Err(error) => found.unreadable.push(error.to_string()),
        }
    }
    let files = [
        // The speed of the campaign is shown from it.
        (!generated).then(|| paths.run_log()),
        Some(paths.training()),
        Some(paths.models()),
        Some(paths.evaluation()),
        Some(paths.study()),
        Some(paths.predictions()),
        Some(paths.scaling()),
        Some(paths.scaling_arrays()),
    ];
    let mut rows = Vec::new();
    for path in files.into_iter().flatten().filter(|path| path.exists()) {
        known = true;
        let read = if path.is_dir() {
            models(&path)
        } else {
            summary(&path)
        };
        match read {
            Ok(summary) => rows.push(row(&path, &summary)),
            Err(error) => found.unreadable.push(error.to_string()),
        }
    }
    found.text += &listing(&rows);
    if !known {
        let reason = format!("it holds no file of this program; {READABLE}");
        return Err(Error::file("read", root, reason));
    }
    found.text = found.text.trim_end().to_owned();
    Ok(found)
}

/// The files of a directory, each in a line.
fn listing(rows: &[[String; 4]]) -> String {
    let [first, second, third] = [0, 1, 2].map(|column| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or_default()
    });
    let line = |[name, deck, finished, what]: &[String; 4]| {
        format!("{name:<first$}  {deck:<second$}  {finished:<third$}  {what}\n")
    };
    rows.iter().map(line).collect()
}

/// The name of a file, its deck, when it was finished, and what it is.
fn row(path: &Path, summary: &Summary) -> [String; 4] {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fact = |name: &str| {
        let known = summary.facts.iter().find(|(known, _)| *known == name);
        known.map_or("-".to_owned(), |(_, value)| value.clone())
    };
    [
        name.into_owned(),
        fact("deck"),
        fact("finished"),
        summary.what.clone(),
    ]
}

/// Whether a run is active there, and on how many ranks.
fn run(root: &Path) -> (String, Option<usize>) {
    let host = Machine::here(root).host;
    match Lock::holder(root) {
        Some((holder, silence)) if holder.may_be_alive(silence, &host) => (
            format!(
                "running on {} (process {}, {} ranks, since {})",
                holder.host, holder.process, holder.ranks, holder.started
            ),
            Some(holder.ranks),
        ),
        Some((holder, silence)) => (
            format!(
                "not running: the run on {} since {} was last seen alive {} ago",
                holder.host,
                holder.started,
                duration(silence.as_secs_f64())
            ),
            None,
        ),
        None => ("not running".to_owned(), None),
    }
}

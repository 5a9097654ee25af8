//! A network: its data, its size, its scores.

use std::path::Path;

use super::evaluation::{scores_at, subject};
use super::summary::{Summary, list, origin};
use crate::error::{Error, Result};
use crate::learn::{Checkpoints, Inspected, holds_network, inspect};

/// The summary of a network, from its file.
///
/// # Errors
/// When it is not a network of this program.
pub fn model(path: &Path) -> Result<Summary> {
    let found = inspect(path)?;
    let member = found.metadata.get("member").map_or("-", String::as_str);
    let members = found.description.members;
    let kind = &found.description.model.dimensions.kind;
    Ok(summary(
        &found,
        format!("{kind} network {member} of {members}"),
    ))
}

/// The summary of a directory of networks, by the first of them.
///
/// # Errors
/// When it holds no network, and no beginning of one.
pub fn models(directory: &Path) -> Result<Summary> {
    let epochs = Checkpoints::new(&directory.join("unfinished")).epochs()?;
    let unfinished = match epochs.is_empty() {
        true => String::new(),
        false => format!(
            "unfinished {} at epoch {}",
            if epochs.len() == 1 {
                "training"
            } else {
                "trainings"
            },
            list(&epochs)
        ),
    };
    if !holds_network(directory) {
        if unfinished.is_empty() {
            let reason = "it has no member-1.safetensors: run the train stage again";
            return Err(Error::file("read", directory, reason));
        }
        return Ok(Summary {
            what: unfinished,
            facts: Vec::new(),
            body: String::new(),
        });
    }
    let found = inspect(directory)?;
    let members = found.description.members;
    let kind = &found.description.model.dimensions.kind;
    let mut what = format!("{kind} network 1 of {members}");
    if !unfinished.is_empty() {
        what += &format!("; {unfinished}");
    }
    Ok(summary(&found, what))
}

fn summary(found: &Inspected, what: String) -> Summary {
    let mut facts = origin(|name| found.metadata.get(name).cloned());
    let (extractor, head) = (found.extractor_parameters, found.head_parameters);
    let model = &found.description.model.dimensions;
    let network = format!(
        "{}, {} features, head of {}; {} parameters: {extractor} and {head}",
        model.kind,
        model.features,
        model.hidden,
        extractor + head
    );
    facts.push(("network", network));
    facts.extend(subject(&found.description));
    Summary {
        what,
        facts,
        body: scores_at(&found.description.learned(), &found.scores),
    }
}

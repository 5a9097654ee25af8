//! What `info` prints of a network: its data, its size, its scores.

use std::path::Path;

use super::results::scores;
use crate::error::Result;
use crate::learn::{Inspected, Score, inspect};
use crate::store::Provenance;

/// A trained network as text, from a file or from a directory with an ensemble.
///
/// # Errors
/// When it is not a network of this program.
pub fn model(path: &Path) -> Result<String> {
    let found = inspect(path)?;
    Ok(format!("{}: {}", path.display(), text(&found)))
}

fn text(found: &Inspected) -> String {
    let Inspected {
        description,
        metadata,
        ..
    } = found;
    let mut text = format!(
        "network {} of {}\n",
        metadata.get("member").map_or("-", String::as_str),
        description.members
    );
    for (name, key) in [
        ("deck", "deck_name"),
        ("version", "version"),
        ("commit", "commit"),
        ("host", "host"),
        ("ranks", "ranks"),
        ("started", "started"),
        ("finished", "finished"),
        ("identity", Provenance::WEIGHTS),
    ] {
        if let Some(value) = metadata.get(key) {
            text += &format!("{name:<10} {value}\n");
        }
    }
    for (name, value) in facts(found) {
        text += &format!("{name:<10} {value}\n");
    }
    for density in description.learned() {
        let of_density = |score: &&Score| score.energy_density == density;
        let own: Vec<Score> = found.scores.iter().filter(of_density).cloned().collect();
        if !own.is_empty() {
            text += &format!(
                "\ntest data at ε = {density}, mean over the networks\n{}\n",
                scores(&own)
            );
        }
    }
    if found.scores.is_empty() {
        text += "\nthere were no test data to score it on\n";
    }
    text.trim_end().to_owned()
}

/// What kind of network it is, and what it was trained on.
fn facts(found: &Inspected) -> Vec<(&'static str, String)> {
    let known = &found.description;
    let (extractor, head) = (found.extractor_parameters, found.head_parameters);
    let model = &known.model.dimensions;
    let samples = match known.samples {
        0 => "unknown".to_owned(),
        samples => samples.to_string(),
    };
    let densities = known.learned();
    let densities = match &densities[..] {
        [.., last] if densities.len() > 1 => {
            format!("{} from {} to {last}", densities.len(), densities[0])
        }
        _ => known.energy_density.to_string(),
    };
    vec![
        (
            "network",
            format!(
                "{}, {} features, head of {}; {} parameters: {extractor} and {head}",
                model.kind,
                model.features,
                model.hidden,
                extractor + head
            ),
        ),
        ("targets", known.targets.join(", ")),
        ("L", list(&known.train_sizes)),
        ("ε", densities),
        ("samples", samples),
    ]
}

fn list(sizes: &[usize]) -> String {
    let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
    sizes.join(", ")
}

//! evaluation.json: the scores of networks.

use super::summary::{Summary, list, origin};
use crate::error::Result;
use crate::learn::{Condition, Description, Score};
use crate::report::results::scores;
use crate::store::Document;

/// The summary of an evaluation.json.
///
/// # Errors
/// When an entry is missing or has other contents.
pub fn evaluation(document: &Document) -> Result<Summary> {
    let description: Description = document.whole()?;
    let found: Vec<Score> = document.entry("scores")?;
    let mut facts = origin(|name| document.text(name));
    facts.extend(subject(&description));
    Ok(Summary {
        what: format!(
            "scores of {} {} networks for {}",
            description.members,
            description.model.dimensions.kind,
            list(&description.targets)
        ),
        facts,
        body: scores_at(&description.learned(), &found),
    })
}

/// What networks were trained on.
pub fn subject(known: &Description) -> Vec<(&'static str, String)> {
    let learned = known.learned();
    let values = match &learned[..] {
        [first, .., last] => format!(
            "{} from {} to {}",
            learned.len(),
            first.value(),
            last.value()
        ),
        _ => known.condition.value().to_string(),
    };
    let name = match known.condition {
        Condition::EnergyDensity(_) => "ε",
        Condition::Time(_) => "t",
    };
    let samples = match known.samples {
        0 => "unknown".to_owned(),
        samples => samples.to_string(),
    };
    vec![
        ("targets", list(&known.targets)),
        ("L", list(&known.train_sizes)),
        (name, values),
        ("samples", samples),
    ]
}

/// The scores at each of these energy densities or times.
pub fn scores_at(conditions: &[Condition], found: &[Score]) -> String {
    let mut text = String::new();
    for &condition in conditions {
        let is_own = |score: &&Score| score.condition == condition;
        let own: Vec<Score> = found.iter().filter(is_own).cloned().collect();
        if !own.is_empty() {
            text += &format!(
                "test data at {condition}, mean over the networks\n{}\n\n",
                scores(&own)
            );
        }
    }
    if found.is_empty() {
        text += "there were no test data to score it on";
    }
    text.trim_end().to_owned()
}

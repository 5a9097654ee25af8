//! What the file of a network says about it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use safetensors::SafeTensors;

use super::score::Score;
use crate::error::{Error, Result};
use crate::learn::ensemble::{Description, member_path, parse};
use crate::learn::network::parameter_count;

/// The key of the scores among the metadata.
const SCORES: &str = "scores";

/// What a file says about its network.
pub struct Inspected {
    /// The ensemble that the network belongs to.
    pub description: Description,
    /// The number of parameters of the extractor.
    pub extractor_parameters: usize,
    /// The number of parameters of the head.
    pub head_parameters: usize,
    /// The scores of the ensemble on the test data, without those of single strengths; empty if
    /// unknown.
    pub scores: Vec<Score>,
    /// All metadata, by name.
    pub metadata: BTreeMap<String, String>,
}

/// Scores as an entry of the metadata that [`Ensemble::save`](crate::learn::Ensemble::save) takes.
pub fn scores_entry(scores: &[Score]) -> (String, String) {
    let short = |score: &Score| Score {
        by_strength: Vec::new(),
        ..score.clone()
    };
    let scores: Vec<Score> = scores.iter().map(short).collect();
    let text = serde_json::to_string(&scores).expect("scores have names for keys");
    (SCORES.to_owned(), text)
}

/// Reads what a file says about its network. In a directory it is the file of the first member.
///
/// # Errors
/// When it is not the complete file of a network.
pub fn inspect(path: &Path) -> Result<Inspected> {
    let path = if path.is_dir() {
        member_path(path, 1)
    } else {
        path.to_owned()
    };
    let bytes = fs::read(&path).map_err(|error| Error::file("read", &path, error))?;
    let member = parse(&bytes).map_err(|reason| Error::file("read", &path, reason))?;
    let description = member.description;
    let network = description.loaded();
    let extractor_parameters = network.extractor_parameters();
    let metadata = SafeTensors::read_metadata(&bytes).ok();
    let metadata = metadata.and_then(|(_, header)| header.metadata().clone());
    let metadata: BTreeMap<_, _> = metadata.unwrap_or_default().into_iter().collect();
    let scores = metadata.get(SCORES).map(|text| serde_json::from_str(text));
    Ok(Inspected {
        extractor_parameters,
        head_parameters: parameter_count(&network.tensor_specs()) - extractor_parameters,
        scores: scores
            .transpose()
            .map_err(|error| Error::file("read", &path, format!("its scores: {error}")))?
            .unwrap_or_default(),
        description,
        metadata,
    })
}

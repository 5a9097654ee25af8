//! What the file of a network says of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use safetensors::SafeTensors;

use super::score::Score;
use crate::error::{Error, Result};
use crate::learn::ensemble::{Description, member_path, network_of, parse};
use crate::learn::network::count;

/// The name of the scores among the metadata.
const SCORES: &str = "scores";

/// What a file says of its network.
pub struct Inspected {
    /// The ensemble that it belongs to.
    pub description: Description,
    /// Parameters of the extractor and of the head.
    pub parameters: [usize; 2],
    /// How the ensemble did on the test data, without the single strengths; empty if not known.
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

/// Reads what a file says of its network: of the first member, where `path` is a directory.
///
/// # Errors
/// When it is not a file of a network, or not a whole one.
pub fn inspect(path: &Path) -> Result<Inspected> {
    let path = if path.is_dir() {
        member_path(path, 1)
    } else {
        path.to_owned()
    };
    let bytes = fs::read(&path).map_err(|error| Error::file("read", &path, error))?;
    let (description, _) = parse(&bytes).map_err(|reason| Error::file("read", &path, reason))?;
    let network = network_of(&description)?;
    let extracting = network.extracting();
    let metadata = SafeTensors::read_metadata(&bytes).ok();
    let metadata = metadata.and_then(|(_, header)| header.metadata().clone());
    let metadata: BTreeMap<_, _> = metadata.unwrap_or_default().into_iter().collect();
    let scores = metadata.get(SCORES).map(|text| serde_json::from_str(text));
    Ok(Inspected {
        parameters: [extracting, count(&network.shapes()) - extracting],
        scores: scores
            .transpose()
            .map_err(|error| Error::file("read", &path, format!("its scores: {error}")))?
            .unwrap_or_default(),
        description,
        metadata,
    })
}

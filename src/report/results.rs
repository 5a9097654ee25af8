//! The scores of networks, as a table.

use super::format::table;
use crate::error::fixed;
use crate::learn::Score;

/// A line for each chain length and indicator.
pub fn scores(scores: &[Score]) -> String {
    let rows: Vec<Vec<String>> = scores
        .iter()
        .map(|score| {
            vec![
                score.target.clone(),
                score.sites.to_string(),
                if score.seen { "yes" } else { "no" }.to_owned(),
                fixed(score.mse, 5),
                score.r2_norm.map_or("-".to_owned(), |r2| fixed(r2, 3)),
            ]
        })
        .collect();
    let header = ["network", "L", "trained on", "MSE", "R²_norm"];
    table(&header, &rows)
}

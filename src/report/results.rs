//! What a run came to: the network's scores and the fits, as tables.

use super::table;
use crate::learn::Score;
use crate::scaling::{Fit, Parameter};

/// The scores of a network: a line for each chain length and indicator.
pub fn scores(scores: &[Score]) -> String {
    let rows: Vec<Vec<String>> = scores
        .iter()
        .map(|score| {
            vec![
                score.target.clone(),
                score.sites.to_string(),
                if score.seen { "yes" } else { "no" }.to_owned(),
                format!("{:.5}", score.mse),
                score
                    .r2_norm
                    .map_or("-".to_owned(), |r2| format!("{r2:.3}")),
            ]
        })
        .collect();
    let header = ["network", "L", "trained on", "MSE", "R²_norm"];
    table(&header, &rows)
}

/// The fits of finite-size scaling: a line for each, then their warnings.
pub fn fits(fits: &[Fit]) -> String {
    let rows: Vec<Vec<String>> = fits
        .iter()
        .map(|fit| {
            vec![
                fit.target.clone(),
                fit.source.name().to_owned(),
                fit.energy_density.to_string(),
                format!("{:?}", fit.sizes),
                parameter(&fit.h_c),
                parameter(&fit.nu),
                format!("{:.2}", fit.quality),
            ]
        })
        .collect();
    let header = ["scaling", "data", "ε", "L", "h_c [95 %]", "ν [95 %]", "S"];
    let mut text = table(&header, &rows);
    for fit in fits {
        for warning in &fit.warnings {
            text += &format!(
                "\nnote: {} ({}, ε = {}): {warning}",
                fit.target,
                fit.source.name(),
                fit.energy_density
            );
        }
    }
    text
}

fn parameter(parameter: &Parameter) -> String {
    match (parameter.low, parameter.high) {
        (Some(low), Some(high)) => format!("{:.2} [{low:.2}, {high:.2}]", parameter.value),
        _ => format!("{:.2}", parameter.value),
    }
}

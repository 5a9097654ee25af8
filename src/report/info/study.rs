//! study.json: the networks that a study compared.

use super::evaluation::subject;
use super::summary::{Summary, counted, origin};
use crate::deck::Study;
use crate::error::{Result, fixed};
use crate::learn::{Description, Finding};
use crate::report::format::table;
use crate::store::Document;

/// The summary of a study.json.
///
/// # Errors
/// When an entry is missing or has other contents.
pub fn study(document: &Document) -> Result<Summary> {
    let description: Description = document.whole()?;
    let kind: Study = document.entry("study")?;
    let findings: Vec<Finding> = document.entry("findings")?;
    let mut facts = origin(|name| document.text(name));
    facts.extend(subject(&description));
    Ok(Summary {
        what: format!(
            "{} of the study \"{}\"",
            counted(findings.len(), "finding", "findings"),
            kind.name()
        ),
        facts,
        body: compared(&findings),
    })
}

/// The scores of the networks that were trained in the same way, at one number of realizations.
struct Compared<'f> {
    training: String,
    target: &'f str,
    scores: usize,
    mse: f64,
    /// Sum and count of those that are defined.
    r2_norm: (f64, usize),
}

/// A line for each way of training and each indicator.
fn compared(findings: &[Finding]) -> String {
    let mut all: Vec<Compared> = Vec::new();
    for finding in findings {
        let training = finding
            .realizations
            .map_or(finding.training.clone(), |count| format!("N = {count}"));
        for score in &finding.scores {
            let known = |it: &Compared| it.training == training && it.target == score.target;
            let place = all.iter().position(known).unwrap_or_else(|| {
                all.push(Compared {
                    training: training.clone(),
                    target: &score.target,
                    scores: 0,
                    mse: 0.0,
                    r2_norm: (0.0, 0),
                });
                all.len() - 1
            });
            let own = &mut all[place];
            own.scores += 1;
            own.mse += score.mse;
            if let Some(r2) = score.r2_norm {
                own.r2_norm = (own.r2_norm.0 + r2, own.r2_norm.1 + 1);
            }
        }
    }
    let row = |own: &Compared| {
        let (sum, count) = own.r2_norm;
        vec![
            own.training.clone(),
            own.target.to_owned(),
            own.scores.to_string(),
            fixed(own.mse / own.scores as f64, 5),
            match count {
                0 => "-".to_owned(),
                _ => fixed(sum / count as f64, 3),
            },
        ]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    let header = [
        "training",
        "indicator",
        "scores",
        "mean MSE",
        "mean R²_norm",
    ];
    table(&header, &rows)
}

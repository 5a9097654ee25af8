//! One network for all energy densities (arXiv:2202.08853, section III C and appendix A).

use super::Finding;
use super::session::Session;
use crate::error::{Error, Result};
use crate::learn::Ensemble;
use crate::plan::Split;

/// The extractor learns at one ε, then a head learns at all of them; `heads` beside it learn at one
/// ε each.
pub fn train(
    session: &mut Session,
    course: (usize, f64),
    heads: bool,
) -> Result<(Ensemble, Vec<Finding>)> {
    let targets = session.learn.targets.clone();
    let energy_densities = session
        .data
        .iter()
        .find(|table| table.split == Split::Train)
        .map(|table| table.energy_densities.clone())
        .unwrap_or_default();
    if energy_densities.len() < 2 {
        return Err(Error::Refused(
            "learn.study.kind = \"conditioned\" needs data of two energy densities or more: add to \
             spectrum.energy_densities, or take out learn.study"
                .to_owned(),
        ));
    }
    let trained = session.multitask("extractor", &targets)?;
    let head = session.head_course("head", course);
    let ensemble = session.head(&head, &trained, &targets, &energy_densities)?;
    let mut findings = Vec::new();
    if heads {
        for &energy_density in &energy_densities {
            let name = format!("head at ε = {energy_density}");
            let own = session.head_course(&name, course);
            let alone = session.head(&own, &trained, &targets, &[energy_density])?;
            for (training, ensemble) in [("conditioned", &ensemble), ("own head", &alone)] {
                findings.push(Finding {
                    training: training.to_owned(),
                    realizations: None,
                    training_mse: Vec::new(),
                    scores: session.scores(ensemble, energy_density)?,
                });
            }
        }
    }
    Ok((ensemble, findings))
}

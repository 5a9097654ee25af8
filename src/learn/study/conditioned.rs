//! One network for all energy densities (arXiv:2202.08853, section III C and appendix A), in two stages
//! as there or in one.

use super::Finding;
use super::session::Session;
use crate::error::{Error, Result};
use crate::learn::ensemble::{Description, Ensemble};

/// The extractor learns at one ε, then a head learns at all of them; `heads` beside it learn at one
/// ε each, with as many steps.
pub fn train(
    session: &mut Session,
    course: (usize, f64),
    heads: bool,
) -> Result<(Ensemble, Vec<Finding>)> {
    let targets = session.learn.targets.clone();
    let energy_densities = energy_densities(session, "conditioned")?;
    let trained = session.multitask("extractor", &targets)?;
    let head = session.head_course("head", course);
    let ensemble = session.head(&head, &trained, &targets, &energy_densities)?;
    let mut findings = Vec::new();
    if heads {
        let course = (course.0 * energy_densities.len(), course.1);
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

/// Extractor and head learn at all ε together: a sample is a field with its indicators at all of them,
/// so that the chain is read once.
pub fn end_to_end(session: &mut Session) -> Result<Ensemble> {
    let targets = session.learn.targets.clone();
    let energy_densities = energy_densities(session, "end-to-end")?;
    let samples = session.samples(&targets, energy_densities.chunks(energy_densities.len()))?;
    let description = Description {
        energy_densities,
        ..session.description(&targets, &samples)
    };
    let learn = session.learn;
    let course = session.course("train", learn.epochs, learn.learning_rate);
    session.run(&course, description, &samples, learn.members)
}

/// Those of the training data, two or more.
fn energy_densities(session: &Session, kind: &str) -> Result<Vec<f64>> {
    let found = session.energy_densities();
    if found.len() > 1 {
        Ok(found.to_vec())
    } else {
        Err(Error::Refused(format!(
            "learn.study.kind = \"{kind}\" needs data of two energy densities or more: add to \
             spectrum.energy_densities, or take out learn.study"
        )))
    }
}

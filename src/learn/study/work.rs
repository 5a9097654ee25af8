//! What a study will amount to, said before it begins: people want to know how long it takes.

use super::session::Session;
use crate::deck::Study;
use crate::error::Result;
use crate::learn::samples::Set;
use crate::learn::training::work;

/// The work of all trainings to come, at most: early stopping makes it less, and so do targets that a
/// training leaves out.
pub fn expected(session: &Session) -> Result<f64> {
    let learn = session.learn;
    let energy_densities = session.energy_densities();
    let densities = energy_densities.len() as f64;
    let own = [session.energy_density];
    let at = match learn.study {
        Study::EndToEnd => energy_densities.chunks(energy_densities.len().max(1)),
        _ => own.chunks(1),
    };
    let samples = session.samples(&learn.targets, at)?;
    let mut description = session.description(&learn.targets, &samples);
    if matches!(learn.study, Study::EndToEnd | Study::Conditioned { .. }) {
        description.energy_densities = energy_densities.to_vec();
    }
    let loss = session.loss(&description, &samples);
    let network = description.network(loss.clone())?;
    let head = description.blueprint(loss).head(network.features());

    let set = Set::new(&samples.training);
    let whole = learn.epochs as f64 * work(network.as_ref(), &set, learn.members);
    let head = |epochs: usize| epochs as f64 * work(head.as_ref(), &set, learn.members);
    Ok(match &learn.study {
        Study::Multitask | Study::EndToEnd => whole,
        Study::Conditioned { epochs, heads, .. } => {
            // A head of its own takes as many steps as the one for all.
            let own = if *heads { densities } else { 0.0 };
            whole + head(*epochs) * densities * (1.0 + own)
        }
        Study::Transfer { epochs, .. } => {
            whole + learn.targets.len() as f64 * (2.0 * whole + head(*epochs))
        }
        // As many steps for every number of realizations as for all of them.
        Study::DataSize { realizations } => whole * (1 + realizations.len()) as f64,
    })
}

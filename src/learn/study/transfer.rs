//! Whether features learned from some indicators serve another (arXiv:2202.08853, section III B,
//! figure 5).

use super::Finding;
use super::session::Session;
use crate::error::Result;
use crate::learn::ensemble::Ensemble;

/// For each target in turn, networks trained three ways; those trained on all targets are kept.
pub fn train(session: &mut Session, course: (usize, f64)) -> Result<(Ensemble, Vec<Finding>)> {
    let targets = session.learn.targets.clone();
    let energy_density = session.energy_density;
    let multitask = session.multitask("multitask", &targets)?;
    let mut findings = Vec::new();
    for target in &targets {
        let one = std::slice::from_ref(target);
        let others: Vec<String> = targets.iter().filter(|it| *it != target).cloned().collect();
        let trained = session.multitask(&format!("extractor without {target}"), &others)?;
        let head = session.head_course(&format!("head for {target}"), course);
        let transferred = session.head(&head, &trained, one, &[energy_density])?;
        let scratch = session.multitask(&format!("{target} from scratch"), one)?;
        for (training, ensemble) in [
            ("transfer", &transferred),
            ("scratch", &scratch),
            ("multitask", &multitask),
        ] {
            let scores = session.scores(ensemble, energy_density)?;
            findings.push(Finding {
                training: training.to_owned(),
                realizations: None,
                training_mse: Vec::new(),
                scores: scores
                    .into_iter()
                    .filter(|score| score.target == *target)
                    .collect(),
            });
        }
    }
    Ok((multitask, findings))
}

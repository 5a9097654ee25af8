//! How few realizations suffice (arXiv:2202.08853, appendix B, figure 9).

use std::collections::BTreeMap;

use super::Finding;
use super::session::{Samples, Session};
use crate::error::Result;
use crate::learn::ensemble::Ensemble;
use crate::learn::samples::Realization;
use crate::random::{stream, unit};

/// Trains each member on a random subset of its own, with as many steps as all data take; the
/// networks trained on all data are kept.
pub fn train(session: &mut Session, counts: &[u32]) -> Result<(Ensemble, Vec<Finding>)> {
    let learn = session.learn;
    let targets = learn.targets.clone();
    let all = session.samples(&targets, [session.energy_density].chunks(1))?;
    let steps = |samples: usize| samples.div_ceil(learn.batch);
    let total = learn.epochs * steps(all.training.len());
    let mut findings = Vec::new();
    for &count in counts {
        for member in 0..learn.members {
            let seed = learn.seed.wrapping_add(member as u64);
            let samples = Samples {
                training: subset(&all.training, count as usize, seed),
                held_out: all.held_out.clone(),
            };
            let mut course = session.course(
                &format!("N = {count}, run {}", member + 1),
                total.div_ceil(steps(samples.training.len())),
                learn.learning_rate,
            );
            course.seed = seed;
            let description = session.description(&targets, &samples);
            let network = session.run(&course, description, &samples, 1)?;
            findings.push(Finding {
                training: course.name,
                realizations: Some(count),
                training_mse: training_mse(&network, &samples.training),
                scores: session.scores(&network, session.energy_density)?,
            });
        }
    }
    Ok((session.network("all data", &targets, &all)?, findings))
}

/// At most `count` realizations of each chain length and disorder strength, at random.
fn subset(all: &[Realization], count: usize, seed: u64) -> Vec<Realization> {
    let mut groups: BTreeMap<(usize, usize), Vec<&Realization>> = BTreeMap::new();
    for one in all {
        groups
            .entry((one.sites, one.strength))
            .or_default()
            .push(one);
    }
    let purpose = u64::from_be_bytes(*b"subset  ");
    let mut chosen = Vec::new();
    for ((sites, strength), mut group) in groups {
        let mut stream = stream(seed, [purpose, sites as u64, strength as u64, 0]);
        for _ in 0..count.min(group.len()) {
            let place = (unit(&mut stream) * group.len() as f64) as usize;
            chosen.push(group.swap_remove(place).clone());
        }
    }
    chosen
}

/// The mean squared error, mean over the targets, by chain length.
fn training_mse(network: &Ensemble, samples: &[Realization]) -> Vec<(usize, f64)> {
    let of_size = |own: &[Realization]| {
        let mut sum = 0.0;
        for one in own {
            let field = ndarray::ArrayView2::from_shape((1, one.sites), &one.inputs)
                .expect("a field has a value for each site");
            let predicted = network.predict(field, &one.energy_densities);
            let errors = predicted
                .iter()
                .zip(&one.targets)
                .map(|(f, y)| (f - y).powi(2));
            sum += errors.sum::<f64>() / one.targets.len() as f64;
        }
        (own[0].sites, sum / own.len() as f64)
    };
    // Subsets come by chain length.
    samples
        .chunk_by(|left, right| left.sites == right.sites)
        .map(of_size)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_have_so_many_of_each_length_and_strength() {
        let all: Vec<Realization> = (0..120)
            .map(|k| Realization {
                sites: 4 + 2 * (k % 2),
                strength: k / 2 % 3,
                inputs: vec![k as f64; 4 + 2 * (k % 2)],
                energy_densities: vec![0.5],
                targets: vec![0.0],
            })
            .collect();
        let chosen = subset(&all, 4, 1);
        assert_eq!(chosen.len(), 24);
        for sites in [4, 6] {
            for strength in 0..3 {
                let own = chosen
                    .iter()
                    .filter(|it| (it.sites, it.strength) == (sites, strength));
                let mut values: Vec<u64> = own.map(|it| it.inputs[0] as u64).collect();
                values.sort_unstable();
                values.dedup();
                assert_eq!(values.len(), 4, "nothing is chosen twice");
            }
        }
        assert_ne!(chosen, subset(&all, 4, 2));
        assert_eq!(subset(&all, 100, 1).len(), 120);
    }
}

//! How many realizations are needed (arXiv:2202.08853, appendix B, figure 9).

use std::collections::BTreeMap;
use std::rc::Rc;

use super::plan::{Comparison, StudyPlan};
use super::planner::Planner;
use crate::error::Result;
use crate::learn::samples::{Realization, Samples};
use crate::random::{stream, unit};

/// Trains each member on a random subset of its own, with the number of steps of a training on all
/// data. The networks that are trained on all data are kept.
pub fn subsets(planner: &Planner, counts: &[u32]) -> Result<StudyPlan> {
    let learn = planner.learn;
    let all = planner.samples(&learn.targets)?;
    let steps = |samples: usize| samples.div_ceil(learn.batch);
    let total = learn.epochs * steps(all.training.len());
    let mut plan = StudyPlan::default();
    for &count in counts {
        for member in 0..learn.members {
            let seed = learn.seed.wrapping_add(member as u64);
            let samples = Samples {
                training: subset(&all.training, count as usize, seed),
                held_out: all.held_out.clone(),
            };
            let epochs = total.div_ceil(steps(samples.training.len()));
            let label = format!("N = {count}, run {}", member + 1);
            let mut training = planner.training(label.clone(), &learn.targets, samples);
            training.description.members = 1;
            training.hyperparameters.epochs = epochs;
            training.hyperparameters.seed = seed;
            let training = plan.add(training);
            plan.comparisons.push(Comparison {
                label,
                training,
                condition: planner.condition,
                target: None,
                realizations: Some(count),
            });
        }
    }
    plan.kept = plan.add(planner.training("all data".to_owned(), &learn.targets, all));
    Ok(plan)
}

/// At most `count` realizations of each chain length and disorder strength, at random.
fn subset(all: &[Rc<Realization>], count: usize, seed: u64) -> Vec<Rc<Realization>> {
    let mut groups: BTreeMap<(usize, usize), Vec<&Rc<Realization>>> = BTreeMap::new();
    for one in all {
        groups
            .entry((one.sites, one.strength_index))
            .or_default()
            .push(one);
    }
    let purpose = u64::from_be_bytes(*b"subset  ");
    let mut chosen = Vec::new();
    for ((sites, strength), mut group) in groups {
        let mut stream = stream(seed, [purpose, sites as u64, strength as u64, 0]);
        for _ in 0..count.min(group.len()) {
            let index = (unit(&mut stream) * group.len() as f64) as usize;
            chosen.push(group.swap_remove(index).clone());
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::tests::fixture;

    #[test]
    fn subsets_have_so_many_of_each_length_and_strength() {
        let all: Vec<Rc<Realization>> = (0..120)
            .map(|k| Realization {
                sites: 4 + 2 * (k % 2),
                strength_index: k / 2 % 3,
                inputs: vec![k as f64; 4 + 2 * (k % 2)],
                conditions: vec![fixture::MIDDLE],
                targets: vec![0.0],
            })
            .map(Rc::new)
            .collect();
        let chosen = subset(&all, 4, 1);
        assert_eq!(chosen.len(), 24);
        for sites in [4, 6] {
            for strength in 0..3 {
                let own = chosen
                    .iter()
                    .filter(|it| (it.sites, it.strength_index) == (sites, strength));
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

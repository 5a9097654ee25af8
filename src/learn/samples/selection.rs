//! Which realizations a network learns from, and which are held out.

use std::rc::Rc;
use std::slice::Chunks;

use super::condition::{Condition, times};
use super::extent::Extent;
use super::realizations::{Realization, Wanted, realizations};
use crate::deck::{Learn, MissingTargets, Split, Validation};
use crate::error::{Error, Result};
use crate::random::{stream, unit};
use crate::store::{Dimension, Table, group_name};

/// Samples to train on, and those that are held out.
///
/// They are shared, because a study may train on many subsets of the same realizations.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Samples {
    /// Samples to train on.
    pub training: Vec<Rc<Realization>>,
    /// Samples that only the validation loss is computed from.
    pub held_out: Vec<Rc<Realization>>,
}

/// Mean and standard deviation of a target over the samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// The mean.
    pub mean: f64,
    /// The standard deviation; 1 for a target that does not vary.
    pub deviation: f64,
}

impl Samples {
    /// What the work of a pass over the training samples depends on.
    pub fn extent(&self) -> Extent {
        Extent::of(self.training.iter().map(Rc::as_ref))
    }

    /// Whether a training sample has a value of a target, of so many.
    fn has_target(&self, target: usize, targets: usize) -> bool {
        let mut rows = (self.training.iter()).flat_map(|it| it.targets.chunks_exact(targets));
        rows.any(|row| !row[target].is_nan())
    }

    /// The moments of each target over the training samples that have it.
    pub fn moments(&self, targets: usize) -> Vec<Moments> {
        let rows = || {
            self.training
                .iter()
                .flat_map(|it| it.targets.chunks_exact(targets))
        };
        (0..targets)
            .map(|target| {
                let own = || rows().map(|row| row[target]).filter(|it| !it.is_nan());
                let count = own().count() as f64;
                let centre = own().sum::<f64>() / count;
                let squares = own().map(|it| (it - centre).powi(2));
                let deviation = (squares.sum::<f64>() / count).sqrt();
                Moments {
                    mean: centre,
                    deviation: if deviation > 0.0 { deviation } else { 1.0 },
                }
            })
            .collect()
    }
}

/// The training tables, and what the deck says of the samples to take from them.
#[derive(Clone, Copy)]
pub struct Selection<'a> {
    /// The tables of all lengths and splits.
    pub data: &'a [Table],
    /// The lengths to train on, and what to hold out.
    pub learn: &'a Learn,
}

impl<'a> Selection<'a> {
    /// All conditions of the training data, or else of any data. They are those of the first table, or
    /// the times after 0 of all tables if `condition` is a time.
    pub fn conditions(&self, condition: Condition) -> Vec<Condition> {
        let training = |table: &&Table| table.split == Split::Train;
        match condition {
            Condition::EnergyDensity(_) => {
                let first = self.data.iter().find(training).or(self.data.first());
                Condition::energy_densities(first.map_or(&[], |table| &table.energy_densities))
            }
            Condition::Time(_) => {
                let sizes = self.learn.sizes_with_training_data();
                let own = |table: &&Table| training(table) && sizes.contains(&table.sites);
                let mut found: Vec<f64> = (self.data.iter().filter(own))
                    .flat_map(|table| times(table).iter().copied())
                    .filter(|time| *time > 0.0)
                    .collect();
                found.sort_by(f64::total_cmp);
                found.dedup_by(|next, kept| *next - *kept <= 1e-9 * *kept);
                Condition::times(&found)
            }
        }
    }

    /// The middle one of all times, if a target is of quenches.
    pub fn middle_time(&self) -> Option<Condition> {
        let of_quenches = |table: &Table| {
            let mut targets = self.learn.targets.iter();
            targets.any(|target| table.third(target) == Some(Dimension::Time))
        };
        if !self.data.iter().any(of_quenches) {
            return None;
        }
        let found = self.conditions(Condition::Time(f64::NAN));
        found.get(found.len() / 2).copied()
    }

    /// The samples of all lengths, in the deck's order. Each field makes one sample for each of these
    /// groups of conditions.
    ///
    /// # Errors
    /// When a length has none, a target or a condition is missing, or nothing is left to train
    /// on. Networks that stay as they are need no samples.
    pub fn samples(&self, targets: &[String], groups: Chunks<'_, Condition>) -> Result<Samples> {
        let mut samples = Samples::default();
        if !self.learn.uses_training_data() {
            return Ok(samples);
        }
        for &sites in &self.learn.train_sizes {
            for one in self.of_size(sites, targets, groups.clone())? {
                let held_out = match self.learn.validation {
                    Some(Validation::Fraction(share)) => {
                        chance(self.learn.seed, &one.inputs) < share
                    }
                    _ => false,
                };
                if held_out {
                    &mut samples.held_out
                } else {
                    &mut samples.training
                }
                .push(one);
            }
        }
        if let Some(Validation::Size(sites)) = self.learn.validation {
            samples.held_out = self.of_size(sites, targets, groups)?;
        }
        let lacking = (0..targets.len()).find(|&target| !samples.has_target(target, targets.len()));
        if let Some(target) = lacking.filter(|_| self.learn.missing == MissingTargets::Mask) {
            return Err(Error::Refused(format!(
                "no sample to train on has a value of \"{}\": take it out of learn.targets, or correct \
                 its name",
                targets[target]
            )));
        }
        let validated = self.learn.validation.is_some();
        if samples.training.is_empty() || (validated && samples.held_out.is_empty()) {
            return Err(Error::Refused(
                "learn.validation leaves no sample to train on, or holds none out: change it, or \
                 generate more realizations"
                    .to_owned(),
            ));
        }
        Ok(samples)
    }

    fn of_size(
        &self,
        sites: usize,
        targets: &[String],
        groups: Chunks<'_, Condition>,
    ) -> Result<Vec<Rc<Realization>>> {
        let missing = || {
            Error::Refused(format!(
                "there is no finished realization of {} to learn from: generate it first, or take \
                 {sites} out of [learn]",
                group_name(sites, Split::Train)
            ))
        };
        let table = self
            .data
            .iter()
            .find(|table| table.sites == sites && table.split == Split::Train)
            .ok_or_else(missing)?;
        let mut all = Vec::new();
        for group in groups {
            let wanted = Wanted {
                targets,
                normalisation: self.learn.normalisation,
                missing: self.learn.missing,
            };
            let own = realizations(table, &wanted, group)?;
            all.extend(own.into_iter().map(Rc::new));
        }
        if all.is_empty() && self.learn.missing == MissingTargets::LeaveOut {
            Err(missing())
        } else {
            Ok(all)
        }
    }
}

/// A number in [0, 1) that depends on the field alone. So a field is held out at every energy density
/// or at none.
fn chance(seed: u64, field: &[f64]) -> f64 {
    let purpose = u64::from_be_bytes(*b"held out");
    unit(&mut stream(
        seed,
        [purpose, field[0].to_bits(), field[1].to_bits(), 0],
    ))
}

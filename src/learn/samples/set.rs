//! Samples in contiguous memory, by chain length.

use std::borrow::Borrow;

use super::batch::{Chunk, Sample};
use super::extent::Extent;
use super::realizations::Realization;
use super::symmetry::SymmetryOperation;

/// Samples in contiguous memory, so that passes read them fast.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SampleSet {
    groups: Vec<Group>,
    places: Vec<Place>,
    /// The factor of each target in the mean over all samples.
    shares: Vec<f64>,
}

/// Where a sample is.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    group: usize,
    row: usize,
}

/// The samples of one chain length and one number of conditions. A row holds inputs, conditions
/// and targets of a sample.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    sites: usize,
    inputs: usize,
    conditions: usize,
    width: usize,
    rows: Vec<f64>,
    /// The factor of each target in the mean over the samples of the group.
    shares: Vec<f64>,
}

impl SampleSet {
    /// These realizations, in this order.
    pub fn new<R: Borrow<Realization>>(realizations: &[R]) -> Self {
        let mut set = Self::default();
        for one in realizations {
            let one = one.borrow();
            let conditions = one.conditions.len();
            let known = set
                .groups
                .iter()
                .position(|group| (group.sites, group.conditions) == (one.sites, conditions));
            let number = known.unwrap_or_else(|| {
                set.groups.push(Group {
                    sites: one.sites,
                    inputs: one.inputs.len(),
                    conditions,
                    width: one.inputs.len() + conditions + one.targets.len(),
                    rows: Vec::new(),
                    shares: Vec::new(),
                });
                set.groups.len() - 1
            });
            let group = &mut set.groups[number];
            set.places.push(Place {
                group: number,
                row: group.rows.len() / group.width,
            });
            group.rows.extend(&one.inputs);
            group
                .rows
                .extend(one.conditions.iter().map(|it| it.input()));
            group.rows.extend(&one.targets);
        }
        let mut all = Presence::default();
        for group in &mut set.groups {
            let own = group.presence();
            group.shares = own.shares();
            all.add(&own);
        }
        set.shares = all.shares();
        set
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The chain lengths, in the order of [`chunks`](Self::chunks).
    pub fn sizes(&self) -> impl Iterator<Item = usize> {
        self.groups.iter().map(|group| group.sites)
    }

    /// What the work of a pass over the samples depends on.
    pub fn extent(&self) -> Extent {
        let mut extent = Extent::default();
        for group in &self.groups {
            let samples = group.rows.len() / group.width;
            extent.sites += samples * group.sites;
            extent.conditions += samples * group.conditions;
        }
        extent
    }

    /// All numbers of all samples.
    pub fn values(&self) -> impl Iterator<Item = &f64> {
        self.groups.iter().flat_map(|group| &group.rows)
    }

    /// All samples as they are, in chunks of at most `most`, for a mean over each chain length.
    pub fn in_order(&self, most: usize) -> Vec<Chunk<'_>> {
        let all: Vec<usize> = (0..self.len()).collect();
        self.cut(
            &all,
            most,
            |_, _| SymmetryOperation::default(),
            |it| &it.shares,
        )
    }

    /// The samples of these numbers, by chain length, in chunks of at most `most`, for a mean over all
    /// lengths. `symmetry` gives the operation on the field of a sample, from its number and its chain
    /// length.
    ///
    /// Each target is weighed by how many samples of the whole set have it. So the mean of the batches of
    /// an epoch is, for each target, the mean over the samples that have it.
    ///
    /// Chunks do not depend on the number of ranks. So the sum over a chunk is rounded in the same way,
    /// no matter which rank computes it.
    pub fn chunks(
        &self,
        numbers: &[usize],
        most: usize,
        symmetry: impl Fn(usize, usize) -> SymmetryOperation,
    ) -> Vec<Chunk<'_>> {
        self.cut(numbers, most, symmetry, |_| &self.shares)
    }

    fn cut<'s>(
        &'s self,
        numbers: &[usize],
        most: usize,
        symmetry: impl Fn(usize, usize) -> SymmetryOperation,
        shares: impl Fn(&'s Group) -> &'s [f64],
    ) -> Vec<Chunk<'s>> {
        let mut chunks = Vec::new();
        for (index, group) in self.groups.iter().enumerate() {
            let chunk = |samples| Chunk {
                sites: group.sites,
                samples,
                shares: shares(group),
            };
            let mut own = Vec::with_capacity(most);
            for &number in numbers {
                let place = self.places[number];
                if place.group == index {
                    own.push(group.sample(place.row, symmetry(number, group.sites)));
                    if own.len() == most {
                        let full = std::mem::replace(&mut own, Vec::with_capacity(most));
                        chunks.push(chunk(full));
                    }
                }
            }
            if !own.is_empty() {
                chunks.push(chunk(own));
            }
        }
        chunks
    }
}

/// How many values of each target there are.
#[derive(Default)]
struct Presence {
    /// With those that are missing.
    all: usize,
    /// Without them, for each target.
    there: Vec<usize>,
}

impl Presence {
    fn add(&mut self, other: &Self) {
        self.all += other.all;
        self.there.resize(other.there.len(), 0);
        for (sum, own) in self.there.iter_mut().zip(&other.there) {
            *sum += own;
        }
    }

    /// All values over those that are there; exactly 1 where none is missing. A target without a value
    /// has no loss.
    fn shares(&self) -> Vec<f64> {
        let share = |&there: &usize| match there {
            0 => 0.0,
            _ => self.all as f64 / there as f64,
        };
        self.there.iter().map(share).collect()
    }
}

impl Group {
    fn presence(&self) -> Presence {
        let exact = self.inputs + self.conditions;
        let targets = (self.width - exact) / self.conditions.max(1);
        let mut presence = Presence {
            all: self.rows.len() / self.width * self.conditions,
            there: vec![0; targets],
        };
        for row in self.rows.chunks_exact(self.width) {
            for (index, value) in row[exact..].iter().enumerate() {
                presence.there[index % targets] += usize::from(!value.is_nan());
            }
        }
        presence
    }

    fn sample(&self, row: usize, symmetry: SymmetryOperation) -> Sample<'_> {
        let row = &self.rows[row * self.width..][..self.width];
        let (inputs, exact) = row.split_at(self.inputs);
        let (conditions, targets) = exact.split_at(self.conditions);
        Sample {
            inputs,
            conditions,
            targets,
            symmetry,
        }
    }
}

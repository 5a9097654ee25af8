//! Fields that a file gives.

use std::collections::BTreeMap;

use ndarray::{Array3, s};
use serde::{Deserialize, Serialize};

use crate::chain::task::Task;
use crate::deck::{Count, Realizations, Split};

/// The fields of a file, by chain length and split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GivenFields {
    /// Disorder strengths h of all groups, ascending. Fields without a strength have one that stands
    /// for it.
    pub strengths: Vec<f64>,
    /// Whether the file has strengths.
    pub has_strengths: bool,
    /// Each chain length and split once, in ascending order.
    pub groups: Vec<GivenGroup>,
}

/// The fields of one chain length and split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GivenGroup {
    /// Chain length L.
    pub sites: usize,
    /// What the realizations are for.
    pub split: Split,
    /// The fields (h, realization, site).
    pub fields: Array3<f64>,
}

impl GivenFields {
    /// Stands for the strength of fields without one.
    pub const STRENGTH: f64 = 1.0;

    /// The chain lengths, ascending.
    pub fn sizes(&self) -> Vec<usize> {
        let mut sizes: Vec<usize> = self.groups.iter().map(|group| group.sites).collect();
        sizes.dedup();
        sizes
    }

    /// How many fields these chain lengths have for each strength.
    pub fn realizations(&self, sizes: &[usize]) -> Realizations {
        let count = |split| {
            let own = |group: &&GivenGroup| group.split == split && sizes.contains(&group.sites);
            let count = |group: &GivenGroup| (group.sites, group.fields.dim().1 as u32);
            let counts: BTreeMap<usize, u32> = self.groups.iter().filter(own).map(count).collect();
            match counts.is_empty() {
                true => Count::default(),
                false => Count::BySize(counts),
            }
        };
        Realizations {
            train: count(Split::Train),
            test: count(Split::Test),
        }
    }

    /// The fields of a chain length and split.
    pub fn group(&self, sites: usize, split: Split) -> Option<&GivenGroup> {
        let is_own = |group: &&GivenGroup| (group.sites, group.split) == (sites, split);
        self.groups.iter().find(is_own)
    }

    /// The field of a task; none if the file has no such field.
    pub fn field(&self, task: &Task) -> Option<Vec<f64>> {
        let strength = self.strengths.iter().position(|&it| it == task.strength)?;
        let fields = &self.group(task.sites, task.split)?.fields;
        let realization = task.realization as usize;
        (realization < fields.dim().1).then(|| fields.slice(s![strength, realization, ..]).to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_task() {
        let group = |sites, split, realizations| GivenGroup {
            sites,
            split,
            fields: Array3::from_shape_fn((2, realizations, sites), |(h, r, i)| {
                (100 * h + 10 * r + i) as f64
            }),
        };
        let given = GivenFields {
            strengths: vec![1.0, 5.0],
            has_strengths: true,
            groups: vec![
                group(4, Split::Train, 1),
                group(4, Split::Test, 3),
                group(6, Split::Test, 2),
            ],
        };
        assert_eq!(given.sizes(), [4, 6]);
        let drawn = given.realizations(&[4, 6]);
        assert_eq!([4, 6, 8].map(|sites| drawn.train.of(sites)), [1, 0, 0]);
        assert_eq!([4, 6, 8].map(|sites| drawn.test.of(sites)), [3, 2, 0]);
        assert_eq!(given.realizations(&[6]).all(4), 0);
        let task = Task {
            sites: 4,
            strength: 5.0,
            split: Split::Test,
            realization: 2,
        };
        assert_eq!(given.field(&task).unwrap(), [120.0, 121.0, 122.0, 123.0]);
        for none in [
            Task { sites: 8, ..task },
            Task {
                strength: 2.0,
                ..task
            },
            Task {
                realization: 3,
                ..task
            },
            Task {
                sites: 6,
                split: Split::Train,
                ..task
            },
        ] {
            assert_eq!(given.field(&none), None);
        }
    }
}

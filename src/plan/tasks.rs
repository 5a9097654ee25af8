//! The tasks of a plan in their order. There may be millions, so each is made when it is asked for.

use crate::chain::Task;
use crate::deck::Split;

/// The tasks of a plan, the most expensive first.
#[derive(Debug, Clone)]
pub struct Tasks<'p> {
    strengths: &'p [f64],
    blocks: Vec<Block>,
}

/// The tasks of one chain length and split: for each strength so many realizations.
#[derive(Debug, Clone, Copy)]
struct Block {
    sites: usize,
    split: Split,
    realizations: usize,
    /// Tasks before its own.
    before: usize,
}

impl<'p> Tasks<'p> {
    /// The tasks of chain lengths and splits in this order, with their realizations of each strength.
    pub fn new(
        strengths: &'p [f64],
        sizes: impl IntoIterator<Item = (usize, Split, usize)>,
    ) -> Self {
        let mut before = 0;
        let block = |(sites, split, realizations)| {
            let block = Block {
                sites,
                split,
                realizations,
                before,
            };
            before += strengths.len() * realizations;
            block
        };
        let blocks = sizes.into_iter().map(block).collect();
        Self { strengths, blocks }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        let last = self.blocks.last();
        last.map_or(0, |it| it.before + self.strengths.len() * it.realizations)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The task of this number.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn get(&self, number: usize) -> Task {
        let blocks = self.blocks.partition_point(|block| block.before <= number);
        let block = &self.blocks[blocks - 1];
        let (strength, realization) = (
            (number - block.before) / block.realizations,
            (number - block.before) % block.realizations,
        );
        Task {
            sites: block.sites,
            strength: self.strengths[strength],
            split: block.split,
            realization: realization as u32,
        }
    }

    /// Every task.
    pub fn iter(&self) -> impl Iterator<Item = Task> {
        (0..self.len()).map(|number| self.get(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_come_by_length_split_strength_and_realization() {
        let sizes = [
            (10, Split::Train, 2),
            (10, Split::Test, 0),
            (8, Split::Test, 3),
        ];
        let tasks = Tasks::new(&[1.0, 5.0], sizes);
        let mut expected = Vec::new();
        for (sites, split, realizations) in sizes {
            for strength in [1.0, 5.0] {
                for realization in 0..realizations as u32 {
                    expected.push(Task {
                        sites,
                        strength,
                        split,
                        realization,
                    });
                }
            }
        }
        assert_eq!(tasks.len(), 10);
        assert_eq!(tasks.iter().collect::<Vec<_>>(), expected);
        assert!(Tasks::new(&[1.0], []).is_empty());
        assert!(Tasks::new(&[], [(8, Split::Test, 3)]).is_empty());
    }
}

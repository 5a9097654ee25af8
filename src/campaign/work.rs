//! Units of work, and who does them.

use crate::chain::Task;
use crate::comm::Group;
use crate::eigen::Interrupt;
use crate::plan::Plan;
use crate::store::Record;

/// What becomes of windows that an earlier run could not solve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// They stay failed: the same program would fail again.
    Keep,
    /// They are solved again.
    TryAgain,
}

/// What is missing of one realization, or a part of that.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// Which realization.
    pub task: Task,
    /// The windows, as places among the deck's energy densities.
    pub windows: Vec<usize>,
    /// Whether it is the quenches. They are a part of their own, without windows.
    pub quench: bool,
}

impl Work {
    /// Its predicted seconds.
    pub fn seconds(&self, plan: &Plan) -> f64 {
        match self.quench {
            true => plan.quench_seconds(self.task.sites),
            false => plan.seconds_of(self.task.sites, self.windows.len()),
        }
    }
}

/// Turns work into records, on the ranks of a group.
pub trait Worker {
    /// Solves the windows or the quenches of one realization; what cannot be solved is in the record with its
    /// reason. None when it was interrupted. Collective in the group.
    fn solve(&mut self, work: &Work, group: &Group, interrupt: Interrupt<'_>) -> Option<Record>;

    /// Removes what is kept of the search for the last record, if `store` can store that record first.
    fn end_search(&mut self, _store: &mut dyn FnMut() -> bool) {}
}

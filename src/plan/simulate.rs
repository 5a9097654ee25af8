//! A simulation of a campaign: how well its schedule would use many ranks.
//!
//! A rank that is free claims the next chunk from the counter of rank 0, which serves one claim
//! after the other. It prepares a solver when the chain length changes, and takes for each task its
//! predicted time, more or less.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::f64::consts::TAU;
use std::iter::repeat_n;

use rand_xoshiro::Xoshiro256PlusPlus;

use super::schedule::{Schedule, parts};
use crate::random::{stream, unit};

/// Tasks of one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TaskKind {
    /// How many there are.
    pub tasks: usize,
    /// Windows of each that can be solved by different ranks.
    pub windows: usize,
    /// Predicted seconds of each.
    pub seconds: f64,
    /// Seconds of these that each part of one takes anew, were it cut: the ends of the spectrum.
    pub extremes: f64,
    /// Seconds that a rank spends before its first of them.
    pub preparation: f64,
}

impl TaskKind {
    /// The same work with each realization cut into parts, when `ranks` ranks have `total` seconds of
    /// work. Also the seconds that each part takes more, because it finds the extremes anew.
    fn cut(&self, total: f64, ranks: usize) -> (Self, f64) {
        let parts = parts(self.seconds, self.windows, total, ranks);
        let part = Self {
            tasks: self.tasks * parts,
            windows: self.windows.div_ceil(parts),
            seconds: self.seconds / parts as f64,
            ..*self
        };
        (part, self.extremes * (1.0 - 1.0 / parts as f64))
    }
}

/// What the predicted times of the tasks leave out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditions {
    /// Standard deviation of a task's time, as a fraction of its prediction.
    pub spread: f64,
    /// Seconds in which the counter serves a claim, while others wait.
    pub service: f64,
    /// Whether the network serves claims while rank 0 computes. Else they wait until it claims, too.
    pub offloaded: bool,
}

/// As measured; docs/scheduling.md says how.
impl Default for Conditions {
    fn default() -> Self {
        Self {
            spread: 0.15,
            service: 2e-6,
            offloaded: true,
        }
    }
}

/// The simulated course of a campaign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// Seconds until the last rank is done.
    pub makespan: f64,
    /// The part of all ranks' time that goes into tasks. Preparation, claims, extremes of realizations
    /// that are cut, and waiting for the last rank are the rest.
    pub efficiency: f64,
    /// Claims of a rank in a second, on average.
    pub claim_rate: f64,
    /// Seconds that the slowest claim took.
    pub longest_wait: f64,
}

/// The tasks that groups of so many ranks solve.
pub struct PhaseTasks {
    /// Ranks that solve a realization together.
    pub ranks: usize,
    /// The most expensive first.
    pub kinds: Vec<TaskKind>,
}

impl PhaseTasks {
    /// How many there are.
    pub fn tasks(&self) -> f64 {
        self.kinds.iter().map(|kind| kind.tasks as f64).sum()
    }

    /// Predicted seconds of all of them, added up over their ranks.
    pub fn seconds(&self) -> f64 {
        let seconds = self
            .kinds
            .iter()
            .map(|kind| kind.tasks as f64 * kind.seconds);
        self.ranks as f64 * seconds.sum::<f64>()
    }
}

impl Forecast {
    /// Simulates one phase after the other.
    pub fn of(phases: &[PhaseTasks], ranks: usize, conditions: &Conditions) -> Self {
        let parts: Vec<(f64, Self)> = (phases.iter())
            .map(|phase| {
                let groups = (ranks / phase.ranks).max(1);
                (
                    phase.ranks as f64,
                    Self::new(&phase.kinds, groups, conditions),
                )
            })
            .collect();
        let makespan: f64 = parts.iter().map(|(_, it)| it.makespan).sum();
        let mean = |value: fn(&(f64, Self)) -> f64| {
            let sum: f64 = parts.iter().map(|it| it.1.makespan * value(it)).sum();
            sum / makespan.max(f64::MIN_POSITIVE)
        };
        Self {
            makespan,
            efficiency: mean(|(_, it)| it.efficiency),
            claim_rate: mean(|(ranks, it)| it.claim_rate / ranks),
            longest_wait: parts
                .iter()
                .fold(0.0, |most, it| it.1.longest_wait.max(most)),
        }
    }

    /// Simulates the tasks of `groups`, the most expensive first, on `ranks` ranks. The same arguments
    /// give the same forecast. A task takes the same time for any number of ranks.
    pub fn new(groups: &[TaskKind], ranks: usize, conditions: &Conditions) -> Self {
        let ranks = ranks.max(1);
        let total: f64 = (groups.iter())
            .map(|group| group.tasks as f64 * group.seconds)
            .sum();
        let groups: Vec<(TaskKind, f64)> =
            (groups.iter().map(|group| group.cut(total, ranks))).collect();
        let costs = (groups.iter()).flat_map(|(group, _)| repeat_n(group.seconds, group.tasks));
        let schedule = Schedule::new(costs, ranks);
        let mut tasks = (groups.iter().enumerate())
            .flat_map(|(kind, group)| repeat_n((kind, group), group.0.tasks));
        let mut factors = Factors::new(conditions.spread);
        let mut counter = Counter::new(conditions.service);
        // The ranks by the moment when they are free, which is never negative: bits sort as numbers.
        let busy = ranks.min(schedule.chunks());
        let mut free: BinaryHeap<_> = (0..busy).map(|rank| Reverse((0_u64, rank))).collect();
        let mut prepared = vec![None; busy];
        let (mut work, mut makespan) = (0.0, 0.0);
        for k in 0.. {
            if k == busy {
                // The other ranks ask at the start too, and learn that nothing is left for them.
                for _ in busy..ranks {
                    makespan = f64::max(makespan, counter.claim(0.0));
                }
            }
            let Some(mut first) = free.peek_mut() else {
                break;
            };
            let Reverse((moment, rank)) = *first;
            let mut now = counter.claim(f64::from_bits(moment));
            let Some(chunk) = schedule.chunk(k) else {
                makespan = f64::max(makespan, now);
                PeekMut::pop(first);
                continue;
            };
            for (kind, (group, extremes)) in tasks.by_ref().take(chunk.len()) {
                if prepared[rank].replace(kind) != Some(kind) {
                    now += group.preparation;
                }
                let seconds = group.seconds * factors.draw();
                now += seconds + extremes;
                work += seconds;
            }
            if rank == 0 && !conditions.offloaded {
                counter.free = counter.free.max(now);
            }
            *first = Reverse((now.to_bits(), rank));
        }
        let time_of_ranks = ranks as f64 * makespan;
        let rate = |amount: f64| amount / time_of_ranks.max(f64::MIN_POSITIVE);
        Self {
            makespan,
            efficiency: rate(work),
            claim_rate: rate(counter.claims as f64),
            longest_wait: counter.longest_wait,
        }
    }
}

/// The shared counter.
struct Counter {
    service: f64,
    free: f64,
    claims: u64,
    longest_wait: f64,
}

impl Counter {
    fn new(service: f64) -> Self {
        Self {
            service,
            free: 0.0,
            claims: 0,
            longest_wait: 0.0,
        }
    }

    /// When a claim made at the moment `asked` is answered. Claims come in the order of time.
    fn claim(&mut self, asked: f64) -> f64 {
        self.free = self.free.max(asked) + self.service;
        self.claims += 1;
        self.longest_wait = self.longest_wait.max(self.free - asked);
        self.free
    }
}

/// The times of tasks over their predictions, one after the other: log-normal, of mean 1.
struct Factors {
    /// Standard deviation of the logarithm.
    width: f64,
    numbers: Xoshiro256PlusPlus,
}

impl Factors {
    fn new(spread: f64) -> Self {
        Self {
            width: (spread * spread).ln_1p().sqrt(),
            numbers: stream(0, [0; 4]),
        }
    }

    fn draw(&mut self) -> f64 {
        // A normal number by Box and Muller.
        let radius = (-2.0 * (1.0 - unit(&mut self.numbers)).ln()).sqrt();
        let normal = radius * (TAU * unit(&mut self.numbers)).cos();
        (self.width * (normal - self.width / 2.0)).exp()
    }
}

/// The most ranks below `ranks` that reach an efficiency, to a twentieth of their number; one, if
/// there are none.
pub fn most_ranks(
    phases: &[PhaseTasks],
    ranks: usize,
    efficiency: f64,
    conditions: &Conditions,
) -> usize {
    let reached = |ranks| Forecast::of(phases, ranks, conditions).efficiency >= efficiency;
    let (mut few, mut many) = (ranks / 2, ranks);
    while few > 1 && !reached(few) {
        (few, many) = (few / 2, few);
    }
    few = few.max(1);
    while many - few > 1 + few / 20 {
        let between = few.midpoint(many);
        if reached(between) {
            few = between;
        } else {
            many = between;
        }
    }
    few
}

#[cfg(test)]
mod tests;

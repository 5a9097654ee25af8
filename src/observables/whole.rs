//! Whole states, for observables that need a coefficient far from another.
//!
//! The ranks of a group have some rows of every state. Here each gets all rows of some states, eight of
//! them side by side, in the order of [`Ranking`]. The code that evaluates them is the same for any number
//! of ranks, and so are the bits.

use std::ops::Range;
use std::sync::Arc;

use faer::MatRef;

use super::ranking::Ranking;
use crate::chain::{Chain, Sector};
use crate::comm::Message;
use crate::eigen::Window;
use crate::lanes::{LANES, Lanes};
use crate::threads::map;

/// Puts states together.
pub struct WholeStates {
    /// The order of their coefficients.
    pub ranking: Ranking,
    /// The places of the rows of all ranks, one rank's after the other's.
    places: Vec<u32>,
    /// Which of them are a rank's.
    rows: Vec<Range<usize>>,
}

impl WholeStates {
    /// For the states of a chain.
    pub fn new(chain: &Arc<Chain>) -> Self {
        let (own, partition) = (chain.sector(), chain.partition());
        let ranking = Ranking::new(own);
        let all = (partition.places().len() > 1).then(|| Sector::new(own.sites()));
        let all = all.as_ref().unwrap_or(own);
        let places = all.configurations().iter();
        let places = places.map(|&it| ranking.place(it) as u32);
        let starts = all.partition().starts();
        Self {
            places: places.collect(),
            rows: (partition.places().iter())
                .map(|pieces| starts[pieces.start]..starts[pieces.end])
                .collect(),
            ranking,
        }
    }

    /// `count` values of each state of a window, one state after the other. `values` makes those of
    /// eight states side by side. Collective.
    pub fn each(
        &self,
        window: &Window,
        count: usize,
        values: impl Fn(&[Lanes]) -> Vec<Lanes> + Sync + Send,
    ) -> Vec<f64> {
        let (coefficients, states) = (window.states, window.states.ncols());
        let batches: Vec<Range<usize>> = (0..states)
            .step_by(LANES)
            .map(|first| first..(first + LANES).min(states))
            .collect();
        let mut found = vec![0.0; states * count];
        let mut keep = |batch: &Range<usize>, values: &[Lanes]| {
            for (lane, state) in batch.clone().enumerate() {
                let own = &mut found[state * count..][..count];
                for (found, values) in own.iter_mut().zip(values) {
                    *found = values.0[lane];
                }
            }
        };
        let group = window.space.group();
        if group.size() == 1 {
            let evaluated = map(batches, |batch| {
                let mut whole = vec![Lanes::ZERO; self.places.len()];
                self.put(0, &side_by_side(coefficients, &batch), &mut whole);
                (batch, values(&whole))
            });
            for (batch, values) in &evaluated {
                keep(batch, values);
            }
            return found;
        }
        for batches in batches.chunks(group.size()) {
            let whole = self.exchange(window, batches);
            if let Some(batch) = batches.get(group.rank()) {
                keep(batch, &values(&whole));
            }
        }
        // One rank has the values of a state, so the order of ranks has no effect.
        group.sum(&mut found);
        found
    }

    /// The states of this rank's batch, where the k-th batch is that of rank k. Collective.
    fn exchange(&self, window: &Window, batches: &[Range<usize>]) -> Vec<Lanes> {
        let group = window.space.group();
        let (own, ranks) = (group.rank(), batches.len());
        let parts: Vec<Vec<Lanes>> = batches
            .iter()
            .map(|it| side_by_side(window.states, it))
            .collect();
        let others = |rank: &usize| *rank != own;
        let given = (0..ranks).filter(others).map(|rank| Message {
            rank,
            values: bytemuck::cast_slice(&parts[rank]),
        });
        let senders: Vec<usize> = match own < ranks {
            true => (0..group.size()).filter(others).collect(),
            false => Vec::new(),
        };
        let room = |&rank: &usize| vec![Lanes::ZERO; self.rows[rank].len()];
        let mut taken: Vec<Vec<Lanes>> = senders.iter().map(room).collect();
        let into = senders.iter().zip(&mut taken).map(|(&rank, part)| Message {
            rank,
            values: bytemuck::cast_slice_mut(part),
        });
        group.exchange(&given.collect::<Vec<_>>(), into.collect(), &mut || ());
        if own >= ranks {
            return Vec::new();
        }
        let mut whole = vec![Lanes::ZERO; self.places.len()];
        self.put(own, &parts[own], &mut whole);
        for (rank, part) in senders.into_iter().zip(&taken) {
            self.put(rank, part, &mut whole);
        }
        whole
    }

    /// Writes the rows of a rank to their places.
    fn put(&self, rank: usize, part: &[Lanes], whole: &mut [Lanes]) {
        let places = &self.places[self.rows[rank].clone()];
        for (&place, row) in places.iter().zip(part) {
            whole[place as usize] = *row;
        }
    }
}

/// The rows of this rank of up to [`LANES`] states, side by side; zero where there is no state.
fn side_by_side(coefficients: MatRef<'_, f64>, states: &Range<usize>) -> Vec<Lanes> {
    let mut lanes = vec![Lanes::ZERO; coefficients.nrows()];
    for (lane, state) in states.clone().enumerate() {
        for (row, &c) in lanes.iter_mut().zip(coefficients.col(state).iter()) {
            row.0[lane] = c;
        }
    }
    lanes
}

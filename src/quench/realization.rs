//! The quenches of one realization.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::evolution::Evolution;
use super::expansion::{End, expansions};
use super::initial::Initial;
use super::observables::{Description, Observable};
use super::state::{Coefficients, SAMPLES, States, moments, write_configurations};
use crate::chain::{Chain, Exchange, Hamiltonian, Task};
use crate::comm::{Group, Space};
use crate::eigen::{Bounds, Failure, Interrupt, Keeper, Kept, extremes};
use crate::observables::Shared;

/// The largest change of a norm, and of an energy as a fraction of half the width of the spectrum, that
/// is accepted. Rounding changes them by far less.
const ALLOWED: f64 = 1e-9;

/// What is computed of each realization.
#[derive(Debug, Clone)]
pub struct Quench {
    /// What the states are at time 0.
    pub initial: Initial,
    /// How many states.
    pub samples: usize,
    /// When they are observed, ascending, in units of ħ over that of the energies.
    pub times: Vec<f64>,
    /// What is observed.
    pub observables: Vec<&'static Description>,
}

/// What was observed of the quenches of a realization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The configurations at time 0.
    pub initial: Vec<u64>,
    /// The values of each observable over its samples, its axes and the times, the times fastest.
    pub values: Vec<Vec<f64>>,
    /// A bound of the error of each state: what the expansions leave out, with the largest changes of its
    /// norm and of its energy over half the width of the spectrum.
    pub errors: Vec<f64>,
}

/// How far the quenches of a realization are, to be kept between two runs.
#[derive(Serialize, Deserialize)]
struct Progress {
    times: Vec<f64>,
    observables: Vec<String>,
    outcome: Outcome,
    /// States before those that evolve.
    first: usize,
    /// Their expansions so far.
    expansions: usize,
    left_out: f64,
    /// Their energies at time 0.
    energies: [f64; SAMPLES],
}

/// A chain length with what observes its states.
pub struct Prepared {
    exchange: Exchange,
    observables: Vec<Box<dyn Observable>>,
}

/// A realization whose states evolve.
struct Course<'c> {
    quench: &'c Quench,
    hamiltonian: &'c Hamiltonian,
    evolution: Evolution<'c>,
    expansions: Vec<Vec<End>>,
    progress: Progress,
}

impl Quench {
    /// Prepares the observables for a chain whose rows the ranks of a group have.
    pub fn prepare(&self, chain: &Arc<Chain>, group: &Group) -> Prepared {
        let space = Space::new(Arc::clone(chain.partition()), group.clone());
        Prepared {
            exchange: Exchange::new(space),
            observables: (self.observables.iter())
                .map(|observable| (observable.prepare)(chain))
                .collect(),
        }
    }
}

impl Prepared {
    /// The quenches of a task, with the extreme energies of its Hamiltonian. States that `keeper` has kept
    /// go on from there. Collective.
    ///
    /// # Errors
    /// When the extreme energies cannot be found, or states do not keep their norms and energies.
    /// [`Failure::Interrupted`] soon after `interrupt` is first true.
    pub fn run(
        &mut self,
        quench: &Quench,
        hamiltonian: &Hamiltonian,
        (task, seed): (&Task, u64),
        keeper: &dyn Keeper,
        interrupt: Interrupt<'_>,
    ) -> Result<(Bounds, Outcome), Failure> {
        let bounds = extremes(hamiltonian, &mut self.exchange, interrupt)?;
        let space = self.exchange.space();
        let (initial, samples) = (&quench.initial, quench.samples);
        let initial = initial.configurations(samples, task, seed, hamiltonian, &bounds, space);
        let evolution = Evolution::new(hamiltonian, &bounds);
        let mut course = Course {
            quench,
            hamiltonian,
            expansions: expansions(&quench.times, evolution.half_width()),
            evolution,
            progress: Progress::new(quench, task.sites, initial),
        };
        if !course.resume(keeper) {
            course.begin(&mut self.exchange);
        }
        while course.progress.first < samples {
            if course.progress.expansions == course.expansions.len() {
                course.progress.first += SAMPLES;
                course.begin(&mut self.exchange);
                continue;
            }
            course.expand(&mut self.exchange, &mut self.observables, interrupt)?;
            if keeper.is_due() {
                course.keep(keeper);
            }
        }
        Ok((bounds, course.progress.outcome))
    }
}

impl Progress {
    fn new(quench: &Quench, sites: usize, initial: Vec<u64>) -> Self {
        let values = |observable: &&Description| {
            vec![f64::NAN; initial.len() * observable.values(sites) * quench.times.len()]
        };
        Self {
            times: quench.times.clone(),
            observables: (quench.observables.iter())
                .map(|it| it.name.to_owned())
                .collect(),
            outcome: Outcome {
                values: quench.observables.iter().map(values).collect(),
                errors: vec![0.0; initial.len()],
                initial,
            },
            first: 0,
            expansions: 0,
            left_out: 0.0,
            energies: [0.0; SAMPLES],
        }
    }

    /// Whether both are of the same quenches.
    fn is_of(&self, other: &Self) -> bool {
        self.times == other.times
            && self.observables == other.observables
            && self.outcome.initial == other.outcome.initial
    }
}

impl Course<'_> {
    /// The configurations of the states that evolve.
    fn configurations(&self) -> Vec<u64> {
        let left = &self.progress.outcome.initial[self.progress.first..];
        left[..SAMPLES.min(left.len())].to_vec()
    }

    /// Puts the next states in their places, if there are any.
    fn begin(&mut self, exchange: &mut Exchange) {
        if self.progress.first >= self.quench.samples {
            return;
        }
        let initial = self.configurations();
        let (state, left_out) = self.evolution.state();
        *left_out = 0.0;
        write_configurations(&initial, self.hamiltonian.chain().sector(), state);
        let state = &*state;
        let mut image = vec![Default::default(); state.len()];
        self.progress.energies = moments(self.hamiltonian, exchange, state, &mut image)[1];
        self.progress.expansions = 0;
    }

    /// One expansion, and what is observed at its ends.
    fn expand(
        &mut self,
        exchange: &mut Exchange,
        observables: &mut [Box<dyn Observable>],
        interrupt: Interrupt<'_>,
    ) -> Result<(), Failure> {
        let ends = self.expansions[self.progress.expansions].clone();
        self.evolution.expand(&ends, exchange, interrupt)?;
        for (number, end) in ends.iter().enumerate() {
            self.check(number, exchange)?;
            if let Some(output) = end.output {
                self.observe(number, output, exchange, observables);
            }
        }
        self.evolution.go_on(ends.len());
        self.progress.expansions += 1;
        Ok(())
    }

    /// Measures how well the states keep their norms and energies.
    fn check(&mut self, number: usize, exchange: &mut Exchange) -> Result<(), Failure> {
        let (half_width, left_out) = (self.evolution.half_width(), self.evolution.left_out());
        let (state, image) = self.evolution.end(number);
        let [norms, energies] = moments(self.hamiltonian, exchange, state, image);
        let Progress {
            outcome,
            first,
            energies: known,
            ..
        } = &mut self.progress;
        let known = norms.iter().zip(&energies).zip(known);
        for (error, ((norm, energy), before)) in outcome.errors[*first..].iter_mut().zip(known) {
            let drift = (norm - 1.0).abs() + (energy - *before).abs() / half_width;
            if drift.is_nan() || drift > ALLOWED {
                return Err(Failure::Drift {
                    drift,
                    allowed: ALLOWED,
                });
            }
            *error = error.max(left_out + drift);
        }
        Ok(())
    }

    /// Observes the states at an end, which is one of the times.
    fn observe(
        &mut self,
        number: usize,
        output: usize,
        exchange: &Exchange,
        observables: &mut [Box<dyn Observable>],
    ) {
        let (initial, times) = (self.configurations(), self.quench.times.len());
        let states = States {
            coefficients: Coefficients {
                values: self.evolution.end(number).0,
                count: initial.len(),
            },
            initial: &initial,
            sector: self.hamiltonian.chain().sector(),
            space: exchange.space(),
        };
        let known = self.progress.outcome.values.iter_mut();
        let mut shared = Shared::default();
        for (observable, known) in observables.iter_mut().zip(known) {
            let values = observable.evaluate(&states, &mut shared);
            let before = self.progress.first * values.len() / initial.len();
            for (place, value) in (before..).zip(values) {
                known[place * times + output] = value;
            }
        }
    }

    /// Keeps the states and all that was observed so far.
    fn keep(&mut self, keeper: &dyn Keeper) {
        self.progress.left_out = self.evolution.left_out();
        let state = postcard::to_stdvec(&self.progress).expect("plain data can be serialized");
        keeper.keep(&Kept {
            state: &state,
            rows: bytemuck::cast_slice(self.evolution.state().0),
        });
    }

    /// Goes on from what was kept. Returns whether there was anything.
    fn resume(&mut self, keeper: &dyn Keeper) -> bool {
        let kept = keeper.state();
        let kept = kept.and_then(|bytes| postcard::from_bytes::<Progress>(&bytes).ok());
        let Some(kept) = kept.filter(|kept| kept.is_of(&self.progress)) else {
            return false;
        };
        let (state, left_out) = self.evolution.state();
        let resumed = keeper.read(1, bytemuck::cast_slice_mut(state));
        if resumed {
            *left_out = kept.left_out;
            self.progress = kept;
        }
        resumed
    }
}

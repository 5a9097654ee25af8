//! One rank's work: from a task to its record.

use std::sync::Arc;

use crate::chain::{self, Chain, Hamiltonian};
use crate::deck::{self, Disorder, Spectrum};
use crate::eigen::{Failure, Solver};
use crate::error::{Error, Result};
use crate::indicators::{self, Indicator};
use crate::plan::{Plan, Task};
use crate::store::{Record, WindowRecord};

/// What a rank needs to solve the tasks of a plan; prepared for each size when its first task comes.
pub struct Solvers<'p> {
    plan: &'p Plan,
    chain: &'p deck::Chain,
    disorder: &'p Disorder,
    spectrum: &'p Spectrum,
    prepared: Option<Prepared>,
}

/// One chain length, ready. Tasks come sorted by size, so one is kept at a time.
struct Prepared {
    chain: Arc<Chain>,
    solver: Box<dyn Solver>,
    indicators: Vec<Box<dyn Indicator>>,
}

impl<'p> Solvers<'p> {
    /// Nothing prepared yet.
    ///
    /// # Panics
    /// When the plan generates nothing.
    pub fn new(plan: &'p Plan) -> Self {
        let deck = plan.deck();
        let missing = "a deck that generates has [chain], [disorder] and [spectrum]";
        Self {
            plan,
            chain: deck.chain.as_ref().expect(missing),
            disorder: deck.disorder.as_ref().expect(missing),
            spectrum: deck.spectrum.as_ref().expect(missing),
            prepared: None,
        }
    }

    /// Solves one realization.
    ///
    /// # Errors
    /// [`Error::Task`] naming it.
    pub fn solve(&mut self, task: &Task) -> Result<Record> {
        let size = self.plan.size(task.sites);
        let prepared = match &mut self.prepared {
            Some(ready) if ready.chain.sector().sites() == task.sites => ready,
            slot => {
                // The old one goes first: two large sectors need not fit side by side.
                *slot = None;
                let deck::Chain {
                    coupling,
                    anisotropy,
                    boundary,
                    ..
                } = *self.chain;
                let chain = Chain::anisotropic(task.sites, coupling, anisotropy, boundary);
                let chain = Arc::new(chain);
                slot.insert(Prepared {
                    solver: (size.method.prepare)(&chain),
                    indicators: self.spectrum.prepare_indicators(&chain),
                    chain,
                })
            }
        };
        let field = chain::field(self.disorder, task);
        let hamiltonian = Hamiltonian::new(&prepared.chain, &field);
        prepared
            .windows(&hamiltonian, self.spectrum, size.workload.states)
            .map(|(bounds, windows)| Record {
                task: *task,
                field,
                energy_min: bounds.lowest,
                energy_max: bounds.highest,
                windows,
            })
            .map_err(|failure| Error::Task {
                task: task.to_string(),
                reason: failure.to_string(),
            })
    }
}

impl Spectrum {
    /// The deck's indicators, for a chain.
    fn prepare_indicators(&self, chain: &Chain) -> Vec<Box<dyn Indicator>> {
        self.indicators
            .iter()
            .map(|name| {
                let known = indicators::find(name).expect("the deck was checked");
                (known.prepare)(chain.sector())
            })
            .collect()
    }
}

impl Prepared {
    fn windows(
        &mut self,
        hamiltonian: &Hamiltonian,
        spectrum: &Spectrum,
        states: usize,
    ) -> std::result::Result<(crate::eigen::Bounds, Vec<WindowRecord>), Failure> {
        let bounds = self.solver.begin(hamiltonian)?;
        let mut records = Vec::with_capacity(spectrum.energy_densities.0.len());
        for &density in &spectrum.energy_densities.0 {
            let window = self.solver.window(bounds.energy(density), states)?;
            records.push(WindowRecord {
                indicators: self
                    .indicators
                    .iter_mut()
                    .map(|indicator| indicator.evaluate(&window))
                    .collect(),
                states: window.energies.len(),
                residual: window.residual,
                energies: if spectrum.store_energies {
                    window.energies.to_vec()
                } else {
                    Vec::new()
                },
            });
        }
        Ok((bounds, records))
    }
}

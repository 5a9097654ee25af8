//! Quenches of small chains.

use std::cell::RefCell;
use std::sync::Arc;

use crate::chain::{Chain, Hamiltonian, Sector, Task};
use crate::comm::{Group, alone};
use crate::deck::{Boundary, Split};
use crate::eigen::{Failure, Interrupt, Keeper, Kept};
use crate::quench::{ALL, Initial, Outcome, Quench};

/// A chain in a field with an anisotropy and a boundary.
pub struct Case {
    pub sites: usize,
    pub strength: f64,
    pub anisotropy: f64,
    pub boundary: Boundary,
}

impl Case {
    /// The Heisenberg ring in a field of strength 3.
    pub fn ring(sites: usize) -> Self {
        Self {
            sites,
            strength: 3.0,
            anisotropy: 1.0,
            boundary: Boundary::Periodic,
        }
    }

    pub fn field(&self) -> Vec<f64> {
        let number = |site: usize| self.strength * ((site * site + site) as f64).sin();
        (1..=self.sites).map(number).collect()
    }

    pub fn hamiltonian(&self, group: &Group) -> Hamiltonian {
        let sector = Sector::part(self.sites, group.rank(), group.size());
        let chain = Chain::of(sector, 1.0, self.anisotropy, self.boundary);
        Hamiltonian::new(&Arc::new(chain), &self.field())
    }

    pub fn task(&self) -> Task {
        Task {
            sites: self.sites,
            strength: self.strength,
            split: Split::Test,
            realization: 3,
        }
    }

    /// The outcome on this rank of a group.
    pub fn run(
        &self,
        quench: &Quench,
        group: &Group,
        keeper: &dyn Keeper,
        interrupt: Interrupt<'_>,
    ) -> Result<Outcome, Failure> {
        let hamiltonian = self.hamiltonian(group);
        let mut prepared = quench.prepare(hamiltonian.chain(), group);
        let task = self.task();
        let outcome = prepared.run(quench, &hamiltonian, (&task, 7), keeper, interrupt);
        outcome.map(|(_, outcome)| outcome)
    }

    /// The outcome on one rank.
    pub fn outcome(&self, quench: &Quench) -> Outcome {
        self.run(quench, &alone(), &NoKeeper, &|| false).unwrap()
    }
}

/// Quenches with all observables.
pub fn quench(initial: Initial, samples: usize, times: &[f64]) -> Quench {
    Quench {
        initial,
        samples,
        times: times.to_vec(),
        observables: ALL.iter().collect(),
    }
}

/// The values of an observable.
pub fn values<'o>(quench: &Quench, outcome: &'o Outcome, name: &str) -> &'o [f64] {
    let place = quench.observables.iter().position(|it| it.name == name);
    &outcome.values[place.unwrap()]
}

/// Keeps nothing.
pub struct NoKeeper;

impl Keeper for NoKeeper {
    fn is_due(&self) -> bool {
        false
    }

    fn keep(&self, _: &Kept<'_>) {}

    fn state(&self) -> Option<Vec<u8>> {
        None
    }

    fn read(&self, _: usize, _: &mut [f64]) -> bool {
        false
    }
}

/// Keeps everything in memory.
#[derive(Default)]
pub struct InMemory(pub RefCell<Option<(Vec<u8>, Vec<f64>)>>);

impl Keeper for InMemory {
    fn is_due(&self) -> bool {
        true
    }

    fn keep(&self, kept: &Kept<'_>) {
        *self.0.borrow_mut() = Some((kept.state.to_vec(), kept.rows.to_vec()));
    }

    fn state(&self) -> Option<Vec<u8>> {
        self.0.borrow().as_ref().map(|(state, _)| state.clone())
    }

    fn read(&self, _: usize, rows: &mut [f64]) -> bool {
        rows.copy_from_slice(&self.0.borrow().as_ref().unwrap().1);
        true
    }
}

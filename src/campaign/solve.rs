//! One rank's work: from a task to its record.

use std::sync::Arc;

use crate::chain::{self, Chain, Hamiltonian};
use crate::deck::{self, Disorder, Spectrum};
use crate::eigen::{Bounds, Failure, Solver, uninterrupted};
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

    /// Solves one realization; what cannot be solved is in the record with its reason.
    pub fn solve(&mut self, task: &Task) -> Record {
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
        let (bounds, windows) = prepared.windows(&hamiltonian, self.spectrum, size.workload.states);
        Record {
            task: *task,
            field,
            energy_min: bounds.lowest,
            energy_max: bounds.highest,
            windows,
        }
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
    /// The extreme energies and every window of a realization. One window that fails leaves the
    /// others as they are; without the extremes there is none.
    fn windows(
        &mut self,
        hamiltonian: &Hamiltonian,
        spectrum: &Spectrum,
        states: usize,
    ) -> (Bounds, Vec<Result<WindowRecord, String>>) {
        let targets = &spectrum.energy_densities.0;
        let none = |failure: &Failure| vec![Err(failure.to_string()); targets.len()];
        match self.solver.begin(hamiltonian, &uninterrupted) {
            Ok(bounds) if bounds.width() > 0.0 => {
                let window = |&density| {
                    self.window(bounds.energy(density), states, spectrum.store_energies)
                        .map_err(|failure| failure.to_string())
                };
                (bounds, targets.iter().map(window).collect())
            }
            Ok(bounds) => (bounds, none(&Failure::NoWidth)),
            Err(failure) => {
                let unknown = Bounds {
                    lowest: f64::NAN,
                    highest: f64::NAN,
                };
                (unknown, none(&failure))
            }
        }
    }

    fn window(
        &mut self,
        energy: f64,
        states: usize,
        store_energies: bool,
    ) -> Result<WindowRecord, Failure> {
        let window = self.solver.window(energy, states, &uninterrupted)?;
        let indicators = self.indicators.iter_mut();
        Ok(WindowRecord {
            indicators: indicators.map(|it| it.evaluate(&window)).collect(),
            states: window.energies.len(),
            residual: window.residual,
            energies: if store_energies {
                window.energies.to_vec()
            } else {
                Vec::new()
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use faer::Mat;

    use super::*;
    use crate::deck::Boundary;
    use crate::eigen::{Interrupt, Window};

    /// Answers every window with one state, except those above the middle of its spectrum.
    struct HalfASolver {
        bounds: Result<Bounds, Failure>,
        state: Mat<f64>,
    }

    impl Solver for HalfASolver {
        fn begin(&mut self, _: &Hamiltonian, _: Interrupt<'_>) -> Result<Bounds, Failure> {
            self.bounds.clone()
        }

        fn window(
            &mut self,
            energy: f64,
            _: usize,
            _: Interrupt<'_>,
        ) -> Result<Window<'_>, Failure> {
            if energy > 0.0 {
                return Err(Failure::Singular);
            }
            Ok(Window {
                energies: &[-1.0],
                states: self.state.as_ref(),
                residual: 1e-14,
            })
        }
    }

    fn windows(bounds: Result<Bounds, Failure>) -> (Bounds, Vec<Result<WindowRecord, String>>) {
        let chain = Arc::new(Chain::new(4, 1.0, Boundary::Periodic));
        let spectrum: Spectrum = toml::from_str(
            "energy_densities = [0.25, 0.75]\nstates = 1\nindicators = [\"entanglement\"]",
        )
        .unwrap();
        let mut prepared = Prepared {
            indicators: spectrum.prepare_indicators(&chain),
            solver: Box::new(HalfASolver {
                bounds,
                state: Mat::identity(6, 1),
            }),
            chain: Arc::clone(&chain),
        };
        prepared.windows(&Hamiltonian::new(&chain, &[0.0; 4]), &spectrum, 1)
    }

    #[test]
    fn a_window_that_fails_leaves_the_others() {
        let bounds = Bounds {
            lowest: -2.0,
            highest: 2.0,
        };
        let (found, windows) = windows(Ok(bounds));
        assert_eq!(found, bounds);
        // A basis state is not entangled.
        assert_eq!(windows[0].as_ref().unwrap().indicators, [0.0]);
        assert_eq!(windows[1], Err(Failure::Singular.to_string()));
    }

    #[test]
    fn without_a_spectrum_every_window_fails() {
        let (found, unknown) = windows(Err(Failure::Dense));
        assert!(found.lowest.is_nan() && found.highest.is_nan());
        assert_eq!(unknown, vec![Err(Failure::Dense.to_string()); 2]);

        let point = Bounds {
            lowest: 0.0,
            highest: 0.0,
        };
        let (found, empty) = windows(Ok(point));
        assert_eq!(found, point);
        assert_eq!(empty, vec![Err(Failure::NoWidth.to_string()); 2]);
    }
}

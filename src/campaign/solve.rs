//! One rank's work: from a task to its record.

use std::sync::Arc;
use std::time::{Instant, SystemTime};

use nix::sys::resource::{UsageWho, getrusage};

use super::work::{Work, Worker};
use crate::chain::{self, Chain, Hamiltonian};
use crate::deck::{self, Disorder, Spectrum};
use crate::eigen::{Bounds, Failure, Interrupt, Solver};
use crate::indicators::{self, Indicator};
use crate::plan::Plan;
use crate::store::{Account, Record, Seconds, WindowRecord};

/// What a rank needs to solve the tasks of a plan; prepared for each size when its first task comes.
pub struct Solvers<'p> {
    plan: &'p Plan,
    rank: usize,
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
    /// Nothing prepared yet, on this rank.
    ///
    /// # Panics
    /// When the plan generates nothing.
    pub fn new(plan: &'p Plan, rank: usize) -> Self {
        let deck = plan.deck();
        let missing = "a deck that generates has [chain], [disorder] and [spectrum]";
        Self {
            plan,
            rank,
            chain: deck.chain.as_ref().expect(missing),
            disorder: deck.disorder.as_ref().expect(missing),
            spectrum: deck.spectrum.as_ref().expect(missing),
            prepared: None,
        }
    }

    fn prepared(&mut self, sites: usize) -> &mut Prepared {
        let ready =
            (self.prepared.as_ref()).is_some_and(|ready| ready.chain.sector().sites() == sites);
        if !ready {
            // The old one goes first: two large sectors need not fit side by side.
            self.prepared = None;
            let deck::Chain {
                coupling,
                anisotropy,
                boundary,
                ..
            } = *self.chain;
            let chain = Arc::new(Chain::anisotropic(sites, coupling, anisotropy, boundary));
            self.prepared = Some(Prepared {
                solver: (self.plan.size(sites).method.prepare)(&chain),
                indicators: self.spectrum.prepare_indicators(&chain),
                chain,
            });
        }
        self.prepared.as_mut().expect("prepared above")
    }
}

impl Worker for Solvers<'_> {
    fn solve(&mut self, work: &Work, interrupt: Interrupt<'_>) -> Option<Record> {
        let began = Instant::now();
        let task = work.task;
        let size = self.plan.size(task.sites);
        let spectrum = self.spectrum;
        let field = chain::field(self.disorder, &task);
        let (rank, prepared) = (self.rank, self.prepared(task.sites));
        let mut seconds = Seconds {
            preparation: began.elapsed().as_secs_f64(),
            ..Seconds::default()
        };
        let hamiltonian = Hamiltonian::new(&prepared.chain, &field);
        let asked = Asked {
            densities: (work.windows.iter())
                .map(|&place| spectrum.energy_densities.0[place])
                .collect(),
            states: size.workload.states,
            spectrum,
            interrupt,
        };
        let (bounds, windows) = prepared.windows(&hamiltonian, &asked, &mut seconds)?;
        Some(Record {
            task,
            field,
            energy_min: bounds.lowest,
            energy_max: bounds.highest,
            windows,
            account: Account {
                rank,
                finished: humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
                solver: size.method.name.to_owned(),
                seconds,
                memory: peak_memory(),
            },
        })
    }
}

/// Most bytes that this process has had in memory so far; zero when the system does not say.
fn peak_memory() -> u64 {
    // In units of 1024 bytes.
    getrusage(UsageWho::RUSAGE_SELF).map_or(0, |usage| usage.max_rss() as u64 * 1024)
}

/// What is asked of a realization.
struct Asked<'a> {
    densities: Vec<f64>,
    states: usize,
    spectrum: &'a Spectrum,
    interrupt: Interrupt<'a>,
}

impl Spectrum {
    /// The deck's indicators, for a chain.
    fn prepare_indicators(&self, chain: &Chain) -> Vec<Box<dyn Indicator>> {
        self.indicators
            .iter()
            .map(|name| {
                let known = indicators::named(name).expect("the deck was checked");
                (known.prepare)(chain.sector())
            })
            .collect()
    }
}

/// Windows by their energy densities, and why those failed that did.
type Windows = Vec<(f64, Result<WindowRecord, String>)>;

impl Prepared {
    /// The extreme energies and the windows of a realization; none when it was interrupted. One
    /// window that fails leaves the others as they are; without the extremes there is none.
    fn windows(
        &mut self,
        hamiltonian: &Hamiltonian,
        asked: &Asked,
        seconds: &mut Seconds,
    ) -> Option<(Bounds, Windows)> {
        let none = |failure: &Failure| {
            let failed = |&density| (density, Err(failure.to_string()));
            asked.densities.iter().map(failed).collect()
        };
        let began = Instant::now();
        let begun = self.solver.begin(hamiltonian, asked.interrupt);
        seconds.extremes = began.elapsed().as_secs_f64();
        match begun {
            Ok(bounds) if bounds.width() > 0.0 => {
                let mut windows = Windows::new();
                for &density in &asked.densities {
                    match self.window(bounds.energy(density), asked, seconds) {
                        Ok(window) => windows.push((density, finite(window, asked.spectrum))),
                        Err(Failure::Interrupted) => return None,
                        Err(failure) => windows.push((density, Err(failure.to_string()))),
                    }
                }
                Some((bounds, windows))
            }
            Ok(bounds) => Some((bounds, none(&Failure::NoWidth))),
            Err(Failure::Interrupted) => None,
            Err(failure) => {
                let unknown = Bounds {
                    lowest: f64::NAN,
                    highest: f64::NAN,
                };
                Some((unknown, none(&failure)))
            }
        }
    }

    fn window(
        &mut self,
        energy: f64,
        asked: &Asked,
        seconds: &mut Seconds,
    ) -> Result<WindowRecord, Failure> {
        let began = Instant::now();
        let window = self.solver.window(energy, asked.states, asked.interrupt)?;
        let solved = Instant::now();
        seconds.eigenpairs += (solved - began).as_secs_f64();
        let indicators = self.indicators.iter_mut();
        let indicators = indicators.map(|it| it.evaluate(&window)).collect();
        seconds.indicators += solved.elapsed().as_secs_f64();
        Ok(WindowRecord {
            indicators,
            states: window.energies.len(),
            residual: window.residual,
            energies: if asked.spectrum.store_energies {
                window.energies.to_vec()
            } else {
                Vec::new()
            },
        })
    }
}

/// A window whose indicators are numbers.
fn finite(window: WindowRecord, spectrum: &Spectrum) -> Result<WindowRecord, String> {
    let values = spectrum.indicators.iter().zip(&window.indicators);
    let bad = values.into_iter().find(|(_, value)| !value.is_finite());
    match bad.map(|(name, value)| format!("{name} came out as {value}")) {
        Some(reason) => Err(reason),
        None => Ok(window),
    }
}

#[cfg(test)]
mod tests {
    use faer::Mat;

    use super::*;
    use crate::deck::Boundary;
    use crate::eigen::{Window, uninterrupted};

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
            interrupt: Interrupt<'_>,
        ) -> Result<Window<'_>, Failure> {
            if interrupt() {
                return Err(Failure::Interrupted);
            }
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

    fn windows(
        bounds: Result<Bounds, Failure>,
        interrupt: Interrupt<'_>,
    ) -> Option<(Bounds, Windows)> {
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
        let asked = Asked {
            densities: vec![0.25, 0.75],
            states: 1,
            spectrum: &spectrum,
            interrupt,
        };
        let hamiltonian = Hamiltonian::new(&chain, &[0.0; 4]);
        prepared.windows(&hamiltonian, &asked, &mut Seconds::default())
    }

    #[test]
    fn a_window_that_fails_leaves_the_others() {
        let bounds = Bounds {
            lowest: -2.0,
            highest: 2.0,
        };
        let (found, windows) = windows(Ok(bounds), &uninterrupted).unwrap();
        assert_eq!(found, bounds);
        // A basis state is not entangled.
        assert_eq!(windows[0].1.as_ref().unwrap().indicators, [0.0]);
        assert_eq!(windows[1], (0.75, Err(Failure::Singular.to_string())));
    }

    #[test]
    fn without_a_spectrum_every_window_fails() {
        let all = |failure: Failure| [0.25, 0.75].map(|it| (it, Err(failure.to_string())));
        let (found, unknown) = windows(Err(Failure::Dense), &uninterrupted).unwrap();
        assert!(found.lowest.is_nan() && found.highest.is_nan());
        assert_eq!(unknown, all(Failure::Dense));

        let point = Bounds {
            lowest: 0.0,
            highest: 0.0,
        };
        let (found, empty) = windows(Ok(point), &uninterrupted).unwrap();
        assert_eq!(found, point);
        assert_eq!(empty, all(Failure::NoWidth));
    }

    #[test]
    fn an_indicator_that_is_no_number_has_failed() {
        let spectrum: Spectrum = toml::from_str(
            "energy_densities = [0.5]\nstates = 3\nindicators = [\"gap_ratio\", \"entanglement\"]",
        )
        .unwrap();
        let window = |values: [f64; 2]| WindowRecord {
            indicators: values.to_vec(),
            states: 3,
            residual: 1e-14,
            energies: Vec::new(),
        };
        assert!(finite(window([0.4, 1.0]), &spectrum).is_ok());
        let reason = finite(window([0.4, f64::NAN]), &spectrum);
        assert_eq!(reason, Err("entanglement came out as NaN".to_owned()));
    }

    /// What was interrupted has not failed: it leaves no record.
    #[test]
    fn an_interrupted_realization_has_no_record() {
        let bounds = Bounds {
            lowest: -2.0,
            highest: 2.0,
        };
        assert_eq!(windows(Ok(bounds), &|| true), None);
        assert_eq!(windows(Err(Failure::Interrupted), &|| true), None);
    }
}

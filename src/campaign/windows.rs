//! The windows of one realization: their eigenpairs and indicators, or why they failed.

use std::sync::Arc;
use std::time::Instant;

use crate::chain::{Chain, Hamiltonian};
use crate::deck::Spectrum;
use crate::eigen::{Bounds, Failure, Interrupt, Solver};
use crate::indicators::{self, Indicator};
use crate::levels::{Levels, Statistic};
use crate::observables::{self, Observable, Shared};
use crate::quench;
use crate::store::{Seconds, WindowRecord};

/// A chain length with what solves its realizations.
pub struct Prepared {
    /// The chain.
    pub chain: Arc<Chain>,
    /// Finds eigenpairs.
    pub solver: Box<dyn Solver>,
    /// Evaluate their windows, in the deck's order.
    pub indicators: Vec<Box<dyn Indicator>>,
    /// Evaluate them too, in the deck's order.
    pub observables: Vec<Box<dyn Observable>>,
    /// Observes its quenches, if there are any.
    pub quench: Option<quench::Prepared>,
}

/// What to compute of a realization.
pub struct Request<'a> {
    /// The target of each window.
    pub energy_densities: Vec<f64>,
    /// Eigenstates in each window.
    pub states: usize,
    /// The indicators, as in [`Prepared`].
    pub indicators: &'a [&'static indicators::Description],
    /// The observables, as in [`Prepared`].
    pub observables: &'a [&'static observables::Description],
    /// What they depend on, and whether the record holds the energies of the windows.
    pub spectrum: &'a Spectrum,
    /// Ends the computation early.
    pub interrupt: Interrupt<'a>,
}

/// Windows by their energy densities; of one that failed, the reason.
pub type Windows = Vec<(f64, Result<WindowRecord, String>)>;

impl Prepared {
    /// The values of statistics of all levels of the realization that was solved last; NaN where its
    /// solver does not know them.
    pub fn levels(&self, statistics: &[&Statistic]) -> Vec<Vec<f64>> {
        let levels = (!statistics.is_empty()).then(|| self.solver.levels());
        let levels = levels.flatten().map(Levels::new);
        let value = |statistic: &&Statistic| match &levels {
            Some(levels) => (statistic.evaluate)(levels),
            None => vec![f64::NAN; statistic.values(self.chain.dimension() as u64)],
        };
        statistics.iter().map(value).collect()
    }

    /// The extreme energies and the windows of a realization; none when it was interrupted.
    ///
    /// A window that fails leaves the others as they are. Without the extreme energies all fail.
    pub fn windows(
        &mut self,
        hamiltonian: &Hamiltonian,
        request: &Request,
        seconds: &mut Seconds,
    ) -> Option<(Bounds, Windows)> {
        let all_failed = |failure: &Failure| {
            let failed = |&density| (density, Err(failure.to_string()));
            request.energy_densities.iter().map(failed).collect()
        };
        let began = Instant::now();
        let begun = self.solver.begin(hamiltonian, request.interrupt);
        seconds.extremes = began.elapsed().as_secs_f64();
        match begun {
            Ok(bounds) if !bounds.is_one_level() => {
                let mut windows = Windows::new();
                for &density in &request.energy_densities {
                    match self.window(bounds.energy(density), request, seconds) {
                        Ok(window) => windows.push((density, Ok(window))),
                        Err(Failure::Interrupted) => return None,
                        Err(failure) => windows.push((density, Err(failure.to_string()))),
                    }
                }
                Some((bounds, windows))
            }
            Ok(bounds) => Some((bounds, all_failed(&Failure::NoWidth))),
            Err(Failure::Interrupted) => None,
            Err(failure) => Some((Bounds::UNKNOWN, all_failed(&failure))),
        }
    }

    fn window(
        &mut self,
        energy: f64,
        request: &Request,
        seconds: &mut Seconds,
    ) -> Result<WindowRecord, Failure> {
        let began = Instant::now();
        let window = (self.solver).window(energy, request.states, request.interrupt);
        seconds.eigenpairs += began.elapsed().as_secs_f64();
        let window = window?;
        let solved = Instant::now();
        let unique = window.has_unique_states();
        let defined = |of_states: bool| unique || !of_states;
        let indicators = self.indicators.iter_mut().zip(request.indicators);
        let indicators: Vec<f64> = indicators
            .map(|(indicator, description)| {
                let value = if defined(description.of_states) {
                    indicator.evaluate(&window)
                } else {
                    f64::NAN
                };
                if value.is_finite() { value } else { f64::NAN }
            })
            .collect();
        let sites = self.chain.sector().sites();
        let mut shared = Shared::default();
        let observables = self.observables.iter_mut().zip(request.observables);
        let observables = observables
            .map(|(observable, description)| {
                if defined(description.of_states) {
                    observable.evaluate(&window, &mut shared)
                } else {
                    vec![f64::NAN; description.values(sites, request.spectrum)]
                }
            })
            .collect();
        seconds.indicators += solved.elapsed().as_secs_f64();
        Ok(WindowRecord {
            undefined: undefined(request, &indicators, unique),
            indicators,
            observables,
            states: window.energies.len(),
            residual: window.residual,
            missed: window.missed,
            energies: if request.spectrum.store_energies {
                window.energies.to_vec()
            } else {
                Vec::new()
            },
        })
    }
}

/// Which indicators and observables have no value, and why.
fn undefined(request: &Request, values: &[f64], unique: bool) -> Option<String> {
    let missing = |by_states: bool| {
        let missing = (request.indicators.iter().zip(values)).filter(|(description, value)| {
            value.is_nan() && (description.of_states && !unique) == by_states
        });
        let observables = (request.observables.iter())
            .filter(|description| by_states && !unique && description.of_states);
        let names = missing.map(|(description, _)| description.name);
        let names: Vec<&str> = names.chain(observables.map(|it| it.name)).collect();
        names.join(", ")
    };
    let reasons: Vec<String> = [
        (true, "levels are equal within rounding"),
        (false, "the window has too few different levels"),
    ]
    .into_iter()
    .map(|(by_states, why)| (missing(by_states), why))
    .filter(|(names, _)| !names.is_empty())
    .map(|(names, why)| format!("no value of {names}, because {why}"))
    .collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

#[cfg(test)]
mod tests;

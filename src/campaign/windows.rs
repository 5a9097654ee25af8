//! The windows of one realization: their eigenpairs and indicators, or why they failed.

use std::sync::Arc;
use std::time::Instant;

use crate::chain::{Chain, Hamiltonian};
use crate::eigen::{Bounds, Failure, Interrupt, Solver};
use crate::indicators::{Description, Indicator};
use crate::store::{Seconds, WindowRecord};

/// A chain length with what solves its realizations.
pub struct Prepared {
    /// The chain.
    pub chain: Arc<Chain>,
    /// Finds eigenpairs.
    pub solver: Box<dyn Solver>,
    /// Evaluate their windows, in the deck's order.
    pub indicators: Vec<Box<dyn Indicator>>,
}

/// What to compute of a realization.
pub struct Request<'a> {
    /// The target of each window.
    pub energy_densities: Vec<f64>,
    /// Eigenstates in each window.
    pub states: usize,
    /// The indicators, as in [`Prepared`].
    pub indicators: &'a [&'static Description],
    /// Whether the record holds the energies of the windows.
    pub store_energies: bool,
    /// Ends the computation early.
    pub interrupt: Interrupt<'a>,
}

/// Windows by their energy densities; of one that failed, the reason.
pub type Windows = Vec<(f64, Result<WindowRecord, String>)>;

impl Prepared {
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
            Ok(bounds) if bounds.width() > 0.0 => {
                let mut windows = Windows::new();
                for &density in &request.energy_densities {
                    match self.window(bounds.energy(density), request, seconds) {
                        Ok(window) => windows.push((density, finite(window, request.indicators))),
                        Err(Failure::Interrupted) => return None,
                        Err(failure) => windows.push((density, Err(failure.to_string()))),
                    }
                }
                Some((bounds, windows))
            }
            Ok(bounds) => Some((bounds, all_failed(&Failure::NoWidth))),
            Err(Failure::Interrupted) => None,
            Err(failure) => {
                let unknown = Bounds {
                    lowest: f64::NAN,
                    highest: f64::NAN,
                };
                Some((unknown, all_failed(&failure)))
            }
        }
    }

    fn window(
        &mut self,
        energy: f64,
        request: &Request,
        seconds: &mut Seconds,
    ) -> Result<WindowRecord, Failure> {
        let began = Instant::now();
        let window = (self.solver).window(energy, request.states, request.interrupt)?;
        let solved = Instant::now();
        seconds.eigenpairs += (solved - began).as_secs_f64();
        let indicators = self.indicators.iter_mut();
        let indicators = indicators.map(|it| it.evaluate(&window)).collect();
        seconds.indicators += solved.elapsed().as_secs_f64();
        Ok(WindowRecord {
            indicators,
            states: window.energies.len(),
            residual: window.residual,
            energies: if request.store_energies {
                window.energies.to_vec()
            } else {
                Vec::new()
            },
        })
    }
}

/// The window if all its indicators are finite, else the reason for its failure.
fn finite(window: WindowRecord, indicators: &[&Description]) -> Result<WindowRecord, String> {
    let mut values = indicators.iter().zip(&window.indicators);
    match values.find(|(_, value)| !value.is_finite()) {
        Some((indicator, value)) => Err(format!("{} came out as {value}", indicator.name)),
        None => Ok(window),
    }
}

#[cfg(test)]
mod tests;

//! The measurement: a small fixed realization for the solvers, random states for the indicators.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use faer::Mat;

use super::speed::{Calibration, PowerLaw};
use crate::chain::{Chain, Hamiltonian, Sector, Task, random_field};
use crate::comm::{Space, alone};
use crate::deck::{Boundary, Certificate, Split};
use crate::eigen::{Failure, Interrupt, METHODS, Method, Window, Workload, check_interrupt};
use crate::indicators::{self, Description};
use crate::random::{stream, unit};

/// Chain lengths of the measured realization. A solver has the longest that it is predicted to solve in
/// [`LONGEST`], because short chains have little of the arithmetic that long ones spend their time on.
const SITES: [usize; 2] = [14, 12];
const LONGEST: f64 = 0.5;
const STATES: usize = 100;

/// The sizes that an indicator's power law goes through.
const INDICATOR_SITES: [usize; 2] = [10, 14];

/// Work is repeated for this long, and this often at least: the fastest is the least disturbed.
const REPEAT: Duration = Duration::from_millis(50);
const FEWEST: usize = 7;

/// Measures `processor`, in a few seconds. Threads are those that the libraries have been told.
///
/// # Errors
/// [`Failure::Interrupted`] when the interrupt has come.
pub fn measure(
    processor: &str,
    threads: usize,
    interrupt: Interrupt<'_>,
) -> Result<Calibration, Failure> {
    let hamiltonians = SITES.map(hamiltonian);
    let mut solvers = BTreeMap::new();
    for method in METHODS {
        match solver_factor(method, &hamiltonians, threads, interrupt) {
            Ok(factor) => drop(solvers.insert(method.name.to_owned(), rounded(factor))),
            Err(Failure::Interrupted) => return Err(Failure::Interrupted),
            // A solver that fails here counts as on the reference machine.
            Err(_) => {}
        }
    }
    let mut indicators = BTreeMap::new();
    for known in indicators::ALL {
        let law = indicator_law(known, interrupt)?;
        indicators.insert(known.name.to_owned(), law);
    }
    let measured = Calibration::of_this_program(processor, threads, solvers, indicators);
    Ok(measured)
}

fn hamiltonian(sites: usize) -> Hamiltonian {
    let task = Task {
        sites,
        strength: 6.0,
        split: Split::Test,
        realization: 0,
    };
    let chain = Arc::new(Chain::new(sites, 1.0, Boundary::Periodic));
    Hamiltonian::new(&chain, &random_field(1, &task))
}

fn workload(hamiltonian: &Hamiltonian) -> Workload {
    Workload {
        sites: hamiltonian.chain().sector().sites(),
        dimension: hamiltonian.dimension() as u64,
        targets: 1,
        states: STATES,
        near_ends: 0.0,
    }
}

/// The measured seconds of a window over those predicted for so many threads.
fn solver_factor(
    method: &Method,
    hamiltonians: &[Hamiltonian],
    threads: usize,
    interrupt: Interrupt<'_>,
) -> Result<f64, Failure> {
    let predicted = |hamiltonian: &Hamiltonian| (method.seconds)(&workload(hamiltonian));
    let quick = hamiltonians.iter().find(|it| predicted(it) <= LONGEST);
    let hamiltonian = quick.unwrap_or(&hamiltonians[hamiltonians.len() - 1]);
    let workload = workload(hamiltonian);
    let mut solver = (method.prepare)(hamiltonian.chain(), &alone(), Certificate::Run);
    let seconds = fastest(interrupt, || {
        let bounds = solver.begin(hamiltonian, interrupt)?;
        let window = solver.window(bounds.energy(0.5), STATES, interrupt);
        window.map(|_| ())
    })?;
    let one_thread = seconds / (method.with_threads)(&workload, threads);
    Ok(one_thread / (method.seconds)(&workload))
}

fn indicator_law(indicator: &Description, interrupt: Interrupt<'_>) -> Result<PowerLaw, Failure> {
    let point = |sites| {
        let sector = Sector::new(sites);
        let states = random_states(sector.dimension());
        let energies: Vec<f64> = (0..STATES).map(|k| k as f64).collect();
        let window = Window {
            energies: &energies,
            states: states.as_ref(),
            space: &Space::alone(sector.dimension()),
            residual: 0.0,
            resolution: 0.0,
            cut: false,
            missed: 0.0,
        };
        let mut prepared = (indicator.prepare)(&sector);
        let seconds = fastest(interrupt, || {
            std::hint::black_box(prepared.evaluate(&window));
            Ok(())
        })?;
        // A clock may not resolve the smallest.
        Ok((sector.dimension() as f64, seconds.max(1e-9)))
    };
    let [small, large] = INDICATOR_SITES.map(point);
    let ((small, less), (large, more)) = (small?, large?);
    let exponent = rounded(((more / less).ln() / (large / small).ln()).max(0.0));
    Ok(PowerLaw {
        factor: rounded(more / STATES as f64 / large.powf(exponent)),
        exponent,
    })
}

/// The most work that states can be: spread over all configurations.
fn random_states(dimension: usize) -> Mat<f64> {
    let mut numbers = stream(0, [dimension as u64, 0, 0, 0]);
    let mut states = Mat::from_fn(dimension, STATES, |_, _| unit(&mut numbers) - 0.5);
    for state in states.col_iter_mut() {
        let norm = state.norm_l2();
        state.iter_mut().for_each(|value| *value /= norm);
    }
    states
}

/// Seconds of the fastest of some repetitions.
fn fastest(
    interrupt: Interrupt<'_>,
    mut work: impl FnMut() -> Result<(), Failure>,
) -> Result<f64, Failure> {
    let started = Instant::now();
    let mut best = f64::INFINITY;
    for repetition in 1.. {
        check_interrupt(interrupt)?;
        let begun = Instant::now();
        work()?;
        best = best.min(begun.elapsed().as_secs_f64());
        if repetition >= FEWEST && started.elapsed() >= REPEAT {
            break;
        }
    }
    Ok(best)
}

/// Three digits: no clock gives more, and they are the same in every file.
fn rounded(value: f64) -> f64 {
    format!("{value:.2e}")
        .parse()
        .expect("a number was written")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eigen::uninterrupted;

    #[test]
    fn everything_is_measured() {
        faer::set_global_parallelism(faer::Par::Seq);
        let measured = measure("any", 1, &uninterrupted).unwrap();
        for method in METHODS {
            let factor = measured.solvers[method.name];
            assert!(factor.is_finite() && factor > 0.0, "{}", method.name);
        }
        for known in indicators::ALL {
            let law = measured.indicators[known.name];
            assert!(law.factor.is_finite() && law.factor > 0.0, "{}", known.name);
            assert!(law.exponent >= 0.0, "{}", known.name);
        }
    }

    #[test]
    fn an_interrupt_ends_it() {
        faer::set_global_parallelism(faer::Par::Seq);
        for checks in [0_usize, 1, 40] {
            let left = std::cell::Cell::new(checks);
            let interrupt = || left.replace(left.get().saturating_sub(1)) == 0;
            assert_eq!(measure("any", 1, &interrupt), Err(Failure::Interrupted));
        }
    }

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!(rounded(1.234_567e-8), 1.23e-8);
        assert_eq!(rounded(0.0), 0.0);
    }
}

//! A solver beside another one, for the windows that the first one cannot solve.
//!
//! Equal levels are the usual reason. An iterative solver finds no more copies of a level than its
//! blocks have vectors.

use std::sync::Arc;

use super::dense;
use super::failure::Failure;
use super::interrupt::Interrupt;
use super::method::{Method, Workload};
use super::solver::{Bounds, Solver};
use super::window::Window;
use crate::chain::{Chain, Hamiltonian};
use crate::comm::Group;
use crate::deck::Certificate;

/// The largest sector that is diagonalized when another solver fails: L = 14, which takes about ten
/// seconds.
const LARGEST: u64 = 4000;

/// What solves the windows that `method` cannot solve: full diagonalization in small sectors, if both
/// fit in `memory` bytes.
pub fn fallback(method: &Method, workload: &Workload, memory: f64) -> Option<&'static Method> {
    let dense = &dense::METHOD;
    let serves = method.name != dense.name && workload.dimension <= LARGEST;
    let both = (method.memory)(workload) + (dense.memory)(workload);
    (serves && both <= memory).then_some(dense)
}

/// Two solvers. The second one begins a realization only if the first one fails.
struct WithFallback {
    first: Box<dyn Solver>,
    /// Makes the second one, whose memory is freed after each realization.
    prepare: Box<dyn Fn() -> Box<dyn Solver>>,
    second: Option<Box<dyn Solver>>,
    /// The current realization, and whether the first solver has begun it.
    current: Option<(Hamiltonian, bool)>,
}

/// A solver by `method` for a chain, and by `fallback` where that fails.
pub fn prepare(
    method: &Method,
    fallback: Option<&'static Method>,
    chain: &Arc<Chain>,
    group: &Group,
    certificate: Certificate,
) -> Box<dyn Solver> {
    let first = (method.prepare)(chain, group, certificate);
    let Some(fallback) = fallback else {
        return first;
    };
    let (chain, group) = (Arc::clone(chain), group.clone());
    Box::new(WithFallback {
        first,
        prepare: Box::new(move || (fallback.prepare)(&chain, &group, certificate)),
        second: None,
        current: None,
    })
}

impl Solver for WithFallback {
    fn begin(
        &mut self,
        hamiltonian: &Hamiltonian,
        interrupt: Interrupt<'_>,
    ) -> Result<Bounds, Failure> {
        self.second = None;
        self.current = None;
        let begun = self.first.begin(hamiltonian, interrupt);
        let bounds = match begun {
            Err(failure) if failure != Failure::Interrupted => {
                let mut second = (self.prepare)();
                let bounds = second.begin(hamiltonian, interrupt)?;
                self.second = Some(second);
                bounds
            }
            begun => begun?,
        };
        self.current = Some((hamiltonian.clone(), self.second.is_none()));
        Ok(bounds)
    }

    fn window(
        &mut self,
        energy: f64,
        count: usize,
        interrupt: Interrupt<'_>,
    ) -> Result<Window<'_>, Failure> {
        let (hamiltonian, begun) = self.current.as_ref().expect("a realization was begun");
        if *begun {
            match self.first.window(energy, count, interrupt) {
                Err(failure) if failure != Failure::Interrupted => {
                    log::debug!("{failure}; the window goes to the fallback");
                }
                outcome => return outcome,
            }
        }
        if self.second.is_none() {
            let mut second = (self.prepare)();
            second.begin(hamiltonian, interrupt)?;
            self.second = Some(second);
        }
        let second = self.second.as_mut().expect("it was begun");
        second.window(energy, count, interrupt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::alone;
    use crate::deck::Boundary;
    use crate::eigen::choice::METHODS;
    use crate::eigen::interrupt::uninterrupted;

    fn method(name: &str) -> &'static Method {
        METHODS.iter().find(|method| method.name == name).unwrap()
    }

    #[test]
    fn small_sectors_that_fit_have_a_fallback() {
        let workload = |sites: usize| Workload {
            sites,
            dimension: crate::chain::sector_dimension(sites),
            targets: 1,
            states: 30,
            near_ends: 0.0,
        };
        let of = |name: &str, sites: usize, memory: f64| {
            fallback(method(name), &workload(sites), memory).map(|method| method.name)
        };
        assert_eq!(of("filter", 14, 1e9), Some("dense"));
        assert_eq!(of("shift-invert", 12, 1e9), Some("dense"));
        assert_eq!(of("shift-invert", 12, 1e7), None);
        assert_eq!(of("shift-invert", 16, 1e12), None);
        assert_eq!(of("dense", 10, 1e9), None);
    }

    /// The free fermions of L = 10 have levels of twenty copies, more than a block has vectors.
    #[test]
    fn what_a_solver_cannot_solve_goes_to_the_fallback() {
        faer::set_global_parallelism(faer::Par::Seq);
        let chain = Arc::new(Chain::anisotropic(10, 1.0, 0.0, Boundary::Periodic));
        let hamiltonian = Hamiltonian::new(&chain, &[0.0; 10]);
        let shift_invert = method("shift-invert");
        let mut unaided = prepare(shift_invert, None, &chain, &alone(), Certificate::Run);
        let mut helped = prepare(
            shift_invert,
            Some(method("dense")),
            &chain,
            &alone(),
            Certificate::Run,
        );
        let mut dense = (method("dense").prepare)(&chain, &alone(), Certificate::Run);
        let bounds = dense.begin(&hamiltonian, &uninterrupted).unwrap();
        unaided.begin(&hamiltonian, &uninterrupted).unwrap();
        helped.begin(&hamiltonian, &uninterrupted).unwrap();
        let mut failed = 0;
        for step in 0..=10 {
            let energy = bounds.energy(f64::from(step) / 10.0);
            failed += usize::from(unaided.window(energy, 12, &uninterrupted).is_err());
            let helped = helped.window(energy, 12, &uninterrupted).unwrap();
            let dense = dense.window(energy, 12, &uninterrupted).unwrap();
            for (found, expected) in helped.energies.iter().zip(dense.energies) {
                assert!((found - expected).abs() < 1e-10);
            }
            assert_eq!(helped.has_unique_states(), dense.has_unique_states());
        }
        assert!(failed > 0, "the fallback was never needed");
    }

    #[test]
    fn an_interrupt_needs_no_fallback() {
        let chain = Arc::new(Chain::new(10, 1.0, Boundary::Periodic));
        let hamiltonian = Hamiltonian::new(&chain, &[0.0; 10]);
        let mut solver = prepare(
            method("shift-invert"),
            Some(method("dense")),
            &chain,
            &alone(),
            Certificate::Run,
        );
        assert_eq!(
            solver.begin(&hamiltonian, &|| true),
            Err(Failure::Interrupted)
        );
        let bounds = solver.begin(&hamiltonian, &uninterrupted).unwrap();
        let window = solver.window(bounds.energy(0.5), 12, &|| true);
        assert!(matches!(window.err(), Some(Failure::Interrupted)));
    }
}

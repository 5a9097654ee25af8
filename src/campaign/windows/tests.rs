//! Windows that fail, and realizations that are interrupted.

use faer::Mat;

use super::*;
use crate::deck::Boundary;
use crate::eigen::{Window, uninterrupted};
use crate::indicators::named;

/// Solves every window with one state, except those above the middle of its spectrum.
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

fn windows(bounds: Result<Bounds, Failure>, interrupt: Interrupt<'_>) -> Option<(Bounds, Windows)> {
    let chain = Arc::new(Chain::new(4, 1.0, Boundary::Periodic));
    let entanglement = named("entanglement").unwrap();
    let mut prepared = Prepared {
        indicators: vec![(entanglement.prepare)(chain.sector())],
        solver: Box::new(HalfASolver {
            bounds,
            state: Mat::identity(6, 1),
        }),
        chain: Arc::clone(&chain),
    };
    let request = Request {
        energy_densities: vec![0.25, 0.75],
        states: 1,
        indicators: &[entanglement],
        store_energies: false,
        interrupt,
    };
    let hamiltonian = Hamiltonian::new(&chain, &[0.0; 4]);
    prepared.windows(&hamiltonian, &request, &mut Seconds::default())
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
    let indicators = ["gap_ratio", "entanglement"].map(|name| named(name).unwrap());
    let window = |values: [f64; 2]| WindowRecord {
        indicators: values.to_vec(),
        states: 3,
        residual: 1e-14,
        energies: Vec::new(),
    };
    assert!(finite(window([0.4, 1.0]), &indicators).is_ok());
    let reason = finite(window([0.4, f64::NAN]), &indicators);
    assert_eq!(reason, Err("entanglement came out as NaN".to_owned()));
}

/// An interrupted realization has not failed, so it leaves no record.
#[test]
fn an_interrupted_realization_has_no_record() {
    let bounds = Bounds {
        lowest: -2.0,
        highest: 2.0,
    };
    assert_eq!(windows(Ok(bounds), &|| true), None);
    assert_eq!(windows(Err(Failure::Interrupted), &|| true), None);
}

//! Windows that fail, and realizations that are interrupted.

use std::time::Duration;

use faer::Mat;

use super::*;
use crate::chain::Sector;
use crate::comm::threads::run;
use crate::comm::{Group, Space, alone};
use crate::deck::{Boundary, Certificate};
use crate::eigen::{METHODS, Window, uninterrupted};
use crate::indicators::{ALL, named};

/// Solves every window with the same states, except those above the middle of its spectrum.
struct HalfASolver {
    bounds: Result<Bounds, Failure>,
    energies: Vec<f64>,
    state: Mat<f64>,
    space: Space,
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
        std::thread::sleep(WORK);
        if interrupt() {
            return Err(Failure::Interrupted);
        }
        if energy > 0.0 {
            return Err(Failure::Singular);
        }
        Ok(Window {
            energies: &self.energies,
            states: self.state.as_ref(),
            space: &self.space,
            residual: 1e-14,
            missed: 0.0,
            resolution: 1e-11,
            cut: false,
        })
    }
}

/// How long a window takes.
const WORK: Duration = Duration::from_millis(2);

const INDICATORS: [&str; 2] = ["gap_ratio", "entanglement"];

fn observables_of_states() -> Vec<&'static observables::Description> {
    let all = observables::ALL.iter();
    all.filter(|it| it.of_states).collect()
}

fn spectrum(states: usize, store_energies: bool) -> Spectrum {
    let text = format!(
        "energy_densities = [0.5]\nindicators = []\nstates = {states}\nstore_energies = {store_energies}"
    );
    toml::from_str(&text).unwrap()
}

/// The windows of a solver whose windows have these energies, and their seconds.
fn windows_of(
    energies: &[f64],
    bounds: Result<Bounds, Failure>,
    interrupt: Interrupt<'_>,
) -> (Option<(Bounds, Windows)>, Seconds) {
    let chain = Arc::new(Chain::new(4, 1.0, Boundary::Periodic));
    let indicators = INDICATORS.map(|name| named(name).unwrap());
    let observables = observables_of_states();
    let spectrum = spectrum(energies.len(), false);
    let mut prepared = Prepared {
        quench: None,
        observables: (observables.iter())
            .map(|it| (it.prepare)(&chain, &spectrum))
            .collect(),
        indicators: indicators.map(|it| (it.prepare)(chain.sector())).into(),
        solver: Box::new(HalfASolver {
            bounds,
            energies: energies.to_vec(),
            state: Mat::identity(6, energies.len()),
            space: Space::alone(6),
        }),
        chain: Arc::clone(&chain),
    };
    let request = Request {
        energy_densities: vec![0.25, 0.75],
        states: energies.len(),
        indicators: &indicators,
        observables: &observables,
        spectrum: &spectrum,
        interrupt,
    };
    let hamiltonian = Hamiltonian::new(&chain, &[0.0; 4]);
    let mut seconds = Seconds::default();
    let windows = prepared.windows(&hamiltonian, &request, &mut seconds);
    (windows, seconds)
}

fn windows(bounds: Result<Bounds, Failure>, interrupt: Interrupt<'_>) -> Option<(Bounds, Windows)> {
    windows_of(&[-1.0, 0.0, 2.0], bounds, interrupt).0
}

const BOUNDS: Bounds = Bounds {
    lowest: -2.0,
    highest: 2.0,
};

#[test]
fn a_window_that_fails_leaves_the_others() {
    let (found, windows) = windows(Ok(BOUNDS), &uninterrupted).unwrap();
    assert_eq!(found, BOUNDS);
    // The gaps are 1 and 2. Basis states are not entangled.
    let solved = windows[0].1.as_ref().unwrap();
    assert_eq!(
        (&solved.indicators[..], &solved.undefined),
        (&[0.5, 0.0][..], &None)
    );
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
fn a_window_that_fails_has_taken_its_time() {
    let (_, seconds) = windows_of(&[-1.0], Ok(BOUNDS), &uninterrupted);
    assert!(seconds.eigenpairs >= 2.0 * WORK.as_secs_f64());
}

/// The first window with these energies: its indicators, and which have no value.
fn evaluated(energies: &[f64]) -> (Vec<f64>, String) {
    let (_, windows) = windows_of(energies, Ok(BOUNDS), &uninterrupted).0.unwrap();
    let window = windows[0].1.clone().unwrap();
    (window.indicators, window.undefined.unwrap_or_default())
}

#[test]
fn an_indicator_without_a_value_leaves_the_others() {
    let (values, undefined) = evaluated(&[-1.0, 0.0]);
    assert!(values[0].is_nan() && values[1] == 0.0);
    assert_eq!(
        undefined,
        "no value of gap_ratio, because the window has too few different levels"
    );
}

/// Any basis of the states of equal levels is as good as another, so that nothing is known of them.
#[test]
fn equal_levels_leave_their_states_undefined() {
    let (values, undefined) = evaluated(&[-1.0, 0.0, 1e-13, 1.0]);
    assert!(values[0] == 0.0 && values[1].is_nan());
    let names: Vec<&str> = observables_of_states().iter().map(|it| it.name).collect();
    let expected = format!(
        "no value of entanglement, {}, because levels are equal within rounding",
        names.join(", ")
    );
    assert_eq!(undefined, expected);
    let (values, undefined) = evaluated(&[0.0, 1e-13, 2e-13]);
    assert!(values.iter().all(|value| value.is_nan()));
    assert_eq!(undefined.matches("no value of").count(), 2, "{undefined}");
}

/// An interrupted realization has not failed, so it leaves no record.
#[test]
fn an_interrupted_realization_has_no_record() {
    assert_eq!(windows(Ok(BOUNDS), &|| true), None);
    assert_eq!(windows(Err(Failure::Interrupted), &|| true), None);
}

/// Equal levels leave the states undefined, and every value that depends on them.
#[test]
fn observables_of_undefined_states_have_no_value() {
    for (energies, defined) in [([-1.0, 0.0, 2.0], true), ([-1.0, 0.0, 0.0], false)] {
        let (found, _) = windows_of(&energies, Ok(BOUNDS), &uninterrupted);
        // The solver of this test solves one of two windows.
        let windows: Vec<_> = found
            .unwrap()
            .1
            .into_iter()
            .filter_map(|(_, it)| it.ok())
            .collect();
        assert_eq!(windows.len(), 1);
        for window in windows {
            for (description, values) in observables_of_states().iter().zip(&window.observables) {
                assert_eq!(
                    values.len(),
                    description.values(4, &spectrum(3, false)),
                    "{description:?}"
                );
                let all = values.iter().all(|value| value.is_nan() != defined);
                assert!(all, "{description:?}: {values:?}");
            }
        }
    }
}

/// The windows of the filter with all indicators, as a rank of a group finds them.
fn windows_of_a_group(group: &Group) -> (Bounds, Windows) {
    let sector = Sector::part(14, group.rank(), group.size());
    let chain = Arc::new(Chain::of(sector, 1.0, 1.0, Boundary::Periodic));
    let filter = METHODS.iter().find(|method| method.name == "filter");
    let indicators: Vec<&indicators::Description> = ALL.iter().collect();
    let observables = observables_of_states();
    let spectrum = spectrum(21, true);
    let mut prepared = Prepared {
        quench: None,
        observables: (observables.iter())
            .map(|it| (it.prepare)(&chain, &spectrum))
            .collect(),
        indicators: (indicators.iter())
            .map(|it| (it.prepare)(chain.sector()))
            .collect(),
        solver: (filter.unwrap().prepare)(&chain, group, Certificate::Run),
        chain: Arc::clone(&chain),
    };
    let request = Request {
        energy_densities: vec![0.5, 0.1],
        states: 21,
        indicators: &indicators,
        observables: &observables,
        spectrum: &spectrum,
        interrupt: &uninterrupted,
    };
    let field: Vec<f64> = (0..14).map(|i| 4.0 * f64::from(i * i).sin()).collect();
    let hamiltonian = Hamiltonian::new(&chain, &field);
    let found = prepared.windows(&hamiltonian, &request, &mut Seconds::default());
    found.expect("nothing interrupts")
}

#[test]
fn windows_have_the_same_bits_in_groups_of_any_size() {
    let expected = windows_of_a_group(&alone());
    assert!(expected.1.iter().all(|(_, window)| window.is_ok()));
    for ranks in 2..=4 {
        for found in run(ranks, |comm| windows_of_a_group(&comm.group(ranks))) {
            assert_eq!(found, expected, "{ranks} ranks");
        }
    }
}

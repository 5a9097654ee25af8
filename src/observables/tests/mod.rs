//! Observables against their definitions, operator by operator in the whole Hilbert space.

use std::sync::Arc;

use faer::{MatRef, Side};

use super::{ALL, Axis, Description, Shared};
use crate::chain::{Chain, Hamiltonian};
use crate::comm::threads::run;
use crate::comm::{Group, Space, alone};
use crate::deck::{Boundary, Spectrum};
use crate::eigen::Window;

mod cuts;
mod elements;

const SITES: usize = 8;

fn named(name: &str) -> &'static Description {
    ALL.iter().find(|known| known.name == name).unwrap()
}

fn spectrum(states: usize) -> Spectrum {
    let text = format!(
        "energy_densities = [0.5]\nindicators = []\nstates = {states}\norders = [0.5, 1.0, 2.0, 3.0, 2.5]"
    );
    toml::from_str(&text).unwrap()
}

fn field() -> Vec<f64> {
    (0..SITES)
        .map(|site| 3.0 * (site as f64 * 1.3).sin())
        .collect()
}

/// Some levels and states of a chain.
fn eigenpairs(boundary: Boundary) -> (Arc<Chain>, Vec<f64>, Vec<f64>) {
    let chain = Arc::new(Chain::new(SITES, 1.0, boundary));
    let matrix = Hamiltonian::new(&chain, &field()).dense();
    let solved = matrix.self_adjoint_eigen(Side::Lower).unwrap();
    let energies = solved.S().column_vector().iter().copied().skip(20).take(10);
    let states = solved.U().subcols(20, 10).col_iter();
    let states = states.flat_map(|state| state.iter().copied().collect::<Vec<_>>());
    (chain, energies.collect(), states.collect())
}

fn evaluate(name: &str, chain: &Arc<Chain>, energies: &[f64], states: &[f64]) -> Vec<f64> {
    let space = Space::new(Arc::clone(chain.partition()), alone());
    let window = Window {
        energies,
        states: MatRef::from_column_major_slice(states, chain.dimension(), energies.len()),
        space: &space,
        residual: 0.0,
        resolution: 0.0,
        cut: false,
        missed: 0.0,
    };
    let spectrum = spectrum(energies.len());
    let mut observable = (named(name).prepare)(chain, &spectrum);
    let found = observable.evaluate(&window, &mut Shared::default());
    assert_eq!(found.len(), named(name).values(SITES, &spectrum), "{name}");
    found
}

/// ⟨n|σᶻ_i σᶻ_j|n⟩, and ⟨n|σᶻ_i|n⟩ without a second site.
fn expectation(chain: &Chain, state: &[f64], first: usize, second: Option<usize>) -> f64 {
    let spin = |configuration: u64, site: usize| 2.0 * (configuration >> site & 1) as f64 - 1.0;
    let configurations = chain.sector().configurations().iter();
    let terms = configurations.zip(state).map(|(&configuration, c)| {
        let second = second.map_or(1.0, |site| spin(configuration, site));
        c * c * spin(configuration, first) * second
    });
    terms.sum()
}

#[test]
fn magnetizations_are_those_of_the_operators() {
    let (chain, energies, states) = eigenpairs(Boundary::Periodic);
    let found = evaluate("magnetization", &chain, &energies, &states);
    let rows = states.chunks_exact(chain.dimension());
    for (state, found) in rows.zip(found.chunks_exact(SITES)) {
        for (site, found) in found.iter().enumerate() {
            let expected = expectation(&chain, state, site, None);
            assert!((found - expected).abs() < 1e-13);
        }
        assert!(
            found.iter().sum::<f64>().abs() < 1e-13,
            "the sector has none"
        );
    }
}

/// Mean and typical correlations against `value` of each pair of sites in each state, added up by hand.
fn assert_correlations(
    name: &str,
    boundary: Boundary,
    value: impl Fn(&Chain, &[f64], [usize; 2]) -> f64,
) {
    let (chain, energies, states) = eigenpairs(boundary);
    let mean = evaluate(name, &chain, &energies, &states);
    let typical = evaluate(&format!("typical_{name}"), &chain, &energies, &states);
    for distance in 1..=SITES / 2 {
        let mut values = Vec::new();
        for state in states.chunks_exact(chain.dimension()) {
            for first in 0..SITES {
                let second = first + distance;
                if boundary == Boundary::Open && second >= SITES {
                    continue;
                }
                values.push(value(&chain, state, [first, second % SITES]));
            }
        }
        let count = values.len() as f64;
        let expected = values.iter().sum::<f64>() / count;
        assert!((mean[distance - 1] - expected).abs() < 1e-13);
        let logarithms = values.iter().map(|value| value.abs().ln()).sum::<f64>();
        let expected = (logarithms / count).exp();
        assert!((typical[distance - 1] / expected - 1.0).abs() < 1e-9);
    }
}

#[test]
fn correlations_are_those_of_the_operators() {
    for boundary in [Boundary::Periodic, Boundary::Open] {
        assert_correlations("correlation_zz", boundary, |chain, state, [i, j]| {
            let of = |first, second| expectation(chain, state, first, second);
            of(i, Some(j)) - of(i, None) * of(j, None)
        });
    }
}

/// Also ranks that share the states find the same bits.
#[test]
fn values_have_the_same_bits_on_any_number_of_ranks() {
    let sites = 14;
    let values = |group: Group| {
        let sector = crate::chain::Sector::part(sites, group.rank(), group.size());
        let chain = Arc::new(Chain::of(sector, 1.0, 1.0, Boundary::Periodic));
        let configurations = chain.sector().configurations().iter();
        let value = |state: u64, number: usize| ((state + 5 * number as u64) as f64).sin() / 40.0;
        let states: Vec<f64> = (0..3)
            .flat_map(|number| {
                configurations
                    .clone()
                    .map(move |&state| value(state, number))
            })
            .collect();
        let space = Space::new(Arc::clone(chain.partition()), group);
        let rows = chain.sector().configurations().len();
        let window = Window {
            energies: &[0.0, 1.0, 2.5],
            states: MatRef::from_column_major_slice(&states, rows, 3),
            space: &space,
            residual: 0.0,
            resolution: 0.0,
            cut: false,
            missed: 0.0,
        };
        let mut shared = Shared::default();
        let all = ALL.iter().map(|known| {
            let mut observable = (known.prepare)(&chain, &spectrum(3));
            observable.evaluate(&window, &mut shared)
        });
        let bits = all.flatten().map(f64::to_bits);
        bits.collect::<Vec<u64>>()
    };
    let expected = values(alone());
    for ranks in 2..=3 {
        for found in run(ranks, |comm| values(comm.group(ranks))) {
            assert_eq!(found, expected, "{ranks} ranks");
        }
    }
}

#[test]
fn axes_have_the_lengths_of_their_values() {
    let lengths = [
        (Axis::State, 20),
        (Axis::Pair, 19),
        (Axis::Site, 8),
        (Axis::Distance, 4),
        (Axis::Cut, 7),
        (Axis::Level, 16),
        (Axis::Order, 5),
    ];
    for (axis, length) in lengths {
        assert_eq!(axis.length(8, &spectrum(20)), length, "{axis:?}");
    }
}

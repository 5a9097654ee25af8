//! Quenches that are interrupted, and what they begin with.

use std::cell::Cell;

use super::fixture::{Case, InMemory, quench};
use crate::comm::alone;
use crate::eigen::Failure;
use crate::quench::Initial;

/// Interrupted anywhere, and resumed by what was kept, they have the same bits.
#[test]
fn interrupted_quenches_go_on_with_the_same_bits() {
    faer::set_global_parallelism(faer::Par::Seq);
    let case = Case::ring(10);
    let quench = quench(
        Initial::RandomProduct,
        6,
        &[0.0, 0.5, 3.0, 10.0, 20.0, 30.0],
    );
    let expected = case.outcome(&quench);
    let (keeper, mut runs) = (InMemory::default(), 0);
    let found = loop {
        let left = Cell::new(40);
        let interrupt = || left.replace(left.get() - 1) == 0;
        runs += 1;
        assert!(runs < 100, "no run gets beyond an expansion");
        match case.run(&quench, &alone(), &keeper, &interrupt) {
            Err(failure) => assert_eq!(failure, Failure::Interrupted),
            Ok(outcome) => break outcome,
        }
    };
    assert!(runs > 1, "{runs} runs");
    assert_eq!(found, expected);
    // What was kept of other quenches is of no use.
    let other = super::fixture::quench(Initial::RandomProduct, 6, &[0.0, 0.5, 3.0]);
    let expected = case.outcome(&other);
    assert_eq!(
        case.run(&other, &alone(), &keeper, &|| false).unwrap(),
        expected
    );
}

#[test]
fn initial_states_are_those_named() {
    let case = Case::ring(6);
    let of =
        |initial: Initial, samples: usize| case.outcome(&quench(initial, samples, &[0.0])).initial;
    assert_eq!(of(Initial::Neel, 2), [0b01_0101, 0b10_1010]);
    assert_eq!(
        of(Initial::DomainWall, 3),
        [0b00_0111, 0b00_1110, 0b01_1100]
    );
    let random = of(Initial::RandomProduct, 20);
    assert!(random.iter().all(|state| state.count_ones() == 3));
    assert_eq!(random[..5], of(Initial::RandomProduct, 5));
    let different: std::collections::BTreeSet<&u64> = random.iter().collect();
    assert!(different.len() > 8);

    let hamiltonian = case.hamiltonian(&alone());
    let levels = hamiltonian
        .dense()
        .self_adjoint_eigenvalues(faer::Side::Lower)
        .unwrap();
    let energy = levels[0] + 0.3 * (levels[19] - levels[0]);
    let distance = |state: &u64| {
        let row = hamiltonian.chain().sector().index(*state);
        (hamiltonian.diagonal()[row] - energy).abs()
    };
    let found = of(Initial::Energy(0.3), 20);
    let distances: Vec<f64> = found.iter().map(distance).collect();
    assert!(distances.is_sorted());
    assert_eq!(of(Initial::Energy(0.3), 4), found[..4]);
}

/// A sector of 20 states: each is drawn about as often as the others.
#[test]
fn random_states_are_uniform() {
    let case = Case::ring(6);
    let outcome = case.outcome(&quench(Initial::RandomProduct, 4000, &[0.0]));
    let mut counts = std::collections::BTreeMap::new();
    for state in &outcome.initial {
        *counts.entry(state).or_insert(0.0) += 1.0;
    }
    assert_eq!(counts.len(), 20);
    for (state, count) in counts {
        let error: f64 = count - 200.0;
        assert!(error.abs() < 5.0 * 200.0_f64.sqrt(), "{state:b}: {count}");
    }
}

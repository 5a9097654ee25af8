//! The indicators against exact identities and against published reference values.

use std::collections::BTreeMap;
use std::sync::Arc;

use mblscale::chain::{Chain, Hamiltonian, Task, random_field};
use mblscale::comm::alone;
use mblscale::deck::{Boundary, Certificate, Normalisation, Split};
use mblscale::eigen::{self, Choice, Workload, uninterrupted};
use mblscale::indicators;

/// The indicators of arXiv:2202.08853: r, S (nats) and F.
const NAMES: [&str; 3] = ["gap_ratio", "entanglement", "spin_fraction"];

/// Those that look at the first half of the chain.
const OF_THE_FIRST_HALF: [&str; 2] = ["entanglement", "half_chain_fluctuation"];

type Values = BTreeMap<&'static str, f64>;

/// Every indicator of realizations in the window of `states` levels nearest ε.
struct Laboratory {
    chain: Arc<Chain>,
    solver: Box<dyn eigen::Solver>,
    indicators: Vec<Box<dyn indicators::Indicator>>,
    states: usize,
}

impl Laboratory {
    fn new(sites: usize, coupling: f64, states: usize) -> Self {
        Self::of(Chain::new(sites, coupling, Boundary::Periodic), states)
    }

    fn of(chain: Chain, states: usize) -> Self {
        // Tests run side by side already.
        faer::set_global_parallelism(faer::Par::Seq);
        let chain = Arc::new(chain);
        let workload = Workload {
            sites: chain.sector().sites(),
            dimension: chain.dimension() as u64,
            targets: 1,
            states,
            near_ends: 0.0,
        };
        // States of an iterative solver are accurate to its tolerance, which logarithms magnify. So
        // identities are tested in small sectors, by full diagonalization.
        let dense = Choice::named("dense").filter(|_| workload.sites <= 10);
        let choice = dense.unwrap_or(Choice::Auto);
        let cost = |method: &eigen::Method| eigen::Cost {
            seconds: (method.seconds)(&workload),
            bytes: (method.memory)(&workload),
        };
        let chosen = eigen::choose(eigen::METHODS, choice, &workload, 1e12, cost);
        let method = chosen.ok().unwrap();
        let prepare = |known: &indicators::Description| (known.prepare)(chain.sector());
        Self {
            solver: (method.prepare)(&chain, &alone(), Certificate::Run),
            indicators: indicators::ALL.iter().map(prepare).collect(),
            chain,
            states,
        }
    }

    fn measure(&mut self, field: &[f64], density: f64) -> Values {
        let hamiltonian = Hamiltonian::new(&self.chain, field);
        let bounds = self.solver.begin(&hamiltonian, &uninterrupted).unwrap();
        let window = self
            .solver
            .window(bounds.energy(density), self.states, &uninterrupted)
            .unwrap();
        indicators::ALL
            .iter()
            .zip(&mut self.indicators)
            .map(|(known, indicator)| (known.name, indicator.evaluate(&window)))
            .collect()
    }
}

fn field(sites: usize, strength: f64, realization: u32) -> Vec<f64> {
    let task = Task {
        sites,
        strength,
        split: Split::Test,
        realization,
    };
    random_field(2022, &task)
}

#[test]
fn indicators_have_the_symmetries_of_the_model() {
    for sites in [8, 10] {
        let mut laboratory = Laboratory::new(sites, 1.0, 24);
        for (number, strength) in [1.0, 5.0, 12.0].into_iter().enumerate() {
            let field = field(sites, strength, number as u32);
            let rotated = |by: usize| {
                let mut field = field.clone();
                field.rotate_left(by);
                field
            };
            let reflected: Vec<f64> = field.iter().rev().copied().collect();
            let raised: Vec<f64> = field.iter().map(|h| h + 0.7).collect();
            let flipped: Vec<f64> = field.iter().map(|h| -h).collect();
            let reference = laboratory.measure(&field, 0.5);
            // (what, field, whether the cut keeps its place)
            for (what, other, same_cut) in [
                ("shift by one", rotated(1), false),
                ("shift by three", rotated(3), false),
                ("shift by L/2", rotated(sites / 2), true),
                ("reflection", reflected, true),
                ("uniform shift", raised, true),
                ("h → −h", flipped, true),
            ] {
                let found = laboratory.measure(&other, 0.5);
                for (name, value) in &reference {
                    if OF_THE_FIRST_HALF.contains(name) && !same_cut {
                        continue;
                    }
                    assert!(
                        (found[name] - value).abs() < 1e-9,
                        "{name} under {what}, L = {sites}, h = {strength}: {} is not {value}",
                        found[name],
                    );
                }
            }
        }
    }
}

/// An independent computation of the 30 eigenstates nearest ε = 0.5 of eight sites, with Δ = 0.7
/// and h_i = 3 sin(1 + 2.3 (i − 1)). It used Kronecker products of Pauli matrices, LAPACK, and the
/// definitions of the indicators as they are written.
#[test]
fn eight_sites_agree_with_another_program() {
    let chain = Chain::anisotropic(8, 1.0, 0.7, Boundary::Periodic);
    let field: Vec<f64> = (0..8)
        .map(|site| 3.0 * (1.0 + 2.3 * f64::from(site)).sin())
        .collect();
    let found = Laboratory::of(chain, 30).measure(&field, 0.5);
    let expected = [
        ("gap_ratio", 0.3829178343878),
        ("entanglement", 0.9570017840248),
        ("entanglement_all_cuts", 0.9616351170573),
        ("spin_fraction", 0.5035217533292),
        ("participation_entropy", 2.0992961186781),
        ("inverse_participation_ratio", 0.2599570813471),
        ("kullback_leibler", 3.9004534231637),
        ("half_chain_fluctuation", 0.3174921113546),
    ];
    assert_eq!(expected.len(), found.len());
    for (name, expected) in expected {
        let found = found[name];
        assert!(
            (found - expected).abs() < 1e-10,
            "{name}: {found} is not {expected}"
        );
    }
}

/// Without exchange every eigenstate is a product state. It has no entanglement and keeps its whole
/// spin wave, and neighbours share no configuration.
#[test]
fn product_states_are_localized() {
    let mut laboratory = Laboratory::new(8, 0.0, 70);
    let found = laboratory.measure(&field(8, 3.0, 0), 0.5);
    for (name, expected) in [
        ("entanglement", 0.0),
        ("entanglement_all_cuts", 0.0),
        ("spin_fraction", 0.0),
        ("participation_entropy", 0.0),
        ("inverse_participation_ratio", 1.0),
        ("kullback_leibler", 104.0 * std::f64::consts::LN_2),
        ("half_chain_fluctuation", 0.0),
    ] {
        let error = (found[name] - expected).abs();
        assert!(error < 1e-12, "{name}: {}", found[name]);
    }
}

/// Strong disorder approaches Poisson statistics, weak disorder random-matrix statistics with the
/// entropy of random states of the sector.
#[test]
fn limits_of_disorder() {
    let mut laboratory = Laboratory::new(10, 1.0, 100);
    let mean = |laboratory: &mut Laboratory, strength: f64| {
        let mut means = Values::new();
        for realization in 0..40 {
            for (name, value) in laboratory.measure(&field(10, strength, realization), 0.5) {
                *means.entry(name).or_default() += value / 40.0;
            }
        }
        means
    };
    let localized = mean(&mut laboratory, 60.0);
    let poisson = localized["gap_ratio"];
    // The standard error of r over 40 windows of 100 levels is 0.005.
    assert!(
        (poisson - (2.0 * std::f64::consts::LN_2 - 1.0)).abs() < 0.02,
        "{poisson}"
    );
    let ergodic = mean(&mut laboratory, 1.0);
    let goe = ergodic["gap_ratio"];
    assert!((goe - 0.5307).abs() < 0.02, "{goe}");
    // In units of the mean over random states of the sector, which has tests beside the code. The
    // window is 40 % of the sector, so that not all of it is at infinite temperature.
    for name in [
        "entanglement",
        "entanglement_all_cuts",
        "spin_fraction",
        "participation_entropy",
        "half_chain_fluctuation",
    ] {
        let random = indicators::scale(name, Normalisation::Sector, 10);
        assert!(
            localized[name] < 0.1 * random,
            "{name}: {}",
            localized[name]
        );
        let share = ergodic[name] / random;
        assert!((0.85..1.0).contains(&share), "{name}: {share}");
    }
    // Random states of N = 252 components have 3/(N + 2) and 2 − 2/N.
    let name = "inverse_participation_ratio";
    let share = ergodic[name] * 254.0 / 3.0;
    assert!(localized[name] > 0.5, "{}", localized[name]);
    assert!((1.0..1.3).contains(&share), "{share}");
    let name = "kullback_leibler";
    let share = ergodic[name] / (2.0 - 2.0 / 252.0);
    assert!(localized[name] > 10.0, "{}", localized[name]);
    assert!((0.95..1.05).contains(&share), "{share}");
}

/// Means and standard errors of an independent computation at ε = 0.5, 100 states nearest:
/// (h, [r, S, F], [their standard errors]).
type Reference = (f64, [f64; 3], [f64; 3]);

const TEN_SITES: [Reference; 7] = [
    (1.0, [0.5283, 2.608, 0.9658], [0.0019, 0.001, 0.0003]),
    (2.0, [0.5286, 2.525, 0.9254], [0.0018, 0.005, 0.0015]),
    (4.0, [0.4855, 1.801, 0.6767], [0.0023, 0.021, 0.0069]),
    (6.0, [0.4409, 1.161, 0.4702], [0.0023, 0.023, 0.0075]),
    (8.0, [0.4156, 0.776, 0.3380], [0.0023, 0.020, 0.0070]),
    (10.0, [0.4044, 0.535, 0.2567], [0.0019, 0.017, 0.0058]),
    (15.0, [0.3944, 0.325, 0.1687], [0.0019, 0.013, 0.0045]),
];

const TWELVE_SITES: [Reference; 7] = [
    (1.0, [0.5290, 3.308, 0.9834], [0.0027, 0.003, 0.0003]),
    (2.0, [0.5225, 3.248, 0.9560], [0.0026, 0.008, 0.0012]),
    (4.0, [0.4891, 2.327, 0.7178], [0.0034, 0.037, 0.0099]),
    (6.0, [0.4345, 1.387, 0.4600], [0.0040, 0.047, 0.0125]),
    (8.0, [0.4075, 0.814, 0.2935], [0.0031, 0.033, 0.0089]),
    (10.0, [0.3979, 0.571, 0.2279], [0.0029, 0.027, 0.0074]),
    (15.0, [0.3888, 0.269, 0.1378], [0.0026, 0.016, 0.0053]),
];

fn agrees_with(reference: &[Reference], sites: usize, realizations: u32) {
    let mut laboratory = Laboratory::new(sites, 1.0, 100);
    for &(strength, means, errors) in reference {
        let samples: Vec<Values> = (0..realizations)
            .map(|r| laboratory.measure(&field(sites, strength, r), 0.5))
            .collect();
        let count = f64::from(realizations);
        for (k, name) in NAMES.iter().enumerate() {
            let mean = samples.iter().map(|sample| sample[name]).sum::<f64>() / count;
            let squares: f64 = samples
                .iter()
                .map(|sample| (sample[name] - mean).powi(2))
                .sum();
            let own_error = (squares / (count - 1.0) / count).sqrt();
            let error = own_error.hypot(errors[k]);
            let deviation = (mean - means[k]) / error;
            assert!(
                deviation.abs() < 3.0,
                "{name}, L = {sites}, h = {strength}: {mean} is {deviation:.1} standard errors from {}",
                means[k]
            );
        }
    }
}

#[test]
fn ten_sites_agree_with_the_reference() {
    agrees_with(&TEN_SITES, 10, 150);
}

#[test]
fn twelve_sites_agree_with_the_reference() {
    agrees_with(&TWELVE_SITES, 12, 60);
}

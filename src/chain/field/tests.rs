//! Distributions of the fields, and their streams.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

use super::fields::{Distribution, Fields};
use crate::chain::task::Task;
use crate::deck::{Disorder, Phase, Split};

const RANDOM_WAVE: Distribution = Distribution::QuasiPeriodic {
    beta: Disorder::BETA,
    phase: Phase::Random,
};

/// All distributions that are random.
const RANDOM: [Distribution; 4] = [
    Distribution::Uniform,
    Distribution::Gaussian,
    Distribution::Binary,
    RANDOM_WAVE,
];

fn task(sites: usize, strength: f64, split: Split, realization: u32) -> Task {
    Task {
        sites,
        strength,
        split,
        realization,
    }
}

fn field(distribution: Distribution, seed: u64, task: &Task) -> Vec<f64> {
    Fields::Drawn { distribution, seed }.of(task)
}

#[test]
fn every_part_of_the_identity_matters() {
    let reference = task(20, 2.0, Split::Train, 3);
    for distribution in RANDOM {
        let of = |seed, task: Task| field(distribution, seed, &task);
        let own = of(1, reference);
        assert_eq!(own, of(1, reference));
        for other in [
            of(2, reference),
            of(1, task(20, 2.0, Split::Test, 3)),
            of(1, task(20, 2.0, Split::Train, 4)),
            of(1, task(20, 2.000_000_1, Split::Train, 3)),
            of(1, task(22, 2.0, Split::Train, 3)),
        ] {
            let far = |(own, other): (&f64, &f64)| (own - other).abs() > 1e-4;
            assert!(own.iter().zip(&other).any(far), "{distribution:?}");
        }
    }
}

/// Mean 0, the second and fourth moment of the distribution, and no correlation between neighbours
/// or successive realizations.
#[test]
fn fields_are_independent_and_have_their_moments() {
    let h = 3.0_f64;
    for (distribution, second, fourth) in [
        (Distribution::Uniform, h.powi(2) / 3.0, h.powi(4) / 5.0),
        (Distribution::Gaussian, h.powi(2), 3.0 * h.powi(4)),
        (Distribution::Binary, h.powi(2), h.powi(4)),
    ] {
        let all: Vec<f64> = (0..20_000)
            .flat_map(|r| field(distribution, 7, &task(10, h, Split::Train, r)))
            .collect();
        let n = all.len() as f64;
        let mean_of = |power: i32| all.iter().map(|it| it.powi(power)).sum::<f64>() / n;
        assert!(mean_of(1).abs() < 5.0 * (second / n).sqrt());
        // Rounding alone is left of the binary distribution.
        let spread = ((fourth - second * second) / n).sqrt() + 1e-12;
        assert!(
            (mean_of(2) - second).abs() < 5.0 * spread,
            "{distribution:?}"
        );
        // The eighth moments, over h⁸, are 1/9, 105 and 1.
        let eighth = match distribution {
            Distribution::Uniform => h.powi(8) / 9.0,
            Distribution::Gaussian => 105.0 * h.powi(8),
            _ => h.powi(8),
        };
        let spread = ((eighth - fourth * fourth) / n).sqrt() + 1e-10;
        assert!(
            (mean_of(4) - fourth).abs() < 5.0 * spread,
            "{distribution:?}"
        );
        for lag in [1, 2, 10] {
            let products = all.iter().zip(&all[lag..]).map(|(a, b)| a * b);
            let correlation = products.sum::<f64>() / n;
            assert!(correlation.abs() < 5.0 * second / n.sqrt(), "lag {lag}");
        }
    }
}

#[test]
fn bounded_fields_are_within_their_bounds() {
    for realization in 0..1000 {
        let task = task(12, 3.0, Split::Test, realization);
        let uniform = field(Distribution::Uniform, 1, &task);
        assert!(uniform.iter().all(|it| it.abs() <= 3.0));
        let binary = field(Distribution::Binary, 1, &task);
        assert!(binary.iter().all(|it| it.abs() == 3.0));
    }
}

/// The share of normal numbers beyond 1, 2 and 3 standard deviations.
#[test]
fn gaussian_fields_have_the_tails_of_the_normal_distribution() {
    let all: Vec<f64> = (0..20_000)
        .flat_map(|r| field(Distribution::Gaussian, 3, &task(10, 2.0, Split::Test, r)))
        .collect();
    let n = all.len() as f64;
    for (deviations, share) in [
        (1.0, 0.317_310_507_9),
        (2.0, 0.045_500_263_9),
        (3.0, 0.002_699_796_1),
    ] {
        let beyond = all.iter().filter(|it| it.abs() > 2.0 * deviations).count();
        let spread = (share * (1.0 - share) / n).sqrt();
        assert!(
            (beyond as f64 / n - share).abs() < 5.0 * spread,
            "{deviations}"
        );
    }
}

/// h_{i+1} + h_{i−1} = 2 cos(2πβ) h_i holds only for a cosine of this wave number. The phase is
/// uniform and independent, so ⟨e^{iφ}⟩ and the correlation of neighbouring realizations
/// vanish.
#[test]
fn quasi_periodic_fields_are_cosines_of_random_phase() {
    let strength = 3.0;
    for beta in [Disorder::BETA, FRAC_1_SQRT_2] {
        let wave_number = TAU * beta;
        let recurrence = 2.0 * wave_number.cos();
        let distribution = Distribution::QuasiPeriodic {
            beta,
            phase: Phase::Random,
        };
        let mut phases = Vec::new();
        for realization in 0..20_000 {
            let field = field(
                distribution,
                7,
                &task(10, strength, Split::Train, realization),
            );
            for sites in field.windows(3) {
                let defect = sites[2] + sites[0] - recurrence * sites[1];
                assert!(defect.abs() < 1e-13 * strength, "{defect}");
            }
            // cos φ and sin φ by continuation to site 0.
            let cosine = (recurrence * field[0] - field[1]) / strength;
            let sine = (wave_number.cos() * cosine - field[0] / strength) / wave_number.sin();
            assert!((cosine.hypot(sine) - 1.0).abs() < 1e-12);
            phases.push((cosine, sine));
        }
        let n = phases.len() as f64;
        // Each mean has variance 1/2 over n, the correlation 1/4 of each product.
        let cosines = phases.iter().map(|phase| phase.0).sum::<f64>() / n;
        let sines = phases.iter().map(|phase| phase.1).sum::<f64>() / n;
        let products = phases.windows(2).map(|pair| pair[0].0 * pair[1].0);
        let correlation = products.sum::<f64>() / n;
        assert!(cosines.abs() < 5.0 * (0.5 / n).sqrt(), "{cosines}");
        assert!(sines.abs() < 5.0 * (0.5 / n).sqrt(), "{sines}");
        assert!(correlation.abs() < 5.0 * (0.25 / n).sqrt(), "{correlation}");
    }
}

/// The streams are part of the file format, because a change would mix two ensembles in one
/// file. The numbers are from another implementation of the generator and of the formulas.
#[test]
fn streams_do_not_change() {
    let four = task(4, 1.0, Split::Test, 0);
    let uniform = [
        -0.1443222079906603,
        0.4932716824316081,
        -0.9961931319938018,
        -0.8618946107418592,
    ];
    assert_eq!(field(Distribution::Uniform, 2022, &four), uniform);
    let binary = [-1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0, 1.0];
    let eight = task(8, 1.0, Split::Test, 0);
    assert_eq!(field(Distribution::Binary, 2022, &eight), binary);
    let gaussian = [
        -0.022335018263473585,
        -1.0564897069034318,
        0.05600971009529783,
        0.02595010686531708,
    ];
    let cosines = [
        0.9587491249187757,
        -0.5149412111407004,
        -0.19934587864855655,
        0.8089241049179476,
    ];
    // 2 cos(2πi · 0.75 + 0.25), the same for every realization and seed.
    let fixed = Distribution::QuasiPeriodic {
        beta: 0.75,
        phase: Phase::Fixed(0.25),
    };
    let wave = [
        0.4948079185090455,
        -1.9378248434212897,
        -0.49480791850904476,
        1.93782484342129,
    ];
    for (distribution, task, expected) in [
        (Distribution::Gaussian, four, gaussian),
        (RANDOM_WAVE, four, cosines),
        (fixed, task(4, 2.0, Split::Train, 5), wave),
    ] {
        let found = field(distribution, 2022, &task);
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (found - expected).abs() < 1e-14,
                "{distribution:?}: {found}"
            );
        }
    }
}

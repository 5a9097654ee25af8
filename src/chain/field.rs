//! The fields of the realizations. Each task has its own stream of random numbers.

use std::f64::consts::TAU;

use rand_xoshiro::Xoshiro256PlusPlus;

use super::task::Task;
use crate::deck::{Disorder, DisorderKind, Split};
use crate::random::{stream, unit};

/// The field h_1 … h_L of a task, of the deck's kind.
pub fn field(disorder: &Disorder, task: &Task) -> Vec<f64> {
    match disorder.kind {
        DisorderKind::Uniform => random_field(disorder.seed, task),
        DisorderKind::QuasiPeriodic => quasi_periodic_field(disorder.seed, task),
    }
}

/// Independent and uniform in [−h, h].
///
/// Every task has its own xoshiro256++ stream, seeded from `seed` and the identity of the task
/// alone. The field depends neither on the rank that draws it nor on the other tasks of a deck.
pub fn random_field(seed: u64, task: &Task) -> Vec<f64> {
    let mut stream = stream_of(seed, task);
    (0..task.sites)
        .map(|_| task.strength * (2.0 * unit(&mut stream) - 1.0))
        .collect()
}

/// The Aubry–André field h_i = h cos(2πβi + φ), i = 1 … L, β = (√5 − 1)/2 (S. Iyer, V. Oganesyan,
/// G. Refael and D. A. Huse, Phys. Rev. B 87, 134202).
///
/// The phase φ, uniform in [0, 2π), is the first number of the task's own stream. In a periodic
/// chain the field jumps at the bond of the last site and the first.
fn quasi_periodic_field(seed: u64, task: &Task) -> Vec<f64> {
    let phase = TAU * unit(&mut stream_of(seed, task));
    let wave_number = TAU * (5.0_f64.sqrt() - 1.0) / 2.0;
    (1..=task.sites)
        .map(|site| task.strength * (wave_number * site as f64 + phase).cos())
        .collect()
}

/// The stream of a task.
fn stream_of(seed: u64, task: &Task) -> Xoshiro256PlusPlus {
    let split = match task.split {
        Split::Train => 0,
        Split::Test => 1,
    };
    stream(
        seed,
        [
            task.sites as u64,
            task.strength.to_bits(),
            split,
            u64::from(task.realization),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(sites: usize, strength: f64, split: Split, realization: u32) -> Task {
        Task {
            sites,
            strength,
            split,
            realization,
        }
    }

    #[test]
    fn every_part_of_the_identity_matters() {
        let reference = task(8, 2.0, Split::Train, 3);
        let field = random_field(1, &reference);
        assert_eq!(field, random_field(1, &reference));
        assert_ne!(field, random_field(2, &reference));
        for other in [
            task(8, 2.0, Split::Test, 3),
            task(8, 2.0, Split::Train, 4),
            task(8, 2.000_000_1, Split::Train, 3),
        ] {
            assert_ne!(field[0], random_field(1, &other)[0]);
        }
        assert_ne!(
            field[..],
            random_field(1, &task(10, 2.0, Split::Train, 3))[..8]
        );
    }

    /// Mean 0, variance h²/3, and no correlation between neighbours or successive realizations.
    #[test]
    fn fields_are_uniform_and_independent() {
        let strength = 3.0;
        let fields: Vec<Vec<f64>> = (0..20_000)
            .map(|r| random_field(7, &task(10, strength, Split::Train, r)))
            .collect();
        let all: Vec<f64> = fields.concat();
        let n = all.len() as f64;
        let variance = strength * strength / 3.0;
        assert!(all.iter().all(|h| h.abs() <= strength));
        let mean = all.iter().sum::<f64>() / n;
        assert!(mean.abs() < 5.0 * (variance / n).sqrt(), "{mean}");
        let second = all.iter().map(|h| h * h).sum::<f64>() / n;
        // The fourth moment of a uniform variable is h⁴/5.
        let spread = (strength.powi(4) / 5.0 - variance * variance).sqrt();
        assert!((second - variance).abs() < 5.0 * spread / n.sqrt());
        for lag in [1, 10] {
            let correlation: f64 = all.iter().zip(&all[lag..]).map(|(a, b)| a * b).sum();
            assert!(
                correlation.abs() / n < 5.0 * variance / n.sqrt(),
                "lag {lag}"
            );
        }
    }

    /// h_{i+1} + h_{i−1} = 2 cos(2πβ) h_i holds only for a cosine of this wave number. The phase is
    /// uniform and independent, so ⟨e^{iφ}⟩ and the correlation of neighbouring realizations
    /// vanish.
    #[test]
    fn quasi_periodic_fields_are_cosines_of_random_phase() {
        let strength = 3.0;
        let recurrence = 2.0 * (TAU * 0.618_033_988_749_894_9).cos();
        let mut phases = Vec::new();
        for realization in 0..20_000 {
            let field = quasi_periodic_field(7, &task(10, strength, Split::Train, realization));
            for sites in field.windows(3) {
                let defect = sites[2] + sites[0] - recurrence * sites[1];
                assert!(defect.abs() < 1e-13 * strength, "{defect}");
            }
            // cos φ and sin φ by continuation to site 0.
            let cosine = (recurrence * field[0] - field[1]) / strength;
            let wave_number = TAU * 0.618_033_988_749_894_9;
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

    #[test]
    fn the_phase_has_the_stream_of_its_task() {
        let reference = task(8, 2.0, Split::Train, 3);
        let field = quasi_periodic_field(1, &reference);
        assert_eq!(field, quasi_periodic_field(1, &reference));
        for other in [
            quasi_periodic_field(2, &reference),
            quasi_periodic_field(1, &task(8, 2.0, Split::Test, 3)),
            quasi_periodic_field(1, &task(8, 2.0, Split::Train, 4)),
            quasi_periodic_field(1, &task(10, 2.0, Split::Train, 3)),
        ] {
            assert!((field[0] - other[0]).abs() > 1e-6);
        }
    }

    /// The streams are part of the file format, because a change would mix two ensembles in one
    /// file. The numbers are from another implementation of the generator.
    #[test]
    fn streams_do_not_change() {
        let task = task(4, 1.0, Split::Test, 0);
        let uniform = [
            -0.1443222079906603,
            0.4932716824316081,
            -0.9961931319938018,
            -0.8618946107418592,
        ];
        assert_eq!(random_field(2022, &task), uniform);
        let cosines = [
            0.9587491249187757,
            -0.5149412111407004,
            -0.19934587864855655,
            0.8089241049179476,
        ];
        for (found, expected) in quasi_periodic_field(2022, &task).iter().zip(cosines) {
            assert!((found - expected).abs() < 1e-14, "{found}");
        }
    }
}

//! Random fields, each from a stream of its own.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::plan::{Split, Task};

/// The field h_1 … h_L of a task: independent and uniform in [−h, h].
///
/// Every task has its own xoshiro256++ stream, seeded from `seed` and the identity of the task
/// alone. Which rank draws it, and what else a deck asks for, cannot change it.
pub fn random_field(seed: u64, task: &Task) -> Vec<f64> {
    let split = match task.split {
        Split::Train => 0,
        Split::Test => 1,
    };
    let mut stream = stream(
        seed,
        [
            task.sites as u64,
            task.strength.to_bits(),
            split,
            u64::from(task.realization),
        ],
    );
    (0..task.sites)
        .map(|_| task.strength * (2.0 * unit(&mut stream) - 1.0))
        .collect()
}

/// A generator for `identity` under `seed`; different identities give independent streams.
pub fn stream(seed: u64, identity: [u64; 4]) -> Xoshiro256PlusPlus {
    let mut state = [0_u8; 32];
    for (lane, bytes) in state.chunks_exact_mut(8).enumerate() {
        let mut word = mix(seed ^ mix(lane as u64 + 1));
        for part in identity {
            word = mix(word ^ part);
        }
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    Xoshiro256PlusPlus::from_seed(state)
}

/// A number in [0, 1) with 53 random bits.
pub fn unit(stream: &mut Xoshiro256PlusPlus) -> f64 {
    (stream.next_u64() >> 11) as f64 * (-53.0_f64).exp2()
}

/// The output function of SplitMix64 after one step: a bijection that spreads every bit.
fn mix(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
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

    /// The streams are part of the file format: a change would silently mix two ensembles.
    #[test]
    fn streams_do_not_change() {
        let field = random_field(2022, &task(4, 1.0, Split::Test, 0));
        let again = random_field(2022, &task(4, 1.0, Split::Test, 0));
        assert_eq!(field, again);
    }
}

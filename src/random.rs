//! Random numbers: one independent stream for each purpose.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// A generator for `identity` under `seed`. Different identities give independent streams.
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

/// The first word of the stream for `identity` under `seed`.
pub fn word(seed: u64, identity: [u64; 4]) -> u64 {
    stream(seed, identity).next_u64()
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

//! What the quenches of a realization cost.

use super::generation::Generation;
use crate::chain::sector_dimension;
use crate::deck::Chain;
use crate::quench::{MOST_ENDS, Quench, SAMPLES, products};

/// Predicted seconds of the quenches of a realization of `sites` sites on one core of the reference
/// machine.
pub fn quench_seconds(generation: &Generation, sites: usize) -> f64 {
    let Some(quench) = &generation.quench else {
        return 0.0;
    };
    let strengths = &generation.disorder.strengths.0;
    let mean = strengths.iter().sum::<f64>() / strengths.len().max(1) as f64;
    let rate = sites as f64 * half_width(&generation.chain, mean);
    let groups = quench.samples.div_ceil(SAMPLES) as f64;
    let observed = quench.times.len() as f64 * observation(quench, sites);
    groups * (products(&quench.times, rate) * product(sites) + observed)
}

/// Bytes of states that evolve side by side: of all ends of an expansion, of its recurrence, and of an
/// exchange between ranks.
pub fn quench_bytes(generation: &Generation, sites: usize) -> f64 {
    let vectors = (MOST_ENDS + 4) as f64;
    let bytes = vectors * 64.0 * sector_dimension(sites) as f64;
    generation.quench.as_ref().map_or(0.0, |_| bytes)
}

/// Half the width of the spectrum for each site, about. The Heisenberg chain without a field has (1 + 4
/// ln 2 − 1)/2 = 1.39 J, and free fermions 4 J/π. A strong field aligns half of the spins with it.
fn half_width(chain: &Chain, strength: f64) -> f64 {
    let interaction = chain.coupling.abs() * chain.anisotropy.abs().max(1.35);
    interaction.hypot(0.5 * strength)
}

/// Seconds of a product with H of [`SAMPLES`] states, with what is added to their sums. Fitted, as the
/// filter, whose products are the same, to one core of an Intel Xeon (Sapphire Rapids).
fn product(sites: usize) -> f64 {
    let dimension = sector_dimension(sites) as f64;
    3.3e-9 * dimension.powf(1.1) * (1.0 + dimension / (dimension + 25_000.0))
}

/// Seconds of what is observed at one time: a pass over the states for each quantity, and the
/// eigenvalues of the blocks of ρ_A.
fn observation(quench: &Quench, sites: usize) -> f64 {
    let passes = 2.0 + quench.observables.len() as f64;
    let has_blocks = quench
        .observables
        .iter()
        .any(|it| it.name == "entanglement");
    let half = sites / 2;
    let mut block = 1.0;
    let mut cubes = 0.0;
    for up in 0..=half {
        cubes += f64::powi(block, 3);
        block *= (half - up) as f64 / (up + 1) as f64;
    }
    let blocks = if has_blocks {
        SAMPLES as f64 * 5e-9 * cubes
    } else {
        0.0
    };
    passes * product(sites) + blocks
}

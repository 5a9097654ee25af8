//! How many levels there are at each energy.

use super::grids::ENERGY_BINS;
use super::statistic::{Axis, Levels, Statistic};

/// The number of levels in bins of the energy density ε.
pub const STATISTIC: Statistic = Statistic {
    name: "level_density",
    units: "1",
    description: "number of levels in each bin of the energy density",
    axes: &[Axis::EnergyBin],
    evaluate: density,
};

fn density(levels: &Levels) -> Vec<f64> {
    let energies = levels.energies;
    let (lowest, highest) = (energies[0], energies[energies.len() - 1]);
    let mut counts = vec![0.0; ENERGY_BINS];
    for energy in energies {
        let density = (energy - lowest) / (highest - lowest);
        // One level alone has no width, and belongs to the first bin.
        let bin = (density.max(0.0) * ENERGY_BINS as f64) as usize;
        counts[bin.min(ENERGY_BINS - 1)] += 1.0;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_counted_by_hand() {
        let found = density(&Levels::new(&[0.0, 0.001, 0.5, 0.991, 1.0]));
        assert_eq!((found[0], found[50], found[99]), (2.0, 1.0, 2.0));
        assert_eq!(found.iter().sum::<f64>(), 5.0);
        assert_eq!(density(&Levels::new(&[2.0, 2.0]))[0], 2.0);
    }
}

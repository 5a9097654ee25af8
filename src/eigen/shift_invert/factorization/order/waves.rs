//! Slow waves of the chain, whose level sets separate the basis states.
//!
//! A wave gives site j the weight w_j, its distance to the nearest multiple of a period. A state
//! has the value f = Σ w_j n_j, where n_j = 1 on the sites with an up spin. Weights of neighbours
//! differ by at most one, so an exchange changes f by at most one. No exchange therefore leads from
//! the states with f < l to those with f > l.

use crate::chain::Chain;
use crate::deck::Boundary;

/// The values of some slow waves in every basis state.
pub struct Waves {
    count: usize,
    levels: usize,
    /// The values of the first state, then those of the second, and so on.
    values: Vec<u16>,
}

impl Waves {
    /// The waves of a chain.
    pub fn new(chain: &Chain) -> Self {
        let sites = chain.sector().sites();
        let weights = weights(sites, chain.boundary());
        let least: Vec<usize> = weights.iter().map(|wave| least_value(wave)).collect();
        let mut values = Vec::with_capacity(chain.dimension() * weights.len());
        for &state in chain.sector().configurations() {
            for (wave, least) in weights.iter().zip(&least) {
                let up = (0..sites).filter(|site| state >> site & 1 == 1);
                let value: usize = up.map(|site| wave[site]).sum();
                values.push((value - least) as u16);
            }
        }
        Self {
            count: weights.len(),
            levels: values.iter().max().map_or(0, |&most| usize::from(most) + 1),
            values,
        }
    }

    /// The value of a wave in a state.
    pub fn value(&self, wave: usize, state: usize) -> usize {
        usize::from(self.values[state * self.count + wave])
    }

    /// How many of `states` each wave has on each of its levels, from the lowest level up.
    pub fn populations(&self, states: &[usize]) -> Vec<Vec<usize>> {
        let mut populations = vec![vec![0; self.levels]; self.count];
        for &state in states {
            let values = &self.values[state * self.count..][..self.count];
            for (population, &value) in populations.iter_mut().zip(values) {
                population[usize::from(value)] += 1;
            }
        }
        populations
    }
}

/// The weights of the sites, for the longest periods and all phases. A wave on a ring has to close.
/// Half a period more turns an even wave upside down, which changes no level set.
fn weights(sites: usize, boundary: Boundary) -> Vec<Vec<usize>> {
    let (longest, closes) = match boundary {
        Boundary::Periodic => (sites, true),
        Boundary::Open => (2 * sites, false),
    };
    let mut waves = Vec::new();
    for part in 1..=3 {
        let period = longest / part;
        if period < 2 || closes && !longest.is_multiple_of(part) {
            continue;
        }
        let phases = if period.is_multiple_of(2) {
            period / 2
        } else {
            period
        };
        for phase in 0..phases {
            let distance = |site: usize| {
                let after = (site + phase) % period;
                after.min(period - after)
            };
            waves.push((0..sites).map(distance).collect());
        }
    }
    waves
}

/// The least value of a wave in the sector of zero magnetization.
fn least_value(wave: &[usize]) -> usize {
    let mut sorted = wave.to_vec();
    sorted.sort_unstable();
    sorted[..wave.len() / 2].iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every level set separates the states below it from those above.
    #[test]
    fn no_exchange_skips_a_level() {
        for boundary in [Boundary::Periodic, Boundary::Open] {
            for sites in [2, 4, 6, 10, 12] {
                let chain = Chain::new(sites, 1.0, boundary);
                let waves = Waves::new(&chain);
                assert!(waves.count > 0);
                for state in 0..chain.dimension() {
                    for &other in chain.exchanges_of(state) {
                        for wave in 0..waves.count {
                            let value = waves.value(wave, state);
                            assert!(value.abs_diff(waves.value(wave, other as usize)) <= 1);
                        }
                    }
                }
            }
        }
    }

    /// The slowest wave of an open chain is the distance of each up spin from one end. Its levels
    /// are the partitions of an integer that fit in a square, counted by a Gaussian binomial.
    #[test]
    fn populations_of_the_slowest_wave_are_gaussian_binomials() {
        let chain = Chain::new(6, 1.0, Boundary::Open);
        let all: Vec<usize> = (0..chain.dimension()).collect();
        let populations = Waves::new(&chain).populations(&all);
        assert_eq!(populations[0], [1, 1, 2, 3, 3, 3, 3, 2, 1, 1]);
    }
}

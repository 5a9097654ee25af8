//! A random walk that never goes up, for costs that are constant between jumps.

use rand_xoshiro::Xoshiro256PlusPlus;

use super::minimum::Minimum;
use crate::random::{stream, unit};

/// Steps for each dimension.
const STEPS: usize = 100;
/// The longest step, and the number of decades down to the shortest.
const LONGEST: f64 = 0.3;
const DECADES: f64 = 4.0;

/// The smallest cost on a walk from `start` in the unit cube.
///
/// Such a cost has no slope to follow, and its valleys have all widths. Steps therefore have all
/// lengths, along one axis and along all axes in turn. Steps to an equal cost let the walk cross
/// level ground. The random stream is fixed.
pub fn polish(cost: &mut impl FnMut(&[f64]) -> f64, start: Vec<f64>) -> Minimum {
    let dimensions = start.len();
    let mut random = stream(1, [dimensions as u64, 0, 0, 0]);
    let mut here = Minimum {
        cost: cost(&start),
        parameters: start,
    };
    let mut next = here.parameters.clone();
    for step in 0..STEPS * dimensions {
        let length = LONGEST * 10_f64.powf(-DECADES * unit(&mut random));
        let only = (unit(&mut random) * dimensions as f64) as usize;
        for (axis, coordinate) in next.iter_mut().enumerate() {
            *coordinate = here.parameters[axis];
            if step % 2 == 1 || axis == only {
                *coordinate += length * both_ways(&mut random);
            }
        }
        let found = cost(&next);
        if found <= here.cost {
            here.cost = found;
            here.parameters.copy_from_slice(&next);
        }
    }
    here
}

/// A number in [−1, 1).
fn both_ways(random: &mut Xoshiro256PlusPlus) -> f64 {
    2.0 * unit(random) - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terraces of width 0.01 that fall towards (0.7, 0.2) along both axes.
    #[test]
    fn down_the_terraces() {
        let mut terraces = |at: &[f64]| {
            let along = [(at[0] - 0.7).abs(), (at[1] - 0.2).abs()];
            along
                .iter()
                .map(|distance| (100.0 * distance).floor())
                .sum()
        };
        let found = polish(&mut terraces, vec![0.6, 0.35]);
        assert!(found.cost <= 4.0, "{found:?}");
    }
}

//! Differential evolution: R. Storn and K. Price, J. Global Optim. 11, 341 (1997), with a step that
//! varies by the generation.

use rand_xoshiro::Xoshiro256PlusPlus;

use crate::random::{stream, unit};

/// Members of the population for each dimension, and at least.
const MEMBERS: usize = 16;
const FEWEST: usize = 32;
/// Generations for two dimensions; each further one adds half as many.
const GENERATIONS: usize = 50;
/// The chance that a coordinate of a trial is a new one.
const CROSSOVER: f64 = 0.9;
/// The population has come together when its shares differ by less than this.
const TOGETHER: f64 = 1e-4;
/// How many members are handed on, and how far apart they are at least.
const CANDIDATES: usize = 3;
const APART: f64 = 0.02;

/// The best places that a population finds in the unit cube of so many dimensions, the best first,
/// none near a better one; the same for the same cost.
pub fn candidates(dimensions: usize, cost: &mut impl FnMut(&[f64]) -> f64) -> Vec<Vec<f64>> {
    let mut random = stream(0, [dimensions as u64, 0, 0, 0]);
    let mut population: Vec<(f64, Vec<f64>)> = (0..FEWEST.max(MEMBERS * dimensions))
        .map(|number| {
            let place = spread(number, dimensions);
            (cost(&place), place)
        })
        .collect();
    for _ in 0..GENERATIONS * (dimensions + 2) / 4 {
        let step = 0.5 + 0.5 * unit(&mut random);
        for member in 0..population.len() {
            let trial = trial(&population, member, step, &mut random);
            let found = cost(&trial);
            if found <= population[member].0 {
                population[member] = (found, trial);
            }
        }
        if extent(&population) < TOGETHER {
            break;
        }
    }
    population.retain(|(cost, _)| cost.is_finite());
    population.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let mut chosen: Vec<Vec<f64>> = Vec::new();
    for (_, place) in population {
        let new = chosen.iter().all(|better| distance(better, &place) > APART);
        if new && chosen.len() < CANDIDATES {
            chosen.push(place);
        }
    }
    chosen
}

/// Point `number` of a sequence that covers the unit cube evenly: multiples of powers of the root
/// of x^(d+1) = x + 1, each modulo 1.
fn spread(number: usize, dimensions: usize) -> Vec<f64> {
    let mut root = 2.0_f64;
    for _ in 0..40 {
        root = (1.0 + root).powf(1.0 / (dimensions + 1) as f64);
    }
    (1..=dimensions)
        .map(|axis| (0.5 + (number + 1) as f64 * root.powi(-(axis as i32))).fract())
        .collect()
}

/// A member moved by the difference of two others from a third; half-way to the bound where that
/// leads outside.
fn trial(
    population: &[(f64, Vec<f64>)],
    member: usize,
    step: f64,
    random: &mut Xoshiro256PlusPlus,
) -> Vec<f64> {
    let mut pick = || &population[(unit(random) * population.len() as f64) as usize].1;
    let (base, ahead, behind) = (pick(), pick(), pick());
    let own = &population[member].1;
    let kept = (unit(random) * own.len() as f64) as usize;
    (0..own.len())
        .map(|axis| {
            if axis != kept && unit(random) >= CROSSOVER {
                return own[axis];
            }
            let moved = base[axis] + step * (ahead[axis] - behind[axis]);
            match moved {
                _ if moved < 0.0 => base[axis] / 2.0,
                _ if moved > 1.0 => (base[axis] + 1.0) / 2.0,
                _ => moved,
            }
        })
        .collect()
}

/// The largest extent of the population along an axis.
fn extent(population: &[(f64, Vec<f64>)]) -> f64 {
    let first = &population[0].1;
    population.iter().fold(0.0_f64, |extent, (_, place)| {
        extent.max(distance(first, place))
    })
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    let along = a.iter().zip(b).map(|(a, b)| (a - b).abs());
    along.fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rastrigin's function has five valleys along each axis here, one of them the deepest.
    #[test]
    fn the_deepest_valley_of_rastrigin() {
        for dimensions in [1, 2, 3] {
            let mut evaluations = 0;
            let found = candidates(dimensions, &mut |place| {
                evaluations += 1;
                let along = place.iter().map(|share| {
                    let x = 5.12 * share - 3.0;
                    x * x + 10.0 * (1.0 - (std::f64::consts::TAU * x).cos())
                });
                along.sum()
            });
            for share in &found[0] {
                let x = 5.12 * share - 3.0;
                assert!(x.abs() < 0.5, "{dimensions} dimensions: {x}");
            }
            assert!(evaluations < 3100, "{evaluations}");
        }
    }

    #[test]
    fn the_start_leaves_no_corner_empty() {
        for dimensions in [1, 2, 3] {
            let mut corners = vec![0; 1 << dimensions];
            for place in (0..64).map(|number| spread(number, dimensions)) {
                let corner = place
                    .iter()
                    .fold(0, |corner, &share| 2 * corner + usize::from(share > 0.5));
                corners[corner] += 1;
            }
            let fair = 64 >> dimensions;
            assert!(
                corners.iter().all(|&count| count >= fair / 2),
                "{corners:?}"
            );
        }
    }
}

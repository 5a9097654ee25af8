//! Differential evolution: R. Storn and K. Price, J. Global Optim. 11, 341 (1997).
//!
//! The step is drawn anew for every generation ("dither"), which helps with costs that jump.

use rand_xoshiro::Xoshiro256PlusPlus;

use super::minimum::Minimum;
use crate::random::{stream, unit};

/// The probability that a coordinate of a trial is a new one.
const CROSSOVER: f64 = 0.9;
/// The evolution ends when all members are this near to the first, along every axis.
const CONVERGED: f64 = 1e-4;
/// How many candidates are returned, and their least distance.
const CANDIDATES: usize = 3;
const LEAST_DISTANCE: f64 = 0.02;

/// The size of an evolution.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Members of the population for each dimension, and at least.
    pub members: usize,
    pub fewest: usize,
    /// Generations for two dimensions; each further dimension adds half as many.
    pub generations: usize,
}

/// The best points that a population finds in the unit cube, the best first, none near a better one.
/// The points of `starts` belong to the first population.
///
/// Several are returned because the lowest valley may be narrow, and its member not yet the best.
/// The random stream is fixed: the same cost gives the same points.
pub fn candidates(
    dimensions: usize,
    effort: Effort,
    starts: &[Vec<f64>],
    cost: &mut impl FnMut(&[f64]) -> f64,
) -> Vec<Vec<f64>> {
    let mut random = stream(0, [dimensions as u64, 0, 0, 0]);
    let spread = (0..effort.fewest.max(effort.members * dimensions))
        .map(|number| evenly_spread(number, dimensions));
    let first = spread.chain(starts.iter().cloned());
    let mut population: Vec<Minimum> = first.map(|point| member(point, cost)).collect();
    for _ in 0..effort.generations * (dimensions + 2) / 4 {
        let step = 0.5 + 0.5 * unit(&mut random);
        for index in 0..population.len() {
            let trial = member(trial(&population, index, step, &mut random), cost);
            // Equal costs are accepted too, which lets the population cross level ground.
            if trial.cost <= population[index].cost {
                population[index] = trial;
            }
        }
        if extent(&population) < CONVERGED {
            break;
        }
    }
    population.retain(|member| member.cost.is_finite());
    population.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    let mut chosen: Vec<Vec<f64>> = Vec::new();
    for Minimum { parameters, .. } in population {
        let is_apart = |better: &Vec<f64>| distance(better, &parameters) > LEAST_DISTANCE;
        if chosen.len() < CANDIDATES && chosen.iter().all(is_apart) {
            chosen.push(parameters);
        }
    }
    chosen
}

fn member(parameters: Vec<f64>, cost: &mut impl FnMut(&[f64]) -> f64) -> Minimum {
    Minimum {
        cost: cost(&parameters),
        parameters,
    }
}

/// Point `number` of a sequence that covers the unit cube evenly.
///
/// Coordinates are multiples of powers of 1/x modulo 1, where x^(d+1) = x + 1. The sequence covers a
/// cube with fewer gaps than random numbers, for any number of points.
fn evenly_spread(number: usize, dimensions: usize) -> Vec<f64> {
    let mut root = 2.0_f64;
    for _ in 0..40 {
        root = (1.0 + root).powf(1.0 / (dimensions + 1) as f64);
    }
    (1..=dimensions)
        .map(|axis| (0.5 + (number + 1) as f64 * root.powi(-(axis as i32))).fract())
        .collect()
}

/// A point moved by the difference of two others. Where that leads outside, it goes half-way to the
/// bound, so that a minimum at a bound can be approached.
fn trial(
    population: &[Minimum],
    index: usize,
    step: f64,
    random: &mut Xoshiro256PlusPlus,
) -> Vec<f64> {
    let mut pick = || &population[(unit(random) * population.len() as f64) as usize].parameters;
    let (base, ahead, behind) = (pick(), pick(), pick());
    let own = &population[index].parameters;
    // One coordinate is always new: a trial never repeats the member.
    let always = (unit(random) * own.len() as f64) as usize;
    (0..own.len())
        .map(|axis| {
            if axis != always && unit(random) >= CROSSOVER {
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

/// The largest distance of any member from the first.
fn extent(population: &[Minimum]) -> f64 {
    let first = &population[0].parameters;
    population.iter().fold(0.0_f64, |extent, member| {
        extent.max(distance(first, &member.parameters))
    })
}

/// The largest difference along any axis.
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
        let effort = Effort {
            members: 16,
            fewest: 32,
            generations: 50,
        };
        for dimensions in [1, 2, 3] {
            let mut evaluations = 0;
            let found = candidates(dimensions, effort, &[], &mut |point| {
                evaluations += 1;
                let along = point.iter().map(|fraction| {
                    let x = 5.12 * fraction - 3.0;
                    x * x + 10.0 * (1.0 - (std::f64::consts::TAU * x).cos())
                });
                along.sum()
            });
            for fraction in &found[0] {
                let x = 5.12 * fraction - 3.0;
                assert!(x.abs() < 0.5, "{dimensions} dimensions: {x}");
            }
            assert!(evaluations < 3100, "{evaluations}");
        }
    }

    #[test]
    fn the_start_leaves_no_corner_empty() {
        for dimensions in [1, 2, 3] {
            let mut corners = vec![0; 1 << dimensions];
            for point in (0..64).map(|number| evenly_spread(number, dimensions)) {
                let corner = point
                    .iter()
                    .fold(0, |corner, &part| 2 * corner + usize::from(part > 0.5));
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

//! The probability that a block Lanczos run has missed a level of a window, from the run itself.
//!
//! A run of an operator A from a start block X = Q₁R ends with A Q = Q T + Q' C Eᵀ. Here Q₁ is the
//! first block, Q' the block after the last one that was multiplied, and E selects the rows of that
//! last one. For an eigenvector u with A u = θu, the vector w = Qᵀu obeys (T − θ) w = −E Cᵀ Q'ᵀu. In
//! the Ritz pairs (θ_k, y_k) of T, with the first rows s_k of y_k and r_k = C Eᵀ y_k, this gives
//!
//! ```text
//! |Q₁ᵀu| ≤ F(θ) = ‖Σ_k s_k r_kᵀ / (θ_k − θ)‖,   |Xᵀu| ≤ ‖R‖ F(θ)
//! ```
//!
//! So a level at θ escapes only if it has hardly any part in the start. The elements of X are
//! independent and uniform in an interval of length one. The density of the b numbers Xᵀu is then at
//! most √2^b for every u (Ball, Proc. Am. Math. Soc. 97, 465). This bounds the probability that one of
//! N levels has so small a part. The bound by Lanczos polynomials is that of van Dorsselaer,
//! Hochstenbach and van der Vorst (SIAM J. Matrix Anal. Appl. 22, 837), here for blocks.
//!
//! Near a level that was found, F is infinite. There the question is for a second level. Of the space
//! of both, one vector has no part in the Ritz vector, and the term of that pair is left out. This
//! vector is one of a plane, which costs one power of the small part.

use std::f64::consts::{PI, SQRT_2};
use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};
use statrs::function::gamma::gamma;

use super::attempt::{NARROW, WIDE};
use crate::eigen::krylov::RitzPairs;
use crate::lanes::{LANES, Lanes};
use crate::threads::map;

/// Energies at which a task evaluates F.
const TOGETHER: usize = 32;

/// A run of block Lanczos that has ended.
pub struct Run<'r> {
    /// All its Ritz pairs.
    pub ritz: &'r RitzPairs,
    /// Vectors in a block.
    pub block: usize,
    /// A bound of ‖R‖ of the start block.
    pub start: f64,
    /// N.
    pub dimension: usize,
}

impl Run<'_> {
    /// A bound of the probability that a level with θ outside `gap`, which contains zero, is not
    /// among the Ritz values. It is 1 where the run does not tell.
    ///
    /// F is largest at the ends of the intervals between the Ritz values, and is evaluated there.
    /// Each Ritz value has about it an interval of its own, in which its term would exceed a small
    /// part of an F that is `allowed`.
    pub fn probability(&self, gap: &Range<f64>, allowed: f64) -> f64 {
        let Some([single, double]) = self.largest(gap, self.allowed(allowed)) else {
            return 1.0;
        };
        (self.single(single) + self.double(double)).min(1.0)
    }

    /// The probability that one of N levels has a part of at most `part` in Q₁.
    fn single(&self, part: f64) -> f64 {
        self.levels() * (SQRT_2 * self.start * part).powi(self.block as i32)
    }

    /// The probability that a plane of two of N neighbouring levels has such a vector. Vectors at
    /// angles of 2 `part` cover the plane. One of them then has a part of at most 2 `part`.
    fn double(&self, part: f64) -> f64 {
        if part == 0.0 {
            return 0.0;
        }
        (PI / part + 1.0) * self.single(2.0 * part)
    }

    /// The F at which [`Self::single`] is `probability`.
    fn allowed(&self, probability: f64) -> f64 {
        (probability / self.levels()).powf(1.0 / self.block as f64) / (SQRT_2 * self.start)
    }

    /// N times the volume of the unit ball of b dimensions.
    fn levels(&self) -> f64 {
        let half = self.block as f64 / 2.0;
        self.dimension as f64 * PI.powf(half) / gamma(half + 1.0)
    }

    /// The largest F outside `gap`, and the largest without the term of the Ritz value nearby.
    /// Nothing if two Ritz values are too close to tell them apart.
    fn largest(&self, gap: &Range<f64>, allowed: f64) -> Option<[f64; 2]> {
        let values = &self.ritz.values;
        let sum = Sum::new(self.ritz, self.block);
        let mut points = Vec::new();
        let above = values.partition_point(|value| *value <= gap.end);
        let below = values.partition_point(|value| *value < gap.start);
        let mut side = |start: f64, places: &mut dyn Iterator<Item = usize>, sign: f64| {
            points.push((start, None));
            let mut end = start;
            for k in places {
                let own = 4.0 * sum.size(k) / allowed;
                if sign * (values[k] - end) <= own {
                    return false;
                }
                end = values[k] + sign * own;
                points.extend([(values[k] - sign * own, Some(k)), (end, Some(k))]);
            }
            true
        };
        let told = side(gap.end, &mut (above..values.len()), 1.0)
            && side(gap.start, &mut (0..below).rev(), -1.0);
        let largest = |[all, rest]: [f64; 2], [a, b]: [f64; 2]| [all.max(a), rest.max(b)];
        let largest_of = |points: &[(f64, Option<usize>)]| {
            let sums = points.iter().map(|&(theta, near)| sum.at(theta, near));
            sums.fold([0.0; 2], largest)
        };
        told.then(|| {
            let sums = map(points.chunks(TOGETHER).collect(), largest_of);
            sums.into_iter().fold([0.0; 2], largest)
        })
    }
}

/// The sum in F.
struct Sum<'r> {
    values: &'r [f64],
    /// s_k r_kᵀ of each pair, one after the other, filled up with zeros.
    terms: Vec<Lanes>,
    /// Bounds of ‖s_k r_kᵀ‖ with the rounding errors of r_k.
    sizes: Vec<f64>,
}

/// [`Lanes`] of a term of narrow and of wide blocks.
const LENGTHS: [usize; 2] = [NARROW * NARROW / LANES, WIDE * WIDE / LANES];

impl<'r> Sum<'r> {
    fn new(ritz: &'r RitzPairs, block: usize) -> Self {
        let largest = ritz.values.iter().fold(0.0_f64, |max, x| max.max(x.abs()));
        let length = LENGTHS[usize::from(block > NARROW)];
        let mut terms = vec![Lanes::ZERO; ritz.values.len() * length];
        let mut sizes = Vec::with_capacity(ritz.values.len());
        for (k, term) in terms.chunks_exact_mut(length).enumerate() {
            let first = ritz.vectors.col(k);
            let first = first.subrows(0, block.min(first.nrows()));
            let next = ritz.next.col(k);
            let products = first.iter().flat_map(|s| next.iter().map(move |r| s * r));
            for (place, product) in products.enumerate() {
                term[place / LANES].0[place % LANES] = product;
            }
            let error = next.norm_l2() + f64::EPSILON * largest;
            sizes.push(first.norm_l2() * error);
        }
        Self {
            values: &ritz.values,
            terms,
            sizes,
        }
    }

    fn size(&self, k: usize) -> f64 {
        self.sizes[k]
    }

    /// The Frobenius norms of the sum at θ, and of that without the term of the pair `near`. The second
    /// is zero without such a pair.
    fn at(&self, theta: f64, near: Option<usize>) -> [f64; 2] {
        Arch::new().dispatch(SumAt {
            sum: self,
            theta,
            near,
        })
    }
}

/// The sum at one θ, compiled for each instruction set.
struct SumAt<'s, 'r> {
    sum: &'s Sum<'r>,
    theta: f64,
    near: Option<usize>,
}

impl WithSimd for SumAt<'_, '_> {
    type Output = [f64; 2];

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> [f64; 2] {
        if self.sum.terms.len() == LENGTHS[0] * self.sum.values.len() {
            self.norms::<{ LENGTHS[0] }>()
        } else {
            self.norms::<{ LENGTHS[1] }>()
        }
    }
}

impl SumAt<'_, '_> {
    #[inline(always)]
    fn norms<const LENGTH: usize>(self) -> [f64; 2] {
        let mut sums = [Lanes::ZERO; LENGTH];
        let (terms, _) = self.sum.terms.as_chunks::<LENGTH>();
        for (k, (value, term)) in self.sum.values.iter().zip(terms).enumerate() {
            if self.near == Some(k) {
                continue;
            }
            let weight = Lanes::all(1.0 / (value - self.theta));
            for (sum, term) in sums.iter_mut().zip(term) {
                *sum = weight.times_plus(*term, *sum);
            }
        }
        let norm = |sums: [Lanes; LENGTH]| {
            let squares = sums.iter().flat_map(|sum| sum.0).map(|x| x * x);
            squares.sum::<f64>().sqrt()
        };
        let Some(near) = self.near else {
            return [norm(sums), 0.0];
        };
        let weight = Lanes::all(1.0 / (self.sum.values[near] - self.theta));
        let add = |k: usize| weight.times_plus(terms[near][k], sums[k]);
        [norm(std::array::from_fn(add)), norm(sums)]
    }
}

#[cfg(test)]
mod tests {
    use super::super::converged::Converged;
    use super::super::lanczos::{Settings, lanczos};
    use super::*;
    use crate::comm::Space;
    use crate::eigen::interrupt::uninterrupted;
    use crate::eigen::memory::Memory;
    use crate::random::{stream, unit};

    const DIMENSION: usize = 500;
    const WANTED: usize = 50;
    const ALLOWED: f64 = 1e-12;

    /// Levels of a random spectrum about a shift of zero.
    fn levels(seed: u64) -> Vec<f64> {
        let mut random = stream(seed, [0; 4]);
        (0..DIMENSION).map(|_| unit(&mut random) - 0.5).collect()
    }

    /// A run on the inverse of such levels that stops at a basis of `size` vectors. The operator is
    /// reflected in the hyperplane across `mirror`.
    fn run<const BLOCK: usize>(levels: &[f64], size: usize, mirror: &[f64]) -> Converged<BLOCK> {
        let settings = Settings {
            wanted: WANTED,
            first_look: size,
            largest_basis: DIMENSION,
        };
        let reflect = |x: &mut [[f64; BLOCK]]| {
            for lane in 0..BLOCK {
                let overlap: f64 = x.iter().zip(mirror).map(|(x, m)| x[lane] * m).sum();
                for (x, m) in x.iter_mut().zip(mirror) {
                    x[lane] -= 2.0 * overlap * m;
                }
            }
        };
        lanczos::<BLOCK>(
            Space::alone(DIMENSION),
            &settings,
            Memory::default(),
            &uninterrupted,
            |_, _| 0.0,
            |x| {
                reflect(x);
                for (x, level) in x.iter_mut().zip(levels) {
                    *x = x.map(|x| x / level);
                }
                reflect(x);
            },
        )
        .unwrap()
    }

    /// 1/E halfway between the levels of places `WANTED` and `WANTED` + 1 from the shift.
    fn edge(levels: &[f64]) -> f64 {
        let mut distances: Vec<f64> = levels.iter().map(|level| level.abs()).collect();
        distances.sort_by(f64::total_cmp);
        2.0 / (distances[WANTED - 1] + distances[WANTED])
    }

    fn described<const BLOCK: usize>(run: &Converged<BLOCK>) -> Run<'_> {
        Run {
            ritz: &run.ritz,
            block: BLOCK,
            start: run.start(),
            dimension: DIMENSION,
        }
    }

    /// The numbers of levels and of Ritz values in the window, and the bound.
    fn judged<const BLOCK: usize>(levels: &[f64], run: &Converged<BLOCK>) -> (usize, usize, f64) {
        let edge = edge(levels);
        let found = run.ritz.values.iter().filter(|it| it.abs() > edge).count();
        let bound = described(run).probability(&(-edge..edge), ALLOWED);
        (WANTED, found, bound)
    }

    /// A run is a proof only where no level is missing, and it is one soon after.
    #[test]
    fn early_stops_are_refused_and_later_ones_proven() {
        let mut proven = 0;
        for seed in 0..40 {
            let levels = levels(seed);
            for size in (64..=224).step_by(16) {
                let run = run::<8>(&levels, size, &[0.0; DIMENSION]);
                let (expected, found, bound) = judged(&levels, &run);
                assert!(
                    bound > ALLOWED || found == expected,
                    "{seed}, {size}: {bound:e}"
                );
                proven += usize::from(size == 224 && bound <= ALLOWED);
            }
        }
        assert!(proven > 30, "{proven} of 40 proven");
    }

    /// A level without a part in the start is found by rounding, or the run is no proof.
    #[test]
    fn a_level_that_the_start_lacks_is_not_lost() {
        let start = start();
        for seed in 0..10 {
            let levels = levels(seed);
            let mut places: Vec<usize> = (0..DIMENSION).collect();
            places.sort_by(|&a, &b| levels[a].abs().total_cmp(&levels[b].abs()));
            let lacking = orthogonal(&start, seed);
            let mirror = mirror(places[10], &lacking);
            for size in [112, 144, 176] {
                let run = run::<8>(&levels, size, &mirror);
                let (expected, found, bound) = judged(&levels, &run);
                assert!(
                    bound > ALLOWED || found == expected,
                    "{seed}, {size}: {bound:e}"
                );
            }
        }
    }

    /// F on a fine grid is nowhere larger than at the points where it is evaluated.
    #[test]
    fn the_largest_values_are_at_the_ends() {
        for seed in 0..10 {
            let levels = levels(seed);
            let converged = run::<8>(&levels, 160, &[0.0; DIMENSION]);
            let edge = edge(&levels);
            let run = described(&converged);
            let allowed = run.allowed(ALLOWED);
            let Some([largest, _]) = run.largest(&(-edge..edge), allowed) else {
                continue;
            };
            let sum = Sum::new(run.ritz, 8);
            let values = &run.ritz.values;
            let own = |k: usize| 4.0 * sum.size(k) / allowed;
            for k in values.partition_point(|it| *it <= edge)..values.len() - 1 {
                let (from, to) = (values[k] + own(k), values[k + 1] - own(k + 1));
                for step in 0..=50 {
                    let theta = from + (to - from) * f64::from(step) / 50.0;
                    assert!(
                        sum.at(theta, None)[0] <= largest * (1.0 + 1e-9),
                        "{seed}, {k}, {step}"
                    );
                }
            }
        }
    }

    /// The start block of a run, one vector after the other.
    fn start() -> Vec<[f64; 8]> {
        let mut random = stream(0, [DIMENSION as u64, 0, 0, 0]);
        (0..DIMENSION)
            .map(|_| std::array::from_fn(|_| unit(&mut random) - 0.5))
            .collect()
    }

    /// A random unit vector without a part in the start.
    fn orthogonal(start: &[[f64; 8]], seed: u64) -> Vec<f64> {
        let mut random = stream(seed, [1, 0, 0, 0]);
        let mut columns: Vec<Vec<f64>> = (0..8)
            .map(|lane| start.iter().map(|row| row[lane]).collect())
            .collect();
        columns.push((0..DIMENSION).map(|_| unit(&mut random) - 0.5).collect());
        let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        for last in 0..columns.len() {
            for _ in 0..2 {
                for known in 0..last {
                    let known = columns[known].clone();
                    let overlap = dot(&known, &columns[last]);
                    for (x, known) in columns[last].iter_mut().zip(known) {
                        *x -= overlap * known;
                    }
                }
                let norm = dot(&columns[last], &columns[last]).sqrt();
                columns[last].iter_mut().for_each(|x| *x /= norm);
            }
        }
        columns.remove(8)
    }

    /// The mirror that turns the unit vector of `place` into `image`.
    fn mirror(place: usize, image: &[f64]) -> Vec<f64> {
        let mut mirror: Vec<f64> = image.iter().map(|x| -x).collect();
        mirror[place] += 1.0;
        let norm = mirror.iter().map(|x| x * x).sum::<f64>().sqrt();
        mirror.iter().map(|x| x / norm).collect()
    }
}

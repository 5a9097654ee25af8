//! Block Lanczos: the eigenpairs of largest modulus of a symmetric operator, from a Krylov basis
//! that is kept orthogonal.

use super::converged::Converged;
use crate::comm::Space;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::{Interrupt, check_interrupt};
use crate::eigen::krylov::{Basis, RitzPairs, largest};
use crate::eigen::memory::Memory;

/// What is wanted, and when to give up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Eigenpairs of the largest modulus that are wanted.
    pub wanted: usize,
    /// Vectors in the basis when its Ritz pairs are first computed.
    pub first_look: usize,
    /// Vectors at which the basis is given up.
    pub largest_basis: usize,
}

/// Vectors, beside those of a block, in which the error of the last wanted pair falls to a tenth. From
/// measurements on windows in the middle and at the ends of spectra. Too large a value costs some
/// vectors, and too small a value another look.
const VECTORS_FOR_A_DIGIT: usize = 8;

/// The wanted eigenpairs of the operator that `apply` multiplies with in place, on vectors of a
/// space, `BLOCK` of them side by side. A level that is degenerate up to `BLOCK` times
/// is found whole. The basis takes over `memory`.
///
/// `excess(θ, ‖A v − θ v‖)` is how many times larger the error of a pair (θ, v) is than allowed. The
/// start is a fixed random block, so the same call gives the same bits.
///
/// # Errors
/// [`Failure::NotConverged`] when the largest basis does not hold them. [`Failure::Singular`] when
/// one of the eigenvalues is so large that the others are lost in its rounding errors.
/// [`Failure::Interrupted`].
pub fn lanczos<const BLOCK: usize>(
    space: Space,
    settings: &Settings,
    memory: Memory,
    interrupt: Interrupt<'_>,
    excess: impl Fn(f64, f64) -> f64,
    mut apply: impl FnMut(&mut [[f64; BLOCK]]),
) -> Result<Converged<BLOCK>, Failure> {
    let dimension = space.partition().dimension();
    let largest_basis = settings.largest_basis.min(dimension);
    let wanted = settings.wanted.min(dimension);
    let mut basis = Basis::<BLOCK>::random(space, largest_basis, memory);
    let mut next_look = settings.first_look;
    loop {
        check_interrupt(interrupt)?;
        basis.advance(|newest, image| {
            image.copy_from_slice(newest);
            apply(image);
            Ok(())
        })?;
        let (known, exhausted) = (basis.multiplied(), basis.is_exhausted());
        if known < next_look.min(largest_basis) && !exhausted {
            continue;
        }
        let choose = |values: &[f64]| largest(values, wanted).0;
        let ritz = RitzPairs::from_band(basis.projected(), choose)?;
        let (chosen, others) = largest(&ritz.values, wanted);
        let errors = chosen.iter().map(|&k| match exhausted {
            true => 0.0,
            false => excess(ritz.values[k], ritz.error(k)),
        });
        let errors: Vec<f64> = errors.collect();
        let converged = errors.iter().filter(|&&error| error <= 1.0).count();
        if converged == wanted {
            return Ok(Converged::new(basis, ritz, chosen, others));
        }
        if !exhausted && is_hopeless(chosen.iter().map(|&k| ritz.values[k]), &excess) {
            return Err(Failure::Singular);
        }
        if known >= largest_basis {
            return Err(Failure::NotConverged {
                converged,
                wanted,
                basis: known,
            });
        }
        let digits = errors.into_iter().fold(1.0, f64::max).log10();
        let vectors = digits * (BLOCK + VECTORS_FOR_A_DIGIT) as f64;
        next_look = known.saturating_add(vectors.ceil() as usize);
    }
}

/// Whether rounding, which is relative to the largest of the wanted eigenvalues, makes the smallest
/// one inaccurate. No basis helps then.
fn is_hopeless(values: impl Iterator<Item = f64>, excess: impl Fn(f64, f64) -> f64) -> bool {
    let (smallest, largest) = (values.map(f64::abs))
        .fold((f64::INFINITY, 0.0_f64), |(least, most), modulus| {
            (least.min(modulus), most.max(modulus))
        });
    // Also NaN is.
    let possible = excess(smallest, f64::EPSILON * largest) <= 1.0;
    !possible
}

#[cfg(test)]
mod tests {
    use faer::Mat;

    use super::*;
    use crate::eigen::interrupt::uninterrupted;
    use crate::lanes::LANES;

    /// A run on a diagonal operator with the element `value` of each row.
    fn diagonal<const BLOCK: usize>(
        dimension: usize,
        settings: &Settings,
        excess: impl Fn(f64, f64) -> f64,
        value: impl Fn(usize) -> f64,
    ) -> Result<Converged<BLOCK>, Failure> {
        let multiply = |x: &mut [[f64; BLOCK]]| {
            for (row, lanes) in x.iter_mut().enumerate() {
                for lane in lanes {
                    *lane *= value(row);
                }
            }
        };
        let memory = Memory::default();
        lanczos(
            Space::alone(dimension),
            settings,
            memory,
            &uninterrupted,
            excess,
            multiply,
        )
    }

    /// The eigenvalues found of a diagonal operator with known ones, most of them threefold.
    fn eigenvalues<const BLOCK: usize>(dimension: usize, wanted: usize) -> Vec<f64> {
        let value = |row: usize| ((row / 3) as f64 - 20.0) * 1.1;
        let settings = Settings {
            wanted,
            first_look: wanted,
            largest_basis: dimension,
        };
        let excess = |value: f64, residual: f64| residual / (1e-11 * value.abs());
        let ritz = diagonal::<BLOCK>(dimension, &settings, excess, value).unwrap();
        let order: Vec<usize> = (0..dimension).collect();
        let combined = ritz.vectors(&order);
        let mut vectors = Mat::from_fn(dimension, ritz.wanted.len(), |row, k| {
            combined[k / LANES * dimension + row].0[k % LANES]
        });
        for k in 0..vectors.ncols() {
            let norm = vectors.col(k).norm_l2();
            vectors.col_mut(k).iter_mut().for_each(|x| *x /= norm);
        }
        let values: Vec<f64> = ritz.wanted.iter().map(|&k| ritz.ritz.values[k]).collect();
        for k in 0..values.len() {
            let residual = (0..dimension)
                .map(|row| ((value(row) - values[k]) * vectors[(row, k)]).powi(2))
                .sum::<f64>()
                .sqrt();
            assert!(residual < 1e-9, "pair {k}: residual {residual:e}");
        }
        let overlaps = vectors.transpose() * &vectors;
        let identity = Mat::<f64>::identity(values.len(), values.len());
        assert!((overlaps - identity).norm_max() < 1e-12);
        values
    }

    #[test]
    fn finds_all_copies_of_a_degenerate_level() {
        let found = eigenvalues::<4>(120, 9);
        let expected = [-22.0, -22.0, -22.0, -20.9, -20.9, -20.9, 20.9, 20.9, 20.9];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
        }
    }

    /// The last block is only partly filled.
    #[test]
    fn a_small_space_is_exhausted() {
        let found = eigenvalues::<4>(9, 9);
        let expected = [
            -22.0, -22.0, -22.0, -20.9, -20.9, -20.9, -19.8, -19.8, -19.8,
        ];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
        }
    }

    #[test]
    fn says_when_the_basis_is_too_small() {
        let settings = Settings {
            wanted: 10,
            first_look: 10,
            largest_basis: 12,
        };
        let excess = |value: f64, residual: f64| residual / (1e-12 * value.abs());
        let failed = diagonal::<4>(500, &settings, excess, |row| (row as f64).sqrt());
        assert!(matches!(
            failed.map(|_| ()),
            Err(Failure::NotConverged { wanted: 10, .. })
        ));
    }
}

//! From the outputs of the head to the indicators.

use serde::{Deserialize, Serialize};

use crate::lanes::Lanes;

/// The linear term in L is counted in units of this length.
const UNIT_LENGTH: f64 = 10.0;

/// Terms of higher degree are powers of L − 10. Powers of L itself would hardly differ from the linear
/// term over the usual lengths.
const MIDDLE: f64 = 10.0;

/// L − 10 is counted in units of this length.
const UNIT_DISTANCE: f64 = 4.0;

/// How one target follows from an output z.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetMap {
    /// centre + scale · z.
    Linear {
        /// The target at z = 0.
        centre: f64,
        /// The target's change for a unit of z.
        scale: f64,
    },
    /// low + (high − low) / (1 + e⁻ᶻ). It stays within the bounds, also far from the training data.
    Bounded {
        /// The limit z → −∞.
        low: f64,
        /// The limit z → ∞.
        high: f64,
    },
}

impl TargetMap {
    /// The target is z itself.
    pub const IDENTITY: Self = Self::Linear {
        centre: 0.0,
        scale: 1.0,
    };
}

/// The least and the greatest value of a normalised indicator, if it has bounds. They are its values in
/// the localized and in the ergodic limit, in ascending order.
pub fn bounds(target: &str) -> Option<(f64, f64)> {
    match target {
        // 2 ln 2 − 1 for Poisson statistics; for GOE see Atas et al., Phys. Rev. Lett. 110, 084101
        // (2013).
        "gap_ratio" => Some((2.0 * std::f64::consts::LN_2 - 1.0, 0.5307)),
        "entanglement"
        | "entanglement_all_cuts"
        | "spin_fraction"
        | "participation_entropy"
        | "inverse_participation_ratio"
        | "half_chain_fluctuation" => Some((0.0, 1.0)),
        _ => None,
    }
}

/// From the outputs of the head to all targets. Each target has a z of its own, which is a polynomial of
/// the length.
///
/// In the units above z = a + b L + c (L − 10)² + … The coefficients are outputs of the head. With b a
/// curve becomes steeper as chains grow, with c its crossings move.
pub struct OutputMap {
    /// One map for each target.
    pub maps: Vec<TargetMap>,
    /// The degree of the polynomials. The head's outputs are all a, then all b, and so on.
    pub degree: usize,
}

impl OutputMap {
    /// The number of outputs that the targets are computed from.
    pub fn outputs(&self) -> usize {
        self.maps.len() * (1 + self.degree)
    }

    /// From the outputs to the targets.
    #[inline(always)]
    pub fn forward(&self, sites: usize, outputs: &[Lanes], targets: &mut [Lanes]) {
        let count = self.maps.len();
        for (k, (map, target)) in self.maps.iter().zip(targets).enumerate() {
            let mut z = outputs[k];
            for degree in 1..=self.degree {
                let power = Lanes::all(power(degree, sites));
                z = outputs[degree * count + k].times_plus(power, z);
            }
            *target = match *map {
                TargetMap::Linear { centre, scale } => {
                    z.times_plus(Lanes::all(scale), Lanes::all(centre))
                }
                TargetMap::Bounded { low, high } => z
                    .sigmoid()
                    .times_plus(Lanes::all(high - low), Lanes::all(low)),
            };
        }
    }

    /// From gradients with respect to the targets to gradients with respect to the outputs. `targets`
    /// are those of the last [`forward`](Self::forward).
    #[inline(always)]
    pub fn backward(
        &self,
        sites: usize,
        targets: &[Lanes],
        target_gradients: &[Lanes],
        output_gradients: &mut [Lanes],
    ) {
        let count = self.maps.len();
        for (k, map) in self.maps.iter().enumerate() {
            let derivative = match *map {
                TargetMap::Linear { scale, .. } => Lanes::all(scale),
                TargetMap::Bounded { low, high } => {
                    let up = (targets[k] - Lanes::all(low)) * Lanes::all(1.0 / (high - low));
                    up * (Lanes::all(high) - targets[k])
                }
            };
            output_gradients[k] = target_gradients[k] * derivative;
            for degree in 1..=self.degree {
                let power = Lanes::all(power(degree, sites));
                output_gradients[degree * count + k] = output_gradients[k] * power;
            }
        }
    }
}

/// The factor of the coefficient of this degree, which is 1 or more.
#[inline(always)]
pub fn power(degree: usize, sites: usize) -> f64 {
    let sites = sites as f64;
    match degree {
        1 => sites / UNIT_LENGTH,
        higher => ((sites - MIDDLE) / UNIT_DISTANCE).powi(higher as i32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two targets of degree 2: L = 18 is 1.8 of the linear term's units, and twice four from the middle.
    #[test]
    fn outputs_are_polynomials_of_the_length() {
        let output_map = OutputMap {
            maps: vec![TargetMap::IDENTITY; 2],
            degree: 2,
        };
        let outputs: Vec<Lanes> = (0..6).map(|k| Lanes::all(f64::from(k))).collect();
        let mut targets = [Lanes::ZERO; 2];
        for (sites, exact) in [
            (18, [2.0 * 1.8 + 4.0 * 4.0, 1.0 + 3.0 * 1.8 + 5.0 * 4.0]),
            (10, [2.0, 4.0]),
        ] {
            output_map.forward(sites, &outputs, &mut targets);
            for (target, exact) in targets.iter().zip(exact) {
                assert!((target.0[0] - exact).abs() < 1e-14);
            }
        }
    }
}

//! From the head's outputs to indicators.

use serde::{Deserialize, Serialize};

use crate::lanes::Lanes;

/// The linear term of outputs that depend on L counts it in units of this.
const UNIT_LENGTH: f64 = 10.0;

/// Terms of higher degree count from here: in the midst of usual lengths, or training could hardly
/// tell them from the linear term.
const MIDDLE: f64 = 10.0;

/// In units of this.
const UNIT_DISTANCE: f64 = 4.0;

/// How one target comes from an output z.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Map {
    /// centre + scale · z.
    Linear {
        /// At z = 0.
        centre: f64,
        /// Units of z.
        scale: f64,
    },
    /// low + (high − low) / (1 + e⁻ᶻ): never beyond the bounds, however far from the training data.
    Bounded {
        /// As z → −∞.
        low: f64,
        /// As z → ∞.
        high: f64,
    },
}

/// z itself.
pub const IDENTITY: Map = Map::Linear {
    centre: 0.0,
    scale: 1.0,
};

/// The values that the indicator of this name has in the localized and in the ergodic limit, in
/// ascending order, where no chain goes beyond them; normalised.
pub fn bounds(target: &str) -> Option<(f64, f64)> {
    match target {
        // 2 ln 2 − 1 of Poisson's levels; GOE as Atas et al., Phys. Rev. Lett. 110, 084101 (2013).
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

/// The maps of all targets, and how z depends on the length: z = a + b L + c (L − 10)² + … in the units
/// above, with the coefficients from the head. By b curves sharpen as chains grow, by c their crossings
/// move.
pub struct Link {
    /// One for each target.
    pub maps: Vec<Map>,
    /// Of the polynomial. The head's outputs are all a, then all b, and so on.
    pub degree: usize,
}

impl Link {
    /// The head's outputs that the targets are made of.
    pub fn outputs(&self) -> usize {
        self.maps.len() * (1 + self.degree)
    }

    /// The targets.
    #[inline(always)]
    pub fn forward(&self, sites: usize, outputs: &[Lanes], targets: &mut [Lanes]) {
        let count = self.maps.len();
        for (k, (map, target)) in self.maps.iter().zip(targets).enumerate() {
            let mut z = outputs[k];
            for degree in 1..=self.degree {
                z = outputs[degree * count + k].times_plus(term(degree, sites), z);
            }
            *target = match *map {
                Map::Linear { centre, scale } => {
                    z.times_plus(Lanes::all(scale), Lanes::all(centre))
                }
                Map::Bounded { low, high } => z
                    .sigmoid()
                    .times_plus(Lanes::all(high - low), Lanes::all(low)),
            };
        }
    }

    /// From slopes with respect to the `targets` that [`forward`](Self::forward) gave to those with
    /// respect to its outputs.
    #[inline(always)]
    pub fn backward(
        &self,
        sites: usize,
        targets: &[Lanes],
        target_slopes: &[Lanes],
        slopes: &mut [Lanes],
    ) {
        let count = self.maps.len();
        for (k, map) in self.maps.iter().enumerate() {
            let of_map = match *map {
                Map::Linear { scale, .. } => Lanes::all(scale),
                Map::Bounded { low, high } => {
                    let up = (targets[k] - Lanes::all(low)) * Lanes::all(1.0 / (high - low));
                    up * (Lanes::all(high) - targets[k])
                }
            };
            slopes[k] = target_slopes[k] * of_map;
            for degree in 1..=self.degree {
                slopes[degree * count + k] = slopes[k] * term(degree, sites);
            }
        }
    }
}

/// What the coefficient of this degree, from 1, is multiplied by.
#[inline(always)]
fn term(degree: usize, sites: usize) -> Lanes {
    let sites = sites as f64;
    Lanes::all(match degree {
        1 => sites / UNIT_LENGTH,
        higher => ((sites - MIDDLE) / UNIT_DISTANCE).powi(higher as i32),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two targets of degree 2: L = 18 is 1.8 of the linear term's units, and twice four from the middle.
    #[test]
    fn outputs_are_polynomials_of_the_length() {
        let link = Link {
            maps: vec![IDENTITY; 2],
            degree: 2,
        };
        let outputs: Vec<Lanes> = (0..6).map(|k| Lanes::all(f64::from(k))).collect();
        let mut targets = [Lanes::ZERO; 2];
        for (sites, exact) in [
            (18, [2.0 * 1.8 + 4.0 * 4.0, 1.0 + 3.0 * 1.8 + 5.0 * 4.0]),
            (10, [2.0, 4.0]),
        ] {
            link.forward(sites, &outputs, &mut targets);
            for (target, exact) in targets.iter().zip(exact) {
                assert!((target.0[0] - exact).abs() < 1e-14);
            }
        }
    }
}

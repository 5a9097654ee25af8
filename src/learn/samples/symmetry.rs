//! Symmetry operations of a ring, which leave the spectrum of a field as it is.
//!
//! Shifts and reflections renumber the sites. Reversing all fields is the same as flipping all spins.
//! Indicators of the whole ring do not change. Those of its first half keep their value only if the
//! operation maps the half to itself or to the other half.

use rand_xoshiro::Xoshiro256PlusPlus;

use crate::deck::QUENCH;
use crate::indicators;
use crate::random::unit;

/// The operations that leave a set of indicators unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymmetryGroup {
    /// All 4 L operations of a ring.
    Ring,
    /// The 8 of them that keep the two halves.
    Halves,
}

impl SymmetryGroup {
    /// The group of these targets. A target that is not an indicator of this program counts as one of
    /// the whole ring. Some of quenches are of half of it.
    pub fn of(targets: &[String]) -> Self {
        let of_half = |name: &String| {
            name.starts_with(QUENCH) || indicators::named(name).is_some_and(|it| it.of_half)
        };
        if targets.iter().any(of_half) {
            Self::Halves
        } else {
            Self::Ring
        }
    }

    /// Every operation, the identity first.
    pub fn operations(self, sites: usize) -> impl Iterator<Item = SymmetryOperation> {
        (0..4 * self.shifts(sites)).map(move |number| self.operation(number, sites))
    }

    /// A random operation, each with the same probability.
    pub fn random(self, stream: &mut Xoshiro256PlusPlus, sites: usize) -> SymmetryOperation {
        let count = 4 * self.shifts(sites);
        // The product stays below the count as long as the count is below 2⁵³.
        self.operation((unit(stream) * count as f64) as usize, sites)
    }

    fn shifts(self, sites: usize) -> usize {
        match self {
            Self::Ring => sites,
            // An odd ring has no halves to exchange.
            Self::Halves => 2 - sites % 2,
        }
    }

    fn operation(self, number: usize, sites: usize) -> SymmetryOperation {
        let shifts = self.shifts(sites);
        SymmetryOperation {
            shift: number % shifts * (sites / shifts),
            reflect: number / shifts % 2 == 1,
            reverse: number / shifts / 2 == 1,
        }
    }
}

/// A symmetry operation of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SymmetryOperation {
    /// The site that becomes the first.
    pub shift: usize,
    /// Whether the order of the sites is reversed.
    pub reflect: bool,
    /// Whether the signs of the fields are reversed.
    pub reverse: bool,
}

impl SymmetryOperation {
    /// The field at `site` after the operation.
    pub fn value_at(self, field: &[f64], site: usize) -> f64 {
        let site = if self.reflect {
            field.len() - 1 - site
        } else {
            site
        };
        let value = field[(site + self.shift) % field.len()];
        if self.reverse { -value } else { value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_all_different_and_the_first_is_the_identity() {
        let field = [0.3, 1.0, -2.0, 0.7, 5.0, 0.1];
        for (orbit, count) in [(SymmetryGroup::Ring, 24), (SymmetryGroup::Halves, 8)] {
            let images: Vec<Vec<f64>> = orbit
                .operations(6)
                .map(|operation| {
                    (0..6)
                        .map(|site| operation.value_at(&field, site))
                        .collect()
                })
                .collect();
            assert_eq!(images.len(), count);
            assert_eq!(images[0], field);
            for (number, image) in images.iter().enumerate() {
                assert!(!images[..number].contains(image));
            }
        }
    }

    #[test]
    fn halves_stay_together() {
        let first = [true, true, true, false, false, false].map(f64::from);
        let half = |operation: SymmetryOperation| -> Vec<f64> {
            let operation = SymmetryOperation {
                reverse: false,
                ..operation
            };
            (0..3)
                .map(|site| operation.value_at(&first, site))
                .collect()
        };
        let keeps = |operation: SymmetryOperation| {
            half(operation).windows(2).all(|pair| pair[0] == pair[1])
        };
        assert!(SymmetryGroup::Halves.operations(6).all(keeps));
        assert_eq!(
            SymmetryGroup::Ring
                .operations(6)
                .filter(|operation| keeps(*operation))
                .count(),
            8
        );
        assert_eq!(SymmetryGroup::Halves.operations(5).count(), 4);
    }

    #[test]
    fn the_entropy_of_one_half_limits_the_operations() {
        let of = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            SymmetryGroup::of(&names)
        };
        assert_eq!(
            of(&["gap_ratio", "entanglement_all_cuts", "measured"]),
            SymmetryGroup::Ring
        );
        assert_eq!(of(&["gap_ratio", "entanglement"]), SymmetryGroup::Halves);
    }
}

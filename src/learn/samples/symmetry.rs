//! Moves of a ring's field that leave its spectrum as it is.
//!
//! Shifts and reflections renumber the sites; reversing all fields is the same as turning all spins
//! over. Indicators of the whole ring do not change. Those of its first half do, unless the move
//! takes the half to itself or to the other.

use rand_xoshiro::Xoshiro256PlusPlus;
use serde::Serialize;

use crate::indicators;
use crate::random::unit;

/// The moves that leave a set of indicators as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Orbit {
    /// All 4 L moves of a ring.
    Ring,
    /// The 8 of them that keep the two halves.
    Halves,
}

impl Orbit {
    /// That of these targets; one that is not an indicator of ours is taken to be of the whole ring.
    pub fn of(targets: &[String]) -> Self {
        let mut known = targets.iter().filter_map(|name| indicators::named(name));
        if known.any(|indicator| indicator.of_half) {
            Self::Halves
        } else {
            Self::Ring
        }
    }

    /// Every move, the one that changes nothing first.
    pub fn moves(self, sites: usize) -> impl Iterator<Item = Move> {
        (0..4 * self.shifts(sites)).map(move |number| self.number(number, sites))
    }

    /// One of them, all alike.
    pub fn random(self, stream: &mut Xoshiro256PlusPlus, sites: usize) -> Move {
        let count = 4 * self.shifts(sites);
        // Below 2⁵³ the product stays below the count.
        self.number((unit(stream) * count as f64) as usize, sites)
    }

    fn shifts(self, sites: usize) -> usize {
        match self {
            Self::Ring => sites,
            // An odd ring has no halves to exchange.
            Self::Halves => 2 - sites % 2,
        }
    }

    fn number(self, number: usize, sites: usize) -> Move {
        let shifts = self.shifts(sites);
        Move {
            shift: number % shifts * (sites / shifts),
            reflect: number / shifts % 2 == 1,
            reverse: number / shifts / 2 == 1,
        }
    }
}

/// One of the moves of a ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Move {
    /// The site that comes first.
    pub shift: usize,
    /// Whether the sites come in reverse.
    pub reflect: bool,
    /// Whether the fields are reversed.
    pub reverse: bool,
}

impl Move {
    /// The field at `site` after the move.
    pub fn of(self, field: &[f64], site: usize) -> f64 {
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
    fn moves_are_all_different_and_the_first_is_none() {
        let field = [0.3, 1.0, -2.0, 0.7, 5.0, 0.1];
        for (orbit, count) in [(Orbit::Ring, 24), (Orbit::Halves, 8)] {
            let images: Vec<Vec<f64>> = orbit
                .moves(6)
                .map(|step| (0..6).map(|site| step.of(&field, site)).collect())
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
        let half = |step: Move| -> Vec<f64> {
            let step = Move {
                reverse: false,
                ..step
            };
            (0..3).map(|site| step.of(&first, site)).collect()
        };
        let keeps = |step: Move| half(step).windows(2).all(|pair| pair[0] == pair[1]);
        assert!(Orbit::Halves.moves(6).all(keeps));
        assert_eq!(Orbit::Ring.moves(6).filter(|step| keeps(*step)).count(), 8);
        assert_eq!(Orbit::Halves.moves(5).count(), 4);
    }

    #[test]
    fn the_entropy_of_one_half_limits_the_moves() {
        let of = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            Orbit::of(&names)
        };
        assert_eq!(
            of(&["gap_ratio", "entanglement_all_cuts", "measured"]),
            Orbit::Ring
        );
        assert_eq!(of(&["gap_ratio", "entanglement"]), Orbit::Halves);
    }
}

//! Moves of a ring's field that leave its spectrum as it is.
//!
//! Shifts and reflections renumber the sites; reversing all fields is the same as turning all spins
//! over. Indicators of the whole ring do not change; the entropy of the first half changes with a
//! shift, but not its distribution.

use rand_xoshiro::Xoshiro256PlusPlus;

use crate::chain::unit;

/// One of the 4 L moves of a ring of L sites.
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
    /// Every move of a ring, the one that changes nothing first.
    pub fn all(sites: usize) -> impl Iterator<Item = Self> {
        (0..4 * sites).map(move |number| Self::number(number, sites))
    }

    /// One of them, all alike.
    pub fn random(stream: &mut Xoshiro256PlusPlus, sites: usize) -> Self {
        // Below 2⁵³ the product stays below 4 L.
        Self::number((unit(stream) * (4 * sites) as f64) as usize, sites)
    }

    fn number(number: usize, sites: usize) -> Self {
        Self {
            shift: number % sites,
            reflect: number / sites % 2 == 1,
            reverse: number / sites / 2 == 1,
        }
    }

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
        let images: Vec<Vec<f64>> = Move::all(6)
            .map(|step| (0..6).map(|site| step.of(&field, site)).collect())
            .collect();
        assert_eq!(images.len(), 24);
        assert_eq!(images[0], field);
        for (number, image) in images.iter().enumerate() {
            assert!(!images[..number].contains(image));
        }
    }
}

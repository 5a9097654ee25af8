//! Nested dissection by level sets of slow waves.

use std::cmp::Ordering;

use super::minimum_degree::minimum_degree;
use super::waves::Waves;
use crate::chain::Chain;

/// Larger parts are cut, smaller ones ordered by minimum degree.
const SMALL: usize = 20;

/// The number of level sets whose expected operations are compared for one part.
const CANDIDATES: usize = 24;

/// The search for an order of elimination.
pub struct Dissection<'a> {
    chain: &'a Chain,
    waves: Waves,
    /// The number of the last search for a surface that met each state, and of all.
    met: Vec<u32>,
    searches: u32,
    order: Vec<usize>,
}

/// A part of the states, cut in two by a separator.
struct Cut {
    below: Vec<usize>,
    above: Vec<usize>,
    separator: Vec<usize>,
}

impl<'a> Dissection<'a> {
    /// Orders all states of a chain.
    pub fn order(chain: &'a Chain) -> Vec<usize> {
        let mut dissection = Self::new(chain);
        // The first of equally good states is taken, so the order of the basis must not decide.
        let (sector, half) = (chain.sector(), chain.sector().sites() / 2);
        let mut all: Vec<usize> = (0..chain.dimension()).collect();
        all.sort_unstable_by_key(|&state| {
            let configuration = sector.configurations()[state];
            (
                (configuration & ((1 << half) - 1)).count_ones(),
                configuration,
            )
        });
        dissection.dissect(&all);
        dissection.order
    }

    fn new(chain: &'a Chain) -> Self {
        Self {
            chain,
            waves: Waves::new(chain),
            met: vec![0; chain.dimension()],
            searches: 0,
            order: Vec::with_capacity(chain.dimension()),
        }
    }

    /// Appends the states of a part to the order, its separator last.
    fn dissect(&mut self, part: &[usize]) {
        let surface = self.surface(part);
        match self.cut(part, surface.len()) {
            Some(cut) => {
                self.dissect(&cut.below);
                self.dissect(&cut.above);
                self.order.extend(cut.separator);
            }
            None => minimum_degree(self.chain, part, &surface, &mut self.order),
        }
    }

    /// The states outside a part that have an exchange with it. They all belong to separators, so
    /// they are eliminated later.
    fn surface(&mut self, part: &[usize]) -> Vec<usize> {
        self.searches += 1;
        for &state in part {
            self.met[state] = self.searches;
        }
        let mut surface = Vec::new();
        for &state in part {
            for &other in self.chain.exchanges_of(state) {
                let other = other as usize;
                if self.met[other] != self.searches {
                    self.met[other] = self.searches;
                    surface.push(other);
                }
            }
        }
        surface
    }

    /// The cut after which the fewest operations are expected, or none for a small part.
    fn cut(&mut self, part: &[usize], surface: usize) -> Option<Cut> {
        if part.len() <= SMALL {
            return None;
        }
        let mut best = None;
        for (_, wave, level) in self.candidates(part, surface) {
            let cut = self.cut_at(part, wave, level);
            let operations = dense(surface, cut.separator.len())
                + self.expected(&cut.below)
                + self.expected(&cut.above);
            if best.as_ref().is_none_or(|(least, _)| operations < *least) {
                best = Some((operations, cut));
            }
        }
        best.map(|(_, cut)| cut)
    }

    /// The smallest level sets that leave enough states on both sides, with a preference for equal
    /// sides. A part that is small beside its surface may be cut less evenly.
    fn candidates(&self, part: &[usize], surface: usize) -> Vec<(usize, usize, usize)> {
        let states = part.len();
        let side = (states / 4)
            .saturating_sub(3 * surface / 10)
            .max(states / 10)
            .max(1);
        let mut candidates = Vec::new();
        for (wave, population) in self.waves.populations(part).iter().enumerate() {
            let mut below = 0;
            for (level, &separator) in population.iter().enumerate() {
                let above = states - below - separator;
                if separator > 0 && below.min(above) >= side {
                    let size = separator * (states + below.abs_diff(above));
                    candidates.push((size, wave, level));
                }
                below += separator;
            }
        }
        candidates.sort_unstable();
        candidates.truncate(CANDIDATES);
        candidates
    }

    /// The cut by one level set.
    fn cut_at(&self, part: &[usize], wave: usize, level: usize) -> Cut {
        let side = |order| {
            let states = part.iter().copied();
            let side = states.filter(|&state| self.waves.value(wave, state).cmp(&level) == order);
            side.collect()
        };
        Cut {
            below: side(Ordering::Less),
            above: side(Ordering::Greater),
            separator: side(Ordering::Equal),
        }
    }

    /// Expected operations to eliminate a part. A fit to the counts of whole dissections, in
    /// integers so that every machine finds the same order.
    fn expected(&mut self, part: &[usize]) -> u128 {
        let states = part.len() as u128;
        let surface = self.surface(part).len() as u128;
        let front = surface + (states * states.isqrt()).isqrt() / 2;
        let product = states * front;
        product * product.isqrt() / 8
    }
}

/// Operations to eliminate `separator` rows that are coupled to each other and to `surface` more.
fn dense(surface: usize, separator: usize) -> u128 {
    let squares = |rows: usize| {
        let rows = rows as u128;
        rows * (rows + 1) * (2 * rows + 1) / 6
    };
    squares(surface + separator) - squares(surface)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::Boundary;

    /// Follows every cut down to the parts that are not cut any more.
    fn assert_separates(dissection: &mut Dissection, part: &[usize]) -> usize {
        let surface = dissection.surface(part).len();
        let Some(cut) = dissection.cut(part, surface) else {
            return 0;
        };
        let mut together = [&cut.below[..], &cut.above, &cut.separator].concat();
        together.sort_unstable();
        assert_eq!(together, part);
        for &state in &cut.below {
            for &other in dissection.chain.exchanges_of(state) {
                assert!(cut.above.binary_search(&(other as usize)).is_err());
            }
        }
        let cuts = [cut.below, cut.above].map(|side| assert_separates(dissection, &side));
        1 + cuts[0] + cuts[1]
    }

    #[test]
    fn separators_separate() {
        for boundary in [Boundary::Periodic, Boundary::Open] {
            let chain = Chain::new(12, 1.0, boundary);
            let mut dissection = Dissection::new(&chain);
            let all: Vec<usize> = (0..chain.dimension()).collect();
            assert!(assert_separates(&mut dissection, &all) > 30);
        }
    }

    #[test]
    fn counts_operations_of_a_dense_front() {
        let squares =
            |rows: std::ops::RangeInclusive<u128>| rows.map(|row| row * row).sum::<u128>();
        assert_eq!(dense(0, 4), squares(1..=4));
        assert_eq!(dense(7, 3), squares(8..=10));
        assert_eq!(dense(7, 0), 0);
    }
}

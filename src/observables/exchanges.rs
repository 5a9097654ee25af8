//! Exchanges of two spins anywhere in the chain.

use pulp::{Arch, NullaryFnOnce};

use super::ranking::Ranking;
use crate::lanes::Lanes;

/// The configurations in which the first site of a pair is up and the second down, each with that where
/// they are exchanged.
pub struct Exchanges {
    /// Second halves of the chain before and after the exchange, and the up spins in the first half.
    seconds: Vec<(usize, usize, usize)>,
    /// Ranks of first halves before and after the exchange, by their up spins before it.
    firsts: Vec<Vec<(u32, u32)>>,
}

/// What one half of the chain has of a pair.
#[derive(Clone, Copy, Default)]
struct Part {
    up: usize,
    down: usize,
}

impl Part {
    /// The half after the exchange, if it has the spins of the pair.
    fn exchanged(self, half: usize) -> Option<usize> {
        let fits = half & self.up == self.up && half & self.down == 0;
        fits.then_some(half ^ (self.up | self.down))
    }
}

impl Exchanges {
    /// Of two different sites, from 0.
    pub fn new(ranking: &Ranking, [up, down]: [usize; 2]) -> Self {
        let half = ranking.half();
        let mut parts = [Part::default(); 2];
        parts[up / half].up = 1 << (up % half);
        parts[down / half].down = 1 << (down % half);
        let halves = 0..1_usize << half;
        let seconds = halves.clone().filter_map(|second| {
            let exchanged = parts[1].exchanged(second)?;
            Some((second, exchanged, half - second.count_ones() as usize))
        });
        let mut firsts = vec![Vec::new(); half + 1];
        for first in halves {
            if let Some(exchanged) = parts[0].exchanged(first) {
                let ranks = [first, exchanged].map(|it| ranking.rank(it) as u32);
                firsts[first.count_ones() as usize].push((ranks[0], ranks[1]));
            }
        }
        Self {
            seconds: seconds.collect(),
            firsts,
        }
    }

    /// ⟨σˣσˣ⟩ at the two sites in eight whole states: twice the products of the coefficients of two
    /// exchanged configurations, added up.
    pub fn overlap(&self, ranking: &Ranking, states: &[Lanes]) -> Lanes {
        Arch::new().dispatch(Overlap {
            exchanges: self,
            ranking,
            states,
        })
    }
}

struct Overlap<'o> {
    exchanges: &'o Exchanges,
    ranking: &'o Ranking,
    states: &'o [Lanes],
}

impl NullaryFnOnce for Overlap<'_> {
    type Output = Lanes;

    #[inline(always)]
    fn call(self) -> Lanes {
        let mut sum = Lanes::ZERO;
        for &(second, exchanged, up) in &self.exchanges.seconds {
            let before = &self.states[self.ranking.start(second)..];
            let after = &self.states[self.ranking.start(exchanged)..];
            for &(first, other) in &self.exchanges.firsts[up] {
                sum = before[first as usize].times_plus(after[other as usize], sum);
            }
        }
        sum + sum
    }
}

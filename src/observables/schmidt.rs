//! The probabilities in the Schmidt decomposition of each state, for every cut of the chain in two.

use std::ops::Range;

use pulp::{Arch, NullaryFnOnce};

use super::ranking::Ranking;
use super::whole::WholeStates;
use crate::eigen::Window;
use crate::indicators::{Eigenvalues, gram};
use crate::lanes::Lanes;
use crate::threads::Workspaces;

/// Prepares the cuts of a chain.
pub struct Cuts {
    blocks: Vec<Block>,
    /// The blocks of each cut.
    of_cut: Vec<Range<usize>>,
    /// The probabilities before those of each block, and their number.
    starts: Vec<usize>,
    workspaces: Workspaces<Workspace>,
}

/// The states with so many up spins in the smaller part of a cut chain. Their coefficients are a matrix with
/// a row for each configuration of this part.
struct Block {
    /// A row's bits of the configuration.
    rows: Vec<u64>,
    /// The columns. The larger part may have half of all configurations, too many to keep for each cut.
    columns: Columns,
}

/// The configurations of neighbouring sites with so many up spins, as bits of a configuration.
#[derive(Clone, Copy)]
struct Columns {
    first: usize,
    sites: usize,
    up: usize,
}

/// Memory for a block of eight states.
struct Workspace {
    coefficients: Vec<Lanes>,
    density: Vec<Lanes>,
    eigenvalues: Eigenvalues,
}

/// The Schmidt probabilities of the states of a window.
pub struct Schmidt {
    /// Of all blocks, one state after the other.
    probabilities: Vec<f64>,
}

impl Cuts {
    /// All cuts of chains of `sites` sites.
    pub fn new(sites: usize) -> Self {
        let (mut blocks, mut of_cut, mut starts) = (Vec::new(), Vec::new(), vec![0]);
        for cut in 1..sites {
            let (small, large) = match cut <= sites / 2 {
                true => (0..cut, cut..sites),
                false => (cut..sites, 0..cut),
            };
            let first = blocks.len();
            for up in 0..=small.len() {
                let [rows, columns] = [(&small, up), (&large, sites / 2 - up)]
                    .map(|(part, up)| Columns::new(part, up));
                let rows: Vec<u64> = rows.iter().collect();
                starts.push(starts[blocks.len()] + rows.len());
                blocks.push(Block { rows, columns });
            }
            of_cut.push(first..blocks.len());
        }
        Self {
            blocks,
            of_cut,
            starts,
            workspaces: Workspaces::default(),
        }
    }

    /// How many cuts there are.
    pub fn count(&self) -> usize {
        self.of_cut.len()
    }

    /// Decomposes the states of a window. Collective.
    pub fn decompose(&self, whole: &WholeStates, window: &Window) -> Schmidt {
        let count = self.starts[self.blocks.len()];
        let probabilities = whole.each(window, count, |states| {
            self.workspaces.lend(
                || self.workspace(),
                |workspace| self.probabilities(states, &whole.ranking, workspace),
            )
        });
        Schmidt { probabilities }
    }

    fn probabilities(
        &self,
        states: &[Lanes],
        ranking: &Ranking,
        workspace: &mut Workspace,
    ) -> Vec<Lanes> {
        let mut found = Vec::with_capacity(self.starts[self.blocks.len()]);
        for block in &self.blocks {
            Arch::new().dispatch(Probabilities {
                block,
                states,
                ranking,
                workspace,
                found: &mut found,
            });
        }
        found
    }

    fn workspace(&self) -> Workspace {
        let rows = self.blocks.iter().map(|block| block.rows.len()).max();
        let rows = rows.unwrap_or(0);
        Workspace {
            coefficients: Vec::new(),
            density: vec![Lanes::ZERO; rows * rows],
            eigenvalues: Eigenvalues::new(rows),
        }
    }

    /// The probabilities of a state at a cut: a list for each number of up spins in the first part.
    pub fn blocks<'s>(
        &self,
        schmidt: &'s Schmidt,
        state: usize,
        cut: usize,
    ) -> impl Iterator<Item = &'s [f64]> {
        let count = self.starts[self.blocks.len()];
        let own = &schmidt.probabilities[state * count..][..count];
        let blocks = self.of_cut[cut].clone();
        blocks.map(move |block| &own[self.starts[block]..self.starts[block + 1]])
    }
}

impl Columns {
    fn new(part: &Range<usize>, up: usize) -> Self {
        Self {
            first: part.start,
            sites: part.len(),
            up,
        }
    }

    /// The bits, ascending: the next word with as many ones, again and again (R. W. Gosper, HAKMEM 175).
    fn iter(self) -> impl Iterator<Item = u64> {
        let lowest = (1_u64 << self.up) - 1;
        let next = |&word: &u64| {
            let last = word.trailing_zeros();
            // Only the word zero has no next one.
            (word > 0).then(|| {
                let carried = word + (1 << last);
                carried | (word ^ carried) >> (last + 2)
            })
        };
        let words = std::iter::successors(Some(lowest), next);
        let fitting = words.take_while(move |word| word >> self.sites == 0);
        fitting.map(move |word| word << self.first)
    }
}

/// The eigenvalues of M Mᵀ for the matrix M of a block, of eight states at once.
struct Probabilities<'p> {
    block: &'p Block,
    states: &'p [Lanes],
    ranking: &'p Ranking,
    workspace: &'p mut Workspace,
    found: &'p mut Vec<Lanes>,
}

impl NullaryFnOnce for Probabilities<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Workspace {
            coefficients,
            density,
            eigenvalues,
        } = self.workspace;
        let Block { rows, columns } = self.block;
        let size = rows.len();
        coefficients.clear();
        for row in rows {
            let of_row = columns
                .iter()
                .map(|column| self.states[self.ranking.place(row | column)]);
            coefficients.extend(of_row);
        }
        let density = &mut density[..size * size];
        gram(coefficients, size, density);
        self.found.extend_from_slice(eigenvalues.of(density, size));
    }
}

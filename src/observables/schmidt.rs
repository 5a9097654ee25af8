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

/// The states with so many up spins in the first part of a cut chain. Their coefficients are a matrix
/// with a row for each configuration of the smaller part.
struct Block {
    /// A row's bits of the configuration.
    rows: Vec<u64>,
    /// A column's bits.
    columns: Vec<u64>,
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
            let parts = [0..cut, cut..sites].map(|part| by_up_spins(&part));
            let [small, large] = if cut <= sites / 2 { [0, 1] } else { [1, 0] };
            let first = blocks.len();
            for (up, rows) in parts[small].iter().enumerate() {
                let other = (sites / 2).checked_sub(up);
                let Some(columns) = other.and_then(|up| parts[large].get(up)) else {
                    continue;
                };
                // The smaller part has fewer configurations, also with so many up spins.
                let [rows, columns] = match rows.len() <= columns.len() {
                    true => [rows, columns],
                    false => [columns, rows],
                };
                starts.push(starts[blocks.len()] + rows.len());
                blocks.push(Block {
                    rows: rows.clone(),
                    columns: columns.clone(),
                });
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
        let most = |size: fn(&Block) -> usize| self.blocks.iter().map(size).max().unwrap_or(0);
        let rows = most(|block| block.rows.len());
        Workspace {
            coefficients: Vec::with_capacity(most(|it| it.rows.len() * it.columns.len())),
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

/// The bits of some sites in all their configurations, by the number of up spins.
fn by_up_spins(sites: &Range<usize>) -> Vec<Vec<u64>> {
    let mut found = vec![Vec::new(); sites.len() + 1];
    for bits in 0..1_u64 << sites.len() {
        found[bits.count_ones() as usize].push(bits << sites.start);
    }
    found
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
        let (Block { rows, columns }, size) = (self.block, self.block.rows.len());
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

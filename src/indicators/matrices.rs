//! The coefficients of states as matrices, with the configurations of half the chain as rows and those of
//! the other half as columns. The ranks of a group share the matrices.

use std::ops::Range;

use crate::chain::Sector;
use crate::comm::{Message, Space};
use crate::lanes::{LANES, Lanes};

/// The coefficients with so many up spins in A, a square matrix that one rank evaluates.
pub struct Matrix {
    /// Its rows.
    pub size: usize,
    /// The rank that evaluates it.
    pub rank: usize,
    /// The elements that this rank has, row by row: their places in a state.
    own: Vec<u32>,
    /// On the rank that evaluates it, the rank that has each element.
    sources: Vec<u32>,
}

/// The matrices for A = the L/2 sites from `start` on, in ascending order of the up spins in A.
pub fn matrices(sector: &Sector, start: usize) -> Vec<Matrix> {
    let (sites, partition) = (sector.sites(), sector.partition());
    let rotated = |state: u64| {
        let turned = state << start | state >> (sites - start);
        turned & (u64::MAX >> (64 - sites))
    };
    let halves = sector.halves();
    let sizes = halves.iter().map(Vec::len);
    let ranks = evaluators(&sizes.collect::<Vec<_>>(), partition.places().len());
    let of_up_spins = |(up, rank): (usize, usize)| {
        let (rows, columns) = (&halves[up], &halves[sites / 2 - up]);
        let mut matrix = Matrix {
            size: rows.len(),
            rank,
            own: Vec::new(),
            sources: Vec::new(),
        };
        for a in rows {
            for b in columns {
                let place = sector.place(rotated(a | b << (sites / 2)));
                let source = partition.owner(place.piece);
                if source == partition.rank() {
                    matrix.own.push(sector.row(&place) as u32);
                }
                if rank == partition.rank() {
                    matrix.sources.push(source as u32);
                }
            }
        }
        matrix
    };
    ranks.into_iter().enumerate().map(of_up_spins).collect()
}

/// Ranks for matrices of these sizes. Each next largest goes to the rank with the least work.
fn evaluators(sizes: &[usize], ranks: usize) -> Vec<usize> {
    let mut largest: Vec<usize> = (0..sizes.len()).collect();
    largest.sort_by_key(|&place| std::cmp::Reverse(sizes[place]));
    let (mut work, mut chosen) = (vec![0; ranks], vec![0; sizes.len()]);
    for place in largest {
        let least = (0..ranks).min_by_key(|&rank| work[rank]);
        chosen[place] = least.expect("there is a rank");
        work[chosen[place]] += sizes[place].pow(3);
    }
    chosen
}

/// What other ranks have of a matrix: a list of each rank.
pub type Others = Vec<Vec<Lanes>>;

/// What other ranks have of the matrices that this rank evaluates, for every matrix. Collective.
pub fn collect(space: &Space, matrices: &[Matrix], states: &[Lanes]) -> Vec<Others> {
    let (partition, group) = (space.partition(), space.group());
    let (own, ranks) = (partition.rank(), group.size());
    let others = || (0..ranks).filter(move |&rank| rank != own);
    let given = |rank: usize| -> Vec<f64> {
        let of_rank = matrices.iter().filter(|matrix| matrix.rank == rank);
        of_rank
            .flat_map(|matrix| &matrix.own)
            .flat_map(|&row| states[row as usize].0)
            .collect()
    };
    let given: Vec<(usize, Vec<f64>)> = others().map(|rank| (rank, given(rank))).collect();
    let evaluated = || matrices.iter().filter(move |matrix| matrix.rank == own);
    let count = |matrix: &Matrix, rank: usize| {
        let from = |source: &&u32| **source as usize == rank;
        matrix.sources.iter().filter(from).count()
    };
    let mut taken: Vec<(usize, Vec<f64>)> = others()
        .map(|rank| {
            let rows: usize = evaluated().map(|matrix| count(matrix, rank)).sum();
            (rank, vec![0.0; rows * LANES])
        })
        .collect();
    let messages: Vec<_> = (given.iter())
        .map(|(rank, values)| Message {
            rank: *rank,
            values: &values[..],
        })
        .collect();
    let room = (taken.iter_mut()).map(|(rank, values)| Message {
        rank: *rank,
        values: &mut values[..],
    });
    group.exchange(&messages, room.collect(), &mut || ());

    let mut next: Vec<Range<usize>> = vec![0..0; ranks];
    let mut lists = Vec::with_capacity(matrices.len());
    for matrix in matrices {
        let mut list = vec![Vec::new(); ranks];
        for (rank, values) in taken.iter().filter(|_| matrix.rank == own) {
            let next = &mut next[*rank];
            *next = next.end..next.end + count(matrix, *rank) * LANES;
            let rows = values[next.clone()].as_chunks().0;
            list[*rank] = rows.iter().map(|row| Lanes(*row)).collect();
        }
        lists.push(list);
    }
    lists
}

impl Matrix {
    /// Overwrites `elements` with the matrix, row by row, from the states of this rank and the lists of
    /// the others, if there are any.
    pub fn write(&self, states: &[Lanes], others: Option<&Others>, elements: &mut [Lanes]) {
        let mut own = self.own.iter().map(|&row| &states[row as usize]);
        let Some(others) = others else {
            for (element, own) in elements.iter_mut().zip(own) {
                *element = *own;
            }
            return;
        };
        let mut others: Vec<_> = others.iter().map(|list| list.iter()).collect();
        for (element, &source) in elements.iter_mut().zip(&self.sources) {
            // This rank's own list is empty.
            let next = others[source as usize].next().or_else(|| own.next());
            *element = *next.expect("ranks give what they have");
        }
    }
}

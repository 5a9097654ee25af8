//! Counts what the ranks of a group exchange for a product with the Hamiltonian: the rows that a rank
//! takes from others over its own, the mean of the ranks and the largest, and the most ranks that one
//! exchanges with. The last number is the largest share of the states over the mean.
//!
//! The counts are exact and the same on every machine.

use std::collections::BTreeSet;

use mblscale::chain::Chain;
use mblscale::comm::Partition;
use mblscale::deck::Boundary;

const SIZES: [usize; 6] = [16, 18, 20, 22, 24, 26];
const MOST_RANKS: usize = 4096;

fn main() {
    let chosen: Vec<usize> = (std::env::args())
        .filter_map(|argument| argument.parse().ok())
        .collect();
    println!("| L | ranks | mean | largest | neighbours | largest share |");
    println!("|---|---|---|---|---|---|");
    for sites in SIZES {
        if !chosen.is_empty() && !chosen.contains(&sites) {
            continue;
        }
        let chain = Chain::new(sites, 1.0, Boundary::Periodic);
        let starts = chain.partition().starts();
        let mut ranks = 2;
        while ranks <= MOST_RANKS.min(starts.len() - 1) {
            count(&chain, starts, ranks);
            ranks *= 2;
        }
    }
}

/// One row of the table, for states cut into pieces that begin at `starts`.
fn count(chain: &Chain, starts: &[usize], ranks: usize) {
    let partition = Partition::of(starts, 0, ranks);
    let rows = |pieces: &std::ops::Range<usize>| starts[pieces.start]..starts[pieces.end];
    let owners: Vec<usize> = (partition.places().iter().enumerate())
        .flat_map(|(rank, pieces)| std::iter::repeat_n(rank, rows(pieces).len()))
        .collect();
    let mut taken = vec![0_usize; ranks];
    let mut neighbours = vec![BTreeSet::new(); ranks];
    for (row, &owner) in owners.iter().enumerate() {
        let columns = chain.exchanges_of(row).iter();
        let others: BTreeSet<usize> = columns.map(|&column| owners[column as usize]).collect();
        for other in others.into_iter().filter(|&other| other != owner) {
            taken[other] += 1;
            neighbours[other].insert(owner);
        }
    }
    let own = chain.dimension() as f64 / ranks as f64;
    let largest = partition.places().iter().map(|it| rows(it).len()).max();
    println!(
        "| {} | {ranks} | {:.2} | {:.2} | {} | {:.2} |",
        chain.sector().sites(),
        taken.iter().sum::<usize>() as f64 / chain.dimension() as f64,
        taken.iter().max().map_or(0.0, |&most| most as f64 / own),
        neighbours.iter().map(BTreeSet::len).max().unwrap_or(0),
        largest.map_or(0.0, |rows| rows as f64 / own),
    );
}

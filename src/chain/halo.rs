//! The rows of other ranks that a product with the Hamiltonian needs.

use std::collections::BTreeSet;
use std::ops::Range;

use super::sector::{Place, Sector};

/// The rows that a rank takes from its neighbours, and those that it gives to them. In a vector of this
/// rank the rows of others follow its own.
#[derive(Debug)]
pub struct Halo {
    neighbours: Vec<Neighbour>,
    /// Pieces of this rank without an exchange to other ranks, then the others.
    pieces: [Vec<Range<usize>>; 2],
}

/// A rank whose states have exchanges with those of this one.
#[derive(Debug)]
pub struct Neighbour {
    /// The other rank.
    pub rank: usize,
    /// The own rows that it needs, in their order.
    pub given: Vec<u32>,
    /// The places of its rows in a vector.
    pub taken: Range<usize>,
    places: Vec<Place>,
}

impl Halo {
    /// The rows that the states of `sector` lead to. `exchanged` makes the configurations after each
    /// exchange of one.
    pub fn new(sector: &Sector, exchanged: impl Fn(u64) -> Vec<u64>) -> Self {
        let partition = sector.partition();
        if partition.places().len() == 1 {
            let pieces = partition.own().map(|piece| partition.rows_of(piece));
            return Self {
                neighbours: Vec::new(),
                pieces: [pieces.collect(), Vec::new()],
            };
        }
        let mut met = vec![(Vec::new(), BTreeSet::new()); partition.places().len()];
        let mut pieces = [Vec::new(), Vec::new()];
        for piece in partition.own() {
            let mut needs = 0;
            for row in partition.rows_of(piece) {
                for configuration in exchanged(sector.configurations()[row]) {
                    let place = sector.place(configuration);
                    let rank = partition.owner(place.piece);
                    if rank != partition.rank() {
                        let (given, taken) = &mut met[rank];
                        if given.last() != Some(&(row as u32)) {
                            given.push(row as u32);
                        }
                        taken.insert(place);
                        needs = 1;
                    }
                }
            }
            pieces[needs].push(partition.rows_of(piece));
        }
        let mut next = partition.rows();
        let neighbour = |(rank, (given, taken)): (usize, (Vec<u32>, BTreeSet<Place>))| {
            let first = next;
            next += taken.len();
            Neighbour {
                rank,
                given,
                taken: first..next,
                places: taken.into_iter().collect(),
            }
        };
        let met = met.into_iter().enumerate();
        Self {
            neighbours: (met.filter(|(_, (given, _))| !given.is_empty()))
                .map(neighbour)
                .collect(),
            pieces,
        }
    }

    /// The ranks with which rows are exchanged.
    pub fn neighbours(&self) -> &[Neighbour] {
        &self.neighbours
    }

    /// The rows of this rank's pieces: of those that need no other ranks, then of the others.
    pub fn pieces(&self) -> &[Vec<Range<usize>>; 2] {
        &self.pieces
    }

    /// How many rows of other ranks there are.
    pub fn rows(&self) -> usize {
        self.neighbours.iter().map(|it| it.taken.len()).sum()
    }

    /// The row of a state of another rank.
    ///
    /// # Panics
    /// When no state of this rank leads to it.
    pub fn row(&self, rank: usize, place: &Place) -> usize {
        let neighbour = self.neighbours.iter().find(|it| it.rank == rank);
        let neighbour = neighbour.expect("a rank that this one has exchanges with");
        let found = neighbour.places.binary_search(place);
        neighbour.taken.start + found.expect("a state that an exchange leads to")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::chain::{Chain, Sector};
    use crate::comm::Partition;
    use crate::deck::Boundary;

    /// Counted on the exchanges of the whole chain. A product of eight vectors sends 64 bytes of each row.
    #[test]
    fn ranks_give_each_other_the_rows_that_have_exchanges() {
        let whole = Chain::new(14, 1.0, Boundary::Periodic);
        let starts = whole.partition().starts();
        for ranks in 2..=4 {
            let places = Partition::of(starts, 0, ranks).places().to_vec();
            let owner = |row: usize| {
                let is_of = |place: &std::ops::Range<usize>| {
                    (starts[place.start]..starts[place.end]).contains(&row)
                };
                places.iter().position(is_of).unwrap()
            };
            let pairs: BTreeSet<[usize; 3]> = (0..whole.dimension())
                .flat_map(|row| {
                    let columns = whole.exchanges_of(row).iter();
                    columns.map(move |&column| (row, column as usize))
                })
                .map(|(row, column)| [owner(row), owner(column), row])
                .filter(|[from, to, _]| from != to)
                .collect();
            for rank in 0..ranks {
                let sector = Sector::part(14, rank, ranks);
                let chain = Chain::of(sector, 1.0, 1.0, Boundary::Periodic);
                let first = starts[places[rank].start];
                for neighbour in chain.halo().neighbours() {
                    let rows = neighbour.given.iter().map(|&row| first + row as usize);
                    let expected = (pairs.iter())
                        .filter(|[from, to, _]| [*from, *to] == [rank, neighbour.rank])
                        .map(|pair| pair[2]);
                    assert!(rows.eq(expected), "{rank} to {} of {ranks}", neighbour.rank);
                }
                let met = |&&[from, _, _]: &&[usize; 3]| from == rank;
                let given = chain.halo().neighbours().iter().map(|it| it.given.len());
                assert_eq!(given.sum::<usize>(), pairs.iter().filter(met).count());
            }
        }
    }
}

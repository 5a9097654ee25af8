//! The rows of vectors, cut into pieces, and shared by the ranks of a group.

use std::ops::Range;

/// Rows of a piece, where nothing else cuts them.
const PIECE: usize = 1024;

/// The rows of a rank. Its pieces do not depend on the number of ranks.
#[derive(Debug, Clone)]
pub struct Partition {
    /// The first row of each of this rank's pieces among its own rows, and the end of the last one.
    starts: Vec<usize>,
    /// The pieces of each rank.
    places: Vec<Range<usize>>,
    rank: usize,
    dimension: usize,
}

impl Partition {
    /// All of `dimension` rows on one rank.
    pub fn alone(dimension: usize) -> Self {
        let mut starts: Vec<usize> = (0..dimension).step_by(PIECE).collect();
        starts.push(dimension);
        Self::of(&starts, 0, 1)
    }

    /// The part of `rank`, one of so many `ranks`, of pieces that begin at the rows `starts`. The list
    /// ends with the number of rows. Ranks have as many rows as whole pieces allow.
    ///
    /// # Panics
    /// When there are fewer pieces than ranks.
    pub fn of(starts: &[usize], rank: usize, ranks: usize) -> Self {
        let pieces = starts.len() - 1;
        assert!(ranks <= pieces, "{ranks} ranks have {pieces} pieces");
        let bounds = bounds(starts, ranks);
        let place = |rank: usize| bounds[rank]..bounds[rank + 1];
        let own = place(rank);
        let first = starts[own.start];
        Self {
            starts: (starts[own.start..=own.end].iter())
                .map(|row| row - first)
                .collect(),
            places: (0..ranks).map(place).collect(),
            rank,
            dimension: starts[pieces],
        }
    }

    /// The number of rows of all ranks.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// How many rows this rank has.
    pub fn rows(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }

    /// This rank.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// The pieces of each rank.
    pub fn places(&self) -> &[Range<usize>] {
        &self.places
    }

    /// The pieces of this rank.
    pub fn own(&self) -> Range<usize> {
        self.places[self.rank].clone()
    }

    /// The first row of each of its pieces among its own rows, and the end of the last one.
    pub fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// The rows of one of its pieces, counted from its own first row.
    pub fn rows_of(&self, piece: usize) -> Range<usize> {
        let place = piece - self.places[self.rank].start;
        self.starts[place]..self.starts[place + 1]
    }

    /// The rows of its pieces, and the same rows of a vector that may have more rows at its end.
    pub fn pieces_of<'v, T>(
        &self,
        vector: &'v mut [T],
    ) -> impl Iterator<Item = (Range<usize>, &'v mut [T])> {
        let mut rest = vector;
        self.own().map(move |piece| {
            let rows = self.rows_of(piece);
            let rows_of_piece = rest.split_off_mut(..rows.len());
            (
                rows,
                rows_of_piece.expect("a vector with the rows of this rank"),
            )
        })
    }

    /// The rank that a piece belongs to.
    pub fn owner(&self, piece: usize) -> usize {
        self.places.partition_point(|place| place.end <= piece)
    }
}

/// The first piece of each rank, and the end of the last one's.
fn bounds(starts: &[usize], ranks: usize) -> Vec<usize> {
    let (pieces, rows) = (starts.len() - 1, starts[starts.len() - 1]);
    let mut bounds = vec![0];
    for rank in 1..ranks {
        let wanted = rank * rows / ranks;
        let after = starts.partition_point(|&start| start < wanted);
        let before = after.saturating_sub(1);
        let nearest = match starts[after] - wanted < wanted - starts[before] {
            true => after,
            false => before,
        };
        // Every rank has a piece.
        bounds.push(nearest.clamp(bounds[rank - 1] + 1, pieces - (ranks - rank)));
    }
    bounds.push(pieces);
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_have_about_as_many_rows() {
        let starts: Vec<usize> = (0..=40)
            .map(|piece| 30 * piece + 20 * piece.min(10))
            .collect();
        for ranks in 1..=12 {
            let rows: Vec<usize> = (0..ranks)
                .map(|rank| Partition::of(&starts, rank, ranks).rows())
                .collect();
            assert_eq!(rows.iter().sum::<usize>(), 1400);
            assert!(
                rows.iter().all(|rows| rows.abs_diff(1400 / ranks) <= 50),
                "{rows:?}"
            );
        }
    }

    #[test]
    fn every_rank_has_a_piece() {
        let starts = [0, 1, 2, 3, 100];
        for rank in 0..4 {
            assert_eq!(Partition::of(&starts, rank, 4).own(), rank..rank + 1);
        }
    }
}

//! Vectors that the ranks of a group hold together, each some rows of them.
//!
//! A sum over rows is taken over each piece first. Then the two halves of the list of pieces are added
//! up, the halves of these before them, and so on. The sum therefore has the same bits for any number of
//! ranks and threads.

use std::ops::Range;
use std::sync::Arc;

use super::alone::alone;
use super::communicator::{Communicator, Group};
use super::partition::Partition;
use crate::threads::join;

/// Vectors of one length in the memory of a group.
#[derive(Clone)]
pub struct Space {
    partition: Arc<Partition>,
    group: Group,
}

impl Space {
    /// Vectors of `dimension` rows on this rank alone.
    pub fn alone(dimension: usize) -> Self {
        Self::new(Arc::new(Partition::alone(dimension)), alone())
    }

    /// Vectors of which the ranks of `group` have the parts of `partition`.
    pub fn new(partition: Arc<Partition>, group: Group) -> Self {
        Self { partition, group }
    }

    /// The rows of this rank.
    pub fn partition(&self) -> &Partition {
        &self.partition
    }

    /// The ranks that have parts of the vectors.
    pub fn group(&self) -> &dyn Communicator {
        &*self.group
    }

    /// The sums over all rows. `part` makes those over some of this rank's rows. Collective.
    pub fn sum(&self, part: impl Fn(Range<usize>) -> Vec<f64> + Sync) -> Vec<f64> {
        let partition = &*self.partition;
        self.sum_of_pieces(|piece| part(partition.rows_of(piece)))
    }

    /// The sum of numbers, of which this rank has one for each of its pieces. Collective.
    ///
    /// # Panics
    /// When they are more or fewer, as those of vectors that are cut otherwise.
    pub fn sum_numbers(&self, numbers: &[f64]) -> f64 {
        let Range { start: first, end } = self.partition.own();
        assert_eq!(numbers.len(), end - first, "one number for each piece");
        self.sum_of_pieces(|piece| vec![numbers[piece - first]])[0]
    }

    fn sum_of_pieces(&self, part: impl Fn(usize) -> Vec<f64> + Sync) -> Vec<f64> {
        let partition = &*self.partition;
        let places = partition.places();
        let all = 0..places[places.len() - 1].end;
        if places.len() == 1 {
            return add_up(all, &part);
        }
        let given: Vec<f64> = subtrees(all.clone(), &partition.own())
            .into_iter()
            .flat_map(|pieces| add_up(pieces, &part))
            .collect();
        let counts = places
            .iter()
            .map(|place| subtrees(all.clone(), place).len());
        let counts: Vec<usize> = counts.collect();
        let length = given.len() / counts[partition.rank()];
        if length == 0 {
            return given;
        }
        let counts: Vec<usize> = counts.iter().map(|count| count * length).collect();
        let gathered = self.group.gather(&given, &counts);
        combine(all, places, &mut gathered.chunks_exact(length))
    }
}

/// Adds up the sums that ranks have given for their subtrees of pieces.
fn combine<'g>(
    pieces: Range<usize>,
    places: &[Range<usize>],
    given: &mut impl Iterator<Item = &'g [f64]>,
) -> Vec<f64> {
    if places.iter().any(|place| holds(place, &pieces)) {
        return given.next().expect("ranks give what they hold").to_vec();
    }
    let [lower, upper] = halves(&pieces);
    let lower = combine(lower, places, given);
    add(lower, &combine(upper, places, given))
}

fn holds(place: &Range<usize>, pieces: &Range<usize>) -> bool {
    place.start <= pieces.start && pieces.end <= place.end
}

fn halves(pieces: &Range<usize>) -> [Range<usize>; 2] {
    let middle = usize::midpoint(pieces.start, pieces.end);
    [pieces.start..middle, middle..pieces.end]
}

/// The largest subtrees of the tree of halves of `all` that lie in `place`, in their order.
fn subtrees(all: Range<usize>, place: &Range<usize>) -> Vec<Range<usize>> {
    if holds(place, &all) {
        return vec![all];
    }
    if all.end <= place.start || place.end <= all.start {
        return Vec::new();
    }
    let below = halves(&all).map(|half| subtrees(half, place));
    below.concat()
}

/// The sums of some pieces.
fn add_up(pieces: Range<usize>, part: &(impl Fn(usize) -> Vec<f64> + Sync)) -> Vec<f64> {
    if pieces.len() == 1 {
        return part(pieces.start);
    }
    let [lower, upper] = halves(&pieces);
    let (lower, upper) = join(|| add_up(lower, part), || add_up(upper, part));
    add(lower, &upper)
}

fn add(mut sums: Vec<f64>, more: &[f64]) -> Vec<f64> {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::threads::run;

    /// Sums of numbers of very different magnitudes, which depend on the order.
    #[test]
    fn sums_have_the_same_bits_for_any_number_of_ranks() {
        for pieces in [1_usize, 2, 5, 8, 13] {
            let starts: Vec<usize> = (0..=pieces).map(|piece| 10 * piece + piece % 3).collect();
            let number = |row: usize| (row as f64).sin() * 10_f64.powi((row % 17) as i32);
            let sums = |group: Group| {
                let partition = Partition::of(&starts, group.rank(), group.size());
                let first = starts[partition.own().start];
                let space = Space::new(Arc::new(partition), group);
                space.sum(|rows| {
                    let rows = first + rows.start..first + rows.end;
                    let all = rows.clone().map(number).sum();
                    vec![all, rows.map(|row| number(row).cos()).sum()]
                })
            };
            let expected = sums(alone());
            let plain: f64 = (0..starts[pieces]).map(number).sum();
            assert!((expected[0] - plain).abs() < 1e-9 * 1e17);
            for ranks in 1..=pieces {
                for found in run(ranks, |comm| sums(comm.group(ranks))) {
                    assert_eq!(found, expected, "{pieces} pieces, {ranks} ranks");
                }
            }
        }
    }
}

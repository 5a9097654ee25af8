//! Pieces of work that a team does round by round.
//!
//! Every member has pieces of its own, whose memory stays in its caches. It does those of others when
//! these are late, so that a member whose core is busy elsewhere delays no round for long. A round begins
//! when all pieces of the one before are done.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::done::Done;
use super::team::Member;

/// The pieces of a member.
#[repr(align(64))]
struct Share {
    pieces: Range<usize>,
    /// Pieces that were begun, in all rounds.
    begun: AtomicUsize,
    /// Pieces that are done, in all rounds.
    done: Done,
}

/// Pieces of rows that every round goes through.
pub struct Rounds<'p> {
    pieces: &'p [Range<usize>],
    shares: Vec<Share>,
}

impl<'p> Rounds<'p> {
    /// Shares pieces among the members of a team, by their rows.
    pub fn new(pieces: &'p [Range<usize>], members: usize) -> Self {
        let all: usize = pieces.iter().map(Range::len).sum();
        let bound = |number: usize| {
            let mut before = 0;
            let is_before = |rows: &&Range<usize>| {
                before += rows.len();
                2 * before - rows.len() < 2 * number * all / members
            };
            pieces.iter().take_while(is_before).count()
        };
        let share = |number: usize| Share {
            pieces: bound(number)..bound(number + 1),
            begun: AtomicUsize::new(0),
            done: Done::default(),
        };
        Self {
            pieces,
            shares: (0..members).map(share).collect(),
        }
    }

    /// Does pieces of a round, counted from 0, until all are begun. Those of the member come first.
    pub fn work(&self, member: &Member, round: usize, mut work: impl FnMut(Range<usize>)) {
        for other in 0..self.shares.len() {
            let share = &self.shares[(member.number + other) % self.shares.len()];
            while let Some(piece) = share.begin(round) {
                work(self.pieces[piece].clone());
                share.done.advance();
            }
        }
    }

    /// Waits until all pieces of a round are done. What was written in them can be read then.
    pub fn wait(&self, round: usize) {
        for share in &self.shares {
            share.done.wait_for((round + 1) * share.pieces.len());
        }
    }
}

impl Share {
    /// The next piece of a round; none when all are begun.
    fn begin(&self, round: usize) -> Option<usize> {
        let length = self.pieces.len();
        let next = |begun: usize| (begun < (round + 1) * length).then_some(begun + 1);
        let begun = self
            .begun
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        begun.ok().map(|begun| self.pieces.start + begun % length)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::super::team::side_by_side;
    use super::*;

    #[test]
    fn members_share_all_pieces() {
        let pieces: Vec<Range<usize>> = (0..9).map(|k| k * k..(k + 1) * (k + 1)).collect();
        for members in 1..6 {
            let rounds = Rounds::new(&pieces, members);
            let mut next = 0;
            for share in &rounds.shares {
                assert_eq!(share.pieces.start, next);
                next = share.pieces.end;
                let rows: usize = pieces[share.pieces.clone()].iter().map(Range::len).sum();
                assert!(rows <= 81 / members + 17);
            }
            assert_eq!(next, 9);
        }
    }

    /// Whoever does them, the pieces of a round are done once, after those of the round before.
    #[test]
    fn rounds_follow_one_another() {
        let pieces: Vec<Range<usize>> = (0..7).map(|k| 3 * k..3 * k + 3).collect();
        let (done, rounds) = (Mutex::new(Vec::new()), Rounds::new(&pieces, 3));
        side_by_side(3, &mut (), |member, _| {
            for round in 0..50 {
                rounds.work(member, round, |rows| {
                    done.lock().unwrap().push((round, rows.start));
                });
                rounds.wait(round);
            }
        });
        let mut done = done.into_inner().unwrap();
        assert!(done.is_sorted_by_key(|(round, _)| *round));
        done.sort_unstable();
        let all = (0..50).flat_map(|round| (0..7).map(move |k| (round, 3 * k)));
        assert!(done.into_iter().eq(all));
    }
}

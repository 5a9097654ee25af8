//! What ranks do together: processes of MPI, a single process, or threads of a test.

use std::rc::Rc;

/// A group of ranks. All ranks of the group call its collective methods in the same order. Only
/// [`rank`](Self::rank), [`size`](Self::size) and [`abort`](Self::abort) are not collective.
///
/// The same lines run on one process and on many:
///
/// ```
/// use mblscale::comm::{Alone, Communicator};
///
/// /// The sum of 0, 1, … 99, each rank adding its share.
/// fn sum_of_numbers(comm: &dyn Communicator) -> f64 {
///     let own = (0..100).skip(comm.rank()).step_by(comm.size());
///     let mut sum = [own.map(f64::from).sum()];
///     comm.sum(&mut sum);
///     sum[0]
/// }
///
/// assert_eq!(sum_of_numbers(&Alone), 4950.0);
/// ```
pub trait Communicator {
    /// This rank, from 0.
    fn rank(&self) -> usize;

    /// The number of ranks.
    fn size(&self) -> usize;

    /// Copies the bytes of rank 0 to every rank.
    fn broadcast(&self, bytes: &mut Vec<u8>);

    /// Adds up `values` over the ranks, element by element, in place.
    ///
    /// MPI chooses the order of summation. The result is exact where each element is non-zero on one
    /// rank only.
    fn sum(&self, values: &mut [f64]);

    /// What every rank gives, one rank's numbers after the other's. `counts` says how many each gives.
    fn gather(&self, values: &[f64], counts: &[usize]) -> Vec<f64>;

    /// Sends numbers to some ranks and takes those that they send, while `work` is done.
    fn exchange(
        &self,
        given: &[Message<&[f64]>],
        taken: Vec<Message<&mut [f64]>>,
        work: &mut dyn FnMut(),
    );

    /// The ranks of this rank's group, where `size` neighbouring ranks are a group.
    fn group(&self, size: usize) -> Group;

    /// How many of these ranks share this node's memory and cores.
    fn ranks_on_node(&self) -> usize;

    /// This rank among those of its node, from 0.
    fn rank_on_node(&self) -> usize;

    /// Creates `count` numbers that all ranks share, at zero.
    fn counters(&self, count: usize) -> Box<dyn Counters + '_>;

    /// Ends every rank at once with `code`, from any rank.
    fn abort(&self, code: i32) -> !;
}

/// The ranks that solve a realization together.
pub type Group = Rc<dyn Communicator>;

/// Numbers that go to a rank, or room for those that come from it.
pub struct Message<T> {
    /// The other rank.
    pub rank: usize,
    /// The numbers.
    pub values: T,
}

/// Numbers that all ranks can increase. Only [`close`](Self::close) is collective. Until then no rank
/// calls another collective method of its communicator.
pub trait Counters {
    /// Adds an amount to each number and returns the numbers from before, in one message. Each
    /// addition is atomic, so no two ranks get the same number.
    fn add(&self, amounts: &[u64]) -> Vec<u64>;

    /// Serves the calls of other ranks. Without shared memory or a suitable network, they wait for
    /// such a call on rank 0. It costs a microsecond.
    fn progress(&self);

    /// Frees the numbers once every rank has made its last call. Rank 0 serves the others until then.
    fn close(self: Box<Self>);
}

//! The random numbers of a task.

use rand_xoshiro::Xoshiro256PlusPlus;

use crate::chain::task::Task;
use crate::deck::Split;
use crate::random::stream;

/// The xoshiro256++ stream of a task, seeded from `seed` and the identity of the task alone. A field
/// depends neither on the rank that draws it nor on the other tasks of a deck.
pub fn stream_of(seed: u64, task: &Task) -> Xoshiro256PlusPlus {
    numbered_stream(seed, task, 0)
}

/// Another stream of the same task. The number 0 is that of its field.
pub fn numbered_stream(seed: u64, task: &Task, number: u64) -> Xoshiro256PlusPlus {
    let split = match task.split {
        Split::Train => 0,
        Split::Test => 1,
    };
    stream(
        seed,
        [
            task.sites as u64,
            task.strength.to_bits(),
            split + 2 * number,
            u64::from(task.realization),
        ],
    )
}

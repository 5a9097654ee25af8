//! The threads of a rank.

mod awake;
mod done;
mod pool;
mod rounds;
mod team;

pub use awake::awake;
pub use done::Done;
pub use pool::{Workspaces, in_pieces, join, map, pieces, pieces_mut, set_threads, threads};
pub use rounds::Rounds;
pub use team::{Member, Shared, side_by_side, team_size};

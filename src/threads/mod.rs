//! The threads of a rank.

mod pool;
mod rounds;
mod team;

pub use pool::{Workspaces, join, map, pieces, pieces_mut, set_threads, threads};
pub use rounds::Rounds;
pub use team::{Member, Shared, side_by_side, team_size};

//! What `info` prints of any file that the program writes, and of its directories.
//!
//! Each kind of file has a file here, which makes a [`Summary`]. Kinds are told apart by content,
//! because files may have any name.

mod campaign;
mod contents;
mod directory;
mod documents;
mod evaluation;
mod journals;
mod kind;
mod model;
mod scaling;
mod study;
mod summary;
mod tasks;
mod training;

use std::path::Path;

use directory::directory;
use kind::summary;
pub use summary::Info;

use crate::error::Result;

/// A file or a directory of this program as text. It only reads, so it does not disturb a run there.
///
/// # Errors
/// When it cannot be read, or is none of this program. The message says what was found.
pub fn info(path: &Path) -> Result<Info> {
    if path.is_dir() {
        return directory(path);
    }
    Ok(Info {
        text: summary(path)?.text(path),
        unreadable: Vec::new(),
    })
}

//! JSON results: documents, and files of one object a line.

mod document;
mod lines;
mod write;

pub use document::Document;
pub use lines::Lines;
pub use write::{first_line, write_json};

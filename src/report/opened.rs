//! The files that a deck names, as `check` finds them.

use std::path::PathBuf;

/// A file that a deck names.
pub struct Opened {
    /// The key that names it.
    pub key: &'static str,
    /// Where it is.
    pub path: PathBuf,
    /// What it holds, in lines.
    pub lines: Vec<String>,
}

/// The files with what they hold.
pub fn opened(files: &[Opened]) -> String {
    let file = |Opened { key, path, lines }: &Opened| {
        let lines: String = lines
            .iter()
            .map(|line| format!("           {line}\n"))
            .collect();
        format!("\n{key:<10} {}\n{lines}", path.display())
    };
    files.iter().map(file).collect()
}

//! Values of a deck as messages show them.

use crate::error::number;

/// No value is shown at greater length.
const LONGEST: usize = 60;

/// A value in the words of the deck, cut short where it is long.
pub fn shown(value: &toml::Value) -> String {
    let text = match value {
        toml::Value::Float(value) => number(*value),
        other => other.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

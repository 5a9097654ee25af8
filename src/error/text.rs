//! Texts and numbers as messages show them.

use std::borrow::Cow;

/// `text` with an escape in place of each control character. A terminal would obey such characters,
/// and hide or forge a part of the message.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let shown = |letter: char| match letter.is_control() {
        true => letter.escape_default().to_string(),
        false => letter.to_string(),
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// The same line by line, for a text of several.
pub fn printable_lines(text: &str) -> String {
    let lines: Vec<Cow<str>> = text.split('\n').map(printable).collect();
    lines.join("\n")
}

/// The shortest text that reads back as `value`. Without an exponent 1e300 has 301 digits.
pub fn number(value: f64) -> String {
    let text = format!("{value:?}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

/// A number with so many decimals, or with an exponent where it would be long.
pub fn fixed(value: f64, decimals: usize) -> String {
    if value.abs() < 1e9 {
        format!("{value:.decimals$}")
    } else {
        format!("{value:.decimals$e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_is_printed() {
        assert_eq!(printable("ε = 0.5"), "ε = 0.5");
        assert_eq!(
            printable("a\u{1b}[31m\0\n\u{9b}"),
            "a\\u{1b}[31m\\u{0}\\n\\u{9b}"
        );
        assert_eq!(printable_lines("a\n\tb\n"), "a\n\\tb\n");
    }

    #[test]
    fn large_numbers_have_exponents() {
        assert_eq!(fixed(12_345.678, 1), "12345.7");
        assert_eq!(fixed(-1e300, 2), "-1.00e300");
        assert_eq!(fixed(f64::NAN, 2), "NaN");
    }

    #[test]
    fn numbers_are_short_and_read_back() {
        for (value, text) in [
            (5.0, "5"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (1e300, "1e300"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(number(value), text);
            assert_eq!(text.parse(), Ok(value));
        }
    }
}

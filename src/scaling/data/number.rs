//! Numbers in text, with a decimal point or a decimal comma.

/// Reads numbers, and remembers which decimal mark they have.
///
/// A text with both is refused, because 1,000 may then be one or a thousand.
#[derive(Default)]
pub struct Decimals {
    /// The first line with a decimal point, and the first with a decimal comma.
    seen: [Option<usize>; 2],
}

/// What tables have in place of a missing number, in small letters.
const MISSING: [&str; 5] = ["", "nan", "na", "n/a", "null"];

/// Whether a field holds no number, because it is missing.
pub fn is_missing(field: &str) -> bool {
    MISSING.contains(&field.to_lowercase().as_str())
}

const NAMES: [&str; 2] = ["point", "comma"];

impl Decimals {
    /// The number in a field of line `line`. It may be infinite or NaN.
    ///
    /// # Errors
    /// What is wrong with the field.
    pub fn number(&mut self, line: usize, field: &str) -> Result<f64, String> {
        let own = usize::from(field.contains(','));
        if field.contains([',', '.']) {
            if let Some(other) = self.seen[1 - own] {
                return Err(format!(
                    "\"{field}\" has a decimal {}, where line {other} has a decimal {}; use one of \
                     them",
                    NAMES[own],
                    NAMES[1 - own]
                ));
            }
            self.seen[own].get_or_insert(line);
        }
        // Fortran writes the exponent of a double as D.
        let plain = field.replace(',', ".").replace(['D', 'd'], "e");
        plain.parse().map_err(|_| {
            format!(
                "\"{field}\" is not a number; write one, or leave the field empty for a missing one"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_decimal_mark_is_read() {
        let mut point = Decimals::default();
        assert_eq!(point.number(2, "8"), Ok(8.0));
        assert_eq!(point.number(2, "2.5"), Ok(2.5));
        assert_eq!(point.number(3, "-1.5D-03"), Ok(-0.0015));
        assert!(point.number(4, "2,5").unwrap_err().contains("line 2"));
        let mut comma = Decimals::default();
        assert_eq!(comma.number(2, "2,5e1"), Ok(25.0));
        assert!(comma.number(3, "1,000,000").is_err());
        assert!(comma.number(3, "1.000,5").is_err());
        assert!(Decimals::default().number(2, "1.000,5").is_err());
        assert!(Decimals::default().number(2, "--").is_err());
        assert!(is_missing("NaN") && is_missing("") && !is_missing("inf"));
    }
}

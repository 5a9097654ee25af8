//! Identities of results. They depend on what a result is, and not on when, where or by how many
//! ranks it was computed. docs/file-formats.md says what is hashed, so that others can do it too.

use std::fmt;

use sha2::{Digest, Sha256};

/// The identity of a result: the first half of a SHA-256 hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity([u8; 16]);

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        (self.0.iter()).try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Makes an identity of texts and numbers.
///
/// ```
/// use mblscale::identity::Hasher;
///
/// let mut hasher = Hasher::default();
/// hasher.text("gap_ratio");
/// hasher.numbers(&[0.5, f64::NAN]);
/// assert_eq!(hasher.finish().to_string().len(), 32);
/// ```
#[derive(Default)]
pub struct Hasher(Sha256);

impl Identity {
    /// The identity of a file, as `sha256sum` gives it.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Hasher(Sha256::new_with_prefix(bytes)).finish()
    }
}

impl Hasher {
    /// Adds a text, and an end of line.
    pub fn text(&mut self, text: &str) {
        self.0.update(text.as_bytes());
        self.0.update(b"\n");
    }

    /// Adds numbers as little-endian doubles. All NaN are the same.
    pub fn numbers<'n>(&mut self, numbers: impl IntoIterator<Item = &'n f64>) {
        for number in numbers {
            let number = if number.is_nan() { f64::NAN } else { *number };
            self.0.update(number.to_le_bytes());
        }
    }

    /// The identity of all that was added.
    pub fn finish(self) -> Identity {
        let hash = self.0.finalize();
        Identity(std::array::from_fn(|place| hash[place]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of FIPS 180-4, and what Python's hashlib and struct give for the rest:
    /// `sha256(b"h\n" + pack("<3d", 0.5, -0.0, nan))`.
    #[test]
    fn identities_are_those_of_other_programs() {
        assert_eq!(
            Hasher::default().finish().to_string(),
            "e3b0c44298fc1c149afbf4c8996fb924"
        );
        let mut hasher = Hasher::default();
        hasher.text("h");
        hasher.numbers(&[0.5, -0.0, -f64::NAN]);
        assert_eq!(
            hasher.finish().to_string(),
            "bbeda343d62f2137688d45bb615192e5"
        );
    }
}

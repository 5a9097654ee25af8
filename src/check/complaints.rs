//! What is wrong with a deck, and the checks that several tables share.

use crate::error::nearest;
use crate::indicators::{self, Description};

/// The longest chain whose basis states fit a machine word.
const LONGEST: usize = 62;

/// Something wrong with the value of a key.
pub struct Complaint {
    /// The key with its tables.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// Everything wrong with a deck, in its order.
#[derive(Default)]
pub struct Complaints(pub Vec<Complaint>);

impl Complaints {
    /// Adds a complaint about `key` when something is `wrong`.
    pub fn refuse_if(
        &mut self,
        wrong: bool,
        key: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        if wrong {
            self.0.push(Complaint {
                key: key.to_owned(),
                message: message.into(),
                remedy: remedy.into(),
            });
        }
    }

    /// Complains about chain lengths that are odd, too long or named twice.
    pub fn sizes(&mut self, key: &str, sizes: &[usize]) {
        self.refuse_if(
            sizes.is_empty(),
            key,
            "no chain length",
            "name one or more, as in [8, 10]",
        );
        for &size in sizes {
            self.refuse_if(
                size % 2 == 1 || size < 2,
                key,
                format!("{size} sites have no sector of zero magnetization"),
                "use even lengths of 2 or more",
            );
            self.refuse_if(
                size > LONGEST,
                key,
                format!("{size} sites are more than a basis state can hold"),
                format!("use lengths up to {LONGEST}"),
            );
        }
        self.once(key, sizes);
    }

    /// Complains about values that are named twice.
    pub fn once<T: PartialEq + std::fmt::Display>(&mut self, key: &str, values: &[T]) {
        for (place, value) in values.iter().enumerate() {
            self.refuse_if(
                values[..place].contains(value),
                key,
                format!("{value} is named twice"),
                "name each value once",
            );
        }
    }

    /// Complains about disorder strengths that are negative, not finite or named twice.
    pub fn strengths(&mut self, key: &str, strengths: &[f64]) {
        self.refuse_if(strengths.is_empty(), key, "is empty", "name one or more");
        for strength in strengths {
            self.refuse_if(
                !(strength.is_finite() && *strength >= 0.0),
                key,
                format!("{strength} is not a disorder strength"),
                "use finite values of 0 or more",
            );
        }
        self.once(key, strengths);
    }

    /// Complains about energy densities outside 0 to 1, or named twice.
    pub fn energy_densities(&mut self, key: &str, targets: &[f64]) {
        self.refuse_if(targets.is_empty(), key, "is empty", "name one or more");
        for target in targets {
            self.refuse_if(
                !(0.0..=1.0).contains(target),
                key,
                format!("{target} is outside the spectrum"),
                "energy densities run from 0 to 1",
            );
        }
        self.once(key, targets);
    }

    /// The one of `known` with this name; else a complaint.
    pub fn known<T>(
        &mut self,
        key: &str,
        word: &str,
        known: impl Iterator<Item = (&'static str, T)> + Clone,
    ) -> Option<T> {
        let found = known.clone().find(|(name, _)| *name == word);
        self.refuse_if(
            found.is_none(),
            key,
            format!("\"{word}\" is not known"),
            nearest(word, known.map(|(name, _)| name)),
        );
        found.map(|(_, it)| it)
    }

    /// The indicators of these names; a complaint for each that is not known.
    pub fn indicators(&mut self, key: &str, names: &[String]) -> Vec<&'static Description> {
        self.refuse_if(names.is_empty(), key, "is empty", "name one or more");
        let known = indicators::ALL.iter().map(|known| (known.name, known));
        let mut found = Vec::new();
        for name in names {
            found.extend(self.known(key, name, known.clone()));
        }
        self.once(key, names);
        found
    }
}

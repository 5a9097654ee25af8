//! What is wrong with a deck, and the checks that several tables share.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::Path;

use crate::error::{nearest, number};
use crate::indicators;

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

/// So many complaints about a key are listed. A long list may be wrong throughout.
const LISTED: usize = 10;

/// Everything wrong with a deck, in its order.
#[derive(Default)]
pub struct Complaints {
    listed: Vec<Complaint>,
    /// How many there are for each key.
    counts: BTreeMap<String, usize>,
}

impl Complaints {
    /// Adds a complaint about `key` when something is `wrong`.
    pub fn refuse_if(
        &mut self,
        wrong: bool,
        key: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        if !wrong {
            return;
        }
        let count = self.counts.entry(key.to_owned()).or_default();
        *count += 1;
        if *count <= LISTED {
            self.listed.push(Complaint {
                key: key.to_owned(),
                message: message.into(),
                remedy: remedy.into(),
            });
        }
    }

    /// All complaints; of a key with many, the number of those that are not listed.
    pub fn all(self) -> Vec<Complaint> {
        let mut all = self.listed;
        let more = |(key, count): (String, usize)| {
            let more = count.checked_sub(LISTED).filter(|&more| more > 0)?;
            Some(Complaint {
                key,
                message: format!("and {more} more"),
                remedy: String::new(),
            })
        };
        all.extend(self.counts.into_iter().filter_map(more));
        all
    }

    /// Complains about a name or path that is empty or that a terminal would not show as it is.
    pub fn text(&mut self, key: &str, text: &str) {
        self.refuse_if(text.trim().is_empty(), key, "is empty", "write a name");
        self.refuse_if(
            text.contains(char::is_control),
            key,
            format!("\"{text}\" has control characters"),
            "write letters that can be printed",
        );
    }

    /// The same of each name in a list.
    pub fn texts(&mut self, key: &str, texts: &[String]) {
        for text in texts {
            self.text(key, text);
        }
    }

    /// The same of a path.
    pub fn path(&mut self, key: &str, path: &Path) {
        self.text(key, &path.to_string_lossy());
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

    /// Complains about chain lengths of one's own data if they are too short or named twice.
    pub fn own_sizes(&mut self, key: &str, sizes: &[usize]) {
        self.refuse_if(
            sizes.is_empty(),
            key,
            "no chain length",
            "name one or more, as in [8, 9]",
        );
        for &size in sizes {
            self.refuse_if(
                size < 2,
                key,
                format!("{size} sites are no ring"),
                "use lengths of 2 or more",
            );
        }
        self.once(key, sizes);
    }

    /// Complains about values that are named twice.
    pub fn once<T: PartialOrd + Debug>(&mut self, key: &str, values: &[T]) {
        // NaN has no place in an order.
        let ordered = values.iter().filter(|it| it.partial_cmp(it).is_some());
        let mut sorted: Vec<&T> = ordered.collect();
        sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
        for pair in sorted.windows(2).filter(|pair| pair[0] == pair[1]) {
            self.refuse_if(
                true,
                key,
                format!("{:?} is named twice", pair[0]),
                "name each value once",
            );
        }
    }

    /// Complains about disorder strengths that are negative, not finite or named twice.
    pub fn strengths(&mut self, key: &str, strengths: &[f64]) {
        self.refuse_if(strengths.is_empty(), key, "is empty", "name one or more");
        self.strengths_of(key, strengths);
    }

    /// The same of a list that may be empty.
    pub fn strengths_of(&mut self, key: &str, strengths: &[f64]) {
        for strength in strengths {
            self.refuse_if(
                !(strength.is_finite() && *strength >= 0.0),
                key,
                format!("{} is not a disorder strength", number(*strength)),
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
                format!("{} is outside the spectrum", number(*target)),
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
    pub fn indicators(
        &mut self,
        key: &str,
        names: &[String],
    ) -> Vec<&'static indicators::Description> {
        self.refuse_if(names.is_empty(), key, "is empty", "name one or more");
        let known = indicators::ALL.iter().map(|known| (known.name, known));
        self.all_known(key, names, known)
    }

    /// What these names stand for, each of which is named once.
    pub fn all_known<T>(
        &mut self,
        key: &str,
        names: &[String],
        known: impl Iterator<Item = (&'static str, T)> + Clone,
    ) -> Vec<T> {
        let mut found = Vec::new();
        for name in names {
            found.extend(self.known(key, name, known.clone()));
        }
        self.once(key, names);
        found
    }
}

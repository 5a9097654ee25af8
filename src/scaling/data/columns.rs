//! The columns that a table of means may have, and the names that others give them.

use super::curve::LARGEST;
use super::delimited::Line;
use super::number::is_missing;

/// The largest whole number that is exact as a floating-point number.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// A column that is read.
pub struct Column {
    /// Its name in this program.
    pub name: &'static str,
    /// Other names, in lower case with `_` between words.
    others: &'static [&'static str],
    /// The values that it may have.
    values: Values,
}

#[derive(Clone, Copy)]
enum Values {
    Sizes,
    Counts,
    Numbers,
    Errors,
    Text,
}

/// Every column that is read.
pub const KNOWN: &[Column] = &[
    column("L", &["l", "size", "sites", "length"], Values::Sizes),
    column("h", &["w", "strength", "disorder"], Values::Numbers),
    column("mean", &["average", "avg"], Values::Numbers),
    column(
        "error",
        &[
            "err",
            "errors",
            "sem",
            "se",
            "stderr",
            "std_err",
            "std_error",
            "standard_error",
            "mean_err",
            "mean_error",
            "error_of_the_mean",
            "err_mean",
            "error_mean",
            "sigma",
            "uncertainty",
            "dy",
        ],
        Values::Errors,
    ),
    column("realizations", &["samples"], Values::Counts),
    column("epsilon", &["ε", "eps", "energy_density"], Values::Numbers),
    column("indicator", &["target", "observable"], Values::Text),
];

const REQUIRED: [&str; 3] = ["L", "h", "mean"];

const fn column(name: &'static str, others: &'static [&'static str], values: Values) -> Column {
    Column {
        name,
        others,
        values,
    }
}

impl Column {
    /// A value of this column, or what is wrong with it.
    pub fn check(&self, value: f64, field: &str) -> Result<f64, String> {
        let is_whole = value.fract() == 0.0 && (0.0..=LARGEST_WHOLE).contains(&value);
        let (is_good, remedy) = match self.values {
            Values::Sizes => (
                is_whole && value >= 1.0,
                "is no length; write a whole number from 1 on",
            ),
            Values::Counts => (is_whole, "is no count; write a whole number"),
            Values::Errors => (
                (0.0..=LARGEST).contains(&value),
                "is no standard error; write a positive number",
            ),
            Values::Numbers | Values::Text => (
                value.abs() <= LARGEST,
                "is not finite, or too large to be squared; write another number, or leave the \
                 field empty for a missing one",
            ),
        };
        if is_good {
            Ok(value)
        } else {
            Err(format!("\"{field}\" {remedy}"))
        }
    }

    fn has_name(&self, name: &str) -> bool {
        let plain = name.to_lowercase().replace([' ', '-', '.'], "_");
        name == self.name || plain == self.name || self.others.contains(&plain.as_str())
    }
}

/// The columns of a table.
pub struct Columns {
    /// Known columns with their places, and the names that the table gives them.
    places: Vec<(&'static str, usize, String)>,
    /// The names of the others.
    pub unread: Vec<String>,
}

impl Columns {
    /// Finds the known columns among the names of a table.
    ///
    /// # Errors
    /// When a required column is missing, or two have the same meaning.
    pub fn of(names: &[String], separator: &str) -> Result<Self, String> {
        let mut columns = Self {
            places: Vec::new(),
            unread: Vec::new(),
        };
        for (place, name) in names.iter().enumerate() {
            let Some(known) = KNOWN.iter().find(|known| known.has_name(name)) else {
                columns
                    .unread
                    .extend((!name.is_empty()).then(|| name.clone()));
                continue;
            };
            if let Some((_, _, other)) = columns.place(known.name) {
                return Err(format!(
                    "columns \"{other}\" and \"{name}\" both mean \"{}\"; rename the one that is \
                     not to be read",
                    known.name
                ));
            }
            columns.places.push((known.name, place, name.clone()));
        }
        match REQUIRED.iter().find(|name| !columns.has(name)) {
            None => Ok(columns),
            Some(missing) => Err(format!(
                "it has no column \"{missing}\", only {} (separated by {separator}); name the \
                 columns L, h, mean and, if known, error in the first line",
                names.join(", ")
            )),
        }
    }

    /// Whether a known column is there.
    pub fn has(&self, known: &str) -> bool {
        self.place(known).is_some()
    }

    /// The table's own name of a known column, and its field in a line.
    pub fn field<'a>(&'a self, known: &str, fields: &'a [String]) -> Option<(&'a str, &'a str)> {
        let (_, place, name) = self.place(known)?;
        Some((name, fields.get(*place)?))
    }

    /// Forgets columns that are optional and empty.
    pub fn forget_empty(&mut self, lines: &[Line]) {
        let is_empty = |place: usize| lines.iter().all(|line| is_missing(&line.fields[place]));
        self.places
            .retain(|(known, place, _)| REQUIRED.contains(known) || !is_empty(*place));
    }

    fn place(&self, known: &str) -> Option<&(&'static str, usize, String)> {
        self.places.iter().find(|(name, _, _)| *name == known)
    }
}

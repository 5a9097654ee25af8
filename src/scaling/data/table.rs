//! Means from elsewhere: a table in CSV.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A line of a table. Other columns than these are not read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The chain length, or another size of the system.
    #[serde(rename = "L")]
    pub sites: usize,
    /// The disorder strength, or another parameter that drives the transition.
    #[serde(rename = "h")]
    pub strength: f64,
    /// The mean of the indicator, already normalised.
    pub mean: f64,
    /// Its standard error.
    #[serde(default, alias = "sem")]
    pub error: Option<f64>,
    /// The number of realizations behind the mean.
    #[serde(default)]
    pub realizations: Option<usize>,
    /// The energy density ε.
    #[serde(default)]
    pub epsilon: Option<f64>,
    /// The indicator. A table without this column holds the deck's only target.
    #[serde(default)]
    pub indicator: Option<String>,
}

/// Reads a table. Its first line names the columns, and lines that begin with `#` are comments.
///
/// # Errors
/// [`Error::File`] when it cannot be read. The message names the line and what is wrong with it.
pub fn read(path: &Path) -> Result<Vec<Row>> {
    let refuse = |reason: String| Error::file("read", path, reason);
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(|error| refuse(error.to_string()))?;
    let columns = reader
        .headers()
        .map_err(|error| refuse(error.to_string()))?
        .clone();
    for wanted in ["L", "h", "mean"] {
        if !columns.iter().any(|known| known == wanted) {
            let known: Vec<&str> = columns.iter().collect();
            return Err(refuse(format!(
                "it has no column \"{wanted}\", only {}; write L, h, mean and, if known, error",
                known.join(", ")
            )));
        }
    }
    let mut rows: Vec<Row> = Vec::new();
    let has_errors = columns
        .iter()
        .any(|known| known == "error" || known == "sem");
    for record in reader.records() {
        let record = record.map_err(|error| refuse(error.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let row: Row = record
            .deserialize(Some(&columns))
            .map_err(|error| refuse(format!("line {line}: {}", reason(&error, &columns))))?;
        if let Some(wrong) = wrong(&row, has_errors) {
            return Err(refuse(format!("line {line}: {wrong}")));
        }
        if rows.iter().any(|known| same_point(known, &row)) {
            return Err(refuse(format!(
                "line {line}: L = {}, h = {} is there already; give each point one line",
                row.sites, row.strength
            )));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// What makes a line unusable.
fn wrong(row: &Row, has_errors: bool) -> Option<String> {
    let finite = row.strength.is_finite() && row.mean.is_finite();
    if row.sites == 0 {
        return Some("L = 0 is no length".to_owned());
    }
    if !finite || row.epsilon.is_some_and(f64::is_nan) {
        return Some("h, mean and epsilon are finite numbers".to_owned());
    }
    match row.error {
        Some(error) if !(error.is_finite() && error >= 0.0) => Some(format!(
            "{error} is no standard error; write a positive number"
        )),
        None if has_errors => {
            Some("the error is missing; give every point one, or leave the column out".to_owned())
        }
        _ => None,
    }
}

fn same_point(a: &Row, b: &Row) -> bool {
    a.sites == b.sites
        && a.strength == b.strength
        && a.epsilon == b.epsilon
        && a.indicator == b.indicator
}

/// The message of the CSV reader with the name of the column. The reader gives only its number.
fn reason(error: &csv::Error, columns: &csv::StringRecord) -> String {
    let csv::ErrorKind::Deserialize { err, .. } = error.kind() else {
        return error.to_string();
    };
    let field = err.field().and_then(|field| columns.get(field as usize));
    let column = field.map_or(String::new(), |name| format!("column \"{name}\": "));
    format!("{column}{}", err.kind())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<Row>> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("table.csv");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn columns_come_in_any_order() {
        let rows = of("# a comment\nh, L, note, error, mean\n4.5, 12, ours, 0.01, 0.5\n").unwrap();
        assert_eq!((rows[0].sites, rows[0].strength), (12, 4.5));
        assert_eq!((rows[0].mean, rows[0].error), (0.5, Some(0.01)));
        let plain = of("L,h,mean\n12,4.5,0.5\n12,5,0.4\n").unwrap();
        assert_eq!((plain.len(), plain[1].error), (2, None));
        let more = of("L,h,mean,sem,realizations,epsilon,indicator\n8,1,2,3,4,0.5,r\n").unwrap();
        assert_eq!((more[0].error, more[0].realizations), (Some(3.0), Some(4)));
        assert_eq!(
            (more[0].epsilon, more[0].indicator.as_deref()),
            (Some(0.5), Some("r"))
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, expected) in [
            ("L,h,value\n8,1,2\n", "no column \"mean\", only L, h, value"),
            (
                "L,h,mean\n8,1,2\n8,x,2\n",
                "line 3: column \"h\": invalid float",
            ),
            (
                "# one\nL,h,mean\n8.5,1,2\n",
                "line 3: column \"L\": invalid digit",
            ),
            ("L,h,mean\n8,1,NaN\n", "line 2: h, mean"),
            (
                "L,h,mean,error\n8,1,2,-1\n",
                "line 2: -1 is no standard error",
            ),
            ("L,h,mean,error\n8,1,2,\n", "line 2: the error is missing"),
            (
                "L,h,mean\n8,1,2\n8,1,3\n",
                "line 3: L = 8, h = 1 is there already",
            ),
            ("L,h,mean\n8,1\n", "found record with 2 fields"),
            ("L,h,mean\n0,1,2\n", "line 2: L = 0"),
        ] {
            let message = of(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{text:?}: {message}");
            assert!(message.contains("table.csv"), "{message}");
        }
        let message = read(Path::new("no-such.csv")).unwrap_err().to_string();
        assert!(message.contains("cannot read no-such.csv"), "{message}");
    }
}

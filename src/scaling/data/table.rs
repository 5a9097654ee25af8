//! Means from elsewhere: a table of text.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::columns::{Columns, KNOWN};
use super::delimited::{self, Delimited};
use super::number::{Decimals, is_missing};
use super::sample::SAME;
use crate::error::{Error, Result};
use crate::identity::Identity;

/// The lines that a message names.
const NAMED: usize = 5;

/// A table of means.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MeansTable {
    /// Its complete lines.
    pub rows: Vec<Row>,
    /// What a reader of a fit should know about the table.
    pub warnings: Vec<String>,
}

/// A line of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The chain length, or another size of the system.
    pub sites: usize,
    /// The disorder strength, or another parameter that drives the transition.
    pub strength: f64,
    /// The mean of the indicator, already normalised.
    pub mean: f64,
    /// Its standard error.
    pub error: Option<f64>,
    /// The number of realizations behind the mean.
    pub realizations: Option<usize>,
    /// The energy density ε.
    pub epsilon: Option<f64>,
    /// The indicator. A table without this column holds the deck's only target.
    pub indicator: Option<String>,
}

impl From<Vec<Row>> for MeansTable {
    fn from(rows: Vec<Row>) -> Self {
        Self {
            rows,
            warnings: Vec::new(),
        }
    }
}

/// Reads a table, and which bytes it is made of. Lines that lack a value are left out, and a warning
/// counts them.
///
/// # Errors
/// [`Error::File`] when it cannot be read. The message names the line, the column, what is there and
/// what to write.
pub fn read(path: &Path) -> Result<(MeansTable, Identity)> {
    let bytes = std::fs::read(path).map_err(|error| Error::file("read", path, error))?;
    let read = delimited::parse(&bytes).and_then(|text| of_text(&text));
    let table = read.map_err(|reason| Error::file("read", path, reason))?;
    Ok((table, Identity::of_bytes(&bytes)))
}

fn of_text(text: &Delimited) -> std::result::Result<MeansTable, String> {
    let mut columns = Columns::of(&text.header.fields, text.separator)?;
    columns.forget_empty(&text.lines);
    let mut reader = RowReader {
        columns: &columns,
        decimals: Decimals::default(),
        incomplete: BTreeMap::new(),
    };
    let mut numbered = Vec::new();
    for line in &text.lines {
        let row = reader.row(line.number, &line.fields);
        let row = row.map_err(|reason| format!("line {}: {reason}", line.number))?;
        numbered.extend(row.map(|row| (line.number, row)));
    }
    refuse_repetitions(&mut numbered)?;
    let mut warnings = reader.warnings(text.lines.len());
    if !columns.has("error") && !columns.unread.is_empty() {
        warnings.push(format!(
            "no column of the table is an error; not read: {}",
            columns.unread.join(", ")
        ));
    }
    let rows = numbered.into_iter().map(|(_, row)| row).collect();
    Ok(MeansTable { rows, warnings })
}

/// Refuses two lines for one point.
fn refuse_repetitions(numbered: &mut [(usize, Row)]) -> std::result::Result<(), String> {
    numbered.sort_by(|(_, a), (_, b)| {
        let ordered = (a.sites, &a.indicator).cmp(&(b.sites, &b.indicator));
        let epsilon = |row: &Row| row.epsilon.unwrap_or(f64::NEG_INFINITY);
        let ordered = ordered.then(epsilon(a).total_cmp(&epsilon(b)));
        ordered.then(a.strength.total_cmp(&b.strength))
    });
    let repeated = numbered.windows(2).find(|pair| {
        let (a, b) = (&pair[0].1, &pair[1].1);
        a.sites == b.sites
            && a.indicator == b.indicator
            && a.epsilon == b.epsilon
            && (a.strength - b.strength).abs() < SAME
    });
    repeated.map_or(Ok(()), |pair| {
        let (first, second) = (pair[0].0.min(pair[1].0), pair[0].0.max(pair[1].0));
        let row = &pair[0].1;
        Err(format!(
            "line {second}: L = {}, h = {} is there already, in line {first}; give each point one \
             line",
            row.sites, row.strength
        ))
    })
}

/// Makes rows of lines.
struct RowReader<'a> {
    columns: &'a Columns,
    decimals: Decimals,
    /// The lines that lack a value, by column.
    incomplete: BTreeMap<&'static str, Vec<usize>>,
}

impl RowReader<'_> {
    /// The row of a line; none if a value is missing.
    fn row(
        &mut self,
        number: usize,
        fields: &[String],
    ) -> std::result::Result<Option<Row>, String> {
        let mut of_column = BTreeMap::new();
        let mut missing = None;
        for known in KNOWN {
            let Some((name, field)) = self.columns.field(known.name, fields) else {
                continue;
            };
            if is_missing(field) {
                // The number of realizations is for the record only.
                missing = missing.or((known.name != "realizations").then_some(known.name));
            } else if known.name != "indicator" {
                let value = self.decimals.number(number, field);
                let value = value.and_then(|value| known.check(value, field));
                let value = value.map_err(|wrong| format!("column \"{name}\": {wrong}"))?;
                of_column.insert(known.name, value);
            }
        }
        if let Some(column) = missing {
            self.incomplete.entry(column).or_default().push(number);
            return Ok(None);
        }
        let value = |name: &str| of_column.get(name).copied();
        let needed = |name: &str| value(name).unwrap_or(f64::NAN);
        let indicator = self.columns.field("indicator", fields);
        Ok(Some(Row {
            sites: needed("L") as usize,
            strength: needed("h"),
            mean: needed("mean"),
            error: value("error"),
            realizations: value("realizations").map(|count| count as usize),
            epsilon: value("epsilon"),
            indicator: indicator.map(|(_, name)| name.to_owned()),
        }))
    }

    /// A warning for each column that lacks values.
    fn warnings(&self, lines: usize) -> Vec<String> {
        let warning = |(column, numbers): (&&str, &Vec<usize>)| {
            let named: Vec<String> = numbers.iter().take(NAMED).map(usize::to_string).collect();
            let more = if numbers.len() > NAMED { ", …" } else { "" };
            format!(
                "left out {} of {lines} lines of the table, without {column}: line {}{more}",
                numbers.len(),
                named.join(", ")
            )
        };
        self.incomplete.iter().map(warning).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<MeansTable> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("table.csv");
        std::fs::write(&path, text).unwrap();
        read(&path).map(|(table, _)| table)
    }

    #[test]
    fn columns_come_in_any_order() {
        let text = "# a comment\nh, L, note, error, mean\n4.5, 12, ours, 0.01, 0.5\n";
        let table = of(text).unwrap();
        assert!(table.warnings.is_empty());
        assert_eq!((table.rows[0].sites, table.rows[0].strength), (12, 4.5));
        assert_eq!((table.rows[0].mean, table.rows[0].error), (0.5, Some(0.01)));
        let plain = of("L,h,mean\n12,4.5,0.5\n12,5,0.4\n").unwrap();
        assert_eq!((plain.rows.len(), plain.rows[1].error), (2, None));
        let more = of("L,h,mean,sem,realizations,epsilon,indicator\n8,1,2,3,4,0.5,r\n").unwrap();
        let row = &more.rows[0];
        assert_eq!((row.error, row.realizations), (Some(3.0), Some(4)));
        assert_eq!(
            (row.epsilon, row.indicator.as_deref()),
            (Some(0.5), Some("r"))
        );
    }

    /// One table as several programs write it.
    #[test]
    fn spellings_of_one_table_are_equal() {
        let plain = of("L,h,mean,error\n8,3,0.53,0.001\n10,3.5,0.52,0.002\n").unwrap();
        for text in [
            "L,h,mean,error\n8.0,3.0,0.53,1e-3\n10.0,3.5,0.52,2e-3\n",
            "L;h;mean;std_err\n8;3,0;0,53;0,001\n10;3,5;0,52;0,002\n",
            "\u{feff}L\th\tmean\tStd Err\r\n8\t3\t0,53\t0,001\r\n10\t3,5\t0,52\t0,002\r\n",
            "# L h mean sigma\n8.0 3.0 0.53 1.0D-3\n10.0 3.5 0.52 2.0D-3\n",
            "\"L\",\"h\",\"mean\",\"stderr\"\n\"8\",\"3\",\"0.53\",\"0.001\"\n10,3.5,0.52,0.002\n",
        ] {
            assert_eq!(of(text).unwrap(), plain, "{text:?}");
        }
    }

    #[test]
    fn missing_values_are_left_out_and_counted() {
        let table = of("L,h,mean,error\n8,1,,0.1\n8,2,5,\n8,3,5,0.1\n8,4,,0.1\n").unwrap();
        assert_eq!(table.rows.len(), 1);
        assert_eq!(
            table.warnings,
            [
                "left out 1 of 4 lines of the table, without error: line 3",
                "left out 2 of 4 lines of the table, without mean: line 2, 5"
            ]
        );
        // Without any error the column tells nothing.
        let none = of("L,h,mean,error\n8,1,5,\n8,2,5,\n").unwrap();
        assert_eq!((none.rows.len(), none.rows[0].error), (2, None));
        // numpy and R write words.
        let words = of("L,h,mean,error\n8,1,nan,0.1\n8,2,5,NA\n8,3,5,0.1\n").unwrap();
        assert_eq!((words.rows.len(), words.warnings.len()), (1, 2));
    }

    #[test]
    fn an_error_that_may_be_one_is_named() {
        let table = of("L,h,mean,std\n8,1,2,0.5\n").unwrap();
        assert_eq!(table.rows[0].error, None);
        assert!(
            table.warnings[0].ends_with("not read: std"),
            "{:?}",
            table.warnings
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, expected) in [
            ("L,h,value\n8,1,2\n", "no column \"mean\", only L, h, value"),
            ("8,1,2\n", "no column \"L\", only 8, 1, 2"),
            (
                "L,h,mean\n8,1,2\n8,x,2\n",
                "line 3: column \"h\": \"x\" is not a number",
            ),
            (
                "# one\nL,h,mean\n8.5,1,2\n",
                "line 3: column \"L\": \"8.5\"",
            ),
            ("L,h,mean\n0,1,2\n", "line 2: column \"L\": \"0\""),
            ("L,h,mean\n8,inf,1\n", "line 2: column \"h\": \"inf\""),
            (
                "L,h,mean\n8,1,1e200\n",
                "line 2: column \"mean\": \"1e200\"",
            ),
            (
                "L,h,mean,error\n8,1,2,-1\n",
                "line 2: column \"error\": \"-1\" is no standard error",
            ),
            (
                "L,h,mean\n8,1,2\n8,2,3\n8,1,3\n",
                "line 4: L = 8, h = 1 is there already, in line 2",
            ),
            ("L,h,mean\n8,1\n", "line 2: 2 fields"),
            ("L,h,mean,err,sem\n8,1,2,3,3\n", "\"err\" and \"sem\""),
            (
                "L;h;mean;realizations\n8;1.5;2;1,000\n",
                "line 2: column \"realizations\": \"1,000\" has a decimal comma",
            ),
        ] {
            let message = of(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{text:?}: {message}");
            assert!(message.contains("table.csv"), "{message}");
        }
        let message = read(Path::new("no-such.csv")).unwrap_err().to_string();
        assert!(message.contains("cannot read no-such.csv"), "{message}");
    }
}

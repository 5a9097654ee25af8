//! Numbers and tables for people.

/// A duration with at most two units, as in "2m 5s".
pub fn duration(seconds: f64) -> String {
    if seconds < 10.0 {
        return format!("{seconds:.2}s");
    }
    let whole = std::time::Duration::from_secs(seconds.min(1e12) as u64);
    let text = humantime::format_duration(whole).to_string();
    let parts: Vec<&str> = text.split(' ').take(2).collect();
    parts.join(" ")
}

/// A number of things, as in "2 ranks".
pub fn count(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// Rows under a header. The first column is aligned left, the others right.
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| cell.chars().count())
            .chain([header[column].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, &width))| match column {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            })
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(&mut header.iter().copied())];
    lines.extend(
        rows.iter()
            .map(|row| line(&mut row.iter().map(String::as_str))),
    );
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units() {
        assert_eq!(duration(0.041), "0.04s");
        assert_eq!(duration(125.3), "2m 5s");
        assert_eq!(duration(90_061.0), "1day 1h");
    }

    #[test]
    fn columns_align_whatever_the_letters() {
        let rows = vec![
            vec!["ε".to_owned(), "1.5".to_owned()],
            vec!["gap".to_owned(), "12".to_owned()],
        ];
        assert_eq!(
            table(&["name", "value"], &rows),
            "name  value\nε       1.5\ngap      12"
        );
    }
}

//! The lines of a table of text, with any of the usual separators.

use csv::{ReaderBuilder, Trim};

/// A line: its number in the file, and its fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Counted from 1.
    pub number: usize,
    /// Without blanks at the ends.
    pub fields: Vec<String>,
}

/// A table of text.
#[derive(Debug, PartialEq)]
pub struct Delimited {
    /// The names of the columns.
    pub header: Line,
    /// The lines below. Each has as many fields as the header.
    pub lines: Vec<Line>,
    /// The separator in words.
    pub separator: &'static str,
}

/// A mark that separates fields, and its name.
type Separator = (u8, &'static str);
const SEPARATORS: [Separator; 3] = [(b';', "semicolons"), (b'\t', "tabs"), (b',', "commas")];
const BLANKS: &str = "blanks";

/// Reads a table. Lines that begin with `#` are comments, and empty lines are skipped.
///
/// The line of names tells the separator. It is the first line, or the last comment before the
/// numbers if no other line has names.
///
/// # Errors
/// The line and what is wrong with it.
pub fn parse(bytes: &[u8]) -> Result<Delimited, String> {
    let text = decoded(bytes).replace("\r\n", "\n").replace('\r', "\n");
    // Tabs at the ends stay, because they may separate empty fields.
    let mut lines: Vec<&str> = text.lines().map(|line| line.trim_matches(' ')).collect();
    // Spreadsheets may write their separator into a line of its own.
    if let Some(first) = lines.first_mut().filter(|line| line.starts_with("sep=")) {
        *first = "";
    }
    let Some(start) = header(&lines) else {
        return Err("it has no line of column names".to_owned());
    };
    let names = lines[start].trim_start_matches('#');
    let named = SEPARATORS
        .iter()
        .find(|(mark, _)| names.contains(char::from(*mark)));
    // Any number of blanks is one separator, and a tab takes their place.
    let &(mark, separator) = named.unwrap_or(&(b'\t', BLANKS));
    let of_line = |(index, line): (usize, &&str)| match index {
        _ if index < start || index > start && is_comment(line) => String::new(),
        _ if separator == BLANKS => {
            let fields: Vec<&str> = line.trim_start_matches('#').split_whitespace().collect();
            fields.join("\t")
        }
        _ if index == start => names.to_owned(),
        _ => (*line).to_owned(),
    };
    let text: Vec<String> = lines.iter().enumerate().map(of_line).collect();
    let mut all = split(&text, mark)?;
    let header = all.remove(0);
    let count = header.fields.len();
    for line in &mut all {
        // Some programs end every line with a separator.
        while line.fields.len() > count && line.fields.last().is_some_and(String::is_empty) {
            line.fields.pop();
        }
        if line.fields.len() != count {
            return Err(format!(
                "line {}: {} fields, where the names of line {} are {count}, separated by \
                 {separator}; numbers with a decimal comma need another separator than commas",
                line.number,
                line.fields.len(),
                header.number
            ));
        }
    }
    Ok(Delimited {
        header,
        lines: all,
        separator,
    })
}

/// The text of a file, without the mark that tells its encoding.
fn decoded(bytes: &[u8]) -> String {
    let wide = |of: fn([u8; 2]) -> u16| {
        let pairs = bytes[2..]
            .chunks_exact(2)
            .map(|pair| of([pair[0], pair[1]]));
        String::from_utf16_lossy(&pairs.collect::<Vec<u16>>())
    };
    match bytes {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The line of names.
fn header(lines: &[&str]) -> Option<usize> {
    let is_text = |line: &&str| !line.trim().is_empty() && !is_comment(line);
    let first = lines.iter().position(is_text)?;
    let begins_with_number = lines[first]
        .split(|mark: char| !mark.is_ascii_alphanumeric())
        .find(|part| !part.is_empty())
        .is_some_and(|part| part.starts_with(|mark: char| mark.is_ascii_digit()));
    // numpy.savetxt writes the names as a comment.
    let comment = lines[..first].iter().rposition(is_comment_text);
    Some(comment.filter(|_| begins_with_number).unwrap_or(first))
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

fn is_comment_text(line: &&str) -> bool {
    is_comment(line) && !line.trim_start_matches('#').trim().is_empty()
}

/// The fields of all lines that are not empty.
fn split(lines: &[String], separator: u8) -> Result<Vec<Line>, String> {
    // The reader counts the lines of what it gets, and counts empty ones before others wrongly.
    let (numbers, kept): (Vec<usize>, Vec<&str>) = (1..)
        .zip(lines)
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| (number, line.as_str()))
        .unzip();
    let text = kept.join("\n");
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let fields: Vec<String> = record.iter().map(str::to_owned).collect();
        // Spreadsheets fill empty lines with separators.
        if fields.iter().any(|field| !field.is_empty()) {
            let line = record.position().map_or(1, csv::Position::line) as usize;
            lines.push(Line {
                number: numbers[line - 1],
                fields,
            });
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same table in every spelling.
    #[test]
    fn separators_are_found() {
        let expected = |first: usize| {
            let line = |number, fields: [&str; 3]| Line {
                number,
                fields: fields.map(str::to_owned).to_vec(),
            };
            let names = line(first, ["L", "h", "mean"]);
            (names, vec![line(first + 1, ["8", "2.5", "0.5"])])
        };
        for (text, first, separator) in [
            ("L,h,mean\n8,2.5,0.5\n", 1, "commas"),
            ("L, h, mean\r\n8, 2.5, 0.5\r\n", 1, "commas"),
            ("\u{feff}L;h;mean\n8;2.5;0.5\n", 1, "semicolons"),
            ("sep=;\nL;h;mean\n8;2.5;0.5\n", 2, "semicolons"),
            ("\"L\";\"h\";\"mean\"\n8;2.5;0.5;\n;;;\n", 1, "semicolons"),
            ("L\th\tmean\n8\t2.5\t0.5", 1, "tabs"),
            ("L\th\tmean\r8\t2.5\t0.5\r", 1, "tabs"),
            (
                "  L   h    mean\n  8  2.5 \t 0.5\n\n  # the end\n",
                1,
                BLANKS,
            ),
            ("# a comment, and more\nL h  mean\n8   2.5 0.5\n", 2, BLANKS),
            ("# numpy\n# L h mean\n8 2.5 0.5\n", 2, BLANKS),
        ] {
            let found = parse(text.as_bytes()).unwrap();
            assert_eq!((found.header, found.lines), expected(first), "{text:?}");
            assert_eq!(found.separator, separator, "{text:?}");
        }
        let wide: Vec<u8> = "\u{feff}L\th\tmean\r\n8\t2.5\t0.5\r\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let found = parse(&wide).unwrap();
        assert_eq!((found.header, found.lines), expected(1));
    }

    #[test]
    fn lines_of_another_length_are_refused() {
        let message = parse(b"# one\n\nL,h,mean\n1,2,3\n\n#\n8,2,5,0,5\n").unwrap_err();
        assert!(message.starts_with("line 7: 5 fields"), "{message}");
        assert!(message.contains("names of line 3"), "{message}");
        assert!(message.contains("decimal comma"), "{message}");
        assert!(parse(b"# nothing\n\n").is_err());
    }
}

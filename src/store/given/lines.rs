//! Chains as lines of text.

use ndarray::Array3;

use crate::chain::{GivenFields, GivenGroup};
use crate::deck::Split;

/// The fields of a text: on each line the h_1 … h_L of a chain, with commas between them. Lines that
/// begin with `#` are comments, and empty lines are skipped.
///
/// # Errors
/// The line, what is wrong with it and what to do.
pub fn parse(bytes: &[u8]) -> Result<GivenFields, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|_| "it is neither text nor an HDF5 file: write a chain a line".to_owned())?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let chains = (1..)
        .zip(lines)
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let mut fields = Vec::new();
    // The number and the length of the first line.
    let mut first: Option<(usize, usize)> = None;
    for (number, line) in chains {
        let field = chain(line).map_err(|wrong| format!("line {number}: {wrong}"))?;
        let (of_first, sites) = *first.get_or_insert((number, field.len()));
        if field.len() != sites {
            return Err(format!(
                "line {number}: {} numbers, where line {of_first} has {sites}: write chains of one \
                 length, and those of another into another file",
                field.len()
            ));
        }
        fields.extend(field);
    }
    let Some((line, sites)) = first else {
        return Err("it has no chain: write the fields of a chain a line".to_owned());
    };
    if sites % 2 == 1 {
        return Err(format!(
            "line {line}: {sites} numbers, and a chain of {sites} sites has no sector of zero \
             magnetization: write chains of even length, with commas between their fields"
        ));
    }
    let shape = (1, fields.len() / sites, sites);
    Ok(GivenFields {
        strengths: vec![GivenFields::STRENGTH],
        has_strengths: false,
        groups: vec![GivenGroup {
            sites,
            split: Split::Test,
            fields: Array3::from_shape_vec(shape, fields).expect("every line has as many numbers"),
        }],
    })
}

/// The field of a line.
fn chain(line: &str) -> Result<Vec<f64>, String> {
    let number = |(place, text): (usize, &str)| {
        let text = text.trim();
        let value: f64 = text.parse().map_err(|_| {
            format!(
                "\"{text}\" is not a number: write numbers with commas between them, and begin lines \
                 of text with #"
            )
        })?;
        if value.is_finite() {
            Ok(value)
        } else {
            Err(format!(
                "h_{place} is {text}, which is not finite: correct it"
            ))
        }
    };
    (1..).zip(line.split(',')).map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_is_a_line() {
        let text = "\u{feff}# h_1, h_2, …\r\n0.5, -1, 2e-1,3\r\n\n# more\n1,2,3,4\n";
        let given = parse(text.as_bytes()).unwrap();
        assert_eq!(given.strengths, [1.0]);
        assert_eq!(given.sizes(), [4]);
        let fields = &given.group(4, Split::Test).unwrap().fields;
        assert_eq!(fields.dim(), (1, 2, 4));
        let flat: Vec<f64> = fields.iter().copied().collect();
        assert_eq!(flat, [0.5, -1.0, 0.2, 3.0, 1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, expected) in [
            ("", "it has no chain"),
            ("# none\n\n", "it has no chain"),
            (
                "# c\n1,2\n\n1,2,3,4\n",
                "line 4: 4 numbers, where line 2 has 2",
            ),
            (
                "1,2,3\n",
                "line 1: 3 numbers, and a chain of 3 sites has no sector",
            ),
            ("1,2\n1,inf\n", "line 2: h_2 is inf, which is not finite"),
            ("1,2\nnan,1\n", "line 2: h_1 is nan, which is not finite"),
            ("h1,h2\n1,2\n", "line 1: \"h1\" is not a number"),
            ("1,2,\n", "line 1: \"\" is not a number"),
            (
                "1 2\n",
                "line 1: \"1 2\" is not a number: write numbers with commas",
            ),
        ] {
            let message = parse(text.as_bytes()).unwrap_err();
            assert!(message.contains(expected), "{text:?}: {message}");
        }
        assert!(
            parse(&[0xff, 0xfe])
                .unwrap_err()
                .contains("neither text nor")
        );
    }
}

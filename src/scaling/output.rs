//! scaling.json.

use std::path::Path;

use serde::Serialize;

use super::Fit;
use crate::error::Result;
use crate::store::write_json;

#[derive(Serialize)]
struct Fits<'a> {
    fits: &'a [Fit],
}

/// Writes the fits that `deck`, given as text, asked for.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when it cannot be written.
pub fn write(path: &Path, deck: &str, fits: &[Fit]) -> Result<()> {
    write_json(path, "mblscale-scaling", deck, &Fits { fits })
}

#[cfg(test)]
mod tests {
    use super::super::scale;
    use super::super::tests::{deck, synthetic_tables};
    use super::*;
    use crate::comm::Alone;
    use crate::deck::Source;

    #[test]
    fn the_file_has_its_documented_keys() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("scaling.json");
        let mut scaling = deck([4.0, 8.0]);
        scaling.bootstrap = 3;
        let fits = scale(&Alone, &scaling, Source::Exact, &synthetic_tables(4)).unwrap();
        write(&path, "name = \"x\"", &fits).unwrap();
        let names = std::fs::read_dir(directory.path()).unwrap().count();
        assert_eq!(names, 1, "nothing temporary is left");

        let json: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(json["file_type"], "mblscale-scaling");
        assert_eq!(json["format_version"], 1);
        assert_eq!(json["deck"], "name = \"x\"");
        let fit = &json["fits"][0];
        assert_eq!(fit["source"], "exact");
        assert_eq!(fit["target"], "gap_ratio");
        assert_eq!(fit["symbol"], "r");
        assert_eq!(fit["method"], "quality");
        assert_eq!(fit["sizes"], serde_json::json!([8, 10, 12]));
        assert_eq!(fit["window"], serde_json::json!([4.0, 8.0]));
        assert_eq!(fit["normalisation"], "sector");
        assert_eq!(fit["h_c"]["value"], fits[0].h_c.value);
        assert!(fit["nu"]["low"].as_f64() <= fit["nu"]["high"].as_f64());
        assert_eq!(fit["data"][2]["L"], 12);
        for list in ["h", "mean", "error", "realizations"] {
            assert_eq!(fit["data"][2][list].as_array().unwrap().len(), 9, "{list}");
        }
        let mut keys: Vec<&str> = fit
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        keys.sort_unstable();
        assert_eq!(
            keys.join(" "),
            "bootstrap data energy_density h_c method normalisation nu points points_used quality \
             sizes source symbol target warnings window"
        );
    }

    #[test]
    fn a_missing_directory_is_named() {
        let path = Path::new("no-such-directory/scaling.json");
        let message = write(path, "", &[]).unwrap_err().to_string();
        assert!(
            message.contains("cannot write no-such-directory"),
            "{message}"
        );
    }
}

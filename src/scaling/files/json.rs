//! scaling.json.

use std::path::Path;

use serde::Serialize;

use crate::error::Result;
use crate::scaling::data::Origin;
use crate::scaling::fit::{Comparison, Fit, Results};
use crate::store::{Provenance, write_json};

#[derive(Serialize)]
struct Contents<'a> {
    sources: &'a [Origin],
    fits: &'a [Fit],
    comparisons: &'a [Comparison],
    scan: &'a [Fit],
}

/// Writes the results.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when it cannot be written.
pub fn write(path: &Path, provenance: &Provenance, results: &Results) -> Result<()> {
    let contents = Contents {
        sources: &results.sources,
        fits: &results.fits,
        comparisons: &results.comparisons,
        scan: &results.scan,
    };
    write_json(path, "mblscale-scaling", provenance, &contents)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::Scan;
    use crate::deck::Source;
    use crate::scaling::data::Input;
    use crate::scaling::tests::{deck, fits_of, synthetic_tables};

    #[test]
    fn the_file_has_its_documented_keys() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("scaling.json");
        let mut scaling = deck([4.0, 8.0]);
        scaling.bootstrap = 3;
        scaling.scan = Some(Scan {
            shortest: Vec::new(),
            windows: vec![[4.5, 8.0]],
        });
        let input = Input::Realizations(synthetic_tables(4));
        let results = fits_of(&scaling, &Source::Exact, &input).unwrap();
        write(&path, &Provenance::of_tests(), &results).unwrap();
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
        assert_eq!(fit["h_c"]["value"], results.fits[0].h_c.value);
        assert!(fit["nu"]["low"].as_f64() <= fit["nu"]["high"].as_f64());
        assert_eq!(fit["data"][2]["L"], 12);
        assert_eq!(fit["data"][2]["target"], "gap_ratio");
        assert_eq!(fit["data"][2]["factor"], 1.0);
        assert_eq!(fit["parameters"]["zeta"]["value"], 0.0);
        assert_eq!(json["scan"][0]["window"], serde_json::json!([4.5, 8.0]));
        assert_eq!(json["scan"][0]["data"], serde_json::json!([]));
        assert_eq!(json["comparisons"], serde_json::json!([]));
        for list in ["h", "mean", "error", "realizations", "x"] {
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
            "ansatz bootstrap cost curves data energy_density free h_c measure method normalisation nu \
             parameters points points_used quality sizes source symbol target warnings window"
        );
    }

    #[test]
    fn a_missing_directory_is_named() {
        let path = Path::new("no-such-directory/scaling.json");
        let written = write(path, &Provenance::of_tests(), &Results::default());
        let message = written.unwrap_err().to_string();
        assert!(
            message.contains("cannot write no-such-directory"),
            "{message}"
        );
    }
}

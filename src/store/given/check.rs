//! Whether results belong to fields that are given.

use ndarray::{ArrayView1, s};

use crate::chain::{GivenFields, Task};
use crate::error::{Result, number};
use crate::store::table::{Dimension, Table};

/// The first realization of these results whose field is another one than `given`, and how it differs.
/// Further fields in the file do no harm.
///
/// # Errors
/// When a table has no fields.
pub fn another_field(given: &GivenFields, tables: &[Table]) -> Result<Option<String>> {
    for table in tables {
        let stored = table.by_realization("field", Dimension::Site)?;
        let (strengths, realizations, _) = stored.dim();
        let places = (0..strengths).flat_map(|h| (0..realizations).map(move |r| (h, r)));
        for (h, realization) in places {
            let own = stored.slice(s![h, realization, ..]);
            // A field is stored with the first result of its realization.
            if own.iter().any(|value| value.is_nan()) {
                continue;
            }
            let task = Task {
                sites: table.sites,
                strength: table.strengths[h],
                split: table.split,
                realization: realization as u32,
            };
            let difference = difference(own, given.field(&task));
            if let Some(difference) = difference {
                return Ok(Some(format!("{task}, which {difference}")));
            }
        }
    }
    Ok(None)
}

/// How a stored field differs from the one that is given now, if it does.
fn difference(stored: ArrayView1<f64>, now: Option<Vec<f64>>) -> Option<String> {
    let Some(now) = now else {
        return Some("is no longer in disorder.data".to_owned());
    };
    let mut sites = stored.iter().zip(&now).enumerate();
    let (site, (stored, now)) = sites.find(|(_, (stored, now))| stored != now)?;
    Some(format!(
        "has another field there than in disorder.data now (site {}: {} and {})",
        site + 1,
        number(*stored),
        number(*now)
    ))
}

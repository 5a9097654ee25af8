//! From tables of realizations to curves.

use super::curve::{Curve, floor_errors, mean_and_error};
use crate::deck::{Scaling, Source};
use crate::error::{Error, Result};
use crate::indicators;
use crate::store::Table;

/// Two values of h or ε nearer than this are one: grids are rounded.
const SAME: f64 = 1e-9;
const FEWEST_SIZES: usize = 2;
const FEWEST_POINTS: usize = 3;
const FEWEST_REALIZATIONS: usize = 2;

/// The realizations of one indicator at one energy density, for one chain length.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Chain length L.
    pub sites: usize,
    /// Disorder strengths h, ascending.
    pub strengths: Vec<f64>,
    /// Per strength, the normalised values of its realizations; all finite.
    pub values: Vec<Vec<f64>>,
}

/// What a fit is made to.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// The realizations, by ascending size.
    pub samples: Vec<Sample>,
    /// Their means and errors.
    pub curves: Vec<Curve>,
    /// What the reader of the fit should know of them.
    pub warnings: Vec<String>,
}

/// Every energy density of the tables, ascending.
pub fn energy_densities(tables: &[Table]) -> Vec<f64> {
    let all = tables.iter().flat_map(|table| &table.energy_densities);
    let mut found: Vec<f64> = all.copied().collect();
    found.sort_by(f64::total_cmp);
    found.dedup_by(|later, kept| *later - *kept < SAME);
    found
}

/// The realizations of `target` at one energy density, inside the window and of the sizes that the
/// deck asks for. Tables of one size (its splits) are pooled.
///
/// # Errors
/// [`Error::Refused`] when a table lacks the target, when fewer than two sizes have data, when a
/// size has fewer than three points, or when no realization differs from another.
pub fn gather(
    scaling: &Scaling,
    source: Source,
    tables: &[Table],
    target: &str,
    energy_density: f64,
) -> Result<Data> {
    let refused = |what: String| {
        let source = source.name();
        Error::Refused(format!(
            "scaling of {target} at ε = {energy_density} ({source} data): {what}"
        ))
    };
    let [from, to] = scaling.window;
    let mut samples: Vec<Sample> = Vec::new();
    let mut warnings = Vec::new();
    for table in tables {
        let asked = scaling.sizes.is_empty() || scaling.sizes.contains(&table.sites);
        let Ok(place) = table.energy_density_index(energy_density) else {
            continue;
        };
        if !asked {
            continue;
        }
        let values = table.by_realization(target)?;
        let scale = indicators::scale(target, scaling.normalisation, table.sites);
        let sample = of_size(&mut samples, table.sites);
        for (row, &strength) in values.outer_iter().zip(&table.strengths) {
            if (from - SAME..=to + SAME).contains(&strength) {
                let finite = row.column(place).into_iter().filter(|raw| raw.is_finite());
                sample.at(strength).extend(finite.map(|raw| raw / scale));
            }
        }
    }
    samples.sort_by_key(|sample| sample.sites);
    let sizes: Vec<usize> = samples.iter().map(|sample| sample.sites).collect();
    if sizes.len() < FEWEST_SIZES {
        return Err(refused(format!(
            "only {} chain length(s) have data: {sizes:?}; scaling compares two or more, generate \
             them or widen scaling.sizes",
            sizes.len()
        )));
    }
    for wanted in scaling.sizes.iter().filter(|size| !sizes.contains(size)) {
        warnings.push(format!(
            "no {} data for L = {wanted} of scaling.sizes",
            source.name()
        ));
    }
    for sample in &mut samples {
        let dropped = sample.drop_sparse();
        if !dropped.is_empty() {
            warnings.push(format!(
                "L = {}: left out h = {dropped:?}, with fewer than {FEWEST_REALIZATIONS} \
                 realizations",
                sample.sites
            ));
        }
        if sample.strengths.len() < FEWEST_POINTS {
            return Err(refused(format!(
                "L = {} has {} usable disorder strength(s) in scaling.window [{from}, {to}]: {:?}; \
                 a curve needs {FEWEST_POINTS} with {FEWEST_REALIZATIONS} realizations each, widen \
                 scaling.window, compute more, or leave this length out of scaling.sizes",
                sample.sites,
                sample.strengths.len(),
                sample.strengths
            )));
        }
    }
    let mut curves: Vec<Curve> = samples.iter().map(Sample::curve).collect();
    let raised = floor_errors(&mut curves).map_err(|error| refused(error.to_string()))?;
    if raised > 0 {
        warnings.push(format!(
            "{raised} point(s) with realizations that all agree: given the smallest error of the \
             others"
        ));
    }
    Ok(Data {
        samples,
        curves,
        warnings,
    })
}

fn of_size(samples: &mut Vec<Sample>, sites: usize) -> &mut Sample {
    let known = samples.iter().position(|sample| sample.sites == sites);
    let place = known.unwrap_or_else(|| {
        samples.push(Sample {
            sites,
            strengths: Vec::new(),
            values: Vec::new(),
        });
        samples.len() - 1
    });
    &mut samples[place]
}

impl Sample {
    /// The values at a strength, which is put in its place if it is new.
    fn at(&mut self, strength: f64) -> &mut Vec<f64> {
        let place = self
            .strengths
            .partition_point(|&known| known < strength - SAME);
        let known = self.strengths.get(place);
        if known.is_none_or(|&known| known > strength + SAME) {
            self.strengths.insert(place, strength);
            self.values.insert(place, Vec::new());
        }
        &mut self.values[place]
    }

    /// Removes points that have no error, and returns their strengths.
    fn drop_sparse(&mut self) -> Vec<f64> {
        let (strengths, values) = (
            std::mem::take(&mut self.strengths),
            std::mem::take(&mut self.values),
        );
        let mut dropped = Vec::new();
        for (strength, values) in strengths.into_iter().zip(values) {
            if values.len() < FEWEST_REALIZATIONS {
                dropped.push(strength);
            } else {
                self.strengths.push(strength);
                self.values.push(values);
            }
        }
        dropped
    }

    /// Means and standard errors over the realizations, which are the independent unit.
    pub fn curve(&self) -> Curve {
        let statistics = self.values.iter().map(|values| mean_and_error(values));
        let (means, errors) = statistics.unzip();
        Curve {
            sites: self.sites,
            strengths: self.strengths.clone(),
            means,
            errors,
            realizations: self.values.iter().map(Vec::len).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{deck, table};
    use super::*;
    use crate::plan::Split;

    fn two_sizes() -> [Table; 2] {
        let grid = [1.0, 2.0, 3.0, 4.0];
        [
            table(8, Split::Train, &grid, |h, r| h + r as f64),
            table(10, Split::Train, &grid, |h, r| h - r as f64),
        ]
    }

    fn message(scaling: &Scaling, tables: &[Table]) -> String {
        gather(scaling, Source::Exact, tables, "gap_ratio", 0.5)
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn splits_are_pooled_and_uncomputed_values_left_out() {
        let mut tables = two_sizes().to_vec();
        tables.push(table(8, Split::Test, &[2.0, 2.5], |_, r| {
            if r == 0 { f64::NAN } else { 7.0 }
        }));
        let data = gather(&deck([2.0, 4.0]), Source::Exact, &tables, "gap_ratio", 0.5).unwrap();
        let short = &data.samples[0];
        assert_eq!(short.strengths, [2.0, 2.5, 3.0, 4.0]);
        assert_eq!(short.values[0], [2.0, 3.0, 4.0, 7.0, 7.0]);
        assert_eq!(short.values[1], [7.0, 7.0]);
        assert_eq!(data.curves[0].means[0], 23.0 / 5.0);
        assert_eq!(data.curves[0].realizations, [5, 2, 3, 3]);
        assert_eq!(data.curves[1].strengths, [2.0, 3.0, 4.0]);
        // At h = 2.5 both realizations agree.
        assert!(data.curves[0].errors[1] > 0.0);
        assert!(
            data.warnings[0].contains("1 point(s)"),
            "{:?}",
            data.warnings
        );
    }

    #[test]
    fn entropy_is_divided_by_its_scale() {
        let mut tables = two_sizes();
        for table in &mut tables {
            let raw = table.quantities.remove("gap_ratio").unwrap();
            table.quantities.insert("entanglement".to_owned(), raw);
        }
        let scaling = deck([1.0, 4.0]);
        let data = gather(&scaling, Source::Exact, &tables, "entanglement", 0.5).unwrap();
        // Raw mean at h = 1, L = 8: (1 + 2 + 3)/3; the sector's entropy is 2.2062.
        assert!((data.curves[0].means[0] - 2.0 / 2.2062).abs() < 3e-5);
        assert!((data.curves[0].errors[0] - 3.0_f64.sqrt().recip() / 2.2062).abs() < 3e-5);
    }

    #[test]
    fn what_is_missing_is_named() {
        let tables = two_sizes();
        let one = message(&deck([1.0, 4.0]), &tables[..1]);
        assert!(one.contains("gap_ratio at ε = 0.5 (exact data)"), "{one}");
        assert!(
            one.contains("[8]") && one.contains("scaling.sizes"),
            "{one}"
        );

        let narrow = message(&deck([2.5, 4.0]), &tables);
        assert!(
            narrow.contains("L = 8") && narrow.contains("[3.0, 4.0]"),
            "{narrow}"
        );
        assert!(narrow.contains("widen scaling.window"), "{narrow}");

        let mut sparse = tables.clone();
        sparse[1] = table(10, Split::Train, &[1.0, 2.0, 3.0, 4.0], |h, r| {
            if h > 2.0 && r > 0 {
                f64::NAN
            } else {
                h + r as f64
            }
        });
        let sparse = message(&deck([1.0, 4.0]), &sparse);
        assert!(sparse.contains("L = 10 has 2 usable"), "{sparse}");

        let mut asked = deck([1.0, 4.0]);
        asked.sizes = vec![8, 10, 12];
        let data = gather(&asked, Source::Exact, &tables, "gap_ratio", 0.5).unwrap();
        assert!(data.warnings[0].contains("L = 12"), "{:?}", data.warnings);
    }
}

//! Features of the extractors, averaged over the disorder (arXiv:2202.08853, figure 8).

use ndarray::{Array2, Axis};
use serde::Serialize;

use crate::comm::Communicator;
use crate::deck::MissingTargets;
use crate::error::Result;
use crate::learn::ensemble::Ensemble;
use crate::learn::samples::{fields, realizations};
use crate::store::Table;

/// The features of one chain length, mean over the finished realizations of each disorder strength.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Features {
    /// Chain length L.
    pub sites: usize,
    /// Disorder strengths with a finished realization, ascending.
    pub h: Vec<f64>,
    /// (member, feature, h).
    pub mean: Vec<Vec<Vec<f64>>>,
    /// The standard error of the mean, in the same order; NaN for a single realization.
    pub error: Vec<Vec<Vec<f64>>>,
}

/// The features of the fields of every table. Collective: every rank gives the same arguments and gets
/// all features. A table without a finished realization has none.
///
/// # Errors
/// When a table lacks a target or what was learned.
pub fn features(
    comm: &dyn Communicator,
    ensemble: &Ensemble,
    missing: MissingTargets,
    data: &[Table],
) -> Result<Vec<Features>> {
    let known = &ensemble.description;
    let mut all = Vec::new();
    for table in data {
        let found = realizations(table, &known.wanted(missing), &[known.condition])?;
        let (mut h, mut means, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for group in found.chunk_by(|left, right| left.strength_index == right.strength_index) {
            let features = ensemble.features(comm, fields(group).view());
            h.push(table.strengths[group[0].strength_index]);
            // (member, feature).
            let count = group.len() as f64;
            let mean = features.sum_axis(Axis(1)) / count;
            let deviations = features - mean.view().insert_axis(Axis(1));
            let squares = deviations.mapv_into(|own| own * own).sum_axis(Axis(1));
            means.push(mean);
            errors.push(squares.mapv(|sum| (sum / (count * (count - 1.0))).sqrt()));
        }
        if !h.is_empty() {
            all.push(Features {
                sites: table.sites,
                h,
                mean: by_feature(&means),
                error: by_feature(&errors),
            });
        }
    }
    Ok(all)
}

/// From (member, feature) at each strength to (member, feature, h). There is at least one strength.
fn by_feature(by_strength: &[Array2<f64>]) -> Vec<Vec<Vec<f64>>> {
    let (members, features) = by_strength[0].dim();
    let of = |index| by_strength.iter().map(|own| own[index]).collect();
    (0..members)
        .map(|member| (0..features).map(|k| of((member, k))).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::Alone;
    use crate::deck::Split;
    use crate::learn::tests::fixture;
    use crate::store::Dimension;

    /// Against the mean of single passes over the finished realizations.
    #[test]
    fn features_are_means_over_finished_realizations() {
        let mut table = fixture::table(8, Split::Test, &[0.0, 2.0, 5.0], 3);
        let entropy = table.quantities.get_mut("entanglement").unwrap();
        for place in [[0, 0, 0], [0, 1, 0], [0, 2, 0], [1, 1, 0]] {
            entropy.values[place] = f64::NAN;
        }
        let ensemble = fixture::untrained(2);
        let found = features(
            &Alone,
            &ensemble,
            MissingTargets::LeaveOut,
            std::slice::from_ref(&table),
        )
        .unwrap();
        assert_eq!(found[0].h, [2.0, 5.0]);
        let field = table.by_realization("field", Dimension::Site).unwrap();
        let single = |realization: usize| {
            let one = field.slice(ndarray::s![1, realization..=realization, ..]);
            ensemble.features(&Alone, one)[[1, 0, 0]]
        };
        let mean = (single(0) + single(2)) / 2.0;
        assert!((found[0].mean[1][0][0] - mean).abs() < 1e-15);
        // The standard error of two values is half their distance.
        let error = (single(0) - single(2)).abs() / 2.0;
        assert!((found[0].error[1][0][0] - error).abs() < 1e-15);
    }
}

//! What the extractors make of chains, averaged over the disorder (arXiv:2202.08853, figure 8).

use ndarray::{Array2, Axis};
use serde::Serialize;

use super::Ensemble;
use crate::comm::Communicator;
use crate::error::Result;
use crate::store::Table;

/// The features of one chain length, mean over the realizations of each disorder strength.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Features {
    /// Chain length L.
    pub sites: usize,
    /// Disorder strengths, ascending.
    pub h: Vec<f64>,
    /// (member, feature, h).
    pub mean: Vec<Vec<Vec<f64>>>,
}

/// The features of every table's fields. Collective: every rank gives the same arguments and gets
/// all of them.
///
/// # Errors
/// When a table lacks its fields.
pub fn features(
    comm: &dyn Communicator,
    ensemble: &Ensemble,
    data: &[Table],
) -> Result<Vec<Features>> {
    let mut all = Vec::new();
    for table in data {
        let field = table.by_realization("field")?;
        let mut means = Vec::new();
        for of_strength in field.outer_iter() {
            let finished: Vec<f64> = of_strength
                .outer_iter()
                .filter(|row| row.iter().all(|value| value.is_finite()))
                .flatten()
                .copied()
                .collect();
            let rows = finished.len() / table.sites;
            let fields = Array2::from_shape_vec((rows, table.sites), finished)
                .expect("every field has a value for each site");
            let found = ensemble.features(comm, fields.view());
            // (member, feature); NaN where nothing is finished, as in the data.
            means.push(found.sum_axis(Axis(1)) / rows as f64);
        }
        let (members, features) = means.first().map_or((0, 0), |mean| mean.dim());
        let along = |member: usize, feature: usize| -> Vec<f64> {
            means.iter().map(|mean| mean[(member, feature)]).collect()
        };
        all.push(Features {
            sites: table.sites,
            h: table.strengths.clone(),
            mean: (0..members)
                .map(|member| {
                    (0..features)
                        .map(|feature| along(member, feature))
                        .collect()
                })
                .collect(),
        });
    }
    Ok(all)
}

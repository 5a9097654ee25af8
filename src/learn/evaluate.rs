//! Scores of an ensemble against exact data.

use ndarray::{Array2, Axis, s};

use super::ensemble::Ensemble;
use super::samples::{Sample, samples};
use super::score::{Score, StrengthScore};
use crate::comm::Communicator;
use crate::error::Result;
use crate::indicators;
use crate::store::Table;

/// The scores for every table and every target, in this order. Collective: every rank gives the
/// same arguments and gets all scores. A table without a finished realization has none.
///
/// # Errors
/// When a table lacks a target or the energy density that was learned.
pub fn evaluate(
    comm: &dyn Communicator,
    ensemble: &Ensemble,
    data: &[Table],
) -> Result<Vec<Score>> {
    let known = &ensemble.description;
    let mut scores = Vec::new();
    for table in data {
        let samples = samples(
            table,
            &known.targets,
            known.normalisation,
            known.energy_density,
        )?;
        if samples.is_empty() {
            continue;
        }
        let fields: Vec<f64> = samples.iter().flat_map(|it| &it.field).copied().collect();
        let fields = Array2::from_shape_vec((samples.len(), table.sites), fields)
            .expect("every field has a value for each site");
        let predictions = ensemble.predict_together(comm, fields.view());
        for (target, name) in known.targets.iter().enumerate() {
            let mut by_strength = Vec::new();
            let mut start = 0;
            for group in samples.chunk_by(|left, right| left.strength == right.strength) {
                let end = start + group.len();
                let exact: Vec<f64> = group.iter().map(|it: &Sample| it.targets[target]).collect();
                by_strength.push(StrengthScore::new(
                    table.strengths[group[0].strength],
                    &exact,
                    predictions
                        .slice(s![.., start..end, ..])
                        .index_axis(Axis(2), target),
                ));
                start = end;
            }
            let symbol = indicators::find(name).map_or("", |indicator| indicator.symbol);
            scores.push(Score::new(
                (table.sites, table.split),
                (name, symbol),
                known.train_sizes.contains(&table.sites),
                by_strength,
            ));
        }
    }
    Ok(scores)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::Alone;
    use crate::learn::{fixture, together};
    use crate::plan::Split;

    /// Against the same mean squared error from single predictions and the stored raw values.
    #[test]
    fn scores_are_those_of_single_predictions() {
        let mut table = fixture::table(12, Split::Test, &[2.0, 5.0], 4);
        let entropy = table.quantities.get_mut("entanglement").unwrap();
        entropy.values[[0, 1, 0]] = f64::NAN;
        let ensemble = fixture::untrained(2);
        let scores = evaluate(&Alone, &ensemble, std::slice::from_ref(&table)).unwrap();
        assert_eq!(scores.len(), 2);
        assert_eq!((scores[1].symbol.as_str(), scores[1].seen), ("S", false));
        assert_eq!(scores[1].by_strength[1].h, 5.0);

        let scale = ensemble.description.normalisation.half_chain_entropy(12);
        let field = table.by_realization("field").unwrap();
        let raw = table.by_realization("entanglement").unwrap();
        for (strength, count) in [(0, 3.0), (1, 4.0)] {
            let mut sum = 0.0;
            for realization in (0..4).filter(|&r| (strength, r) != (0, 1)) {
                let one = field.slice(s![strength, realization..=realization, ..]);
                let predicted = ensemble.predict(one);
                for member in 0..2 {
                    let exact = raw[[strength, realization, 0]] / scale;
                    sum += (predicted[[member, 0, 1]] - exact).powi(2) / 2.0;
                }
            }
            let found = scores[1].by_strength[strength].mse;
            assert!(
                (found - sum / count).abs() < 1e-14,
                "{found} {}",
                sum / count
            );
        }
    }

    #[test]
    fn scores_do_not_depend_on_the_ranks() {
        let data = [8, 10].map(|sites| fixture::table(sites, Split::Test, &[1.0, 3.0], 200));
        let alone = evaluate(&Alone, &fixture::untrained(2), &data).unwrap();
        for ranks in [2, 3] {
            for scores in together::run(ranks, |comm| {
                evaluate(comm, &fixture::untrained(2), &data).unwrap()
            }) {
                assert_eq!(scores, alone);
            }
        }
    }
}

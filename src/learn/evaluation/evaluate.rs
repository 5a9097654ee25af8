//! Scores of an ensemble against exact data.

use ndarray::{ArrayView4, Axis, s};

use super::score::{Score, StrengthScore};
use crate::comm::Communicator;
use crate::deck::MissingTargets;
use crate::error::Result;
use crate::indicators;
use crate::learn::ensemble::Ensemble;
use crate::learn::samples::{Condition, Realization, fields, realizations};
use crate::store::Table;

/// The scores for every table, every condition that was learned and every target, in this
/// order. Collective: every rank gives the same arguments and gets all scores. A table without a
/// finished realization has none, and neither has a target without a value.
///
/// # Errors
/// When a table lacks a target or a condition that was learned.
pub fn evaluate(
    comm: &dyn Communicator,
    ensemble: &Ensemble,
    missing: MissingTargets,
    data: &[Table],
) -> Result<Vec<Score>> {
    let mut scores = Vec::new();
    for table in data {
        for condition in ensemble.description.learned() {
            scores.extend(evaluate_at(comm, ensemble, missing, table, condition)?);
        }
    }
    Ok(scores)
}

/// The scores for one table at one condition, for every target. Collective.
///
/// # Errors
/// When the table lacks a target or the condition.
pub fn evaluate_at(
    comm: &dyn Communicator,
    ensemble: &Ensemble,
    missing: MissingTargets,
    table: &Table,
    condition: Condition,
) -> Result<Vec<Score>> {
    let known = &ensemble.description;
    let at = [condition];
    let found = realizations(table, &known.wanted(missing), &at)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let predictions = ensemble.predict_together(comm, fields(&found).view(), &at);
    let score = |(target, name): (usize, &String)| {
        let symbol = indicators::named(name).map_or(name.as_str(), |indicator| indicator.symbol);
        let by_strength = by_strength(table, &found, predictions.view(), target);
        (!by_strength.is_empty()).then(|| Score {
            sites: table.sites,
            split: table.split,
            target: name.clone(),
            symbol: symbol.to_owned(),
            condition,
            seen: known.train_sizes.contains(&table.sites),
            mse: StrengthScore::mean_mse(&by_strength),
            r2_norm: StrengthScore::mean_r2_norm(&by_strength),
            by_strength,
        })
    };
    Ok(known.targets.iter().enumerate().filter_map(score).collect())
}

/// The scores of one target at each disorder strength, over the samples that have it. `predictions`
/// (member, sample, condition, target) have a single condition.
fn by_strength(
    table: &Table,
    found: &[Realization],
    predictions: ArrayView4<f64>,
    target: usize,
) -> Vec<StrengthScore> {
    let mut start = 0;
    let of_group = |group: &[Realization]| {
        let end = start + group.len();
        let exact = group.iter().map(|it| it.targets[target]);
        let predicted = predictions.slice(s![.., start..end, 0, target]);
        start = end;
        let there = exact.enumerate().filter(|(_, value)| !value.is_nan());
        let (places, exact): (Vec<usize>, Vec<f64>) = there.unzip();
        let predicted = predicted.select(Axis(1), &places);
        let strength = table.strengths[group[0].strength_index];
        (!exact.is_empty()).then(|| StrengthScore::new(strength, &exact, predicted.view()))
    };
    found
        .chunk_by(|left, right| left.strength_index == right.strength_index)
        .filter_map(of_group)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comm::Alone;
    use crate::comm::threads;
    use crate::deck::MissingTargets::LeaveOut;
    use crate::deck::Split;
    use crate::indicators::half_chain_entropy;
    use crate::learn::tests::fixture;
    use crate::store::Dimension;

    /// Against the same mean squared error from single predictions and the stored raw values.
    #[test]
    fn scores_are_those_of_single_predictions() {
        let mut table = fixture::table(12, Split::Test, &[2.0, 5.0], 4);
        let entropy = table.quantities.get_mut("entanglement").unwrap();
        entropy.values[[0, 1, 0]] = f64::NAN;
        let ensemble = fixture::untrained(2);
        let scores = evaluate(&Alone, &ensemble, LeaveOut, std::slice::from_ref(&table)).unwrap();
        assert_eq!(scores.len(), 2);
        assert_eq!((scores[1].symbol.as_str(), scores[1].seen), ("S", false));
        assert_eq!(scores[1].by_strength[1].h, 5.0);

        let scale = half_chain_entropy(ensemble.description.normalisation, 12);
        let field = table.by_realization("field", Dimension::Site).unwrap();
        let raw = table
            .by_realization("entanglement", Dimension::EnergyDensity)
            .unwrap();
        for (strength, count) in [(0, 3.0), (1, 4.0)] {
            let mut sum = 0.0;
            for realization in (0..4).filter(|&r| (strength, r) != (0, 1)) {
                let one = field.slice(s![strength, realization..=realization, ..]);
                let predicted = ensemble.predict(one, &[Condition::EnergyDensity(0.5)]);
                for member in 0..2 {
                    let exact = raw[[strength, realization, 0]] / scale;
                    sum += (predicted[[member, 0, 0, 1]] - exact).powi(2) / 2.0;
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
        let alone = evaluate(&Alone, &fixture::untrained(2), LeaveOut, &data).unwrap();
        for ranks in [2, 3] {
            for scores in threads::run(ranks, |comm| {
                evaluate(comm, &fixture::untrained(2), LeaveOut, &data).unwrap()
            }) {
                assert_eq!(scores, alone);
            }
        }
    }
}

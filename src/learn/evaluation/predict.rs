//! Predictions in the layout of the exact data, so that whatever reads one reads the other.

use std::collections::BTreeMap;

use ndarray::{Array2, Array4, ArrayD, ArrayView1, ArrayView3, ArrayView4, Axis};

use crate::comm::Communicator;
use crate::deck::Split;
use crate::error::{Error, Result};
use crate::indicators;
use crate::learn::ensemble::{Description, Ensemble};
use crate::learn::samples::Condition;
use crate::store::{Dimension, Quantity, Table};

/// Predicts the targets of chains of `sites` with the fields (h, realization, site), at these conditions.
/// Collective: every rank gives the same arguments and gets the same table.
///
/// The table holds `field`, the mean over the members of every target, and `<target>_members`. Like
/// the exact data it holds raw values, which readers divide by the scale of the indicator. A field
/// with NaN has no prediction, which is NaN too.
///
/// # Errors
/// [`Error::Refused`] when the shape of `field` does not match `strengths` and `sites`, and as
/// [`check_conditions`].
pub fn predict(
    comm: &dyn Communicator,
    ensemble: &Ensemble,
    sites: usize,
    strengths: &[f64],
    conditions: &[Condition],
    field: ArrayView3<f64>,
) -> Result<Table> {
    let known = &ensemble.description;
    check_conditions(known, conditions)?;
    let (rows, realizations, width) = field.dim();
    if rows != strengths.len() || width != sites {
        return Err(Error::Refused(format!(
            "fields of shape {:?} do not belong to {} disorder strengths and {sites} sites",
            field.shape(),
            strengths.len()
        )));
    }
    let flat = field
        .to_shape((rows * realizations, sites))
        .expect("the first two axes make one");
    let outputs = outputs(comm, ensemble, conditions, flat.to_owned());
    let shape = (known.members, rows, realizations, conditions.len());
    let mut quantities = BTreeMap::from([("field".to_owned(), of_fields(field))]);
    for (target, name) in known.targets.iter().enumerate() {
        let scale = indicators::scale(name, known.normalisation, sites);
        let members = outputs
            .index_axis(Axis(3), target)
            .mapv(|output| scale * output)
            .into_shape_with_order(shape)
            .expect("samples are strengths and their realizations");
        quantities.extend(of_target(known, name, members.view()));
    }
    let values = conditions.iter().map(|it| it.value()).collect();
    let (energy_densities, coordinates) = match known.condition.dimension() {
        Dimension::Time => (Vec::new(), BTreeMap::from([(Dimension::Time, values)])),
        _ => (values, BTreeMap::new()),
    };
    Ok(Table {
        sites,
        split: Split::Test,
        strengths: strengths.to_vec(),
        energy_densities,
        quantities,
        coordinates,
        solver: None,
        failures: BTreeMap::new(),
        counts: Vec::new(),
        unread: BTreeMap::new(),
    })
}

/// Refuses conditions that networks cannot predict at.
///
/// # Errors
/// [`Error::Refused`] when they are times and the networks know energy densities, or the other way round.
/// Also when the networks know a single one and others are asked for.
pub fn check_conditions(known: &Description, conditions: &[Condition]) -> Result<()> {
    let third = known.condition.dimension();
    if conditions.iter().any(|it| it.dimension() != third) {
        let message = match third {
            Dimension::Time => {
                "the networks learned quenches, which have no energy density: leave out \
                 predict.energy_densities, or name predict.times"
            }
            _ => "the networks learned no quenches: leave out predict.times",
        };
        return Err(Error::Refused(message.to_owned()));
    }
    if !known.is_conditioned() && conditions != [known.condition] {
        return Err(Error::Refused(format!(
            "the networks know {} only: leave out predict.energy_densities, or train them with \
             learn.study.kind = \"conditioned\" or \"end-to-end\"",
            known.condition
        )));
    }
    Ok(())
}

/// The conditions outside the range of those that networks learned, where predictions are extrapolated.
pub fn extrapolated(known: &Description, conditions: &[Condition]) -> Vec<Condition> {
    let [low, high] = known.range();
    let is_outside = |it: &&Condition| !(low..=high).contains(&it.value());
    conditions.iter().filter(is_outside).copied().collect()
}

/// The outputs (member, sample, condition, target) for fields (sample, site). A field with NaN
/// has NaN for outputs, which a network may not give by itself.
fn outputs(
    comm: &dyn Communicator,
    ensemble: &Ensemble,
    conditions: &[Condition],
    mut fields: Array2<f64>,
) -> Array4<f64> {
    let is_missing = |field: ArrayView1<f64>| field.iter().any(|value| value.is_nan());
    let missing: Vec<usize> = (fields.rows().into_iter().enumerate())
        .filter_map(|(sample, field)| is_missing(field).then_some(sample))
        .collect();
    for &sample in &missing {
        fields.row_mut(sample).fill(0.0);
    }
    let mut outputs = ensemble.predict_together(comm, fields.view(), conditions);
    for &sample in &missing {
        outputs.index_axis_mut(Axis(1), sample).fill(f64::NAN);
    }
    outputs
}

/// The fields as a quantity of the table.
fn of_fields(field: ArrayView3<f64>) -> Quantity {
    use Dimension::{Realization, Site, Strength};
    Quantity {
        dimensions: vec![Strength, Realization, Site],
        units: "J".to_owned(),
        description: "random field of each site".to_owned(),
        values: field.to_owned().into_dyn(),
    }
}

/// The predictions (member, h, realization, condition) of one target, and their mean over the
/// members, as quantities of the table.
fn of_target(known: &Description, name: &str, members: ArrayView4<f64>) -> [(String, Quantity); 2] {
    use Dimension::{Member, Realization, Strength};
    let third = known.condition.dimension();
    let (units, what) = indicators::named(name).map_or(("1", name), |indicator| {
        (indicator.units, indicator.description)
    });
    let learned = match (third, known.range()) {
        (Dimension::Time, [first, last]) => format!("; learned from t = {first} to {last}"),
        _ => String::new(),
    };
    let quantity = |dimensions, how: &str, values: ArrayD<f64>| Quantity {
        dimensions,
        units: units.to_owned(),
        description: format!("{what}, predicted{how}{learned}"),
        values,
    };
    let mean = members.sum_axis(Axis(0)) / known.members as f64;
    let mean = quantity(
        vec![Strength, Realization, third],
        ": mean over the networks",
        mean.into_dyn(),
    );
    let members = quantity(
        vec![Member, Strength, Realization, third],
        " by each network",
        members.to_owned().into_dyn(),
    );
    [
        (name.to_owned(), mean),
        (format!("{name}_members"), members),
    ]
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, Dimension as _};

    use super::*;
    use crate::comm::Alone;
    use crate::comm::threads;
    use crate::indicators::half_chain_entropy;
    use crate::learn::tests::fixture;

    fn fields() -> Array3<f64> {
        let flat = fixture::fields(14, 5.0, 2 * 450);
        flat.into_shape_with_order((2, 450, 14)).unwrap()
    }

    /// Predictions that are read like exact data are the outputs of the networks.
    #[test]
    fn tables_hold_raw_values() {
        let ensemble = fixture::untrained(3);
        let field = fields();
        let table = predict(
            &Alone,
            &ensemble,
            14,
            &[1.0, 2.0],
            &[fixture::MIDDLE],
            field.view(),
        )
        .unwrap();
        assert_eq!(table.group(), "L14/test");
        assert_eq!(
            table.by_realization("field", Dimension::Site).unwrap(),
            field
        );
        let outputs = ensemble.predict(field.slice(ndarray::s![1, .., ..]), &[fixture::MIDDLE]);
        let scale = half_chain_entropy(ensemble.description.normalisation, 14);
        let mean = table
            .by_realization("entanglement", Dimension::EnergyDensity)
            .unwrap();
        let members = &table.quantities["entanglement_members"];
        assert_eq!(members.units, "nat");
        assert_eq!(members.values.shape(), [3, 2, 450, 1]);
        for realization in [0, 449] {
            let mut sum = 0.0;
            for member in 0..3 {
                let output = outputs[[member, realization, 0, 1]];
                let raw = members.values[[member, 1, realization, 0]];
                assert!((raw / scale - output).abs() < 1e-13);
                sum += raw;
            }
            assert!((mean[[1, realization, 0]] - sum / 3.0).abs() < 1e-13);
        }
    }

    /// 900 samples are four chunks: with five ranks one has none.
    #[test]
    fn tables_do_not_depend_on_the_ranks() {
        let make = |comm: &dyn Communicator| {
            predict(
                comm,
                &fixture::untrained(2),
                14,
                &[1.0, 2.0],
                &[fixture::MIDDLE],
                fields().view(),
            )
            .unwrap()
        };
        let alone = make(&Alone);
        for ranks in [2, 3, 5] {
            for table in threads::run(ranks, make) {
                assert_eq!(table, alone);
            }
        }
    }

    /// Every kind of network, because some turn NaN into numbers.
    #[test]
    fn a_field_with_missing_values_has_no_prediction() {
        for model in fixture::models() {
            let ensemble = fixture::ensemble(&model, 2);
            let mut field = fields();
            let (h, at) = ([1.0, 2.0], [fixture::MIDDLE]);
            let whole = predict(&Alone, &ensemble, 14, &h, &at, field.view()).unwrap();
            field[[1, 7, 3]] = f64::NAN;
            let table = predict(&Alone, &ensemble, 14, &h, &at, field.view()).unwrap();
            for name in ["entanglement", "entanglement_members"] {
                let (found, expected) = (&table.quantities[name], &whole.quantities[name]);
                for (place, value) in found.values.indexed_iter() {
                    let end = place.slice().len();
                    if place.slice()[end - 3..end - 1] == [1, 7] {
                        assert!(value.is_nan(), "{model:?}");
                    } else {
                        assert_eq!(*value, expected.values[place.slice()], "{model:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn fields_of_another_shape_are_refused() {
        let refused = predict(
            &Alone,
            &fixture::untrained(1),
            12,
            &[1.0, 2.0],
            &[fixture::MIDDLE],
            fields().view(),
        );
        let message = refused.unwrap_err().to_string();
        assert!(message.contains("2 disorder strengths and 12 sites"));
    }
}

//! Values that are missing, and what becomes of their realizations.

use super::condition::Condition;
use super::realizations::{Realization, Wanted, realizations};
use crate::deck::{Learn, Split};
use crate::error::Result;
use crate::store::{Dimension, Table};

/// What a group lacks.
#[derive(Debug, Clone, PartialEq)]
pub struct Missing {
    /// The group, as in L08/train.
    pub group: String,
    /// Realizations that are left out.
    pub left_out: usize,
    /// The targets that others lack, and how many lack each.
    pub masked: Vec<(String, usize)>,
    /// All realizations.
    pub all: usize,
}

/// The groups with missing values among those that are learned from or scored on, at these
/// conditions.
///
/// # Errors
/// When a table lacks a condition, or a target that may not be missing, or holds an infinite
/// value.
pub fn missing(learn: &Learn, conditions: &[Condition], data: &[Table]) -> Result<Vec<Missing>> {
    let wanted = Wanted {
        targets: &learn.targets,
        normalisation: learn.normalisation,
        missing: learn.missing,
    };
    let mut found = Vec::new();
    for table in data.iter().filter(|table| is_used(learn, table)) {
        let kept = realizations(table, &wanted, conditions)?;
        let field = table.by_realization("field", Dimension::Site)?;
        let all = table.realizations(field.dim().1);
        let masked = masked(&learn.targets, &kept);
        if kept.len() < all || !masked.is_empty() {
            found.push(Missing {
                group: table.group(),
                left_out: all - kept.len(),
                masked,
                all,
            });
        }
    }
    Ok(found)
}

/// The targets that some of these realizations lack, and how many do.
fn masked(targets: &[String], kept: &[Realization]) -> Vec<(String, usize)> {
    let count = |target: usize| {
        let lacks = |one: &&Realization| {
            let mut values = one.targets.iter().skip(target).step_by(targets.len());
            values.any(|value| value.is_nan())
        };
        kept.iter().filter(lacks).count()
    };
    let counted = targets.iter().enumerate();
    let counted = counted.map(|(target, name)| (name.clone(), count(target)));
    counted.filter(|(_, count)| *count > 0).collect()
}

/// Whether a table is learned from or scored on.
pub fn is_used(learn: &Learn, table: &Table) -> bool {
    let sizes = learn.sizes_with_training_data();
    match table.split {
        Split::Train => learn.uses_training_data() && sizes.contains(&table.sites),
        Split::Test => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::MissingTargets;
    use crate::learn::tests::fixture;

    /// One missing target at another energy density, one missing site of a field, and a group that is
    /// not learned from.
    #[test]
    fn what_is_left_out_is_counted() {
        let learn: Learn =
            toml::from_str("train_sizes = [8]\ntargets = [\"gap_ratio\", \"entanglement\"]")
                .unwrap();
        let mut data = [(8, Split::Train), (10, Split::Train), (8, Split::Test)]
            .map(|(sites, split)| fixture::table_at(sites, split, &[1.0, 4.0], 5, &[0.3, 0.5]));
        for table in &mut data {
            table.set("entanglement", &[1, 2, 0], f64::NAN).unwrap();
            table.set("field", &[0, 4, 3], f64::NAN).unwrap();
        }
        let count = |densities: &[f64]| -> Vec<(String, usize, usize)> {
            let found = missing(&learn, &Condition::energy_densities(densities), &data).unwrap();
            found
                .into_iter()
                .map(|it| (it.group, it.left_out, it.all))
                .collect()
        };
        let expected =
            |left_out| ["L08/train", "L08/test"].map(|group| (group.to_owned(), left_out, 10));
        assert_eq!(count(&[0.5]), expected(1));
        assert_eq!(count(&[0.3, 0.5]), expected(2));
        let mask = Learn {
            missing: MissingTargets::Mask,
            ..learn.clone()
        };
        for lacking in missing(&mask, &Condition::energy_densities(&[0.3, 0.5]), &data).unwrap() {
            assert_eq!(lacking.left_out, 1);
            assert_eq!(lacking.masked, [("entanglement".to_owned(), 1)]);
        }
    }
}

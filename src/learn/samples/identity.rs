//! The identity of the data that networks learn from.

use ndarray::Axis;

use super::condition::Condition;
use super::selection::Selection;
use crate::deck::{Learn, Split};
use crate::identity::{Hasher, Identity};
use crate::store::{Dimension, Table};

/// The identity of the training data among `data`: the fields of the lengths that `learn` names, and
/// its targets at the conditions that are learned. Other lengths, test data and other targets do not
/// count. `condition` is learned unless all are.
pub fn training_data_identity(learn: &Learn, condition: Condition, data: &[Table]) -> Identity {
    let conditions = if learn.is_conditioned() {
        Selection { data, learn }.conditions(condition)
    } else {
        vec![condition]
    };
    let mut hasher = Hasher::default();
    for sites in learn.sizes_with_training_data() {
        let is_own = |table: &&Table| (table.sites, table.split) == (sites, Split::Train);
        if let Some(table) = data.iter().find(is_own) {
            hash(&mut hasher, table, &learn.targets, &conditions);
        }
    }
    hasher.finish()
}

fn hash(hasher: &mut Hasher, table: &Table, targets: &[String], conditions: &[Condition]) {
    hasher.text(&table.group());
    hasher.numbers(&table.strengths);
    hasher.text("field");
    if let Ok(field) = table.by_realization("field", Dimension::Site) {
        hasher.numbers(field);
    }
    let values: Vec<f64> = conditions.iter().map(|it| it.value()).collect();
    hasher.numbers(&values);
    for target in targets {
        hasher.text(target);
        let Ok(found) = table.target(target) else {
            continue;
        };
        let values = found.view();
        for condition in conditions {
            let index = condition.index(table);
            if let Some(index) = index.ok().filter(|&index| index < values.dim().2) {
                hasher.numbers(values.index_axis(Axis(2), index));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::tests::fixture;

    fn learn(more: &str) -> Learn {
        let deck = format!("train_sizes = [10, 8]\ntargets = [\"gap_ratio\"]\n{more}");
        toml::from_str(&deck).unwrap()
    }

    #[test]
    fn only_what_is_learned_counts() {
        let table = |sites, split| fixture::table_at(sites, split, &[1.0, 4.0], 5, &[0.3, 0.5]);
        let data = [8, 10, 12].map(|sites| table(sites, Split::Train));
        let identity =
            |learn: &Learn, data: &[Table]| training_data_identity(learn, fixture::MIDDLE, data);
        let low = Condition::EnergyDensity(0.3);
        let whole = identity(&learn(""), &data);
        assert_eq!(identity(&learn("epochs = 99"), &data), whole);
        let with_tests = [&data[..], &[table(8, Split::Test)]].concat();
        assert_eq!(identity(&learn(""), &with_tests), whole);
        assert_eq!(identity(&learn(""), &data[..2]), whole);
        let held_out = learn("validation = { size = 12 }");
        assert_ne!(identity(&held_out, &data), whole);
        assert_ne!(training_data_identity(&learn(""), low, &data), whole);

        let all = learn("study.kind = \"end-to-end\"");
        assert_eq!(
            training_data_identity(&all, low, &data),
            identity(&all, &data)
        );
        assert_ne!(identity(&all, &data), whole);

        let change = |length: usize, name: &str, place: [usize; 3]| {
            let mut data = data.clone();
            let value = &mut data[length].quantities.get_mut(name).unwrap().values[place];
            *value = value.next_up();
            identity(&learn(""), &data)
        };
        for (length, name, place, counts) in [
            (0, "field", [1, 4, 7], true),
            (1, "gap_ratio", [0, 0, 1], true),
            (1, "gap_ratio", [0, 0, 0], false),
            (1, "entanglement", [0, 0, 1], false),
            (2, "gap_ratio", [0, 0, 1], false),
        ] {
            assert_eq!(
                change(length, name, place) != whole,
                counts,
                "{name} {place:?}"
            );
        }
        let mut unfinished = data.clone();
        let values = &mut unfinished[0]
            .quantities
            .get_mut("gap_ratio")
            .unwrap()
            .values;
        values[[0, 0, 1]] = f64::NAN;
        assert_ne!(identity(&learn(""), &unfinished), whole);
    }
}

//! Fields and their targets, read from the tables of data.h5.

use std::borrow::Borrow;

use ndarray::{Array2, CowArray, Ix3, s};

use super::condition::Condition;
use crate::deck::{MissingTargets, Normalisation};
use crate::error::{Error, Result};
use crate::indicators;
use crate::store::{Dimension, Statistic, Table};

/// One realization, at one condition or several.
#[derive(Debug, Clone, PartialEq)]
pub struct Realization {
    /// Chain length L.
    pub sites: usize,
    /// The index of the disorder strength in the table.
    pub strength_index: usize,
    /// The field h_1 … h_L, or the features of all members in its place.
    pub inputs: Vec<f64>,
    /// The energy densities, or the times.
    pub conditions: Vec<Condition>,
    /// The normalised targets (condition, target); NaN where one is missing.
    pub targets: Vec<f64>,
}

/// What is read of a table.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The names of the targets.
    pub targets: &'a [String],
    /// What entropies are divided by.
    pub normalisation: Normalisation,
    /// What becomes of realizations that lack some of the targets.
    pub missing: MissingTargets,
}

impl Wanted<'_> {
    /// Whether a realization counts. NaN stands for what is not finished, was not measured, or is to be
    /// left out.
    fn counts(&self, one: &Realization) -> bool {
        let mut targets = one.targets.iter();
        let has_targets = match self.missing {
            MissingTargets::LeaveOut => targets.all(|it| !it.is_nan()),
            MissingTargets::Mask => targets.any(|it| !it.is_nan()),
        };
        has_targets && one.inputs.iter().all(|it| !it.is_nan())
    }
}

/// The stored values of one target.
struct Column<'a> {
    /// (strength, realization, energy density or time); none if the table has no such quantity.
    values: Option<CowArray<'a, f64, Ix3>>,
    /// What they are divided by.
    scale: f64,
}

/// The realizations of a table, in its order, each at all of these conditions. Those with NaN in the
/// field are left out, and those with NaN in a target or in all targets.
///
/// # Errors
/// When the table lacks a condition or a quantity that may not be missing, when quantities differ in what
/// they run over or in their numbers of realizations, and when a value is infinite.
pub fn realizations<'t>(
    table: &'t Table,
    wanted: &Wanted<'t>,
    conditions: &[Condition],
) -> Result<Vec<Realization>> {
    let places = places(table, wanted, conditions)?;
    let field = table.by_realization("field", Dimension::Site)?;
    let columns = columns(table, wanted, conditions)?;
    let (strengths, realizations, sites) = field.dim();
    let mut found = Vec::new();
    for strength in 0..strengths {
        for realization in 0..table.realizations_at(strength, realizations) {
            let value = |place: Option<usize>, column: &Column| {
                let stored = column.values.as_ref().zip(place);
                let value = stored.map_or(f64::NAN, |(it, at)| it[[strength, realization, at]]);
                value / column.scale
            };
            let at = |&place: &Option<usize>| columns.iter().map(move |it| value(place, it));
            let one = Realization {
                sites,
                strength_index: strength,
                inputs: field.slice(s![strength, realization, ..]).to_vec(),
                conditions: conditions.to_vec(),
                targets: places.iter().flat_map(at).collect(),
            };
            if !wanted.counts(&one) {
                continue;
            }
            if let Some((name, third, index)) = infinite(&one, wanted.targets) {
                let index = match third {
                    Dimension::Site => index,
                    _ => places[index].expect("a value that is there has a place"),
                };
                let dimensions = [Dimension::Strength, Dimension::Realization, third];
                return Err(table.infinite(name, &dimensions, &[strength, realization, index]));
            }
            found.push(one);
        }
    }
    Ok(found)
}

/// Where a table has the conditions. A time of other chains may be missing.
fn places(table: &Table, wanted: &Wanted, conditions: &[Condition]) -> Result<Vec<Option<usize>>> {
    let place = |condition: &Condition| match condition.index(table) {
        Err(_)
            if wanted.missing == MissingTargets::Mask
                && matches!(condition, Condition::Time(_)) =>
        {
            Ok(None)
        }
        place => place.map(Some),
    };
    conditions.iter().map(place).collect()
}

/// The stored values of all targets, which have one for each field and condition.
fn columns<'t>(
    table: &'t Table,
    wanted: &Wanted<'t>,
    conditions: &[Condition],
) -> Result<Vec<Column<'t>>> {
    let third = conditions.first().map(|it| it.dimension());
    let column = |name: &'t String| {
        let scale = indicators::scale(name, wanted.normalisation, table.sites);
        if wanted.missing == MissingTargets::Mask && !table.has_target(name) {
            return Ok(Column {
                values: None,
                scale,
            });
        }
        let target = table.target(name)?;
        if let Some(statistic) = target.over_realizations {
            return Err(over_realizations(name, target.name, statistic));
        }
        if third.is_some_and(|third| third != target.third) {
            return Err(other_axis(name, target.third));
        }
        table.check_together("field", target.name)?;
        let values = Some(target.values);
        Ok(Column { values, scale })
    };
    wanted.targets.iter().map(column).collect()
}

/// The refusal of a statistic that no single field has.
fn over_realizations(target: &str, quantity: &str, statistic: Statistic) -> Error {
    let word = statistic.word();
    Error::Refused(format!(
        "{target}: \"{word}\" would be over realizations, because {quantity} has no further axis for it, \
         and a network learns a number of each field: take the word out, or name a quantity with states, \
         sites or distances"
    ))
}

/// The refusal of targets of windows and of quenches together.
fn other_axis(target: &str, third: Dimension) -> Error {
    let (own, other) = match third {
        Dimension::Time => ("times", "energy densities"),
        _ => ("energy densities", "times"),
    };
    Error::Refused(format!(
        "{target} is known at {own}, and others of learn.targets at {other}: learn them by networks of \
         their own"
    ))
}

/// The first value of a realization that is infinite: its quantity, and the site or the number of the
/// condition.
fn infinite<'t>(one: &Realization, targets: &'t [String]) -> Option<(&'t str, Dimension, usize)> {
    if let Some(index) = one.targets.iter().position(|value| value.is_infinite()) {
        let (condition, target) = (index / targets.len(), index % targets.len());
        let third = one.conditions[condition].dimension();
        return Some((&targets[target], third, condition));
    }
    let site = one.inputs.iter().position(|value| value.is_infinite());
    site.map(|site| ("field", Dimension::Site, site))
}

/// The fields (sample, site) of realizations of one chain length.
pub fn fields<R: Borrow<Realization>>(realizations: &[R]) -> Array2<f64> {
    let sites = realizations[0].borrow().sites;
    let flat = realizations.iter().flat_map(|it| &it.borrow().inputs);
    Array2::from_shape_vec((realizations.len(), sites), flat.copied().collect())
        .expect("every field has a value for each site")
}

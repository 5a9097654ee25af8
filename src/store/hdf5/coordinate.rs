//! The coordinates of a group: disorder strengths and energy densities.

use hdf5::Group;

use super::axes::axes;
use super::values::read_unpacked;
use crate::store::table::Dimension;

/// Energy densities that are nearer to each other than this count as one.
const SAME_ENERGY_DENSITY: f64 = 1e-9;

/// A coordinate as it is in a file.
pub struct Coordinate {
    /// Its values, in the order of the file.
    pub values: Vec<f64>,
    /// What it runs over, if the file says so in words that are known.
    pub dimension: Option<Dimension>,
}

/// The values of a dimension: numbers that are finite, and strengths that are not negative. MATLAB
/// writes lists as matrices of one row or column.
///
/// # Errors
/// The message for the user.
pub fn read_coordinate(
    group: &Group,
    at: &str,
    dimension: Dimension,
) -> Result<Coordinate, String> {
    let (name, meaning) = (dimension.name(), dimension.description());
    let wanted =
        format!("{at}/{name} is not a list of numbers: write one ({meaning}), or one number");
    let Ok(dataset) = group.dataset(name) else {
        return Err(wanted);
    };
    let place = format!("{at}/{name}");
    let values =
        read_unpacked(&dataset).map_err(|reason| format!("{place} cannot be read: {reason}"))?;
    if values.shape().iter().filter(|&&length| length != 1).count() > 1 {
        return Err(wanted);
    }
    let names = axes(&dataset, &place).unwrap_or_default();
    // A negative zero is zero.
    let values: Vec<f64> = values.into_iter().map(|value| value + 0.0).collect();
    for (number, &value) in values.iter().enumerate() {
        let wrong = match dimension {
            _ if !value.is_finite() => "not finite",
            Dimension::Strength if value < 0.0 => "negative, which no disorder strength is",
            _ => continue,
        };
        return Err(format!("{place}[{number}] is {value}, {wrong}: correct it"));
    }
    Ok(Coordinate {
        values,
        dimension: names.first().copied(),
    })
}

/// Refuses values that a sorted coordinate has twice.
///
/// # Errors
/// The message for the user.
pub fn refuse_twice(sorted: &[f64], at: &str, dimension: Dimension) -> Result<(), String> {
    let same = match dimension {
        Dimension::EnergyDensity => SAME_ENERGY_DENSITY,
        _ => 0.0,
    };
    let mut pairs = sorted.windows(2);
    pairs
        .find(|pair| pair[1] - pair[0] <= same)
        .map_or(Ok(()), |pair| {
            Err(format!(
                "{at}/{} has {} twice: give each value once, with all of its realizations",
                dimension.name(),
                pair[1]
            ))
        })
}

//! The grid of strengths and energy densities that quantities are brought to. Files of one's own may
//! have them in any order, may leave out the axis of a single strength, or may give every realization
//! a strength of its own.

use ndarray::{ArrayD, Axis, Slice};

use crate::store::table::Dimension;

/// So many bytes a quantity may fill whatever it holds.
const SMALL: usize = 64 << 20;

/// A quantity may grow so many times by places without a realization.
const MOST_GROWTH: usize = 16;

/// The order of the energy densities, and where realizations are.
pub struct Grid {
    /// The group, for messages.
    pub at: String,
    /// The energy densities, as numbers in the file.
    pub energy_densities: Vec<usize>,
    /// The strengths.
    pub strengths: Strengths,
}

/// Where the strengths of realizations are in a file.
pub enum Strengths {
    /// Along an axis, which one strength alone does not need: the strengths, as numbers in the file.
    Axis(Vec<usize>),
    /// Beside the realizations: the numbers in the file of those of each strength.
    ByRealization(Vec<Vec<usize>>),
}

/// Sorts the values of a coordinate. Returns them, and their numbers in the list.
pub fn sorted(values: &[f64]) -> (Vec<f64>, Vec<usize>) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    (order.iter().map(|&number| values[number]).collect(), order)
}

/// The different values in a list, ascending, and the numbers in the list of each.
pub fn by_value(values: &[f64]) -> (Vec<f64>, Vec<Vec<usize>>) {
    let (sorted, order) = sorted(values);
    let mut found: (Vec<f64>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
    for (value, number) in sorted.into_iter().zip(order) {
        if found.0.last() != Some(&value) {
            found.0.push(value);
            found.1.push(Vec::new());
        }
        found.1.last_mut().expect("one was pushed").push(number);
    }
    found
}

impl Grid {
    /// The number of realizations of each strength if their numbers differ; else empty.
    pub fn counts(&self) -> Vec<usize> {
        let Strengths::ByRealization(rows) = &self.strengths else {
            return Vec::new();
        };
        let counts: Vec<usize> = rows.iter().map(Vec::len).collect();
        if counts.iter().all(|&count| count == counts[0]) {
            return Vec::new();
        }
        counts
    }

    /// Brings an array, whose axes are in the order of [`Dimension::ALL`], to the grid. `none` fills the
    /// places without a realization.
    ///
    /// # Errors
    /// Why the array `place` does not fit the coordinates.
    pub fn arrange<T: Clone>(
        &self,
        mut dimensions: Vec<Dimension>,
        mut values: ArrayD<T>,
        none: T,
        place: &str,
    ) -> Result<(Vec<Dimension>, ArrayD<T>), String> {
        let axis =
            |dimensions: &[Dimension], wanted| dimensions.iter().position(|it| *it == wanted);
        if let Some(at) = axis(&dimensions, Dimension::EnergyDensity) {
            self.fits(&values, at, Dimension::EnergyDensity, place)?;
            values = in_this_order(values, Axis(at), &self.energy_densities);
        }
        let at_strength = axis(&dimensions, Dimension::Strength);
        let at_realization = axis(&dimensions, Dimension::Realization);
        match (&self.strengths, at_strength, at_realization) {
            (Strengths::Axis(order), Some(at), _) => {
                self.fits(&values, at, Dimension::Strength, place)?;
                values = in_this_order(values, Axis(at), order);
            }
            (Strengths::Axis(order), None, Some(at)) if order.len() == 1 => {
                dimensions.insert(at, Dimension::Strength);
                values = values.insert_axis(Axis(at));
            }
            (Strengths::ByRealization(_), Some(_), _) => {
                return Err(format!(
                    "{place} runs over h, and {}/h has a value for each realization: give {place} the \
                     axis realization alone, or write the list of the strengths into h",
                    self.at
                ));
            }
            (Strengths::ByRealization(rows), None, Some(at)) => {
                self.fits(&values, at, Dimension::Realization, place)?;
                values = by_strength(&values, Axis(at), rows, none)
                    .map_err(|reason| format!("{place} cannot be read: {reason}"))?;
                dimensions.insert(at, Dimension::Strength);
            }
            _ => {}
        }
        Ok((dimensions, values))
    }

    /// Whether an axis has the length of its coordinate.
    fn fits<T>(
        &self,
        values: &ArrayD<T>,
        at: usize,
        dimension: Dimension,
        place: &str,
    ) -> Result<(), String> {
        let known = match (dimension, &self.strengths) {
            (Dimension::EnergyDensity, _) => self.energy_densities.len(),
            (_, Strengths::Axis(order)) => order.len(),
            (_, Strengths::ByRealization(rows)) => rows.iter().map(Vec::len).sum(),
        };
        let coordinate = match dimension {
            Dimension::EnergyDensity => "epsilon",
            _ => "h",
        };
        let (shape, found) = (values.shape(), values.shape()[at]);
        if found == known {
            return Ok(());
        }
        Err(format!(
            "{place} is {shape:?}, with {found} of {} where {}/{coordinate} has {known}: give both the \
             same",
            dimension.name(),
            self.at
        ))
    }
}

/// The same array with the places along an axis in another order.
fn in_this_order<T: Clone>(values: ArrayD<T>, axis: Axis, order: &[usize]) -> ArrayD<T> {
    if order.is_sorted() {
        return values;
    }
    values.select(axis, order)
}

/// The array with its realizations, along `axis`, in a row for each strength. Short rows end with
/// `none`. The reason for a refusal begins with "it".
fn by_strength<T: Clone>(
    values: &ArrayD<T>,
    axis: Axis,
    rows: &[Vec<usize>],
    none: T,
) -> Result<ArrayD<T>, String> {
    let longest = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut shape = values.shape().to_vec();
    shape[axis.0] = longest;
    shape.insert(axis.0, rows.len());
    let size = shape
        .iter()
        .try_fold(1, |size: usize, &length| size.checked_mul(length));
    let most = (values.len().saturating_mul(MOST_GROWTH)).max(SMALL / size_of::<T>());
    if size.is_none_or(|size| size > most) {
        return Err(format!(
            "it has {} strengths, of which one has {longest} realizations, and a grid of them would be \
             nearly empty: round the strengths, or split the group",
            rows.len()
        ));
    }
    let mut grid = ArrayD::from_elem(shape, none);
    for (mut row, numbers) in grid.axis_iter_mut(axis).zip(rows) {
        row.slice_axis_mut(axis, Slice::from(..numbers.len()))
            .assign(&values.select(axis, numbers));
    }
    Ok(grid)
}

//! What the axes of a dataset run over, and arrays in the order that the program expects.
//!
//! The attribute `dimensions` gives the names. Files of xarray and netCDF have dimension scales
//! instead, and other files labels.

use hdf5::Dataset;
use ndarray::ArrayD;

use super::attributes::get_text;
use super::scales::scale_names;
use crate::store::table::Dimension;

/// What each axis of a dataset runs over, in the order of the file.
///
/// # Errors
/// The message for the user, if a name is missing or unknown, or if names contradict each other.
pub fn axes(dataset: &Dataset, place: &str) -> Result<Vec<Dimension>, String> {
    let shape = dataset.shape();
    let scales: Vec<Vec<String>> = (0..shape.len())
        .map(|axis| scale_names(dataset, axis))
        .collect();
    let written = get_text(dataset, "dimensions")?;
    let names: Vec<String> = match &written {
        Some(text) => {
            let names = text.split(|it: char| it.is_whitespace() || it == ',');
            names
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        }
        None => scales.iter().map(|names| chosen(names)).collect(),
    };
    if names.iter().any(String::is_empty) {
        return Err(format!(
            "{place} has no attribute \"dimensions\": write what its axes run over, as in \
             \"h realization epsilon\""
        ));
    }
    if names.len() != shape.len() {
        return Err(format!(
            "{place} is {shape:?} and its dimensions are \"{}\": one name for each axis",
            names.join(" ")
        ));
    }
    let dimensions = known(&names, place)?;
    for (dimension, scales) in dimensions.iter().zip(&scales) {
        let mut others = scales.iter().filter_map(|name| Dimension::named(name));
        if let Some(other) = others.find(|other| other != dimension) {
            return Err(format!(
                "{place} runs over {} by its attribute \"dimensions\", and over {} by its dimension \
                 scale: correct the attribute, or delete it",
                dimension.name(),
                other.name()
            ));
        }
    }
    Ok(dimensions)
}

/// The name among the scales of an axis that is a dimension, or else the first; empty without any.
fn chosen(scales: &[String]) -> String {
    let known = scales.iter().find(|name| Dimension::named(name).is_some());
    known.or(scales.first()).cloned().unwrap_or_default()
}

/// The dimensions of these names, which are all different.
fn known(names: &[String], place: &str) -> Result<Vec<Dimension>, String> {
    let mut dimensions = Vec::new();
    for name in names {
        let Some(dimension) = Dimension::named(name) else {
            let known = Dimension::ALL.map(Dimension::name).join(", ");
            return Err(format!(
                "{place} runs over \"{name}\", which is none of {known}: rename it"
            ));
        };
        if dimensions.contains(&dimension) {
            return Err(format!(
                "{place} runs over \"{name}\" twice: give each axis a name of its own"
            ));
        }
        dimensions.push(dimension);
    }
    Ok(dimensions)
}

/// The same array with its axes in the order of [`Dimension::ALL`].
pub fn in_order<T: Clone>(
    dimensions: &[Dimension],
    values: ArrayD<T>,
) -> (Vec<Dimension>, ArrayD<T>) {
    let place = |dimension: &Dimension| Dimension::ALL.iter().position(|known| known == dimension);
    let mut order: Vec<usize> = (0..dimensions.len()).collect();
    order.sort_by_key(|&axis| place(&dimensions[axis]));
    let sorted = order.iter().map(|&axis| dimensions[axis]).collect();
    let values = if order.is_sorted() {
        values
    } else {
        values
            .permuted_axes(order)
            .as_standard_layout()
            .into_owned()
    };
    (sorted, values)
}

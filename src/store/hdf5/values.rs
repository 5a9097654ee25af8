//! Numbers of any type and width, as doubles. Reasons begin with "it", because the caller knows the
//! name.

use hdf5::{Dataset, Datatype, Location};
use hdf5_sys::h5t::{H5T_class_t, H5Tget_class};
use ndarray::ArrayD;

use super::extent::shape;
use super::reason::reason;
use super::source::Source;

/// The numbers of a dataset or an attribute.
pub fn read_numbers(source: Source) -> Result<ArrayD<f64>, String> {
    let kind = source.dtype().map_err(|error| reason(&error))?;
    let numeric = [
        H5T_class_t::H5T_INTEGER,
        H5T_class_t::H5T_FLOAT,
        // What h5py makes of booleans.
        H5T_class_t::H5T_ENUM,
    ];
    if !numeric.contains(&class(&kind)) {
        return Err(format!("it is of type {kind}, which is no number"));
    }
    let mut values = ArrayD::<f64>::zeros(shape(source, &kind)?);
    let slice = values.as_slice_mut().expect("a new array is in order");
    if !slice.is_empty() {
        let memory = Datatype::from_type::<f64>().map_err(|error| reason(&error))?;
        // SAFETY: there is a double for each element.
        let outcome = unsafe { source.read(memory.id(), slice) };
        outcome.map_err(|error| reason(&error))?;
    }
    Ok(values)
}

/// The numbers of a dataset as the netCDF conventions mean them: packed ones are unpacked, and
/// missing ones become NaN.
pub fn read_unpacked(dataset: &Dataset) -> Result<ArrayD<f64>, String> {
    let mut values = read_numbers(Source::Dataset(dataset))?;
    for name in ["_FillValue", "missing_value"] {
        if let Some(missing) = convention(dataset, name)? {
            values.mapv_inplace(|value| if value == missing { f64::NAN } else { value });
        }
    }
    let factor = convention(dataset, "scale_factor")?.unwrap_or(1.0);
    let offset = convention(dataset, "add_offset")?.unwrap_or(0.0);
    if (factor, offset) != (1.0, 0.0) {
        values.mapv_inplace(|value| value * factor + offset);
    }
    Ok(values)
}

/// A number of the netCDF conventions.
fn convention(dataset: &Dataset, name: &str) -> Result<Option<f64>, String> {
    if !has_attribute(dataset, name) {
        return Ok(None);
    }
    let attribute = dataset.attr(name).map_err(|error| reason(&error))?;
    let numbers = read_numbers(Source::Attribute(&attribute));
    let numbers = numbers.map_err(|reason| format!("of its attribute \"{name}\", {reason}"))?;
    Ok(numbers.first().copied())
}

/// Whether an object has an attribute of this name.
pub fn has_attribute(location: &Location, name: &str) -> bool {
    let names = location.attr_names().unwrap_or_default();
    names.iter().any(|known| known == name)
}

/// What kind of values a type stands for.
pub fn class(kind: &Datatype) -> H5T_class_t {
    // SAFETY: the type is open.
    hdf5::sync::sync(|| unsafe { H5Tget_class(kind.id()) })
}

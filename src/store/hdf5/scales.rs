//! HDF5 dimension scales: the calls of the high-level library that the binding does not wrap. They
//! tie each axis of a dataset to its coordinate, which is how xarray finds names and values.

use std::ffi::{CString, c_char, c_int, c_uint};

use hdf5::Dataset;
use hdf5_sys::h5i::hid_t;

use crate::store::StoreResult;

#[link(name = "hdf5_hl")]
unsafe extern "C" {
    fn H5DSset_scale(scale: hid_t, name: *const c_char) -> c_int;
    fn H5DSattach_scale(dataset: hid_t, scale: hid_t, axis: c_uint) -> c_int;
}

/// Makes a one-dimensional dataset the coordinate of a dimension.
pub fn make_scale(coordinate: &Dataset, dimension: &str) -> StoreResult<()> {
    let name = CString::new(dimension).expect("dimension names hold no NUL");
    // SAFETY: the handle is open and the name outlives the call; HDF5 is used by one thread at a
    // time.
    let status = hdf5::sync::sync(|| unsafe { H5DSset_scale(coordinate.id(), name.as_ptr()) });
    done(status, "set a dimension scale")
}

/// Ties an axis of a dataset to its coordinate.
pub fn attach_scale(dataset: &Dataset, coordinate: &Dataset, axis: usize) -> StoreResult<()> {
    // SAFETY: both handles are open; HDF5 is used by one thread at a time.
    let status = hdf5::sync::sync(|| unsafe {
        H5DSattach_scale(dataset.id(), coordinate.id(), axis as c_uint)
    });
    done(status, "attach a dimension scale")
}

fn done(status: c_int, what: &str) -> StoreResult<()> {
    if status < 0 {
        return Err(hdf5::Error::from(format!("HDF5 could not {what}")));
    }
    Ok(())
}

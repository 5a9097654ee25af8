//! HDF5 dimension scales: the calls of the high-level library that the binding does not wrap. A scale
//! connects an axis of a dataset with its coordinate, where xarray finds its name and values.

use std::ffi::{CString, c_char, c_int, c_uint};

use hdf5::Dataset;
use hdf5_sys::h5i::hid_t;

#[link(name = "hdf5_hl")]
unsafe extern "C" {
    fn H5DSset_scale(scale: hid_t, name: *const c_char) -> c_int;
    fn H5DSattach_scale(dataset: hid_t, scale: hid_t, axis: c_uint) -> c_int;
}

/// Makes a one-dimensional dataset the scale of a dimension.
pub fn make_scale(coordinate: &Dataset, dimension: &str) -> hdf5::Result<()> {
    let name = CString::new(dimension).expect("dimension names hold no NUL");
    // SAFETY: the handle is open and the name outlives the call. `sync` lets one thread at a time
    // use HDF5.
    let status = hdf5::sync::sync(|| unsafe { H5DSset_scale(coordinate.id(), name.as_ptr()) });
    check(status, "set a dimension scale")
}

/// Attaches its coordinate to an axis of a dataset.
pub fn attach_scale(dataset: &Dataset, coordinate: &Dataset, axis: usize) -> hdf5::Result<()> {
    // SAFETY: both handles are open. `sync` lets one thread at a time use HDF5.
    let status = hdf5::sync::sync(|| unsafe {
        H5DSattach_scale(dataset.id(), coordinate.id(), axis as c_uint)
    });
    check(status, "attach a dimension scale")
}

fn check(status: c_int, what: &str) -> hdf5::Result<()> {
    if status < 0 {
        return Err(hdf5::Error::from(format!("HDF5 could not {what}")));
    }
    Ok(())
}

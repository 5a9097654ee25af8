//! HDF5 dimension scales: the calls of the high-level library that the binding does not wrap. A scale
//! connects an axis of a dataset with its coordinate, where xarray finds its name and values.

use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};

use hdf5::Dataset;
use hdf5_sys::h5i::{H5Iget_name, hid_t};

#[link(name = "hdf5_hl")]
unsafe extern "C" {
    fn H5DSset_scale(scale: hid_t, name: *const c_char) -> c_int;
    fn H5DSattach_scale(dataset: hid_t, scale: hid_t, axis: c_uint) -> c_int;
    fn H5DSget_label(dataset: hid_t, axis: c_uint, label: *mut c_char, size: usize) -> isize;
    fn H5DSiterate_scales(
        dataset: hid_t,
        axis: c_uint,
        first: *mut c_int,
        visit: unsafe extern "C" fn(hid_t, c_uint, hid_t, *mut c_void) -> c_int,
        data: *mut c_void,
    ) -> c_int;
}

/// Names of dimensions are short. A longer one is cut, and then it is unknown.
const LONGEST: usize = 256;

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

/// The names of the scales of an axis, and of its label if it has one.
pub fn scale_names(dataset: &Dataset, axis: usize) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let data = (&raw mut names).cast::<c_void>();
    let mut label = [0; LONGEST];
    // SAFETY: the handle is open, `visit` gets the list behind `data`, and the label has its size.
    // `sync` lets one thread at a time use HDF5.
    let length = hdf5::sync::sync(|| unsafe {
        let first = std::ptr::null_mut();
        H5DSiterate_scales(dataset.id(), axis as c_uint, first, visit, data);
        H5DSget_label(dataset.id(), axis as c_uint, label.as_mut_ptr(), LONGEST)
    });
    if length > 0 {
        names.push(text(&label));
    }
    names
}

/// Adds the name of a scale, which is that of its dataset, to a list.
unsafe extern "C" fn visit(_: hid_t, _: c_uint, scale: hid_t, names: *mut c_void) -> c_int {
    let mut path = [0; LONGEST];
    // SAFETY: the scale is open and the path has its size.
    let length = unsafe { H5Iget_name(scale, path.as_mut_ptr(), LONGEST) };
    if length > 0 {
        let path = text(&path);
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        // SAFETY: the caller gives the list, which nothing else uses meanwhile.
        unsafe { &mut *names.cast::<Vec<String>>() }.push(name);
    }
    0
}

/// The text before the first NUL.
fn text(buffer: &[c_char; LONGEST]) -> String {
    let bytes = buffer.map(|it| it as u8);
    CStr::from_bytes_until_nul(&bytes).map_or_else(
        |_| String::new(),
        |text| text.to_string_lossy().into_owned(),
    )
}

fn check(status: c_int, what: &str) -> hdf5::Result<()> {
    if status < 0 {
        return Err(hdf5::Error::from(format!("HDF5 could not {what}")));
    }
    Ok(())
}

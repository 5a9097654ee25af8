//! Where values are read from: a dataset or an attribute. HDF5 has a call of its own for each.

use std::ffi::{c_int, c_void};
use std::ops::Deref;

use hdf5::{Attribute, Container, Dataset};
use hdf5_sys::h5a::H5Aread;
use hdf5_sys::h5d::H5Dread;
use hdf5_sys::h5i::hid_t;
use hdf5_sys::h5p::H5P_DEFAULT;
use hdf5_sys::h5s::H5S_ALL;

/// A dataset or an attribute.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// A dataset.
    Dataset(&'a Dataset),
    /// An attribute.
    Attribute(&'a Attribute),
}

impl Deref for Source<'_> {
    type Target = Container;

    fn deref(&self) -> &Container {
        match self {
            Self::Dataset(dataset) => dataset,
            Self::Attribute(attribute) => attribute,
        }
    }
}

impl Source<'_> {
    /// Reads all values into `buffer`.
    ///
    /// # Safety
    /// The buffer has a value of the type `memory` for each element.
    pub unsafe fn read<T>(self, memory: hid_t, buffer: &mut [T]) -> hdf5::Result<()> {
        let id = self.id();
        let buffer = buffer.as_mut_ptr().cast::<c_void>();
        // SAFETY: the handles are open, the caller vouches for the buffer. `sync` lets one thread at
        // a time use HDF5, and keeps its errors until they are fetched.
        hdf5::sync::sync(|| unsafe {
            let status = match self {
                Self::Attribute(_) => H5Aread(id, memory, buffer),
                Self::Dataset(_) => H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer),
            };
            fetch(status)
        })
    }
}

/// The error of a call that returned `status`, if it failed.
fn fetch(status: c_int) -> hdf5::Result<()> {
    if status < 0 {
        return Err(hdf5::Error::query()?);
    }
    Ok(())
}

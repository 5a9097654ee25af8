//! Texts of any length, padding and character set. netCDF, MATLAB and C write texts of fixed length,
//! h5py and Julia also of variable length, Fortran pads with blanks.

use std::ffi::{CStr, c_char, c_void};

use hdf5::Datatype;
#[cfg(not(reclaims_types))]
use hdf5_sys::h5d::H5Dvlen_reclaim as reclaim;
use hdf5_sys::h5i::hid_t;
use hdf5_sys::h5p::H5P_DEFAULT;
#[cfg(reclaims_types)]
use hdf5_sys::h5t::H5Treclaim as reclaim;
use hdf5_sys::h5t::{H5T_class_t, H5T_str_t, H5Tclose, H5Tcopy, H5Tget_strpad, H5Tis_variable_str};

use super::extent::shape;
use super::reason::reason;
use super::source::Source;
use super::values::class;

/// The texts of a dataset or an attribute with its shape, in the order of the elements.
pub fn read_texts(source: Source) -> Result<(Vec<usize>, Vec<String>), String> {
    let kind = source.dtype().map_err(|error| reason(&error))?;
    if class(&kind) != H5T_class_t::H5T_STRING {
        return Err(format!("it is of type {kind}, which is no text"));
    }
    let shape = shape(source, &kind)?;
    let count = shape.iter().product();
    if count == 0 {
        return Ok((shape, Vec::new()));
    }
    let memory = Memory::like(&kind)?;
    let texts = if is_variable(&kind) {
        variable_texts(source, &memory, count)
    } else {
        fixed_texts(source, &memory, count, kind.size())
    };
    Ok((shape, texts.map_err(|error| reason(&error))?))
}

/// Whether texts of a type have variable length.
pub fn is_variable(kind: &Datatype) -> bool {
    // SAFETY: the type is open.
    hdf5::sync::sync(|| unsafe { H5Tis_variable_str(kind.id()) }) > 0
}

fn fixed_texts(
    source: Source,
    memory: &Memory,
    count: usize,
    size: usize,
) -> hdf5::Result<Vec<String>> {
    let mut bytes = vec![0_u8; count * size];
    // SAFETY: there are `size` bytes for each element.
    unsafe { source.read(memory.0, &mut bytes) }?;
    // SAFETY: the type is open.
    let padding = hdf5::sync::sync(|| unsafe { H5Tget_strpad(memory.0) });
    let text = |bytes: &[u8]| {
        let end = bytes.iter().position(|&byte| byte == 0);
        let text = String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]);
        match padding {
            H5T_str_t::H5T_STR_SPACEPAD => text.trim_end_matches(' ').to_owned(),
            _ => text.into_owned(),
        }
    };
    Ok(bytes.chunks_exact(size).map(text).collect())
}

fn variable_texts(source: Source, memory: &Memory, count: usize) -> hdf5::Result<Vec<String>> {
    let space = source.space()?;
    let mut pointers = vec![std::ptr::null_mut::<c_char>(); count];
    // SAFETY: there is a pointer for each element.
    let outcome = unsafe { source.read(memory.0, &mut pointers) };
    let text = |&pointer: &*mut c_char| {
        if pointer.is_null() {
            return String::new();
        }
        // SAFETY: HDF5 ends texts with a NUL and frees them only below.
        let text = unsafe { CStr::from_ptr(pointer) };
        text.to_string_lossy().into_owned()
    };
    let texts = outcome.map(|()| pointers.iter().map(text).collect());
    let buffer = pointers.as_mut_ptr().cast::<c_void>();
    // SAFETY: HDF5 has filled the buffer with texts of this type. It skips null pointers.
    hdf5::sync::sync(|| unsafe { reclaim(memory.0, space.id(), H5P_DEFAULT, buffer) });
    texts
}

/// A type of texts in memory.
struct Memory(hid_t);

impl Memory {
    /// The same type as in the file, so that HDF5 has nothing to convert.
    fn like(kind: &Datatype) -> Result<Self, String> {
        // SAFETY: the type is open.
        match hdf5::sync::sync(|| unsafe { H5Tcopy(kind.id()) }) {
            id if id < 0 => Err(format!("HDF5 cannot copy its type {kind}")),
            id => Ok(Self(id)),
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the type is open, and is closed once.
        hdf5::sync::sync(|| unsafe { H5Tclose(self.0) });
    }
}

//! The shape of a dataset or an attribute, believed only within what the file holds. Damaged files
//! may claim any shape.

use hdf5::Datatype;

use super::reason::reason;
use super::source::Source;

/// So many bytes are read whatever the file holds, because a dataset may consist of fill values.
const SMALL: usize = 1 << 20;

/// The filters of HDF5 make data at most so many times smaller.
const COMPRESSION: usize = 2048;

/// The lengths of the axes. The reason begins with "it".
pub fn shape(source: Source, kind: &Datatype) -> Result<Vec<usize>, String> {
    let space = source.space().map_err(|error| reason(&error))?;
    if space.is_null() {
        return Ok(vec![0]);
    }
    let shape = space.shape();
    let most = most_bytes(source)?;
    let fits = |lengths: &[usize]| {
        let mut lengths = lengths.iter();
        let bytes = lengths.try_fold(kind.size(), |size, &length| size.checked_mul(length));
        bytes.is_some_and(|bytes| bytes <= most)
    };
    // HDF5 reads whole chunks.
    let chunk = match source {
        Source::Dataset(dataset) if !shape.contains(&0) => dataset.chunk(),
        _ => None,
    };
    if !fits(&shape) || chunk.is_some_and(|chunk| !fits(&chunk)) {
        return Err(format!(
            "it claims to be {shape:?} of {kind}, and the file does not hold that much: the file is \
             damaged, or the values were never written"
        ));
    }
    Ok(shape)
}

/// The most bytes that the values can have.
fn most_bytes(source: Source) -> Result<usize, String> {
    let file = source.file().map_err(|error| reason(&error))?.size();
    Ok(match source {
        Source::Attribute(_) => bytes(file),
        Source::Dataset(dataset) => {
            let stored = bytes(dataset.storage_size().min(file));
            let filtered = !dataset.filters().is_empty();
            let factor = if filtered { COMPRESSION } else { 1 };
            stored.saturating_mul(factor).max(SMALL)
        }
    })
}

fn bytes(size: u64) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}

//! Datasets of numbers with checksums, so that a flipped bit is an error and not a result.

use hdf5::types::H5Type;
use hdf5::{Dataset, Group};
use ndarray::{ArrayView, Dimension};

/// A chunk, which has one checksum, holds about so many bytes.
const CHUNK: usize = 1 << 20;

/// Writes numbers with HDF5's own checksum, Fletcher32. It knows checksums for chunked data only.
pub fn write_numbers<T: H5Type, D: Dimension>(
    group: &Group,
    name: &str,
    values: ArrayView<T, D>,
) -> hdf5::Result<Dataset> {
    let shape = values.shape().to_vec();
    let builder = group.new_dataset_builder().with_data(values);
    if shape.is_empty() || shape.contains(&0) {
        return builder.create(name);
    }
    let chunk = chunk(&shape, size_of::<T>());
    builder.chunk(chunk).fletcher32().create(name)
}

/// The shape of the chunks. Axes are cut into equal parts, the first axis first.
fn chunk(shape: &[usize], size: usize) -> Vec<usize> {
    let mut chunk = shape.to_vec();
    for axis in 0..chunk.len() {
        let bytes = size * chunk.iter().product::<usize>();
        let parts = bytes.div_ceil(CHUNK).min(chunk[axis]);
        chunk[axis] = chunk[axis].div_ceil(parts);
    }
    chunk
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_equal_and_not_large() {
        assert_eq!(chunk(&[3, 20, 8], 8), [3, 20, 8]);
        // 8 MB in 8 parts; 10 GB, of which the first axis alone has no parts small enough.
        assert_eq!(chunk(&[1000, 1000], 8), [125, 1000]);
        assert_eq!(chunk(&[10, 10_000_000, 13], 8), [1, 10_081, 13]);
        for shape in [[7, 1 << 20, 3], [1, 1, 1 << 24], [1 << 24, 1, 1]] {
            let chunk = chunk(&shape, 8);
            assert!(
                8 * chunk.iter().product::<usize>() <= 2 * CHUNK,
                "{shape:?}"
            );
        }
    }
}

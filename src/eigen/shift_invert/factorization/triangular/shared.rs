//! Rows that the steps of a solve share.

use std::marker::PhantomData;
use std::ops::Range;

/// A slice whose parts different threads read and write.
pub struct Shared<'s, T> {
    start: *mut T,
    length: usize,
    slice: PhantomData<&'s mut [T]>,
}

// SAFETY: it only hands out parts of a slice, and its callers answer for their use by threads.
unsafe impl<T: Send + Sync> Sync for Shared<'_, T> {}

impl<'s, T> Shared<'s, T> {
    /// Shares a slice.
    pub fn new(slice: &'s mut [T]) -> Self {
        Self {
            start: slice.as_mut_ptr(),
            length: slice.len(),
            slice: PhantomData,
        }
    }

    /// A part to read.
    ///
    /// # Safety
    /// Nobody writes these rows while the part is in use.
    #[inline(always)]
    pub unsafe fn read(&self, rows: Range<usize>) -> &[T] {
        assert!(rows.start <= rows.end && rows.end <= self.length);
        // SAFETY: the rows are inside of the slice, and the caller answers for their use.
        unsafe { std::slice::from_raw_parts(self.start.add(rows.start), rows.len()) }
    }

    /// A part to write.
    ///
    /// # Safety
    /// Nobody else reads or writes these rows while the part is in use.
    #[inline(always)]
    #[expect(
        clippy::mut_from_ref,
        reason = "callers take parts that do not overlap"
    )]
    pub unsafe fn write(&self, rows: Range<usize>) -> &mut [T] {
        assert!(rows.start <= rows.end && rows.end <= self.length);
        // SAFETY: the rows are inside of the slice, and the caller answers for their use.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(rows.start), rows.len()) }
    }
}

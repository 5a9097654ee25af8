//! Memory that is used again and again.

use std::ops::{Deref, DerefMut};

use crate::lanes::{LANES, Lanes};

/// Keeps freed memory for the next window, except for large blocks. A system needs long to give fresh
/// memory, which a window of a short chain would ask for hundreds of times.
pub fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// Bytes from which on a block comes from the system and goes back to it. Tables that grow
        /// would otherwise leave their former places behind.
        const LARGE: i32 = 16 << 20;

        // SAFETY: the settings change no memory that is in use.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
            libc::mallopt(libc::M_TRIM_THRESHOLD, i32::MAX);
        }
    }
}

/// Starts to load what lies at an address, which may be any.
#[inline(always)]
pub fn prefetch<T>(address: *const T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

        // SAFETY: a prefetch has no effect but on the caches, for any address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

/// Numbers that begin at a line of the cache, so that a register of them is never in two lines.
#[derive(Default)]
pub struct Memory {
    values: Vec<f64>,
    start: usize,
}

impl Memory {
    /// Zeros that nothing has written yet, so that the system can give huge pages for them. A pass
    /// over few huge pages needs fewer look-ups of addresses than one over many small ones.
    pub fn zeros(elements: usize) -> Self {
        let mut values = vec![0.0; elements + LANES - 1];
        #[cfg(target_os = "linux")]
        ask_for_huge_pages(&mut values);
        let start = values.as_ptr().align_offset(align_of::<Lanes>());
        Self {
            start: start.min(LANES - 1),
            values,
        }
    }
}

impl Deref for Memory {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.values[self.start..]
    }
}

impl DerefMut for Memory {
    fn deref_mut(&mut self) -> &mut [f64] {
        &mut self.values[self.start..]
    }
}

#[cfg(target_os = "linux")]
fn ask_for_huge_pages(buffer: &mut [f64]) {
    use std::ptr::NonNull;

    use nix::sys::mman::{MmapAdvise, madvise};

    /// A huge page of most processors, and a multiple of the usual pages.
    const HUGE: usize = 2 << 20;

    let (bytes, start) = (size_of_val(buffer), buffer.as_mut_ptr().cast::<u8>());
    let before = start.align_offset(HUGE);
    let inside = bytes.saturating_sub(before) / HUGE * HUGE;
    if inside == 0 {
        return;
    }
    if let Some(first) = NonNull::new(start.wrapping_add(before).cast()) {
        // A system without huge pages refuses. The solves are then slower, and right.
        // SAFETY: these pages lie inside of the buffer, and the advice changes no byte of them.
        let _ = unsafe { madvise(first, inside, MmapAdvise::MADV_HUGEPAGE) };
    }
}

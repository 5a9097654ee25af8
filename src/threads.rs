//! How many threads the numerical libraries use.

use faer::Par;

/// Tells the libraries how many threads a rank has.
pub fn set_threads(threads: usize) {
    faer::set_global_parallelism(if threads == 1 {
        Par::Seq
    } else {
        Par::rayon(threads)
    });
}

//! How many threads the numerical libraries use.

use faer::Par;

/// Sets how many threads the libraries use on a rank.
pub fn set_threads(threads: usize) {
    faer::set_global_parallelism(if threads == 1 {
        Par::Seq
    } else {
        Par::rayon(threads)
    });
}

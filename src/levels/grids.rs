//! Where statistics are taken.

/// Bins from E_min to E_max.
pub const ENERGY_BINS: usize = 100;

/// The middle of each bin of energy densities.
pub fn energy_bins() -> Vec<f64> {
    let middle = |bin: usize| (bin as f64 + 0.5) / ENERGY_BINS as f64;
    (0..ENERGY_BINS).map(middle).collect()
}

/// Times of the form factor, in Heisenberg times.
pub fn times() -> Vec<f64> {
    in_equal_ratios(1e-4, 10.0, 251)
}

/// Lengths of the intervals of the number variance, in mean distances of levels.
pub fn intervals() -> Vec<f64> {
    in_equal_ratios(0.1, 100.0, 61)
}

/// `count` values from `from` to `to` in equal ratios.
fn in_equal_ratios(from: f64, to: f64, count: usize) -> Vec<f64> {
    let ratio = (to / from).ln() / (count - 1) as f64;
    (0..count)
        .map(|k| from * (ratio * k as f64).exp())
        .collect()
}

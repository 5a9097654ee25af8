//! The eigenpairs nearest a target energy.

use faer::MatRef;

/// Neighbouring eigenpairs, ascending in energy.
#[derive(Debug, Clone, Copy)]
pub struct Window<'w> {
    /// Energies, ascending.
    pub energies: &'w [f64],
    /// Normalized eigenstates, one in each column, in the basis of the sector.
    pub states: MatRef<'w, f64>,
    /// The largest ‖H v − E v‖.
    pub residual: f64,
}

/// The index of the first of the `count` ascending `energies` nearest `target`. Of two windows as
/// near, the lower one is taken.
pub fn nearest(energies: &[f64], target: f64, count: usize) -> usize {
    (0..energies.len() - count)
        .find(|&start| target - energies[start] <= energies[start + count] - target)
        .unwrap_or(energies.len() - count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_levels_are_those_of_a_sort_by_distance() {
        let energies: Vec<f64> = (0..40)
            .map(|k: i32| f64::from(k * k % 37) + 0.01 * f64::from(k))
            .collect();
        let mut sorted = energies.clone();
        sorted.sort_by(f64::total_cmp);
        for target in [-5.0, 0.0, 7.3, 18.2, 36.0, 90.0] {
            for count in [1, 3, 17, 40] {
                let mut by_distance = sorted.clone();
                by_distance.sort_by(|a, b| (a - target).abs().total_cmp(&(b - target).abs()));
                let mut expected = by_distance[..count].to_vec();
                expected.sort_by(f64::total_cmp);
                let start = nearest(&sorted, target, count);
                assert_eq!(&sorted[start..start + count], expected);
            }
        }
    }
}

//! The dynamical spin fraction: how much of an initial spin-density wave decays, A. Pal and
//! D. A. Huse, Phys. Rev. B 82, 174411, eq. 6 (printed inverted as eq. 4 of arXiv:2202.08853).

use std::f64::consts::TAU;

use super::indicator::{Description, Indicator, unscaled};
use super::states::{mean, sums};
use crate::chain::{Sector, spin};
use crate::eigen::Window;

/// F = 1 − |⟨n|M|n⟩|² / ⟨n|M†M|n⟩ with M = Σ_j σᶻ_j e^{2πi(j−1)/L}.
pub const DESCRIPTION: Description = Description {
    name: "spin_fraction",
    symbol: "F",
    units: "1",
    description: "dynamical spin fraction, mean of the ratios of the eigenstates",
    of_states: true,
    of_half: false,
    scale: unscaled,
    prepare: |sector| Box::new(SpinFraction::new(sector)),
};

/// M is diagonal. These are its values in the basis states.
struct SpinFraction {
    wave: Vec<Wave>,
}

struct Wave {
    real: f64,
    imaginary: f64,
    squared: f64,
}

impl SpinFraction {
    fn new(sector: &Sector) -> Self {
        let phases: Vec<(f64, f64)> = (0..sector.sites())
            .map(|site| (TAU * site as f64 / sector.sites() as f64).sin_cos())
            .collect();
        let wave = sector
            .configurations()
            .iter()
            .map(|&state| {
                let (mut real, mut imaginary) = (0.0, 0.0);
                for (site, (sine, cosine)) in phases.iter().enumerate() {
                    let spin = spin(state, site);
                    real += spin * cosine;
                    imaginary += spin * sine;
                }
                Wave {
                    real,
                    imaginary,
                    squared: real * real + imaginary * imaginary,
                }
            })
            .collect();
        Self { wave }
    }
}

impl Indicator for SpinFraction {
    fn evaluate(&mut self, window: &Window) -> f64 {
        let moments = sums(window, |state, rows| {
            let (mut real, mut imaginary, mut squared) = (0.0, 0.0, 0.0);
            for (coefficient, wave) in state.iter().zip(&self.wave[rows]) {
                let probability = coefficient * coefficient;
                real += probability * wave.real;
                imaginary += probability * wave.imaginary;
                squared += probability * wave.squared;
            }
            [real, imaginary, squared]
        });
        let fraction = |[real, imaginary, squared]: [f64; 3]| {
            1.0 - (real * real + imaginary * imaginary) / squared
        };
        mean(moments.into_iter().map(fraction))
    }
}

#[cfg(test)]
mod tests {
    use faer::Mat;

    use super::*;
    use crate::comm::Space;

    /// On two sites M|↑↓⟩ = 2|↑↓⟩ and M|↓↑⟩ = −2|↓↑⟩. A product state keeps all of its wave, and
    /// the singlet and the triplet keep none.
    #[test]
    fn two_sites_by_hand() {
        let half = 0.5_f64.sqrt();
        let sector = Sector::new(2);
        for (state, fraction) in [
            ([1.0, 0.0], 0.0),
            ([half, half], 1.0),
            ([0.6, 0.8], 1.0 - 0.28 * 0.28),
        ] {
            let states = Mat::from_fn(2, 1, |row, _| state[row]);
            let window = Window {
                energies: &[0.0],
                states: states.as_ref(),
                space: &Space::alone(2),
                residual: 0.0,
                resolution: 0.0,
                cut: false,
                missed: 0.0,
            };
            let found = SpinFraction::new(&sector).evaluate(&window);
            assert!((found - fraction).abs() < 1e-15, "{found}");
        }
    }
}

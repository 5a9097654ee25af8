//! The filter: a truncated Chebyshev series of the Dirac delta, P_K(λ) = Σ_{n ≤ K} c_n T_n(λ) with
//! c_n ∝ (2 − δ_{n0}) cos(n θ₀) (Sierant, Lewenstein and Zakrzewski, Phys. Rev. Lett. 125, 156601).
//!
//! P is 1 at the target cos θ₀ and small away from it. The series is not damped. Damping would
//! lower the side lobes and widen the peak, and the width of the peak decides the number of
//! products.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use crate::chain::{Exchange, Hamiltonian, Step, steps_together, take_steps};
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::{Interrupt, check_interrupt};
use crate::eigen::solver::Bounds;
use crate::lanes::Lanes;

/// The interval that is mapped to (−1, 1) is wider than the spectrum by this fraction. Chebyshev
/// polynomials grow exponentially outside, and the ends of the spectrum have an error.
const WIDENED: f64 = 1e-3;

/// P_K for a spectrum and a target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Polynomial {
    /// K.
    pub order: usize,
    /// Energy at λ = 0.
    center: f64,
    /// Energy between λ = 0 and λ = 1.
    half_width: f64,
    /// θ₀.
    angle: f64,
    /// The sum of the series at the target, without the factor that makes it 1.
    height: f64,
}

/// The energies about the target where the polynomial is at least some level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Passband {
    /// −∞ when the end of the spectrum is inside.
    pub lower: f64,
    /// +∞ when the end of the spectrum is inside.
    pub upper: f64,
}

impl Passband {
    /// The distance from `energy` to its nearer end.
    pub fn radius(&self, energy: f64) -> f64 {
        (energy - self.lower).min(self.upper - energy)
    }
}

/// D_K(x) = 1 + 2 Σ_{n=1}^{K} cos n x.
fn dirichlet(order: usize, x: f64) -> f64 {
    let half = x / 2.0;
    let waves = 2.0 * order as f64 + 1.0;
    if half.sin().abs() < 1e-9 {
        waves
    } else {
        (waves * half).sin() / half.sin()
    }
}

impl Polynomial {
    /// The polynomial of degree `order` for the level of `energy`.
    pub fn new(bounds: &Bounds, energy: f64, order: usize) -> Self {
        let center = f64::midpoint(bounds.lowest, bounds.highest);
        // The width must exceed rounding, also of a spectrum that is one point.
        let smallest = f64::MIN_POSITIVE.max(1e-9 * center.abs());
        let half_width = (bounds.width() / 2.0 * (1.0 + WIDENED)).max(smallest);
        let angle = ((energy - center) / half_width).clamp(-1.0, 1.0).acos();
        let mut polynomial = Self {
            order,
            center,
            half_width,
            angle,
            height: 1.0,
        };
        polynomial.height = polynomial.at(angle);
        polynomial
    }

    /// The polynomial of the highest order, up to `highest`, that is at least `level` within
    /// `radius` of the target.
    pub fn within(bounds: &Bounds, energy: f64, radius: f64, level: f64, highest: usize) -> Self {
        let covers = |order: usize| {
            let passband = Self::new(bounds, energy, order).passband(level);
            passband.radius(energy) >= radius
        };
        let mut more = 2;
        while covers(more) && more < highest {
            more *= 2;
        }
        let mut less = more / 2;
        while more - less > 1 {
            let order = usize::midpoint(less, more);
            if covers(order) {
                less = order;
            } else {
                more = order;
            }
        }
        Self::new(bounds, energy, less)
    }

    /// P(cos θ).
    fn at(&self, angle: f64) -> f64 {
        let delta = dirichlet(self.order, angle - self.angle);
        let image = dirichlet(self.order, angle + self.angle);
        (delta + image) / 2.0 / self.height
    }

    fn energy(&self, angle: f64) -> f64 {
        self.center + self.half_width * angle.cos()
    }

    /// The energy where P is 1.
    pub fn peak(&self) -> f64 {
        self.energy(self.angle)
    }

    /// P of a level.
    pub fn value(&self, energy: f64) -> f64 {
        let scaled = (energy - self.center) / self.half_width;
        self.at(scaled.clamp(-1.0, 1.0).acos())
    }

    /// The energies of the peak at the target where P is at least `level`.
    pub fn passband(&self, level: f64) -> Passband {
        // A fiftieth of the way to the first zero of the delta.
        let stride = PI / (50.0 * (self.order as f64 + 0.5));
        let end = |sign: f64, beyond: f64| {
            let mut inside = self.angle;
            loop {
                let outside = inside + sign * stride;
                if !(0.0..=PI).contains(&outside) {
                    return beyond;
                }
                if self.at(outside) < level {
                    return self.energy(self.crossing(inside, outside, level));
                }
                inside = outside;
            }
        };
        Passband {
            lower: end(1.0, f64::NEG_INFINITY),
            upper: end(-1.0, f64::INFINITY),
        }
    }

    /// The angle on the near side of `level`, by bisection.
    fn crossing(&self, mut inside: f64, mut outside: f64, level: f64) -> f64 {
        for _ in 0..40 {
            let middle = f64::midpoint(inside, outside);
            if self.at(middle) < level {
                outside = middle;
            } else {
                inside = middle;
            }
        }
        inside
    }

    /// The largest value beyond the peak at the target, whose foot is at `level`.
    pub fn side_lobes(&self, level: f64) -> f64 {
        let peak = self.passband(level);
        let beyond = self.squares().filter(|(lower, upper, _)| {
            let middle = f64::midpoint(*lower, *upper);
            !(peak.lower..=peak.upper).contains(&middle)
        });
        beyond
            .fold(0.0, |most, (_, _, square)| square.max(most))
            .sqrt()
    }

    /// Narrow intervals of energy that cover (−1, 1), ascending, with P² in the middle of each.
    pub fn squares(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let cells = 8 * (self.order + 8);
        let angle = move |edge: f64| PI * (1.0 - edge / cells as f64);
        (0..cells).map(move |cell| {
            let cell = cell as f64;
            (
                self.energy(angle(cell)),
                self.energy(angle(cell + 1.0)),
                self.at(angle(cell + 0.5)).powi(2),
            )
        })
    }

    /// Overwrites the first of `images` with P(H) `source`. In images the rows of other ranks follow
    /// those of this one.
    ///
    /// Clenshaw's recurrence is b_n = c_n x + 2 λ b_{n+1} − b_{n+2} and P x = c_0 x + λ b_1 − b_2.
    /// It needs no vector for the sum, and each step is one pass over the vectors.
    ///
    /// # Errors
    /// [`Failure::Interrupted`], which is checked every few milliseconds.
    pub fn apply(
        &self,
        hamiltonian: &Hamiltonian,
        interrupt: Interrupt<'_>,
        exchange: &mut Exchange,
        source: &[Lanes],
        [result, work]: [&mut Vec<Lanes>; 2],
    ) -> Result<(), Failure> {
        result.fill(Lanes::default());
        work.fill(Lanes::default());
        let together = steps_together(hamiltonian);
        let mut left = self.order + 1;
        while left > 0 {
            check_interrupt(interrupt)?;
            let turns = left.min(together);
            left -= turns;
            let steps: Vec<Step> = (left..left + turns).rev().map(|n| self.step(n)).collect();
            let vectors = [&mut **result, &mut **work];
            take_steps(
                &steps,
                hamiltonian,
                exchange,
                Some(source),
                vectors,
                &|_, _, _| (),
            );
            if turns % 2 == 1 {
                std::mem::swap(result, work);
            }
        }
        Ok(())
    }

    /// Step n of Clenshaw's recurrence.
    fn step(&self, n: usize) -> Step {
        let twice = if n == 0 { 1.0 } else { 2.0 };
        Step {
            product: twice / self.half_width,
            identity: -twice * self.center / self.half_width,
            source: twice * (n as f64 * self.angle).cos() / self.height,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::chain::{Chain, Sector};
    use crate::comm::threads::run;
    use crate::comm::{Group, Space, alone};
    use crate::deck::Boundary;
    use crate::eigen::interrupt::uninterrupted;
    use crate::lanes::LANES;

    const BOUNDS: Bounds = Bounds {
        lowest: -11.0,
        highest: 9.0,
    };

    /// Without exchange P(H) is P of the diagonal.
    #[test]
    fn the_recurrence_sums_to_the_closed_form() {
        let chain = Arc::new(Chain::new(8, 0.0, Boundary::Periodic));
        let field: Vec<f64> = (0..8).map(|site| f64::from(site).sin()).collect();
        let hamiltonian = Hamiltonian::new(&chain, &field);
        let ones = vec![Lanes([1.0; LANES]); hamiltonian.dimension()];
        let (mut result, mut work) = (ones.clone(), ones.clone());
        let mut exchange = Exchange::new(Space::alone(hamiltonian.dimension()));
        for (energy, order) in [(0.3, 60), (-10.9, 5), (8.0, 1), (20.0, 8)] {
            let polynomial = Polynomial::new(&BOUNDS, energy, order);
            let images = [&mut result, &mut work];
            polynomial
                .apply(&hamiltonian, &uninterrupted, &mut exchange, &ones, images)
                .unwrap();
            for (level, lanes) in hamiltonian.diagonal().iter().zip(&result) {
                let expected = polynomial.value(*level);
                for found in lanes.0 {
                    assert!(
                        (found - expected).abs() < 1e-11,
                        "{found} is not {expected}"
                    );
                }
            }
            assert!((polynomial.value(energy) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn the_order_is_the_highest_that_holds_the_window() {
        let covers = |polynomial: &Polynomial| polynomial.passband(0.4).radius(2.0) >= 0.5;
        let polynomial = Polynomial::within(&BOUNDS, 2.0, 0.5, 0.4, 10_000);
        let sharper = Polynomial::new(&BOUNDS, 2.0, polynomial.order + 1);
        assert!(covers(&polynomial) && !covers(&sharper));
        let passband = polynomial.passband(0.4);
        for step in 0..=100 {
            let energy =
                passband.lower + (passband.upper - passband.lower) * f64::from(step) / 100.0;
            assert!(polynomial.value(energy) > 0.4 - 1e-9);
        }
        for beyond in [passband.lower - 1e-6, passband.upper + 1e-6] {
            assert!(polynomial.value(beyond) < 0.4);
        }
    }

    /// Some rank has an odd number of pieces, and some has pieces that need no others.
    #[test]
    fn an_image_has_the_same_bits_on_any_number_of_ranks() {
        let field: Vec<f64> = (0..16).map(|site| 3.0 * f64::from(site).sin()).collect();
        let polynomial = Polynomial::new(&BOUNDS, 0.3, 40);
        let image = |group: Group| {
            let sector = Sector::part(16, group.rank(), group.size());
            let chain = Arc::new(Chain::of(sector, 1.0, 1.0, Boundary::Periodic));
            let hamiltonian = Hamiltonian::new(&chain, &field);
            let states = chain.sector().configurations().iter();
            let value = |state: u64, lane: usize| ((state + 7 * lane as u64) as f64).sin();
            let source: Vec<Lanes> = states
                .map(|&state| Lanes(std::array::from_fn(|lane| value(state, lane))))
                .collect();
            let rows = source.len() + chain.halo().rows();
            let (mut result, mut work) = (vec![Lanes::ZERO; rows], vec![Lanes::ZERO; rows]);
            let images = [&mut result, &mut work];
            let space = Space::new(Arc::clone(chain.partition()), group);
            let mut exchange = Exchange::new(space);
            polynomial
                .apply(&hamiltonian, &uninterrupted, &mut exchange, &source, images)
                .unwrap();
            result.truncate(source.len());
            result
        };
        let expected = image(alone());
        for ranks in 2..=4 {
            let found = run(ranks, |comm| image(comm.group(ranks)));
            assert_eq!(found.concat(), expected, "{ranks} ranks");
        }
    }
}

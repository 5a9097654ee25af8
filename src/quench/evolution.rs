//! States under exp(−iHt), by its expansion in Chebyshev polynomials of H (H. Tal-Ezer and R. Kosloff, J.
//! Chem. Phys. 81, 3967).
//!
//! A term is one product with H, fused with the sums of all states that the expansion leads to. The
//! energies are counted from the middle of the spectrum. That changes a phase, which no observable sees.

use pulp::{Arch, Simd, WithSimd};

use super::expansion::{End, coefficients};
use super::state::SAMPLES;
use crate::chain::{Exchange, Hamiltonian, Step, steps_together, take_steps};
use crate::eigen::{Bounds, Failure, Interrupt, check_interrupt};
use crate::lanes::{LANES, Lanes};
use crate::threads::Shared;

/// The interval of the polynomials is wider than the spectrum by this fraction, as polynomials grow
/// exponentially outside.
const WIDENED: f64 = 1e-4;

/// The evolution of some states under one Hamiltonian.
pub struct Evolution<'h> {
    hamiltonian: &'h Hamiltonian,
    center: f64,
    half_width: f64,
    /// The states before an expansion, with room for the rows of other ranks, as all vectors.
    state: Vec<Lanes>,
    other: Vec<Lanes>,
    /// The states at the ends of the last expansion.
    ends: Vec<Vec<Lanes>>,
    /// What the expansions so far have left out, at most.
    left_out: f64,
}

impl<'h> Evolution<'h> {
    /// No states yet, under a Hamiltonian with these extreme energies.
    pub fn new(hamiltonian: &'h Hamiltonian, bounds: &Bounds) -> Self {
        let center = f64::midpoint(bounds.lowest, bounds.highest);
        // The width must exceed rounding, also of a spectrum that is one point.
        let smallest = f64::MIN_POSITIVE.max(1e-9 * center.abs());
        let half_width = (bounds.width() / 2.0 * (1.0 + WIDENED)).max(smallest);
        let chain = hamiltonian.chain();
        let rows = chain.partition().rows() + chain.halo().rows();
        Self {
            hamiltonian,
            center,
            half_width,
            state: vec![Lanes::ZERO; rows],
            other: vec![Lanes::ZERO; rows],
            ends: Vec::new(),
            left_out: 0.0,
        }
    }

    /// Half the width of the spectrum: also τ of a unit of time.
    pub fn half_width(&self) -> f64 {
        self.half_width
    }

    /// What the expansions so far have left out, at most: a bound of the norm of the error.
    pub fn left_out(&self) -> f64 {
        self.left_out
    }

    /// The rows of this rank of the states before an expansion, with what was left out so far.
    pub fn state(&mut self) -> (&mut [Lanes], &mut f64) {
        let rows = self.hamiltonian.chain().partition().rows();
        (&mut self.state[..rows], &mut self.left_out)
    }

    /// The rows of this rank of the states at an end of the last expansion, and memory for as many.
    pub fn end(&mut self, number: usize) -> (&[Lanes], &mut [Lanes]) {
        let rows = self.hamiltonian.chain().partition().rows();
        (&self.ends[number][..rows], &mut self.other[..rows])
    }

    /// Makes the states at the last of so many ends those before the next expansion.
    pub fn go_on(&mut self, ends: usize) {
        std::mem::swap(&mut self.state, &mut self.ends[ends - 1]);
    }

    /// Expands the states to those at some ends. The states before are lost. Collective.
    ///
    /// # Errors
    /// [`Failure::Interrupted`], which is checked every few milliseconds.
    pub fn expand(
        &mut self,
        ends: &[End],
        exchange: &mut Exchange,
        interrupt: Interrupt<'_>,
    ) -> Result<(), Failure> {
        let series: Vec<(Vec<f64>, f64)> = (ends.iter())
            .map(|end| coefficients(self.half_width * end.duration))
            .collect();
        self.left_out += series
            .iter()
            .map(|(_, bound)| bound)
            .fold(0.0, |a, b| b.max(a));
        self.begin(&series);
        let terms = series.iter().map(|(series, _)| series.len()).max();
        let mut next = 1;
        while next < terms.unwrap_or(1) {
            check_interrupt(interrupt)?;
            let turns = (terms.unwrap_or(1) - next).min(steps_together(self.hamiltonian));
            let steps: Vec<Step> = (next..next + turns).map(|n| self.step(n)).collect();
            let sums: Vec<Shared<Lanes>> =
                (self.ends.iter_mut()).map(|end| Shared::new(end)).collect();
            let vectors = [&mut self.state[..], &mut self.other[..]];
            take_steps(
                &steps,
                self.hamiltonian,
                exchange,
                None,
                vectors,
                &|turn, rows, values| {
                    let n = next + turn;
                    for ((series, _), sum) in series.iter().zip(&sums) {
                        if let Some(&coefficient) = series.get(n) {
                            // SAFETY: one member of the team does these rows in this step.
                            let sum = unsafe { sum.write(rows.clone()) };
                            add_term(n, coefficient, values, sum);
                        }
                    }
                },
            );
            if turns % 2 == 1 {
                std::mem::swap(&mut self.state, &mut self.other);
            }
            next += turns;
        }
        Ok(())
    }

    /// The first term of each end, and zero before the first step.
    fn begin(&mut self, series: &[(Vec<f64>, f64)]) {
        while self.ends.len() < series.len() {
            self.ends.push(vec![Lanes::ZERO; self.state.len()]);
        }
        for ((series, _), sum) in series.iter().zip(&mut self.ends) {
            sum.fill(Lanes::ZERO);
            add_term(0, series[0], &self.state, sum);
        }
        self.other.fill(Lanes::ZERO);
    }

    /// The step to T_n(H) ψ: T_1 = x, and T_{n+1} = 2 x T_n − T_{n−1}.
    fn step(&self, n: usize) -> Step {
        let twice = if n == 1 { 1.0 } else { 2.0 };
        Step {
            product: twice / self.half_width,
            identity: -twice * self.center / self.half_width,
            source: 0.0,
        }
    }
}

/// Adds (−i)^n c x to a sum.
fn add_term(n: usize, coefficient: f64, x: &[Lanes], sum: &mut [Lanes]) {
    let sign = if n % 4 < 2 { 1.0 } else { -1.0 };
    let factor = sign * coefficient;
    match n % 2 {
        0 => Arch::new().dispatch(Along { factor, x, sum }),
        _ => Arch::new().dispatch(Across { factor, x, sum }),
    }
}

/// Adds c x, compiled for each instruction set.
struct Along<'x, 's> {
    factor: f64,
    x: &'x [Lanes],
    sum: &'s mut [Lanes],
}

impl WithSimd for Along<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let factor = Lanes::all(self.factor);
        for (&x, sum) in self.x.iter().zip(self.sum) {
            *sum = x.times_plus(factor, *sum);
        }
    }
}

/// Adds −i c x, compiled for each instruction set.
struct Across<'x, 's> {
    factor: f64,
    x: &'x [Lanes],
    sum: &'s mut [Lanes],
}

impl WithSimd for Across<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (x, sum) in self.x.iter().zip(self.sum) {
            let (real, imaginary) = x.0.split_at(SAMPLES);
            let mut after = [0.0; LANES];
            for state in 0..SAMPLES {
                after[state] = imaginary[state].mul_add(self.factor, sum.0[state]);
                after[SAMPLES + state] = real[state].mul_add(-self.factor, sum.0[SAMPLES + state]);
            }
            sum.0 = after;
        }
    }
}

//! Participation entropies of several orders, and what they say of the dimension of the support (N. Macé,
//! F. Alet and N. Laflorencie, Phys. Rev. Lett. 123, 180601).

use std::sync::Arc;

use super::observable::{Axis, Description, Observable};
use super::shared::Shared;
use crate::chain::Chain;
use crate::deck::Spectrum;
use crate::eigen::Window;
use crate::indicators::entropy_term;

/// S_q = ln(Σ |c_i|^{2q})/(1 − q), and −Σ |c_i|² ln |c_i|² for q = 1, in nats.
pub const ENTROPIES: Description = Description {
    name: "participation_entropies",
    units: "nat",
    description: "participation entropy S_q in the basis of configurations, for each eigenstate",
    of_states: true,
    axes: &[Axis::State, Axis::Order],
    prepare: |_, spectrum| Box::new(Participation::new(spectrum, 1.0)),
};

/// D_q = S_q/ln N in a sector of N configurations.
pub const DIMENSIONS: Description = Description {
    name: "fractal_dimensions",
    units: "1",
    description: "S_q / ln N for each eigenstate, N the dimension of the sector",
    of_states: true,
    axes: &[Axis::State, Axis::Order],
    prepare: |chain: &Arc<Chain>, spectrum| {
        Box::new(Participation::new(
            spectrum,
            (chain.dimension() as f64).ln(),
        ))
    },
};

struct Participation {
    orders: Vec<f64>,
    /// What the entropies are divided by.
    scale: f64,
}

impl Participation {
    fn new(spectrum: &Spectrum, scale: f64) -> Self {
        Self {
            orders: spectrum.orders.clone(),
            scale,
        }
    }
}

/// The sums of each state and order.
struct Sums(Vec<f64>);

impl Observable for Participation {
    fn evaluate(&mut self, window: &Window, shared: &mut Shared) -> Vec<f64> {
        let (orders, states) = (&self.orders, window.states);
        let sums = shared.get(|| {
            Sums(window.space.sum(|rows| {
                let own = states.subrows(rows.start, rows.len());
                let mut sums = Vec::with_capacity(states.ncols() * orders.len());
                for state in own.col_iter() {
                    let probabilities: Vec<f64> = state.iter().map(|c| c * c).collect();
                    sums.extend(orders.iter().map(|&order| sum(order, &probabilities)));
                }
                sums
            }))
        });
        let orders = self.orders.iter().cycle();
        let entropy = |(sum, &order): (&f64, &f64)| match order {
            1.0 => sum / self.scale,
            _ => sum.ln() / (1.0 - order) / self.scale,
        };
        sums.0.iter().zip(orders).map(entropy).collect()
    }
}

/// Σ p^q; Σ −p ln p for q = 1. Powers are slow, so the usual orders do without.
fn sum(order: f64, probabilities: &[f64]) -> f64 {
    let sum = |term: fn(f64) -> f64| probabilities.iter().map(|&p| term(p)).sum();
    match order {
        0.5 => sum(f64::sqrt),
        1.0 => sum(entropy_term),
        2.0 => sum(|p| p * p),
        3.0 => sum(|p| p * p * p),
        _ => probabilities.iter().map(|p| p.powf(order)).sum(),
    }
}

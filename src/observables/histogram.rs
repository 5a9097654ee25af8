//! How often values occur, where all of them would be too many to store.

use std::sync::Arc;

use super::bins::{Bins, ELEMENTS, RATIOS, SPINS};
use super::observable::{Axis, Description, Observable};
use super::shared::Shared;
use super::{gap_ratios, magnetization, matrix_elements};
use crate::chain::Chain;
use crate::deck::Spectrum;
use crate::eigen::Window;

/// r of all levels.
pub const GAP_RATIOS: Description = Description {
    name: "gap_ratio_histogram",
    units: "1",
    description: "number of levels whose gap ratio is in a bin",
    of_states: false,
    axes: &[Axis::RatioBin],
    prepare: |chain, deck| Histogram::of(&gap_ratios::DESCRIPTION, RATIOS, |it| it, chain, deck),
};

/// ⟨n|σᶻ_i|n⟩ of all states and sites.
pub const MAGNETIZATION: Description = Description {
    name: "magnetization_histogram",
    units: "1",
    description: "number of eigenstates and sites whose sigma^z is in a bin",
    of_states: true,
    axes: &[Axis::SpinBin],
    prepare: |chain, deck| Histogram::of(&magnetization::DESCRIPTION, SPINS, |it| it, chain, deck),
};

/// log₁₀ |⟨n|σᶻ_i|n + 1⟩| of all pairs and sites.
pub const MATRIX_ELEMENTS: Description = Description {
    name: "matrix_element_histogram",
    units: "1",
    description: "number of pairs of eigenstates and sites whose log10 |sigma^z| is in a bin; the first bin has all below",
    of_states: true,
    axes: &[Axis::ElementBin],
    prepare: |chain, deck| {
        Histogram::of(
            &matrix_elements::DESCRIPTION,
            ELEMENTS,
            f64::log10,
            chain,
            deck,
        )
    },
};

struct Histogram {
    observable: Box<dyn Observable>,
    bins: Bins,
    /// What is counted of a value.
    scale: fn(f64) -> f64,
}

impl Histogram {
    fn of(
        of: &Description,
        bins: Bins,
        scale: fn(f64) -> f64,
        chain: &Arc<Chain>,
        deck: &Spectrum,
    ) -> Box<dyn Observable> {
        Box::new(Self {
            observable: (of.prepare)(chain, deck),
            bins,
            scale,
        })
    }
}

impl Observable for Histogram {
    fn evaluate(&mut self, window: &Window, shared: &mut Shared) -> Vec<f64> {
        let values = self.observable.evaluate(window, shared);
        self.bins.counts(values.into_iter().map(self.scale))
    }
}

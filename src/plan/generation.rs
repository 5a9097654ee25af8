//! What the deck asks to generate, its names resolved to what they stand for.

use std::fmt;

use crate::deck::{Chain, Disorder, Spectrum};
use crate::indicators::Description;

/// Which chains, which fields, and what is computed of each.
#[derive(Clone)]
pub struct Generation {
    /// The chains.
    pub chain: Chain,
    /// Their random fields.
    pub disorder: Disorder,
    /// The windows of eigenstates.
    pub spectrum: Spectrum,
    /// The indicators of each window, in the deck's order.
    pub indicators: Vec<&'static Description>,
}

impl fmt::Debug for Generation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.indicators.iter().map(|it| it.name).collect();
        (out.debug_struct("Generation"))
            .field("chain", &self.chain)
            .field("disorder", &self.disorder)
            .field("spectrum", &self.spectrum)
            .field("indicators", &names)
            .finish()
    }
}

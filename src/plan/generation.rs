//! What the deck asks to generate, its names resolved to what they stand for.

use crate::chain::Fields;
use crate::deck::{Chain, Disorder, Spectrum};
use crate::eigen::Choice;
use crate::levels::Statistic;
use crate::quench::Quench;
use crate::{indicators, observables};

/// Which chains, which fields, and what is computed of each.
#[derive(Debug, Clone)]
pub struct Generation {
    /// The chains.
    pub chain: Chain,
    /// Their random fields.
    pub disorder: Disorder,
    /// Where the fields come from.
    pub fields: Fields,
    /// The windows of eigenstates; none where the deck asks for quenches only.
    pub spectrum: Spectrum,
    /// Which solver finds them.
    pub solver: Choice,
    /// The indicators of each window, in the deck's order.
    pub indicators: Vec<&'static indicators::Description>,
    /// The observables of each window, in the deck's order.
    pub observables: Vec<&'static observables::Description>,
    /// The statistics of all levels among them, in the deck's order.
    pub statistics: Vec<&'static Statistic>,
    /// The quenches of each realization, if any.
    pub quench: Option<Quench>,
}

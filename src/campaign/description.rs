//! What a campaign computes: a plan, with the tables of its deck that generating needs.

use crate::deck::{Chain, Deck, Disorder, Spectrum};
use crate::error::{Error, Result};
use crate::indicators::{self, Description};
use crate::plan::Plan;

/// A plan whose deck generates data.
pub struct Campaign<'p> {
    /// Sizes, solvers and paths.
    pub plan: &'p Plan,
    /// `[chain]`.
    pub chain: &'p Chain,
    /// `[disorder]`.
    pub disorder: &'p Disorder,
    /// `[spectrum]`.
    pub spectrum: &'p Spectrum,
    /// The indicators that `[spectrum]` names, in its order.
    pub indicators: Vec<&'static Description>,
}

impl<'p> Campaign<'p> {
    /// Finds what the plan's deck generates.
    ///
    /// # Errors
    /// [`Error::Everywhere`] when the deck generates nothing or names an unknown indicator: every
    /// rank has the same deck.
    pub fn new(plan: &'p Plan) -> Result<Self> {
        let Deck {
            chain: Some(chain),
            disorder: Some(disorder),
            spectrum: Some(spectrum),
            ..
        } = plan.deck()
        else {
            let tables = "[chain], [disorder] and [spectrum]";
            return Err(Error::not_described("generate", tables));
        };
        Ok(Self {
            plan,
            chain,
            disorder,
            spectrum,
            indicators: (spectrum.indicators.iter())
                .map(|name| registered(name))
                .collect::<Result<_>>()?,
        })
    }
}

fn registered(name: &str) -> Result<&'static Description> {
    indicators::find(name)
        .ok_or_else(|| Error::Everywhere(format!("there is no indicator \"{name}\"")))
}

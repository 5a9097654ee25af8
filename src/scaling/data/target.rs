//! The indicators that the deck names as targets.

use crate::deck::Normalisation;
use crate::indicators::{self, Description};

/// An indicator that is scaled.
#[derive(Clone)]
pub struct Target {
    /// Its name in the deck and in the source, with its statistics.
    pub name: String,
    symbol: String,
    /// Its description. Files from elsewhere may hold indicators that this program does not compute.
    description: Option<&'static Description>,
}

impl Target {
    /// The target of this name.
    pub fn new(name: &str) -> Self {
        let (quantity, statistics) = name.split_once(':').unwrap_or((name, ""));
        let description = indicators::named(quantity);
        let symbol = match (description, statistics) {
            (Some(description), "") => description.symbol.to_owned(),
            (Some(description), words) => format!("{words} of {}", description.symbol),
            (None, _) => name.to_owned(),
        };
        Self {
            name: name.to_owned(),
            symbol,
            description,
        }
    }

    /// Its symbol in reports, or its name if it has no symbol.
    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    /// The number that stored values are divided by. Values of foreign indicators stay as they are.
    pub fn scale(&self, normalisation: Normalisation, sites: usize) -> f64 {
        self.description
            .map_or(1.0, |description| (description.scale)(normalisation, sites))
    }
}

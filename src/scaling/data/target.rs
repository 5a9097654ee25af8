//! The indicators that the deck names as targets.

use crate::deck::Normalisation;
use crate::indicators::{self, Description};

/// An indicator that is scaled.
#[derive(Clone)]
pub struct Target {
    /// Its name in the deck and in the source.
    pub name: String,
    /// Its description. Files from elsewhere may hold indicators that this program does not compute.
    description: Option<&'static Description>,
}

impl Target {
    /// The target of this name.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            description: indicators::named(name),
        }
    }

    /// Its symbol in reports, or its name if it has no symbol.
    pub fn symbol(&self) -> &str {
        match self.description {
            Some(description) => description.symbol,
            None => &self.name,
        }
    }

    /// The number that stored values are divided by. Values of foreign indicators stay as they are.
    pub fn scale(&self, normalisation: Normalisation, sites: usize) -> f64 {
        self.description
            .map_or(1.0, |description| (description.scale)(normalisation, sites))
    }
}

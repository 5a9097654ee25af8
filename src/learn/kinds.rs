//! Every kind of network.

#[cfg(feature = "learn")]
use crate::deck::Model;
#[cfg(feature = "learn")]
use crate::error::{Error, Result};
#[cfg(feature = "learn")]
use crate::learn::{Network, gru};

/// Makes the list of names and the constructor from the same lines; the names are known without
/// libtorch too, so that decks can be checked anywhere.
macro_rules! kinds {
    ($($name:literal => $network:expr,)*) => {
        /// The kinds of network that a deck may name.
        pub const KINDS: &[&str] = &[$($name),*];

        /// The network that `model` describes, with `targets` outputs.
        ///
        /// # Errors
        /// [`Error::Refused`] for a kind that is not known.
        #[cfg(feature = "learn")]
        pub fn build(model: &Model, targets: usize) -> Result<Box<dyn Network>> {
            match model.kind.as_str() {
                $($name => Ok(Box::new($network(model, targets))),)*
                unknown => Err(Error::Refused(format!(
                    "\"{unknown}\" is not a kind of network, only {}",
                    KINDS.join(", ")
                ))),
            }
        }
    };
}

kinds! {
    "gru" => gru::Gru::new,
}

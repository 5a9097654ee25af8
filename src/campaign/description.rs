//! What a campaign computes.

use crate::error::{Error, Result};
use crate::plan::{Generation, Plan};

/// A plan that generates data.
#[derive(Clone, Copy)]
pub struct Campaign<'p> {
    /// Sizes, solvers and paths.
    pub plan: &'p Plan,
    /// Chains, fields and windows.
    pub generation: &'p Generation,
}

impl<'p> Campaign<'p> {
    /// The campaign of a plan.
    ///
    /// # Errors
    /// [`Error::Everywhere`] when the deck generates nothing.
    pub fn new(plan: &'p Plan) -> Result<Self> {
        let tables = "[chain], [disorder], and [spectrum] or [quench]";
        let generation = plan.generation.as_ref();
        let generation = generation.ok_or_else(|| Error::not_described("generate", tables))?;
        Ok(Self { plan, generation })
    }
}

//! Arrays over one dimension.

use crate::store::{Array, Values};

/// The dimensions that some arrays share.
pub struct Axis(pub &'static [&'static str]);

impl Axis {
    /// An array of pure numbers, of counts or of names.
    pub fn array(
        &self,
        name: &'static str,
        description: &'static str,
        values: impl Into<Values>,
    ) -> Array {
        Array {
            name,
            dimensions: self.0,
            description,
            units: "1",
            values: values.into(),
        }
    }
}

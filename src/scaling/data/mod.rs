//! From tables of realizations, or of means, to curves of an indicator against disorder strength.

mod curve;
mod input;
mod means;
mod origin;
mod realizations;
mod request;
mod sample;
mod table;
mod target;

pub use curve::{Curve, ROUNDING, point_count};
pub use input::{Input, TargetData};
pub use origin::Origin;
pub use request::{Request, Selection};
pub use sample::Sample;
pub use table::{Row, read};
pub use target::Target;

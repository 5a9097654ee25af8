//! From tables of realizations, or of means, to curves of an indicator against disorder strength.

mod columns;
mod curve;
mod delimited;
mod input;
mod means;
mod number;
mod origin;
mod realizations;
mod request;
mod sample;
mod table;
mod target;
mod usable;

pub use curve::{Curve, point_count};
pub use input::{Input, TargetData};
pub use origin::Origin;
pub use request::{Request, Selection};
pub use sample::Sample;
pub use table::{MeansTable, Row, read};
pub use target::Target;

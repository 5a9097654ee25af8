//! What this program is: its version and the commit that it was built from.

/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit that it was built from.
pub const COMMIT: &str = env!("MBLSCALE_COMMIT");

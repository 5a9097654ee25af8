//! What is known before a plan is made: how fast the machine is, and what the campaign has begun
//! with.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::calibration::Calibration;

/// What solvers are chosen by. The same deck and the same knowledge give the same choice; the
/// default is the reference machine, without data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Knowledge {
    /// The speed of the machine.
    pub calibration: Calibration,
    /// Where the calibration comes from, for people.
    pub origin: String,
    /// The solvers by which data.h5 has been begun, by chain length.
    pub solvers: BTreeMap<usize, String>,
}

//! What is known before a plan is made: how fast the machine is, and what the campaign has begun
//! with.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::calibration::{Calibration, of_this_machine};
use super::paths::Paths;
use crate::deck::Deck;
use crate::error::{Error, Result};
use crate::store::recorded;

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

impl Knowledge {
    /// What data.h5 records, if it is there: a campaign ends as it began, wherever it is resumed.
    /// Otherwise the calibration of this machine, which may have to be measured; the libraries know
    /// their number of threads by then. A deck that generates nothing needs none.
    ///
    /// # Errors
    /// [`Error::File`] when data.h5 cannot be read.
    pub fn gather(deck: &Deck) -> Result<Self> {
        if deck.spectrum.is_none() {
            return Ok(Self::default());
        }
        let data = Paths::new(&deck.output).data();
        let recorded = recorded(&data)?;
        let kept = recorded.calibration.map(|text| parse(&data, &text));
        let (calibration, origin) = match kept {
            Some(calibration) => (calibration?, format!("recorded in {}", data.display())),
            None => of_this_machine(deck.run.threads),
        };
        Ok(Self {
            calibration,
            origin,
            solvers: recorded.solvers,
        })
    }
}

fn parse(data: &Path, text: &str) -> Result<Calibration> {
    serde_json::from_str(text).map_err(|error| {
        Error::file(
            "read",
            data,
            format!("its calibration is damaged ({error}); move it away"),
        )
    })
}

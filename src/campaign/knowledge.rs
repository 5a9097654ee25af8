//! What earlier runs recorded and this machine measured, before a plan is made.

use std::path::Path;

use crate::deck::Deck;
use crate::error::{Error, Result};
use crate::plan::{Calibration, Knowledge, Paths, of_this_machine};
use crate::store::hdf5::recorded;

/// What data.h5 records, if it is there: a campaign ends as it began, wherever it is resumed.
/// Otherwise the calibration of this machine, which may have to be measured; the libraries know
/// their number of threads by then. A deck that generates nothing needs none.
///
/// # Errors
/// [`Error::File`] when data.h5 cannot be read.
pub fn knowledge(deck: &Deck) -> Result<Knowledge> {
    if deck.spectrum.is_none() {
        return Ok(Knowledge::default());
    }
    let data = Paths::new(&deck.output).data();
    let recorded = recorded(&data)?;
    let kept = recorded.calibration.map(|text| parse(&data, &text));
    let (calibration, origin) = match kept {
        Some(calibration) => (calibration?, format!("recorded in {}", data.display())),
        None => of_this_machine(deck.run.threads),
    };
    Ok(Knowledge {
        calibration,
        origin,
        solvers: recorded.solvers,
    })
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

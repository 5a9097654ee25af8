//! What a plan needs to know: what earlier runs recorded, or how fast this machine is.

use std::path::Path;

use crate::deck::Deck;
use crate::eigen::Interrupt;
use crate::error::{Error, Result};
use crate::plan::{Calibration, Knowledge, Paths, of_this_machine};
use crate::store::recorded;

/// What data.h5 records, if there is one, so that a resumed campaign keeps its solvers on any
/// machine. Otherwise the calibration of this machine, measured now where it is not known. A deck
/// that generates nothing needs none.
///
/// The libraries must know their number of threads before the call.
///
/// # Errors
/// [`Error::File`] when data.h5 cannot be read; [`Error::Unfinished`] when the interrupt has come.
pub fn knowledge(deck: &Deck, interrupt: Interrupt<'_>) -> Result<Knowledge> {
    if deck.spectrum.is_none() {
        return Ok(Knowledge::default());
    }
    let data = Paths::new(&deck.output).data();
    let recorded = recorded(&data)?;
    let kept = recorded.calibration.map(|text| parse(&data, &text));
    let (calibration, origin) = match kept {
        Some(calibration) => (calibration?, format!("recorded in {}", data.display())),
        None => of_this_machine(deck.run.threads, interrupt).map_err(|_| unfinished())?,
    };
    Ok(Knowledge {
        calibration,
        origin,
        solvers: recorded.solvers,
    })
}

fn unfinished() -> Error {
    let reason = "a signal stopped the measurement of this machine's speed";
    Error::Unfinished(format!(
        "unfinished: {reason}; run the same command again to continue"
    ))
}

fn parse(data: &Path, text: &str) -> Result<Calibration> {
    serde_json::from_str(text).map_err(|error| {
        Error::file(
            "read",
            data,
            format!("its calibration is damaged ({error}); move the file away"),
        )
    })
}

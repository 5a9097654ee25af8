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
    if deck.spectrum.is_none() && deck.quench.is_none() {
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

/// The calibration that data.h5 holds. It is not measured again, because another one could choose
/// other solvers.
fn parse(data: &Path, text: &str) -> Result<Calibration> {
    let refuse = |reason: String| {
        let reason = format!("its calibration is damaged ({reason}); move the file away");
        Error::file("read", data, reason)
    };
    let calibration: Calibration =
        serde_json::from_str(text).map_err(|error| refuse(error.to_string()))?;
    if !calibration.is_sound() {
        return Err(refuse("no machine is so fast or so slow".to_owned()));
    }
    Ok(calibration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_that_no_machine_has_is_refused() {
        let recorded = |factor: &str| {
            let text = format!(
                r#"{{"processor": "cpu", "threads": 1, "version": "0", "commit": "0",
                    "solvers": {{"dense": {factor}}}, "indicators": {{}}}}"#
            );
            parse(Path::new("data.h5"), &text)
        };
        assert_eq!(recorded("0.8").unwrap().solvers["dense"], 0.8);
        for factor in ["-0.8", "0", "1e300", "1e999", "null"] {
            let message = recorded(factor).unwrap_err().to_string();
            let told = message.contains("its calibration is damaged");
            assert!(told && message.contains("move the file away"), "{message}");
        }
    }
}

//! A panic on one rank is a defect of this program; it must not leave the others waiting.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Display;
use std::panic::PanicHookInfo;
use std::process::exit;
use std::sync::{Mutex, PoisonError};

use super::ranks::Ranks;

/// What this rank is doing, for the message.
static DOING: Mutex<Option<String>> = Mutex::new(None);

/// Notes what this rank does from now on, should it panic.
pub fn doing(what: Option<&dyn Display>) {
    *DOING.lock().unwrap_or_else(PoisonError::into_inner) = what.map(ToString::to_string);
}

/// From now on a panic anywhere in this process says so once, with its rank and what that was doing,
/// and ends all ranks that were started together with `code`.
pub fn end_all_on_panic(rank: usize, alone: bool, code: u8) {
    std::panic::set_hook(Box::new(move |panic| {
        let doing = DOING.lock().unwrap_or_else(PoisonError::into_inner).take();
        let doing = doing.map_or(String::new(), |what| format!(" at {what}"));
        log::error!(
            "internal error on rank {rank}{doing}: {}; please report it",
            words(panic)
        );
        let trace = Backtrace::capture();
        if trace.status() == BacktraceStatus::Captured {
            log::error!("{trace}");
        }
        if alone {
            exit(i32::from(code));
        }
        Ranks::abort_world(i32::from(code));
    }));
}

fn words(panic: &PanicHookInfo<'_>) -> String {
    let said = panic.payload_as_str().unwrap_or("no reason given");
    match panic.location() {
        Some(place) => format!("{said} ({place})"),
        None => said.to_owned(),
    }
}

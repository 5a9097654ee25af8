//! A panic on one rank is a defect of this program. It ends all ranks, or the others would wait.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::Display;
use std::panic::PanicHookInfo;
use std::process::exit;
use std::sync::{Mutex, PoisonError};

use super::join::end_all;

/// What this rank computes, for the message.
static ACTIVITY: Mutex<Option<String>> = Mutex::new(None);

/// Sets what this rank computes, for the message of a panic.
pub fn set_activity(what: Option<&dyn Display>) {
    *ACTIVITY.lock().unwrap_or_else(PoisonError::into_inner) = what.map(ToString::to_string);
}

/// What this rank computes, if that was set.
pub fn activity() -> Option<String> {
    (ACTIVITY.lock())
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// Makes a panic anywhere in this process end all ranks that were started together, with exit code
/// `code`. One message names the rank and its activity.
pub fn end_all_on_panic(rank: usize, alone: bool, code: u8) {
    std::panic::set_hook(Box::new(move |panic| {
        let activity = (ACTIVITY.lock())
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let place = activity.map_or(String::new(), |what| format!(" at {what}"));
        log::error!(
            "internal error on rank {rank}{place}: {}; please report it",
            reason(panic)
        );
        let trace = Backtrace::capture();
        if trace.status() == BacktraceStatus::Captured {
            log::error!("{trace}");
        }
        if alone {
            exit(i32::from(code));
        }
        end_all(i32::from(code));
    }));
}

fn reason(panic: &PanicHookInfo<'_>) -> String {
    let message = panic.payload_as_str().unwrap_or("no reason given");
    match panic.location() {
        Some(place) => format!("{message} ({place})"),
        None => message.to_owned(),
    }
}

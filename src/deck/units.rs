//! Quantities with a unit: read once, shown as they were written.

use std::time::Duration;

use bytesize::ByteSize;
use serde::{Deserialize, Serialize};

/// A length of time, in the deck as in "60s", "5min" or "7h 30min".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time {
    written: String,
    /// The time.
    pub duration: Duration,
}

impl Time {
    /// So many seconds.
    pub fn seconds(seconds: u64) -> Self {
        Self {
            written: format!("{seconds}s"),
            duration: Duration::from_secs(seconds),
        }
    }
}

impl TryFrom<String> for Time {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        match humantime::parse_duration(&written) {
            Ok(duration) => Ok(Self { written, duration }),
            Err(_) => Err(format!(
                "\"{written}\" is not a duration; write it as in \"8h\" or \"7h 30min\""
            )),
        }
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        time.written
    }
}

/// An amount of memory, in the deck as in "8 GiB" or "500 MB".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Memory {
    written: String,
    /// The amount.
    pub bytes: u64,
}

impl TryFrom<String> for Memory {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        match written.parse::<ByteSize>() {
            Ok(size) => Ok(Self {
                written,
                bytes: size.as_u64(),
            }),
            Err(_) => Err(format!(
                "\"{written}\" is not an amount of memory; write it as in \"8 GiB\""
            )),
        }
    }
}

impl From<Memory> for String {
    fn from(memory: Memory) -> Self {
        memory.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_once_and_shown_as_written() {
        let time = Time::try_from("7h 30min".to_owned()).unwrap();
        assert_eq!(time.duration, Duration::from_secs(27_000));
        assert_eq!(String::from(time), "7h 30min");
        let memory = Memory::try_from("8 GiB".to_owned()).unwrap();
        assert_eq!(memory.bytes, 8 << 30);
        assert_eq!(String::from(memory), "8 GiB");
    }

    #[test]
    fn what_has_no_unit_is_refused() {
        let time = Time::try_from("soon".to_owned()).unwrap_err();
        assert!(time.contains("\"soon\" is not a duration"), "{time}");
        let memory = Memory::try_from("much".to_owned()).unwrap_err();
        assert!(memory.contains("is not an amount of memory"), "{memory}");
    }
}

//! One run at a time in an output directory.
//!
//! The kernel holds the lock and releases it when the process ends. On some file systems locks do
//! not reach other nodes. There the heartbeat of the lock file shows that a run is alive.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};
use sysinfo::{Pid, ProcessStatus, ProcessesToUpdate, System};

use crate::error::{Error, Result};
use crate::files::{open_own, open_plain};

/// How often a run writes the lock file.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// A run that has not written it for this long has ended.
const TIMEOUT: Duration = Duration::from_secs(90);

/// Who uses an output directory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Holder {
    /// The node of rank 0.
    pub host: String,
    /// Its process there.
    pub process: u32,
    /// Ranks.
    pub ranks: usize,
    /// When it started, RFC 3339 in UTC.
    pub started: String,
}

/// The lock on an output directory, until this is dropped or the process ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    heartbeat: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Lock {
    /// Locks a directory for a run of `ranks` ranks on `host`.
    ///
    /// # Errors
    /// [`Error::Refused`] when another run uses it; [`Error::File`] when the lock file cannot be
    /// written.
    pub fn take(directory: &Path, host: &str, ranks: usize) -> Result<Self> {
        Self::take_after(directory, host, ranks, TIMEOUT)
    }

    fn take_after(directory: &Path, host: &str, ranks: usize, timeout: Duration) -> Result<Self> {
        let path = path(directory);
        let refuse = |error| Error::file("write", &path, error);
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        let mut file = open_own(&path, &mut options).map_err(refuse)?;
        let locked = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => return Err(in_use(directory, read(&mut file))),
            Err(TryLockError::Error(error)) => {
                log::warn!(
                    "{} cannot be locked ({error}), so that only its heartbeat shows other runs: start \
                     no two runs there at the same moment",
                    path.display()
                );
                false
            }
        };
        if let Some(earlier) = read(&mut file)
            // On this node the kernel's lock has shown that the other run has ended.
            && !(locked && earlier.host == host)
            && is_alive(&path, &earlier, timeout)
        {
            return Err(in_use(directory, Some(earlier)));
        }
        let holder = Holder {
            host: host.to_owned(),
            process: std::process::id(),
            ranks,
            started: humantime::format_rfc3339_seconds(SystemTime::now()).to_string(),
        };
        let text = serde_json::to_vec(&holder).expect("the keys of a holder are names");
        write(&file, &text).map_err(refuse)?;
        if !locked && let Some(other) = later(&path, &holder) {
            return Err(in_use(directory, Some(other)));
        }
        let copy = file.try_clone().map_err(refuse)?;
        let (stop, stopped) = mpsc::channel();
        let heartbeat = std::thread::spawn(move || {
            while stopped.recv_timeout(HEARTBEAT) == Err(RecvTimeoutError::Timeout) {
                // Only the time of writing matters. On a full disk this fails, and the kernel's lock
                // remains.
                let _ = write(&copy, &text);
            }
        });
        Ok(Self {
            file,
            heartbeat: Some((stop, heartbeat)),
        })
    }

    /// Releases the lock of a process that ends without dropping it.
    ///
    /// # Errors
    /// [`Error::Refused`] when the file cannot be opened a second time.
    pub fn releaser(&self) -> Result<impl FnOnce() + Send + use<>> {
        let copy = (self.file.try_clone())
            .map_err(|error| Error::Refused(format!("cannot open the lock again: {error}")))?;
        Ok(move || {
            let _ = copy.set_len(0);
        })
    }

    /// The run in a directory, and the time since its last heartbeat; none when the last run has
    /// released its lock. This takes no lock, so it disturbs no run.
    pub fn holder(directory: &Path) -> Option<(Holder, Duration)> {
        let mut options = OpenOptions::new();
        let mut file = open_plain(&path(directory), options.read(true)).ok()?;
        let holder = read(&mut file)?;
        let written = file.metadata().ok()?.modified().ok()?;
        Some((holder, written.elapsed().unwrap_or_default()))
    }
}

impl Holder {
    /// Whether this run may be alive so long after its last heartbeat, as seen from the node `host`.
    pub fn may_be_alive(&self, silence: Duration, host: &str) -> bool {
        silence < TIMEOUT && (self.host != host || is_running(self.process))
    }
}

/// Whether a process of this node runs; a zombie has ended.
fn is_running(process: u32) -> bool {
    let process = Pid::from_u32(process);
    let Ok(mut system) = System::new() else {
        return true;
    };
    system.refresh_processes(ProcessesToUpdate::Some(&[process]), true);
    let found = system.process(process);
    found.is_some_and(|it| it.status() != ProcessStatus::Zombie)
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some((stop, heartbeat)) = self.heartbeat.take() {
            drop(stop);
            // The heartbeat does nothing that could panic.
            let _ = heartbeat.join();
        }
        // An empty file means that the lock was released. Removing the file would break the lock of a
        // run that is opening it now.
        let _ = self.file.set_len(0);
    }
}

fn path(directory: &Path) -> PathBuf {
    directory.join(".lock")
}

fn read(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn write(mut file: &File, text: &[u8]) -> std::io::Result<()> {
    file.rewind()?;
    file.write_all(text)?;
    file.set_len(text.len() as u64)
}

/// Watches a lock file until its run writes it, or until the timeout. Only changes count, because the
/// clocks of nodes and file servers differ.
fn is_alive(path: &Path, holder: &Holder, timeout: Duration) -> bool {
    let written = || {
        std::fs::metadata(path)
            .and_then(|file| file.modified())
            .ok()
    };
    let first = written();
    let long_ago = first.is_some_and(|time| {
        let age = time.elapsed().unwrap_or_default();
        age > Duration::from_secs(3600) + timeout
    });
    if long_ago {
        return false;
    }
    log::warn!(
        "a run on {} has not released its lock; waiting up to {} to see whether it is still alive",
        holder.host,
        humantime::format_duration(timeout)
    );
    let began = Instant::now();
    while began.elapsed() < timeout {
        std::thread::sleep(timeout / 30);
        if written() != first {
            return true;
        }
    }
    false
}

/// The run that has written a lock file after this one, where locks do not keep it out.
fn later(path: &Path, holder: &Holder) -> Option<Holder> {
    std::thread::sleep(Duration::from_secs(1));
    let found = read(&mut File::open(path).ok()?)?;
    (found != *holder).then_some(found)
}

fn in_use(directory: &Path, holder: Option<Holder>) -> Error {
    let who = holder.map_or("another run".to_owned(), |it| {
        format!(
            "a run on {} (process {}, {} ranks, since {})",
            it.host, it.process, it.ranks, it.started
        )
    });
    Error::Refused(format!(
        "{} is in use by {who}; wait for its end, or give the deck another output",
        directory.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Long for a thread that waits for its turn on a busy machine.
    const SHORT: Duration = Duration::from_secs(2);

    fn message(outcome: Result<Lock>) -> String {
        outcome.expect_err("the directory is in use").to_string()
    }

    #[test]
    fn a_process_that_ends_in_a_hurry_releases_its_lock() {
        let directory = tempfile::tempdir().unwrap();
        let lock = Lock::take(directory.path(), "node", 1).unwrap();
        assert!(Lock::holder(directory.path()).is_some());
        lock.releaser().unwrap()();
        assert!(Lock::holder(directory.path()).is_none());
        std::mem::forget(lock);
    }

    #[test]
    fn a_directory_has_one_run_at_a_time() {
        let directory = tempfile::tempdir().unwrap();
        let take = || Lock::take_after(directory.path(), "here", 3, SHORT);
        let first = take().unwrap();
        let refused = message(take());
        assert!(
            refused.contains("a run on here") && refused.contains("3 ranks"),
            "{refused}"
        );
        let (holder, silence) = Lock::holder(directory.path()).unwrap();
        assert_eq!(holder.ranks, 3);
        assert!(holder.may_be_alive(silence, "here") && holder.may_be_alive(silence, "there"));
        assert!(!holder.may_be_alive(TIMEOUT, "there"));
        // No process has this number.
        let ended = Holder {
            process: u32::MAX,
            ..holder
        };
        assert!(!ended.may_be_alive(silence, "here") && ended.may_be_alive(silence, "there"));
        drop(first);
        assert_eq!(Lock::holder(directory.path()), None);
        take().unwrap();
    }

    /// A crash leaves text in the file and no lock of the kernel.
    #[test]
    fn a_crashed_run_does_not_block_others() {
        let directory = tempfile::tempdir().unwrap();
        let crashed = Holder {
            host: "there".to_owned(),
            process: 1,
            ranks: 2,
            started: "2026-01-01T00:00:00Z".to_owned(),
        };
        let text = serde_json::to_vec(&crashed).unwrap();
        let path = path(directory.path());

        // On the same node at once, from another one after the timeout.
        for (host, waits) in [("there", false), ("here", true)] {
            std::fs::write(&path, &text).unwrap();
            let began = Instant::now();
            drop(Lock::take_after(directory.path(), host, 1, SHORT).unwrap());
            assert_eq!(began.elapsed() >= SHORT, waits, "{host}");
        }

        // A run on another node that still writes is alive, also without a lock.
        std::fs::write(&path, &text).unwrap();
        let (stop, stopped) = mpsc::channel::<()>();
        let other = std::thread::spawn({
            let path = path.clone();
            move || {
                while stopped.recv_timeout(SHORT / 10) == Err(RecvTimeoutError::Timeout) {
                    std::fs::write(&path, &text).unwrap();
                }
            }
        });
        let refused = message(Lock::take_after(directory.path(), "here", 1, SHORT));
        drop(stop);
        other.join().unwrap();
        assert!(refused.contains("a run on there"), "{refused}");
    }
}

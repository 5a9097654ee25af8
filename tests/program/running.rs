//! A run of the program that is still going on, to be disturbed.

#![allow(dead_code, reason = "each test file uses its part")]

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A started run; what it says goes to a file beside its output.
pub struct Running {
    child: Child,
    by_mpirun: bool,
    said: PathBuf,
    /// The ranks when a signal was sent: they are nobody's children once mpirun is gone.
    told: RefCell<Vec<u32>>,
}

impl Running {
    pub fn start(mut command: Command, output: &Path) -> Self {
        let by_mpirun = command.get_program() == "mpirun";
        let said = output.with_extension("log");
        let log = fs::File::create(&said).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("mpirun can be started");
        Self {
            child,
            by_mpirun,
            said,
            told: RefCell::default(),
        }
    }

    /// The ranks.
    pub fn ranks(&self) -> Vec<u32> {
        if self.by_mpirun {
            children(self.child.id())
        } else {
            // Its children are MPI's.
            vec![self.child.id()]
        }
    }

    /// Sends a signal to mpirun, or to the process that runs without it.
    pub fn signal(&self, signal: &str) {
        self.told.replace(self.ranks());
        send(signal, &[self.child.id()]);
    }

    /// Kills mpirun with all its ranks at once.
    pub fn kill_all(&self) {
        let victims = children(self.child.id());
        send("KILL", &[&victims[..], &[self.child.id()]].concat());
        self.told.replace(victims);
    }

    /// Waits for what `seen` sees; false when the run has ended without it.
    pub fn until(&mut self, mut seen: impl FnMut() -> bool) -> bool {
        loop {
            if seen() {
                return true;
            }
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            sleep(Duration::from_micros(100));
        }
    }

    /// Lets the ranks stand still, however quick the machine, until [`Running::thaw`].
    pub fn freeze(&self) {
        send("STOP", &self.ranks());
    }

    pub fn thaw(&self) {
        send("CONT", &self.ranks());
    }

    /// Whether the run goes on for this long.
    pub fn goes_on_for(&mut self, time: Duration) -> bool {
        let began = Instant::now();
        self.until(|| began.elapsed() >= time)
    }

    /// Waits for the end of the run and of every rank.
    pub fn end(mut self) -> (ExitStatus, String) {
        let mut ranks = self.ranks();
        ranks.append(self.told.get_mut());
        let status = self.child.wait().unwrap();
        // Ranks whose mpirun was killed find out by themselves.
        while ranks.iter().any(|&rank| lives(rank)) {
            sleep(Duration::from_millis(5));
        }
        (status, fs::read_to_string(&self.said).unwrap())
    }
}

/// Sends a signal to processes; one that has ended is none to complain of.
pub fn send(signal: &str, processes: &[u32]) {
    let _ = Command::new("kill")
        .arg(format!("-{signal}"))
        .args(processes.iter().map(u32::to_string))
        .stderr(Stdio::null())
        .status()
        .expect("kill can be started");
}

fn children(process: u32) -> Vec<u32> {
    let list = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    let list = list.unwrap_or_default();
    list.split_whitespace()
        .filter_map(|child| child.parse().ok())
        .collect()
}

/// Whether a process still does something; one that has ended may wait for its parent to notice.
fn lives(process: u32) -> bool {
    let state = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = state
        .rsplit(')')
        .next()
        .and_then(|rest| rest.trim().chars().next());
    state.is_some_and(|state| state != 'Z')
}

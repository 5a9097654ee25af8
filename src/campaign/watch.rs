//! What a rank does beside its work, between tasks and in the middle of long ones.
//!
//! It writes its results in time, learns whether to stop, and shows how far the campaign is.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use crate::comm::Counters;
use crate::error::Error;
use crate::report::Progress;
use crate::stop::Stop;
use crate::store::{Journal, Record};

/// A rank reads the shared numbers after this long without a claim: less than a message per second.
const EXCHANGE_INTERVAL: Duration = Duration::from_secs(2);

/// How often messages of other ranks are moved on: a claim waits no longer for a rank that computes.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(10);

/// Numbers that all ranks share, by their places.
const CLAIMED: usize = 0;
const TASKS: usize = 1;
const MILLISECONDS: usize = 2;
const FAILED: usize = 3;

/// How many shared numbers there are.
pub const SHARED: usize = 4;

/// More claims than any schedule has chunks: the rank that adds them ends the work of all ranks.
const END: u64 = 1 << 40;

/// One rank's view of the campaign.
pub struct Watch<'a> {
    stop: &'a Stop,
    shared: &'a dyn Counters,
    exchanged: Cell<Instant>,
    progressed: Cell<Instant>,
    halted: Cell<bool>,
    own: RefCell<Own>,
}

/// The mutable part. Interrupts are closures that borrow the watch, so it needs a cell.
struct Own {
    journal: Journal,
    progress: Progress,
    tasks: usize,
    /// Amounts that are not yet added to the shared numbers.
    unreported: [u64; SHARED],
    error: Option<Error>,
}

impl<'a> Watch<'a> {
    /// The view of a rank that writes to `journal`, of a campaign of so many tasks.
    pub fn new(
        stop: &'a Stop,
        shared: &'a dyn Counters,
        journal: Journal,
        progress: Progress,
        tasks: usize,
    ) -> Self {
        Self {
            stop,
            shared,
            exchanged: Cell::new(Instant::now()),
            progressed: Cell::new(Instant::now()),
            halted: Cell::new(false),
            own: RefCell::new(Own {
                journal,
                progress,
                tasks,
                unreported: [0; SHARED],
                error: None,
            }),
        }
    }

    /// Claims the next chunk; none once the campaign is halted.
    pub fn claim(&self) -> Option<usize> {
        let claimed = self.exchange(1);
        (claimed < END).then_some(claimed as usize)
    }

    /// Adds the result of a task to the journal, with the seconds that were predicted for it.
    pub fn keep(&self, record: &Record, predicted: f64) {
        let own = &mut *self.own.borrow_mut();
        own.journal.append(record);
        own.unreported[TASKS] += 1;
        own.unreported[MILLISECONDS] += milliseconds(predicted);
        own.unreported[FAILED] += u64::from(record.windows.iter().any(|(_, it)| it.is_err()));
    }

    /// Whether to give up the current task.
    pub fn interrupted(&self) -> bool {
        if self.halted.get() {
            return true;
        }
        if self.stop.signalled() || !self.sync_if_due() {
            self.halt();
            return true;
        }
        if self.progressed.get().elapsed() >= PROGRESS_INTERVAL {
            self.progressed.set(Instant::now());
            self.shared.progress();
        }
        if self.exchanged.get().elapsed() >= EXCHANGE_INTERVAL {
            self.exchange(0);
        }
        self.halted.get()
    }

    /// Ends the work of all ranks. None claims another chunk, and each gives up its task at its next
    /// exchange.
    fn halt(&self) {
        if !self.halted.replace(true) {
            self.exchange(END);
        }
    }

    /// Writes the last results and reports them to the other ranks. The journal is closed, so that
    /// rank 0 can read it on any file system.
    ///
    /// # Errors
    /// What could not be written, now or before.
    pub fn end(self) -> Result<Progress, Error> {
        let own = self.own.into_inner();
        self.shared.add(&own.unreported);
        let mut journal = own.journal;
        let synced = journal.sync();
        match own.error {
            Some(error) => Err(error),
            None => synced.map(|()| own.progress),
        }
    }

    /// Writes the journal when it is time; false after a failure.
    fn sync_if_due(&self) -> bool {
        let own = &mut *self.own.borrow_mut();
        let synced = own.journal.sync_if_due();
        own.error = synced.err().or(own.error.take());
        own.error.is_none()
    }

    /// Adds claims and the unreported amounts to the shared numbers, and shows how far the campaign
    /// is. Returns the claims of all ranks from before.
    fn exchange(&self, claims: u64) -> u64 {
        let own = &mut *self.own.borrow_mut();
        let mut amounts = std::mem::take(&mut own.unreported);
        amounts[CLAIMED] = claims;
        let before = self.shared.add(&amounts);
        self.exchanged.set(Instant::now());
        if before[CLAIMED] >= END {
            self.halted.set(true);
        }
        let [done, milliseconds, failed] =
            [TASKS, MILLISECONDS, FAILED].map(|place| before[place] + amounts[place]);
        let tasks = own.tasks;
        let seconds = own.progress.elapsed().as_secs_f64();
        own.progress.show(milliseconds as f64 / 1000.0, || {
            let rate = done as f64 / seconds.max(f64::MIN_POSITIVE);
            format!("{done} of {tasks} tasks, {rate:.3}/s, {failed} failed")
        });
        before[CLAIMED]
    }
}

/// Predicted seconds as a shared number, at least 1 so that every task counts.
pub fn milliseconds(seconds: f64) -> u64 {
    ((seconds * 1000.0) as u64).max(1)
}

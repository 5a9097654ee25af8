//! What a rank does beside its work, between tasks and in the middle of long ones.
//!
//! It writes its results in time, learns whether to stop, and shows how far the campaign is.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::comm::{Communicator, Counters, any};
use crate::error::Error;
use crate::report::Progress;
use crate::stop::Stop;
use crate::store::{Journal, Record};

/// A rank reads the shared numbers after this long without a claim: less than a message per second.
const EXCHANGE_INTERVAL: Duration = Duration::from_secs(2);

/// How often messages of other ranks are moved on: a claim waits no longer for a rank that computes.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(10);

/// Numbers that all ranks share, by their places. The claims of each phase follow.
const HALTED: usize = 0;
const TASKS: usize = 1;
const MILLISECONDS: usize = 2;
const FAILED: usize = 3;
const CLAIMED: usize = 4;

/// How many shared numbers there are for a campaign of so many phases.
pub fn shared_numbers(phases: usize) -> usize {
    CLAIMED + phases
}

/// How large a campaign is.
#[derive(Clone, Copy)]
pub struct Totals {
    /// Tasks that are missing.
    pub tasks: usize,
    /// Ranks that solve them.
    pub ranks: usize,
    /// Shared numbers.
    pub numbers: usize,
}

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
    /// The watchdog of the time limit writes it too.
    journal: Arc<Mutex<Journal>>,
    progress: Progress,
    totals: Totals,
    /// Results of all ranks at the last exchange.
    results: u64,
    /// Amounts that are not yet added to the shared numbers.
    unreported: [u64; CLAIMED],
    error: Option<Error>,
}

impl<'a> Watch<'a> {
    /// The view of a rank that writes to `journal`.
    pub fn new(
        stop: &'a Stop,
        shared: &'a dyn Counters,
        journal: Journal,
        progress: Progress,
        totals: Totals,
    ) -> Self {
        let journal = Arc::new(Mutex::new(journal));
        let own = Arc::clone(&journal);
        stop.store_when_late(Some(Box::new(move || {
            if let Err(error) = lock(&own).sync() {
                log::error!("{error}");
            }
        })));
        Self {
            stop,
            shared,
            exchanged: Cell::new(Instant::now()),
            progressed: Cell::new(Instant::now()),
            halted: Cell::new(false),
            own: RefCell::new(Own {
                journal,
                progress,
                totals,
                results: 0,
                unreported: [0; CLAIMED],
                error: None,
            }),
        }
    }

    /// Claims the next chunk of a phase; none once the campaign is halted.
    pub fn claim(&self, phase: usize) -> Option<usize> {
        let claimed = self.exchange(Some(CLAIMED + phase));
        (!self.halted.get()).then_some(claimed as usize)
    }

    /// Adds the result of a task to the journal, with the seconds that were predicted for it.
    pub fn keep(&self, record: &Record, predicted: f64) {
        let own = &mut *self.own.borrow_mut();
        lock(&own.journal).append(record);
        own.unreported[TASKS] += 1;
        own.unreported[MILLISECONDS] += milliseconds(predicted);
        own.unreported[FAILED] += u64::from(record.failures().next().is_some());
        // Between two tasks is the best moment.
        self.shared.progress();
    }

    /// Writes all results; false after a failure, which ends the work soon.
    pub fn store(&self) -> bool {
        let own = &mut *self.own.borrow_mut();
        let synced = lock(&own.journal).sync();
        own.error = synced.err().or(own.error.take());
        own.error.is_none()
    }

    /// About how many results all ranks have by now. The others are taken to be as fast as this one
    /// since the last exchange.
    pub fn results(&self) -> u64 {
        let own = self.own.borrow();
        let since = own.unreported[TASKS] * own.totals.ranks as u64;
        (own.results + since).min(own.totals.tasks as u64)
    }

    /// Whether to give up the current task, the same on every rank of a group. Collective.
    ///
    /// Only the first rank exchanges the shared numbers. Rank 0 may have to answer, which it cannot while
    /// it waits for another rank of its own group.
    pub fn interrupted(&self, group: &dyn Communicator) -> bool {
        let own = self.halted.get() || self.stop.signalled() || !self.sync_if_due();
        let leads = group.rank() == 0;
        if any(group, own) {
            self.halt(leads);
            return true;
        }
        if self.progressed.get().elapsed() >= PROGRESS_INTERVAL {
            self.progressed.set(Instant::now());
            self.shared.progress();
        }
        if leads && self.exchanged.get().elapsed() >= EXCHANGE_INTERVAL {
            // What it learns, the others learn from it at the next call.
            self.exchange(None);
        }
        false
    }

    /// Ends the work of all ranks. None claims another chunk, and each gives up its task after its next
    /// exchange.
    fn halt(&self, leads: bool) {
        if !self.halted.replace(true) && leads {
            self.exchange(Some(HALTED));
        }
    }

    /// Writes the last results and reports them to the other ranks. The journal is closed, so that
    /// rank 0 can read it on any file system.
    ///
    /// # Errors
    /// What could not be written, now or before.
    pub fn end(self) -> Result<Progress, Error> {
        let own = self.own.into_inner();
        // On the disk before this rank waits for others.
        let synced = lock(&own.journal).sync();
        self.stop.store_when_late(None);
        let mut amounts = vec![0; own.totals.numbers];
        amounts[..CLAIMED].copy_from_slice(&own.unreported);
        self.shared.add(&amounts);
        match own.error {
            Some(error) => Err(error),
            None => synced.map(|()| own.progress),
        }
    }

    /// Writes the journal when it is time; false after a failure.
    fn sync_if_due(&self) -> bool {
        let own = &mut *self.own.borrow_mut();
        let synced = lock(&own.journal).sync_if_due();
        own.error = synced.err().or(own.error.take());
        own.error.is_none()
    }

    /// Adds the unreported amounts to the shared numbers, and one to the number at `raised`. Shows how far
    /// the campaign is. Returns that number from before.
    fn exchange(&self, raised: Option<usize>) -> u64 {
        let own = &mut *self.own.borrow_mut();
        let mut amounts = vec![0; own.totals.numbers];
        amounts[..CLAIMED].copy_from_slice(&std::mem::take(&mut own.unreported));
        if let Some(place) = raised {
            amounts[place] += 1;
        }
        let before = self.shared.add(&amounts);
        self.exchanged.set(Instant::now());
        if before[HALTED] > 0 {
            self.halted.set(true);
        }
        let [done, milliseconds, failed] =
            [TASKS, MILLISECONDS, FAILED].map(|place| before[place] + amounts[place]);
        own.results = done;
        let tasks = own.totals.tasks;
        let seconds = own.progress.elapsed().as_secs_f64();
        own.progress.show(milliseconds as f64 / 1000.0, || {
            let rate = done as f64 / seconds.max(f64::MIN_POSITIVE);
            format!("{done} of {tasks} tasks, {rate:.3}/s, {failed} failed")
        });
        raised.map_or(0, |place| before[place])
    }
}

/// Predicted seconds as a shared number, at least 1 so that every task counts.
pub fn milliseconds(seconds: f64) -> u64 {
    ((seconds * 1000.0) as u64).max(1)
}

fn lock(journal: &Mutex<Journal>) -> MutexGuard<'_, Journal> {
    journal.lock().unwrap_or_else(PoisonError::into_inner)
}

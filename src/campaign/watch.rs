//! What a rank does beside its work, between tasks and in the middle of long ones: secure its
//! results in time, hear of a wish to stop, show how far the campaign is.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use crate::comm::Counters;
use crate::error::Error;
use crate::report::Progress;
use crate::stop::Stop;
use crate::store::{Journal, Record};

/// A rank that has neither claimed nor asked anything for this long asks how the others are: less
/// than a message per second.
const LOOK: Duration = Duration::from_secs(2);

/// How often the network is helped: a claim waits no longer than this for a rank that computes.
const HELP: Duration = Duration::from_millis(10);

/// Numbers that all ranks share, by their places.
const CLAIMED: usize = 0;
const TASKS: usize = 1;
const MILLISECONDS: usize = 2;
const FAILED: usize = 3;

/// How many shared numbers there are.
pub const SHARED: usize = 4;

/// So many claims that none is left: whoever adds them ends the work of all ranks.
const NO_MORE: u64 = 1 << 40;

/// One rank's view of the campaign.
pub struct Watch<'a> {
    stop: &'a Stop,
    shared: &'a dyn Counters,
    looked: Cell<Instant>,
    helped: Cell<Instant>,
    halted: Cell<bool>,
    own: RefCell<Own>,
}

/// What a rank changes in passing.
struct Own {
    journal: Journal,
    progress: Progress,
    tasks: usize,
    /// Amounts that the others have not been told of.
    untold: [u64; SHARED],
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
            looked: Cell::new(Instant::now()),
            helped: Cell::new(Instant::now()),
            halted: Cell::new(false),
            own: RefCell::new(Own {
                journal,
                progress,
                tasks,
                untold: [0; SHARED],
                error: None,
            }),
        }
    }

    /// Claims the next chunk; none once the campaign is halted.
    pub fn claim(&self) -> Option<usize> {
        let claimed = self.tell(1);
        (claimed < NO_MORE).then_some(claimed as usize)
    }

    /// Takes a result, of a task that was predicted to take so many seconds.
    pub fn keep(&self, record: &Record, predicted: f64) {
        let own = &mut *self.own.borrow_mut();
        own.journal.append(record);
        own.untold[TASKS] += 1;
        own.untold[MILLISECONDS] += milliseconds(predicted);
        own.untold[FAILED] += u64::from(record.windows.iter().any(|(_, it)| it.is_err()));
    }

    /// Whether to stop what is being done.
    pub fn interrupted(&self) -> bool {
        if self.halted.get() {
            return true;
        }
        if self.stop.asked() || !self.secure_if_due() {
            self.halt();
            return true;
        }
        if self.helped.get().elapsed() >= HELP {
            self.helped.set(Instant::now());
            self.shared.help();
        }
        if self.looked.get().elapsed() >= LOOK {
            self.tell(0);
        }
        self.halted.get()
    }

    /// Ends the work of all ranks: none claims more, and each hears of it in the middle of its task.
    pub fn halt(&self) {
        if !self.halted.replace(true) {
            self.tell(NO_MORE);
        }
    }

    /// Secures what is left, and tells the others of it. The journal is closed, so that rank 0 can
    /// read it on any file system.
    ///
    /// # Errors
    /// What could not be written, now or before.
    pub fn end(self) -> Result<Progress, Error> {
        let own = self.own.into_inner();
        self.shared.add(&own.untold);
        let mut journal = own.journal;
        let secured = journal.secure();
        match own.error {
            Some(error) => Err(error),
            None => secured.map(|()| own.progress),
        }
    }

    fn secure_if_due(&self) -> bool {
        let own = &mut *self.own.borrow_mut();
        let secured = own.journal.secure_if_due();
        own.error = secured.err().or(own.error.take());
        own.error.is_none()
    }

    /// Adds claims to those of all ranks, with what they have not been told of; returns the claims
    /// from before, and shows how far the campaign is.
    fn tell(&self, claims: u64) -> u64 {
        let own = &mut *self.own.borrow_mut();
        let mut amounts = std::mem::take(&mut own.untold);
        amounts[CLAIMED] = claims;
        let before = self.shared.add(&amounts);
        self.looked.set(Instant::now());
        if before[CLAIMED] >= NO_MORE {
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

/// Predicted seconds as a shared number; never nothing, so that every task counts.
pub fn milliseconds(seconds: f64) -> u64 {
    ((seconds * 1000.0) as u64).max(1)
}

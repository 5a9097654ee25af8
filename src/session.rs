//! A deck about to be run: its plan, its output directory to itself, and when to stop.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::check;
use crate::comm::{Communicator, share};
use crate::deck::LoadedDeck;
use crate::error::{Error, Result};
use crate::files::set_aside;
use crate::plan::{Knowledge, Machine, Paths, Plan};
use crate::stop::{Stop, seconds_left};
use crate::store::Lock;
use crate::threads::set_threads;
use crate::{campaign, report};

/// What a command wants of its session.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// The deck.
    pub deck: PathBuf,
    /// Entries that override it, as `key.path=value`.
    pub overrides: Vec<String>,
    /// Whether data may be generated, or only used.
    pub generates: bool,
    /// How long the run may take, before what the deck says.
    pub time_limit: Option<Duration>,
    /// Whether data of another deck are set aside.
    pub force: bool,
}

/// A deck that is being run, the same on every rank.
pub struct Session {
    /// What the deck comes to.
    pub plan: Plan,
    /// When to stop.
    pub stop: Stop,
    /// Held by rank 0 for as long as the session lasts.
    _lock: Option<Lock>,
}

impl Session {
    /// Opens a session on the ranks of `comm`.
    ///
    /// # Errors
    /// When the deck is refused, or another run uses its output.
    pub fn open(wishes: &Wishes, comm: &dyn Communicator) -> Result<Self> {
        let started = Instant::now();
        let stop = Stop::listen()?;
        let ranks_on_node = comm.ranks_on_node();
        let mut lock = None;
        let (text, machine, ranks_on_node, knowledge, left) = share(comm, || {
            let source = check::load(&wishes.deck, &wishes.overrides)?;
            let machine = Machine::here(&source.deck.output);
            lock = take(&source, &machine, comm.size(), wishes.generates)?;
            set_threads(source.deck.run.threads);
            // Planned once here, so that what is refused is refused on every rank alike.
            let plan = || plan_once(wishes, source.clone(), &machine, comm.size(), ranks_on_node);
            let knowledge = match plan() {
                Err(error @ (Error::Refused(_) | Error::File { .. })) if wishes.force => {
                    set_results_aside(&source, &error)?;
                    plan()
                }
                planned => planned,
            }?;
            let limit = wishes.time_limit.or(source.deck.run.time_limit());
            let left = seconds_left(limit, started);
            Ok((source.text.clone(), machine, ranks_on_node, knowledge, left))
        })?;
        let source = check::parse(&wishes.deck, text, &wishes.overrides)?;
        let plan = Plan::new(source, machine, comm.size(), ranks_on_node, knowledge)?;
        if comm.rank() == 0 {
            report::warn_about_threads(&plan, ranks_on_node);
        }
        set_threads(plan.deck().run.threads);
        Ok(Self {
            plan,
            stop: stop.within(left),
            _lock: lock,
        })
    }
}

/// Takes the output directory, which a run that generates data, or has data of its own, may create;
/// one that only uses what is there finds out for itself when nothing is.
fn take(
    source: &LoadedDeck,
    machine: &Machine,
    ranks: usize,
    generates: bool,
) -> Result<Option<Lock>> {
    let root: &Path = &source.deck.output;
    let learn = source.deck.learn.as_ref();
    if generates || learn.is_some_and(|learn| learn.data.is_some()) {
        std::fs::create_dir_all(root).map_err(|error| Error::file("create", root, error))?;
    }
    let there = root.is_dir();
    there
        .then(|| Lock::take(root, &machine.host, ranks))
        .transpose()
}

/// Makes the plan, and with it what it was made by.
fn plan_once(
    wishes: &Wishes,
    source: LoadedDeck,
    machine: &Machine,
    ranks: usize,
    ranks_on_node: usize,
) -> Result<Knowledge> {
    let knowledge = if wishes.generates {
        campaign::knowledge(&source.deck)?
    } else {
        Knowledge::default()
    };
    let plan = Plan::new(
        source,
        machine.clone(),
        ranks,
        ranks_on_node,
        knowledge.clone(),
    )?;
    if wishes.force {
        campaign::accepts_data(&plan)?;
    }
    Ok(knowledge)
}

/// Moves what generating has left out of the way of a deck that is refused because of it.
fn set_results_aside(source: &LoadedDeck, error: &Error) -> Result<()> {
    let paths = Paths::new(&source.deck.output);
    log::warn!("{error}");
    for path in [paths.data(), paths.journals(), paths.run_log()] {
        if path.exists() {
            let aside = set_aside(&path, "replaced")?;
            log::warn!("set {} aside as {}", path.display(), aside.display());
        }
    }
    Ok(())
}

//! A deck about to be run: its plan, its output directory to itself, and when to stop.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::campaign;
use crate::check::{self, Checked};
use crate::comm::{Communicator, share, watch};
use crate::deck::{Deck, Learn};
use crate::eigen::{Interrupt, uninterrupted};
use crate::error::{Error, Result};
use crate::files::set_aside;
use crate::plan::{Knowledge, Machine, Paths, Plan, Resources, too_many_threads};
use crate::report;
use crate::stages::{Job, Stale};
use crate::stop::{Stop, seconds_left};
use crate::store::Lock;
use crate::threads::set_threads;

/// Seconds beyond the time limit after which a run ends that has not even begun its work.
const OPENING: f64 = 60.0;

/// What the command line asks for.
#[derive(Debug, Clone, Default)]
pub struct Request {
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
    /// What becomes of results that do not belong to the deck.
    pub stale: Stale,
}

/// A deck that is being run, the same on every rank.
pub struct Session {
    /// What the stages work on.
    pub job: Job,
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
    pub fn open(request: &Request, comm: &dyn Communicator) -> Result<Self> {
        let started = Instant::now();
        let stop = Stop::listen()?;
        if let Some(limit) = request.time_limit {
            stop.end_after(limit.as_secs_f64() + OPENING);
        }
        watch(&stop, comm.rank());
        let ranks_on_node = comm.ranks_on_node();
        let mut lock = None;
        let (text, given, machine, ranks_on_node, knowledge, left) = share(comm, || {
            let checked = check::load(&request.deck, &request.overrides)?;
            let deck = checked.source.deck.clone();
            let machine = Machine::here(&deck.output);
            lock = take(&deck, &machine, comm.size(), request.generates)?;
            if let Some(lock) = &lock {
                stop.release_when_late(Box::new(lock.releaser()?));
            }
            let resources = Resources {
                machine: machine.clone(),
                ranks: comm.size(),
                ranks_on_node,
            };
            // Rank 0 plans first, so that what is refused is refused on every rank alike.
            let text = checked.source.text.clone();
            let given = checked.given().cloned();
            let interrupt = || stop.signalled();
            let knowledge = plan_with_force(request, checked, &resources, &interrupt)?.knowledge;
            let limit = deck.run.time_limit.map(|limit| limit.duration);
            let left = seconds_left(request.time_limit.or(limit), started);
            Ok((text, given, machine, ranks_on_node, knowledge, left))
        })?;
        let resources = Resources {
            machine,
            ranks: comm.size(),
            ranks_on_node,
        };
        let checked = check::parse_with(&request.deck, text, &request.overrides, given)?;
        let (architecture, methods) = (checked.architecture.clone(), checked.methods.clone());
        let plan = checked.plan(resources, knowledge)?;
        if comm.rank() == 0 {
            report::warn_about_threads(&plan, ranks_on_node);
        }
        set_threads(plan.deck().run.threads);
        Ok(Self {
            job: Job {
                plan,
                architecture,
                methods,
                stale: request.stale,
            },
            stop: stop.within(left),
            _lock: lock,
        })
    }
}

/// A deck planned for so many ranks, before anything is run.
///
/// # Errors
/// When the deck is refused.
pub fn preview(request: &Request, ranks: usize) -> Result<Job> {
    let checked = check::load(&request.deck, &request.overrides)?;
    let machine = Machine::here(&checked.source.deck.output);
    let resources = Resources {
        ranks,
        ranks_on_node: ranks.min((machine.cores / checked.source.deck.run.threads).max(1)),
        machine,
    };
    let (architecture, methods) = (checked.architecture.clone(), checked.methods.clone());
    let plan = plan(request, checked, &resources, &uninterrupted)?;
    report::warn_about_threads(&plan, 1);
    Ok(Job {
        plan,
        architecture,
        methods,
        stale: request.stale,
    })
}

/// Makes a plan: the one way to it, for `check` and for a run.
fn plan(
    request: &Request,
    checked: Checked,
    resources: &Resources,
    interrupt: Interrupt<'_>,
) -> Result<Plan> {
    let deck = &checked.source.deck;
    // Before the calibration, which would take minutes with them.
    if let Some(problem) = too_many_threads(&checked.source, &resources.machine) {
        return Err(Error::Deck(vec![problem]));
    }
    // The calibration is measured with the threads of the run.
    set_threads(deck.run.threads);
    let knowledge = if request.generates {
        campaign::knowledge(deck, interrupt)?
    } else {
        Knowledge::default()
    };
    checked.plan(resources.clone(), knowledge)
}

/// As [`plan`]; a request with `force` moves results that refuse the deck out of its way.
fn plan_with_force(
    request: &Request,
    checked: Checked,
    resources: &Resources,
    interrupt: Interrupt<'_>,
) -> Result<Plan> {
    if !request.force {
        return plan(request, checked, resources, interrupt);
    }
    let accepted = plan(request, checked.clone(), resources, interrupt).and_then(|plan| {
        campaign::accepts_data(&plan)?;
        Ok(plan)
    });
    match accepted {
        Err(error @ (Error::Refused(_) | Error::File { .. })) => {
            log::warn!("{error}");
            set_results_aside(&Paths::new(&checked.source.deck.output))?;
            plan(request, checked, resources, interrupt)
        }
        planned => planned,
    }
}

/// Takes the output directory for this run alone. A run that generates, or that needs no data of its
/// own to train, creates it. One that only uses results may find no directory; its stage says so.
fn take(deck: &Deck, machine: &Machine, ranks: usize, generates: bool) -> Result<Option<Lock>> {
    let root = &deck.output;
    let needs_no_data = |learn: &Learn| learn.data.is_some() || !learn.uses_training_data();
    if generates || deck.learn.as_ref().is_some_and(needs_no_data) {
        std::fs::create_dir_all(root).map_err(|error| Error::file("create", root, error))?;
    }
    let there = root.is_dir();
    there
        .then(|| Lock::take(root, &machine.host, ranks))
        .transpose()
}

/// Renames what earlier runs generated, so that a new campaign can begin.
fn set_results_aside(paths: &Paths) -> Result<()> {
    for path in [
        paths.data(),
        paths.journals(),
        paths.searches(),
        paths.run_log(),
    ] {
        if path.exists() || path.is_symlink() {
            let aside = set_aside(&path, "replaced")?;
            log::warn!("{} is now {}", path.display(), aside.display());
        }
    }
    Ok(())
}

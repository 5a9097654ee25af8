//! One rank's work: from a task to its record.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use nix::sys::resource::{UsageWho, getrusage};

use super::description::Campaign;
use super::windows::{Prepared, Request, Windows};
use super::work::{Work, Worker};
use crate::chain::{Chain, Hamiltonian, Sector, Task};
use crate::comm::Group;
use crate::eigen::{self, Interrupt};
use crate::plan::Generation;
use crate::store::{Account, BasisFiles, Record, Seconds};
use crate::threads::awake;

/// What quenches are called among solvers.
const QUENCH: &str = "quench";

/// A long search is kept each time that so many checkpoints have passed. It may have gigabytes.
const SEARCHES: u32 = 10;

/// Solves the tasks of a campaign. A chain length is prepared when its first task comes.
pub struct Solvers<'c> {
    campaign: &'c Campaign<'c>,
    rank: usize,
    /// Tasks come sorted by chain length, so one is kept at a time.
    prepared: Option<Prepared>,
    /// Whether an earlier run has left searches.
    resumes: bool,
    /// The files of the last search.
    files: Option<Rc<BasisFiles>>,
}

impl<'c> Solvers<'c> {
    /// Nothing prepared yet, on this rank.
    pub fn new(campaign: &'c Campaign<'c>, rank: usize) -> Self {
        Self {
            campaign,
            rank,
            prepared: None,
            resumes: campaign.plan.paths.searches().exists(),
            files: None,
        }
    }

    fn prepared(&mut self, sites: usize, group: &Group) -> &mut Prepared {
        let of_size = |prepared: &Prepared| prepared.chain.sector().sites() == sites;
        // The old one is dropped first: two large sectors may not fit into memory.
        let kept = self.prepared.take().filter(of_size);
        let prepared = kept.unwrap_or_else(|| prepare(self.campaign, sites, group));
        self.prepared.insert(prepared)
    }
}

fn prepare(campaign: &Campaign, sites: usize, group: &Group) -> Prepared {
    let deck = &campaign.generation.chain;
    let sector = Sector::part(sites, group.rank(), group.size());
    let chain = Chain::of(sector, deck.coupling, deck.anisotropy, deck.boundary);
    let chain = Arc::new(chain);
    let size = campaign.plan.size(sites);
    Prepared {
        solver: eigen::prepare(
            size.method,
            size.fallback,
            &chain,
            group,
            campaign.generation.spectrum.certificate,
        ),
        indicators: (campaign.generation.indicators.iter())
            .map(|indicator| (indicator.prepare)(chain.sector()))
            .collect(),
        observables: (campaign.generation.observables.iter())
            .map(|observable| (observable.prepare)(&chain, &campaign.generation.spectrum))
            .collect(),
        quench: (campaign.generation.quench.as_ref()).map(|quench| quench.prepare(&chain, group)),
        chain,
    }
}

impl Worker for Solvers<'_> {
    fn solve(&mut self, work: &Work, group: &Group, interrupt: Interrupt<'_>) -> Option<Record> {
        let began = Instant::now();
        let Campaign { plan, generation } = self.campaign;
        let task = work.task;
        let size = plan.size(task.sites);
        let field = generation.fields.of(&task);
        let (rank, resumes) = (self.rank, self.resumes);
        let prepared = self.prepared(task.sites, group);
        let mut seconds = Seconds {
            preparation: began.elapsed().as_secs_f64(),
            ..Seconds::default()
        };
        let hamiltonian = Hamiltonian::new(&prepared.chain, &field);
        let files = Rc::new(BasisFiles::new(
            plan.paths.searches(),
            file_name(work),
            SEARCHES * plan.deck().run.checkpoint.duration,
            resumes,
            Arc::clone(prepared.chain.partition()),
            group.clone(),
        ));
        let (bounds, windows, levels, quench) = match &generation.quench {
            Some(quench) if work.quench => {
                let began = Instant::now();
                // The fields of a file have no seed.
                let realization = (&task, generation.disorder.seed.unwrap_or(0));
                let run =
                    || prepared.quenches(quench, &hamiltonian, realization, &*files, interrupt);
                let (bounds, outcome) = awake(run)?;
                seconds.quench = began.elapsed().as_secs_f64();
                (bounds, Windows::new(), Vec::new(), Some(outcome))
            }
            _ => {
                prepared.solver.keep_in(Some(files.clone()));
                let request = request(generation, work, size.workload.states, interrupt);
                let run = || prepared.windows(&hamiltonian, &request, &mut seconds);
                let (bounds, windows) = awake(run)?;
                let levels = prepared.levels(&generation.statistics);
                (bounds, windows, levels, None)
            }
        };
        self.files = Some(files);
        let solver = if work.quench {
            QUENCH
        } else {
            size.method.name
        };
        Some(Record {
            task,
            field,
            energy_min: bounds.lowest,
            energy_max: bounds.highest,
            levels,
            windows,
            quench,
            account: account(rank, solver, seconds),
        })
    }

    fn end_search(&mut self, store: &mut dyn FnMut() -> bool) {
        if let Some(files) = self.files.take() {
            files.end(store);
        }
    }
}

/// What to compute of windows with so many states.
fn request<'a>(
    generation: &'a Generation,
    work: &Work,
    states: usize,
    interrupt: Interrupt<'a>,
) -> Request<'a> {
    Request {
        energy_densities: (work.windows.iter())
            .map(|&place| generation.spectrum.energy_densities.0[place])
            .collect(),
        states,
        indicators: &generation.indicators,
        observables: &generation.observables,
        spectrum: &generation.spectrum,
        interrupt,
    }
}

/// Who solved a task by what, and at what cost, up to now.
fn account(rank: usize, solver: &str, seconds: Seconds) -> Account {
    Account {
        rank,
        finished: humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
        solver: solver.to_owned(),
        seconds,
        memory: peak_memory(),
    }
}

/// A task as a part of file names.
fn file_name(work: &Work) -> String {
    let Task {
        sites,
        strength,
        split,
        realization,
    } = work.task;
    let mut parts: Vec<String> = work.windows.iter().map(usize::to_string).collect();
    parts.extend(work.quench.then(|| QUENCH.to_owned()));
    let split = split.name();
    format!(
        "L{sites}-h{strength}-{split}-{realization}-{}",
        parts.join("-")
    )
}

/// The most bytes that this process has had in memory so far; zero when the system does not say.
fn peak_memory() -> u64 {
    // The system counts in units of 1024 bytes.
    getrusage(UsageWho::RUSAGE_SELF).map_or(0, |usage| usage.max_rss() as u64 * 1024)
}

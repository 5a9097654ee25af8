//! How the realizations of one chain length are solved, and what that costs.

use super::generation::Generation;
use super::knowledge::Knowledge;
use super::layout::Layout;
use super::quench::{quench_bytes, quench_seconds};
use super::resources::Shares;
use super::storage::report_bytes;
use crate::chain::sector_dimension;
use crate::eigen::{self, Choice, Cost, METHODS, Method, Shortage, Workload, nearness_to_ends};

/// Why a chain length cannot be solved.
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// A chain length of the plan.
#[derive(Debug, Clone, Copy)]
pub struct SizePlan {
    /// Chain length L.
    pub sites: usize,
    /// What each realization asks of the solver.
    pub workload: Workload,
    /// The solver.
    pub method: &'static Method,
    /// What solves a realization.
    pub layout: Layout,
    /// The solver of windows that this one cannot solve.
    pub fallback: Option<&'static Method>,
    /// Predicted seconds that the solver takes for a realization.
    pub solver_seconds: f64,
    /// Predicted seconds that its indicators take.
    pub indicator_seconds: f64,
    /// Predicted seconds of its quenches.
    pub quench_seconds: f64,
    /// Predicted seconds in which a rank prepares its first of them.
    pub preparation_seconds: f64,
    /// Predicted bytes of a rank that solves it.
    pub memory: f64,
}

impl SizePlan {
    /// Chooses the solver for a chain length and the ranks of a group. The solver is the one that data.h5
    /// was begun with, or the deck's, or any that fits. Of several choices the one is taken whose
    /// campaign ends first.
    ///
    /// # Errors
    /// When none fits in the memory of a rank.
    pub fn new(
        sites: usize,
        generation: &Generation,
        shares: &Shares,
        knowledge: &Knowledge,
    ) -> Result<Self, Refusal> {
        let spectrum = &generation.spectrum;
        let dimension = sector_dimension(sites);
        let workload = Workload {
            sites,
            dimension,
            targets: spectrum.energy_densities.0.len(),
            states: spectrum.states.of(dimension),
            near_ends: nearness_to_ends(&spectrum.energy_densities.0),
        };
        let begun_with = knowledge.solvers.get(&sites);
        let choice = match begun_with {
            None => generation.solver,
            Some(name) => Choice::named(name).ok_or_else(|| unknown_solver(sites, name))?,
        };
        let calibration = &knowledge.calibration;
        let quench = quench_seconds(generation, sites);
        let beside = quench_bytes(generation, sites);
        let layout = |method: &Method, group: usize| Layout {
            ranks: method.ranks(&workload, group),
            threads: shares.threads,
        };
        let seconds = |method: &Method, group: usize| {
            let layout = layout(method, group);
            let windows = calibration.solver_seconds(method, &workload, layout);
            let windows = if workload.targets > 0 { windows } else { 0.0 };
            (
                windows,
                calibration.quench_seconds(quench, &workload, layout),
            )
        };
        let both = |method: &Method, group: usize| {
            let (windows, quench) = seconds(method, group);
            windows + quench
        };
        let choose = |group: usize| {
            let cost = |method: &Method| Cost {
                seconds: both(method, group),
                bytes: bytes(method, &workload, group, beside),
            };
            eigen::choose(METHODS, choice, &workload, shares.memory as f64, cost)
        };
        let tasks =
            generation.disorder.strengths.0.len() * generation.disorder.realizations.all(sites);
        let campaign = |method: &Method, group: usize| {
            let groups = shares.ranks / layout(method, group).ranks;
            tasks.div_ceil(groups.max(1)) as f64 * both(method, group)
        };
        let fitting =
            (shares.groups.iter()).filter_map(|&group| Some((choose(group).ok()?, group)));
        let best = fitting.min_by(|a, b| campaign(a.0, a.1).total_cmp(&campaign(b.0, b.1)));
        let Some((method, group)) = best else {
            let largest = shares.groups[shares.groups.len() - 1];
            let shortage = choose(largest).expect_err("no choice fits");
            let begun = begun_with.is_some();
            return Err(too_little_memory(
                &shortage, &workload, shares, begun, beside,
            ));
        };
        let layout = layout(method, group);
        let available = shares.memory as f64 - PROGRAM_BYTES - chain_bytes(&workload) - beside;
        let (solver_seconds, quench_seconds) = seconds(method, group);
        Ok(Self {
            sites,
            workload,
            method,
            layout,
            fallback: eigen::fallback(method, &workload, available).filter(|_| layout.ranks == 1),
            solver_seconds,
            quench_seconds,
            indicator_seconds: calibration.indicator_seconds(&generation.indicators, &workload)
                / layout.ranks as f64,
            preparation_seconds: chain_seconds(&workload)
                + calibration.preparation_seconds(method, &workload),
            memory: bytes(method, &workload, group, beside),
        })
    }

    /// Into how many pieces so many windows can be cut for several ranks. A solver that takes each
    /// window by itself allows as many as there are; one diagonalization for all allows one.
    pub fn separable(&self, windows: usize) -> usize {
        let seconds = |targets| {
            (self.method.seconds)(&Workload {
                targets,
                ..self.workload
            })
        };
        let at_once = seconds(windows) < 0.6 * windows as f64 * seconds(1);
        if at_once { 1 } else { windows }
    }

    /// Predicted seconds of a realization.
    pub fn seconds(&self) -> f64 {
        self.window_seconds() + self.quench_seconds
    }

    /// Predicted seconds of the windows of a realization.
    pub fn window_seconds(&self) -> f64 {
        self.solver_seconds + self.indicator_seconds
    }
}

/// Bytes of each rank that solves a realization by a method, where groups have `group` ranks.
/// `beside` are those of its quenches.
fn bytes(method: &Method, workload: &Workload, group: usize, beside: f64) -> f64 {
    let shared = shared_bytes(method, workload, beside);
    PROGRAM_BYTES + shared / method.ranks(workload, group) as f64
}

/// Bytes that the ranks of a group share.
fn shared_bytes(method: &Method, workload: &Workload, beside: f64) -> f64 {
    let solver = if workload.targets > 0 {
        (method.memory)(workload)
    } else {
        0.0
    };
    chain_bytes(workload) + solver + beside
}

fn unknown_solver(sites: usize, name: &str) -> Refusal {
    Refusal {
        message: format!("L = {sites} was begun with the solver {name}, which this program lacks"),
        remedy: "use the program that wrote data.h5, or give the deck another output".to_owned(),
    }
}

/// Why no solver fits in the memory of a rank. One that data.h5 was begun with cannot be replaced.
fn too_little_memory(
    shortage: &Shortage,
    workload: &Workload,
    shares: &Shares,
    begun: bool,
    beside: f64,
) -> Refusal {
    let largest = shares.groups[shares.groups.len() - 1];
    let need = |method: &Method| report_bytes(bytes(method, workload, largest, beside));
    let other = shortage.fitting.filter(|_| !begun).map(|other| {
        let need = need(other);
        format!("write solver = \"{}\", which needs {need}", other.name)
    });
    let group = || {
        let (method, ranks) = enough_ranks(workload, shares.memory, beside)?;
        Some(format!(
            "start {ranks} ranks or more, with solver = \"{}\" and run.ranks_per_realization = {ranks}",
            method.name
        ))
    };
    let fewer = fewer_ranks(bytes(shortage.method, workload, largest, beside), shares);
    let raise = shares.stated.then(|| "raise run.memory".to_owned());
    let ways: Vec<String> = (other.or_else(group).into_iter().chain(fewer).chain(raise)).collect();
    let remedy = if ways.is_empty() {
        "use shorter chains, or fewer ranks on a node".to_owned()
    } else {
        ways.join(", or ")
    };
    Refusal {
        message: format!(
            "L = {} has {} states; {} needs {} of memory and a rank has {}",
            workload.sites,
            workload.dimension,
            shortage.method.name,
            need(shortage.method),
            report_bytes(shares.memory as f64)
        ),
        remedy,
    }
}

/// Fewer ranks on each node with more threads, of which each has so many bytes.
fn fewer_ranks(bytes: f64, shares: &Shares) -> Option<String> {
    let (all, node) = (
        shares.ranks_on_node,
        shares.memory * shares.ranks_on_node as u64,
    );
    let fits = |ranks: &usize| all.is_multiple_of(*ranks) && node as f64 / *ranks as f64 >= bytes;
    let ranks = (1..all).rev().filter(|_| !shares.stated).find(fits)?;
    Some(format!(
        "start {ranks} {} on each node with run.threads = {}",
        if ranks == 1 { "rank" } else { "ranks" },
        shares.threads * all / ranks
    ))
}

/// The method with the smallest group of ranks that holds a realization in `memory` bytes of each.
fn enough_ranks(workload: &Workload, memory: u64, beside: f64) -> Option<(&'static Method, usize)> {
    let room = memory as f64 - PROGRAM_BYTES;
    let serving = METHODS.iter().filter(|method| (method.serves)(workload));
    serving
        .map(|method| {
            (
                method,
                (shared_bytes(method, workload, beside) / room).ceil() as usize,
            )
        })
        .filter(|&(method, ranks)| room > 0.0 && method.ranks(workload, ranks) == ranks)
        .min_by_key(|&(_, ranks)| ranks)
}

/// The program with HDF5 and MPI. A rank that solves chains of six sites peaks at 33 MB without
/// mpirun, and at 25 to 32 MB under it. The rest is for memory that the allocator keeps between
/// solves.
const PROGRAM_BYTES: f64 = 40e6;

/// The basis and the exchanges, whatever the solver: fitted to 0.6, 2.4 and 9.5 ms of processor
/// time for L = 14, 16, 18.
fn chain_seconds(workload: &Workload) -> f64 {
    1.9e-7 * workload.dimension as f64
}

/// The basis and the exchanges, whatever the solver: a word for each state, an index for each of
/// about L/2 exchanges.
fn chain_bytes(workload: &Workload) -> f64 {
    workload.dimension as f64 * (40.0 + 2.2 * workload.sites as f64)
}

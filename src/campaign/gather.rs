//! Rank 0's part: what is there already, and where results end.

use super::work::{Failed, Work};
use crate::chain::Task;
use crate::error::{Error, Result};
use crate::files::remove_part;
use crate::plan::Plan;
use crate::store::{Assembly, FileType, Journals, Provenance, extend_run_log, read, write};

/// Takes in what earlier runs have left, and lists what is missing, dearest first.
pub fn prepare(plan: &Plan, provenance: &Provenance, failed: Failed) -> Result<Vec<Work>> {
    let assembly = take_in(plan, provenance)?;
    let tasks = plan.tasks();
    let missing = missing(&assembly, &tasks, failed);
    if missing.len() < tasks.len() {
        log::info!(
            "generate: {} of {} realizations are there already",
            tasks.len() - missing.len(),
            tasks.len()
        );
    }
    let journals = plan.paths.journals();
    std::fs::create_dir_all(&journals).map_err(|error| Error::file("create", &journals, error))?;
    Ok(missing)
}

/// Gathers all results in data.h5, says which realizations have failed, and returns how many are
/// still missing.
///
/// # Errors
/// [`Error::Refused`] when all have failed.
pub fn finish(plan: &Plan, provenance: &Provenance) -> Result<usize> {
    let assembly = take_in(plan, provenance)?;
    let tasks = plan.tasks();
    let missing = missing(&assembly, &tasks, Failed::Keep).len();
    let failed = tasks.iter().filter(|task| assembly.failed(task)).count();
    if failed == 0 {
        return Ok(missing);
    }
    let said = format!(
        "{failed} of {} realizations have windows that could not be solved; `mblscale info {}` \
         says why",
        tasks.len(),
        plan.paths.data().display()
    );
    if missing > 0 || assembly.holds_results() {
        log::warn!("{said}");
        Ok(missing)
    } else {
        Err(Error::Refused(said))
    }
}

/// Whether the results that are there, if any, belong to the deck.
///
/// # Errors
/// What [`generate`](super::generate) would refuse them with.
pub fn accepts_data(plan: &Plan) -> Result<()> {
    read_all(plan).map(|_| ())
}

fn missing(assembly: &Assembly, tasks: &[Task], failed: Failed) -> Vec<Work> {
    tasks
        .iter()
        .map(|&task| Work {
            task,
            windows: assembly.missing(&task, failed == Failed::TryAgain),
        })
        .filter(|work| !work.windows.is_empty())
        .collect()
}

/// Reads data.h5 and the journals into one assembly, and writes it back when anything is new. What
/// ends this between any two steps loses nothing: the journals go last, and taking them in a second
/// time changes nothing.
fn take_in(plan: &Plan, provenance: &Provenance) -> Result<Assembly> {
    let data = plan.paths.data();
    remove_part(&data)?;
    let (assembly, known, journals) = read_all(plan)?;
    extend_run_log(&plan.paths.run_log(), &journals.records)?;
    // Without a file yet, writing it now shows an unwritable place before the work; so does a deck
    // that has grown, and readers see how much is asked for.
    if !known || !journals.records.is_empty() {
        write(&data, FileType::Data, provenance, assembly.tables())?;
    }
    journals.remove()?;
    Ok(assembly)
}

/// What data.h5 and the journals hold, in one assembly; whether data.h5 has an entry for every task;
/// the journals.
fn read_all(plan: &Plan) -> Result<(Assembly, bool, Journals)> {
    let mut assembly = Assembly::new(plan);
    let data = plan.paths.data();
    let mut known = false;
    if data.exists() {
        let contents = read(&data, FileType::Data)?;
        assembly.adopt(plan.deck(), &contents)?;
        known = assembly.has_shape_of(&contents);
    }
    let journals = Journals::read(&plan.paths.journals())?;
    for record in &journals.records {
        assembly.insert(record)?;
    }
    Ok((assembly, known, journals))
}

//! Rank 0's part: what is there already, and where results end.

use super::Failed;
use crate::error::{Error, Result};
use crate::plan::{Plan, Task};
use crate::store::{Assembly, FileType, Provenance, read, read_journals, remove_journals, write};

/// Takes in what earlier runs have left, and lists the tasks that are missing, dearest first.
pub fn prepare(plan: &Plan, provenance: &Provenance, failed: Failed) -> Result<Vec<Task>> {
    let root = plan.paths.root();
    std::fs::create_dir_all(root).map_err(|error| Error::file("create", root, error))?;
    let assembly = take_in(plan, provenance)?;
    let mut tasks = plan.tasks();
    let asked = tasks.len();
    tasks.retain(|task| {
        let again = failed == Failed::TryAgain && assembly.failed(task);
        again || !assembly.finished(task)
    });
    if tasks.len() < asked {
        log::info!(
            "generate: {} of {asked} realizations are there already",
            asked - tasks.len()
        );
    }
    let journals = plan.paths.journals();
    std::fs::create_dir_all(&journals).map_err(|error| Error::file("create", &journals, error))?;
    Ok(tasks)
}

/// Gathers all results in data.h5, and says which realizations have failed.
///
/// # Errors
/// [`Error::Refused`] when all have.
pub fn finish(plan: &Plan, provenance: &Provenance) -> Result<()> {
    let assembly = take_in(plan, provenance)?;
    let tasks = plan.tasks();
    let failed = tasks.iter().filter(|task| assembly.failed(task)).count();
    if failed == 0 {
        return Ok(());
    }
    let said = format!(
        "{failed} of {} realizations have windows that could not be solved; `mblscale info {}` \
         says why",
        tasks.len(),
        plan.paths.data().display()
    );
    if assembly.holds_results() {
        log::warn!("{said}");
        Ok(())
    } else {
        Err(Error::Refused(said))
    }
}

/// Reads data.h5 and the journals into one assembly; writes it back when the journals added to it.
fn take_in(plan: &Plan, provenance: &Provenance) -> Result<Assembly> {
    let mut assembly = Assembly::new(plan);
    let data = plan.paths.data();
    let known = data.exists();
    if known {
        assembly.adopt(plan.deck(), &read(&data, FileType::Data)?)?;
    }
    let journals = plan.paths.journals();
    let records = read_journals(&journals)?;
    for record in &records {
        assembly.insert(record)?;
    }
    // Without a file yet, writing it now shows an unwritable place before the work.
    if !known || !records.is_empty() {
        write(&data, FileType::Data, provenance, assembly.tables())?;
    }
    remove_journals(&journals)?;
    Ok(assembly)
}

//! Rank 0's part: it collects the results of earlier runs before a campaign and those of all ranks
//! after it.

use super::description::Campaign;
use super::missing::Missing;
use super::work::Failed;
use crate::error::{Error, Result};
use crate::files::{create_directory, refuse_link, remove_part};
use crate::plan::{Plan, Tasks};
use crate::store::{Assembly, FileType, Journals, Provenance, extend_run_log, read, write};

/// Merges what earlier runs have left, and lists the missing work, the most expensive first.
pub fn prepare(campaign: &Campaign, provenance: &Provenance, failed: Failed) -> Result<Missing> {
    let plan = campaign.plan;
    let assembly = merge(campaign, provenance)?;
    let tasks = plan.tasks();
    let missing = missing(&assembly, &tasks, failed);
    if missing.realizations() < tasks.len() {
        log::info!(
            "generate: {} of {} realizations are there already",
            tasks.len() - missing.realizations(),
            tasks.len()
        );
    }
    create_directory(&plan.paths.journals())?;
    Ok(missing)
}

/// Merges all results into data.h5, reports how many realizations have failed, and returns how many
/// are still missing.
///
/// # Errors
/// [`Error::Refused`] when all have failed.
pub fn finish(campaign: &Campaign, provenance: &Provenance) -> Result<usize> {
    let plan = campaign.plan;
    let assembly = merge(campaign, provenance)?;
    let tasks = plan.tasks();
    let missing = missing(&assembly, &tasks, Failed::Keep).realizations();
    let failed = tasks.iter().filter(|task| assembly.failed(task)).count();
    if failed == 0 {
        return Ok(missing);
    }
    let message = format!(
        "{failed} of {} realizations have windows that could not be solved; `mblscale info {}` \
         lists the reasons",
        tasks.len(),
        plan.paths.data().display()
    );
    if missing > 0 || assembly.holds_results() {
        log::warn!("{message}");
        Ok(missing)
    } else {
        Err(Error::Refused(message))
    }
}

/// Checks that the results that are stored, if any, belong to the deck. A deck that generates
/// nothing has none of its own.
///
/// # Errors
/// As [`generate`](super::generate) when they belong to another deck or cannot be read.
pub fn accepts_data(plan: &Plan) -> Result<()> {
    let Some(generation) = &plan.generation else {
        return Ok(());
    };
    Stored::read(&Campaign { plan, generation }).map(|_| ())
}

fn missing(assembly: &Assembly, tasks: &Tasks, failed: Failed) -> Missing {
    Missing::new(tasks, |task| {
        assembly.missing(task, failed == Failed::TryAgain)
    })
}

/// Reads data.h5 and the journals into one assembly, and writes it back when anything is new.
///
/// A crash between any two steps loses nothing: the journals are removed last, and merging them a
/// second time changes nothing.
fn merge(campaign: &Campaign, provenance: &Provenance) -> Result<Assembly> {
    let paths = &campaign.plan.paths;
    let data = paths.data();
    remove_part(&data)?;
    refuse_link(&paths.journals())?;
    let stored = Stored::read(campaign)?;
    extend_run_log(&paths.run_log(), &stored.journals.records)?;
    // A first write shows before the work that the directory is writable. After a deck has grown,
    // `info` reads from the file how many realizations there will be.
    if !stored.is_complete || !stored.journals.records.is_empty() {
        write(&data, FileType::Data, provenance, stored.assembly.tables())?;
    }
    stored.journals.remove()?;
    Ok(stored.assembly)
}

/// The results of a campaign so far.
struct Stored {
    /// Those of data.h5 and of the journals.
    assembly: Assembly,
    /// Whether data.h5 has an entry for every task.
    is_complete: bool,
    journals: Journals,
}

impl Stored {
    fn read(campaign: &Campaign) -> Result<Self> {
        let plan = campaign.plan;
        let mut assembly = Assembly::new(&plan.sizes, campaign.generation);
        let data = plan.paths.data();
        let mut is_complete = false;
        if data.exists() {
            let contents = read(&data, FileType::Data)?;
            assembly.adopt(plan.deck(), &contents)?;
            is_complete = assembly.has_shape_of(&contents);
        }
        let journals = Journals::read(&plan.paths.journals())?;
        for record in &journals.records {
            assembly.insert(record)?;
        }
        Ok(Self {
            assembly,
            is_complete,
            journals,
        })
    }
}

//! Rank 0's part: it collects the results of earlier runs before a campaign and those of all ranks
//! after it.

use std::collections::BTreeMap;
use std::time::Instant;

use super::description::Campaign;
use super::missing::Missing;
use super::work::Failed;
use crate::chain::Fields;
use crate::error::{Error, Result};
use crate::files::{create_directory, refuse_link, remove_part};
use crate::plan::{Plan, Storing, Tasks};
use crate::store::{
    Assembly, FileType, Journals, Provenance, Table, added_attributes, another_field,
    extend_run_log, read, write,
};

/// Merges what earlier runs have left, and lists the missing work, the most expensive first. The time
/// that this takes tells how long storing will take on this machine.
pub fn prepare(
    campaign: &Campaign,
    provenance: &Provenance,
    failed: Failed,
) -> Result<(Missing, Storing)> {
    let plan = campaign.plan;
    let began = Instant::now();
    let (
        Stored {
            assembly, added, ..
        },
        merged,
    ) = merge(campaign, provenance)?;
    let tasks = plan.tasks();
    let missing = missing(&assembly, &tasks, failed);
    if missing.realizations() > 0 {
        refuse_to_lose(plan, &added)?;
    }
    if missing.realizations() < tasks.len() {
        log::info!(
            "generate: {} of {} realizations are there already",
            tasks.len() - missing.realizations(),
            tasks.len()
        );
    }
    create_directory(&plan.paths.journals())?;
    let storing = plan.storing();
    let predicted = storing.seconds(merged as u64);
    let measured = began.elapsed().as_secs_f64();
    Ok((missing, storing.corrected(predicted, measured)))
}

/// Merges all results into data.h5, reports how many realizations have failed, and returns how many
/// are still missing.
///
/// # Errors
/// [`Error::Refused`] when all have failed.
pub fn finish(campaign: &Campaign, provenance: &Provenance) -> Result<usize> {
    let plan = campaign.plan;
    let (Stored { assembly, .. }, _) = merge(campaign, provenance)?;
    let tasks = plan.tasks();
    let missing = missing(&assembly, &tasks, Failed::Keep).realizations();
    warn_of_undefined(&assembly, &tasks, plan);
    let failed = tasks.iter().filter(|task| assembly.failed(task)).count();
    if failed == 0 {
        return Ok(missing);
    }
    let message = format!(
        "{failed} of {} realizations have windows or quenches that could not be solved; `mblscale info {}` \
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

/// Names the indicators that some windows leave without a value.
fn warn_of_undefined(assembly: &Assembly, tasks: &Tasks, plan: &Plan) {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for task in tasks.iter() {
        for reason in assembly.undefined(&task) {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    if reasons.is_empty() {
        return;
    }
    let counted =
        (reasons.iter()).map(|(reason, windows)| format!("{reason} (windows: {windows})"));
    log::warn!(
        "{}; the values are NaN, and later stages leave them out; see `mblscale info {}`",
        counted.collect::<Vec<_>>().join("; "),
        plan.paths.data().display()
    );
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

/// Refuses to write data.h5 anew if it holds what that would lose.
fn refuse_to_lose(plan: &Plan, added: &[String]) -> Result<()> {
    if added.is_empty() {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "{} holds what is not of this program, and what writing it anew would lose: {}; move it to a \
         file of your own, or set data.h5 aside with --force",
        plan.paths.data().display(),
        added.join(", ")
    )))
}

/// Refuses results of fields that the deck no longer gives.
fn refuse_another_field(plan: &Plan, tables: &[Table]) -> Result<()> {
    let Some(Fields::Given(given)) = &plan.fields else {
        return Ok(());
    };
    let Some(found) = another_field(given, tables)? else {
        return Ok(());
    };
    Err(Error::Refused(format!(
        "{} holds results of {found}; put the field back and add new ones at the end of the file, give \
         this deck another output, or set data.h5 aside with --force",
        plan.paths.data().display()
    )))
}

/// Reads data.h5 and the journals into one assembly, and writes it back when anything is new. It also
/// returns the number of records in the journals.
///
/// A crash between any two steps loses nothing: the journals are removed last, and merging them a
/// second time changes nothing.
fn merge(campaign: &Campaign, provenance: &Provenance) -> Result<(Stored, usize)> {
    let paths = &campaign.plan.paths;
    let data = paths.data();
    remove_part(&data)?;
    refuse_link(&paths.journals())?;
    let mut stored = Stored::read(campaign)?;
    extend_run_log(&paths.run_log(), &stored.journals.records)?;
    // A first write shows before the work that the directory is writable. After a deck has grown,
    // `info` reads from the file how many realizations there will be.
    if !stored.is_complete || !stored.journals.records.is_empty() {
        refuse_to_lose(campaign.plan, &stored.added)?;
        write(&data, FileType::Data, provenance, stored.assembly.tables())?;
    }
    let journals = std::mem::take(&mut stored.journals);
    let records = journals.records.len();
    journals.remove()?;
    Ok((stored, records))
}

/// The results of a campaign so far.
struct Stored {
    /// Those of data.h5 and of the journals.
    assembly: Assembly,
    /// Whether data.h5 has an entry for every task.
    is_complete: bool,
    /// What users have added to data.h5.
    added: Vec<String>,
    journals: Journals,
}

impl Stored {
    fn read(campaign: &Campaign) -> Result<Self> {
        let plan = campaign.plan;
        let mut assembly = Assembly::new(&plan.sizes, campaign.generation);
        let data = plan.paths.data();
        let (mut is_complete, mut added) = (false, Vec::new());
        if data.exists() {
            let contents = read(&data, FileType::Data)?;
            let damaged = |reason| Error::file("read", &data, reason);
            added = assembly.added(&contents).map_err(damaged)?;
            added.extend(added_attributes(&data)?);
            assembly.adopt(plan.deck(), &contents)?;
            is_complete = assembly.has_shape_of(&contents);
        }
        let journals = Journals::read(&plan.paths.journals())?;
        for record in &journals.records {
            assembly.insert(record)?;
        }
        refuse_another_field(plan, assembly.tables())?;
        Ok(Self {
            assembly,
            is_complete,
            added,
            journals,
        })
    }
}

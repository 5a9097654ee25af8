//! Plans the study of the deck, runs its trainings and compares the networks.

use super::finding::{Finding, findings};
use super::plan::StudyPlan;
use super::planner::Planner;
use super::trainings::Trainings;
use super::{conditioned, data_size, multitask, transfer};
use crate::comm::Communicator;
use crate::deck::{Learn, Study};
use crate::error::{Error, Result};
use crate::learn::ensemble::Ensemble;
use crate::learn::network::Architecture;
use crate::learn::samples::{Condition, Selection};
use crate::learn::training::Observer;
use crate::store::Table;

/// The results of a training stage.
pub struct Outcome {
    /// The networks to keep.
    pub ensemble: Ensemble,
    /// The comparisons of the study.
    pub findings: Vec<Finding>,
}

/// Runs the study that `learn` describes: trains on the training tables among `data` and compares on
/// the test tables. Collective: every rank gives the same arguments and gets the same outcome, bit for
/// bit, for any number of ranks.
///
/// # Errors
/// When data are missing. On all ranks when a loss is not finite. The errors of `observer`.
pub fn train(
    comm: &dyn Communicator,
    learn: &Learn,
    architecture: &Architecture,
    condition: Condition,
    data: &[Table],
    observer: &mut dyn Observer,
) -> Result<Outcome> {
    let plan = plan(learn, architecture, condition, data)?;
    observer.expect(plan.work());
    let mut trainings = Trainings {
        comm,
        start: learn.start.as_deref(),
        observer,
    };
    let mut ensembles = trainings.run(&plan.trainings)?;
    let findings = findings(comm, &plan, &ensembles, learn.missing, data)?;
    Ok(Outcome {
        ensemble: ensembles.swap_remove(plan.kept),
        findings,
    })
}

/// The trainings of the study that `learn` describes, before they run.
///
/// # Errors
/// When data are missing.
pub fn plan(
    learn: &Learn,
    architecture: &Architecture,
    condition: Condition,
    data: &[Table],
) -> Result<StudyPlan> {
    of_kind(&Planner {
        learn,
        architecture,
        condition,
        selection: Selection { data, learn },
    })
}

fn of_kind(planner: &Planner) -> Result<StudyPlan> {
    let study = &planner.learn.study;
    if matches!(planner.condition, Condition::Time(_)) && *study != Study::EndToEnd {
        return Err(Error::Refused(format!(
            "learn.study.kind = \"{}\" learns at one energy density, and these targets are of quenches: \
             write \"end-to-end\", which learns at all times",
            study.name()
        )));
    }
    match study {
        Study::Multitask => multitask::all_targets(planner),
        Study::Conditioned {
            epochs,
            learning_rate,
            heads,
        } => {
            let head = planner.head_hyperparameters(*epochs, *learning_rate);
            conditioned::two_stages(planner, &head, *heads)
        }
        Study::EndToEnd => conditioned::end_to_end(planner),
        Study::Transfer {
            epochs,
            learning_rate,
        } => transfer::three_ways(
            planner,
            &planner.head_hyperparameters(*epochs, *learning_rate),
        ),
        Study::DataSize { realizations } => data_size::subsets(planner, realizations),
    }
}

//! The data and the networks that training starts from.

use std::path::Path;

use super::findings::{Findings, is_made_by_deck};
use super::planned::planned_tables;
use crate::deck::{Learn, MissingTargets, Study};
use crate::error::Result;
use crate::learn::{self, Architecture, Condition, StudyPlan};
use crate::stages::job::Job;
use crate::stages::training::{Inputs, data, left_out, of_file};
use crate::store::{Dimension, Table};

const DATA: &str = "learn.data";
const DATA_REMEDY: &str =
    "name a file in the layout of data.h5, which docs/file-formats.md describes";

/// Opens what training starts from. The trainings, if the data are there or can be counted.
pub fn preview(job: &Job, findings: &mut Findings) -> Option<StudyPlan> {
    let deck = job.plan.deck().learn.as_ref();
    let (learn, architecture) = deck.zip(job.architecture.as_ref())?;
    let study = study(job, learn, architecture, findings);
    if let Some(path) = &learn.start {
        start(learn, architecture, study.as_ref(), path, findings);
    }
    study
}

/// Opens the networks to start from.
fn start(
    learn: &Learn,
    architecture: &Architecture,
    study: Option<&StudyPlan>,
    path: &Path,
    findings: &mut Findings,
) {
    let checked = match study {
        Some(study) => study.check_start(path),
        // The shape of this head depends on the data.
        None if learn.study == Study::EndToEnd => return,
        None => without_data(learn, architecture).and_then(|study| study.check_start(path)),
    };
    let remedy = "name the networks of a train stage, or leave it out";
    if findings.accept("learn.start", remedy, checked).is_some() {
        let networks = format!("{} networks with the tensors of learn.model", learn.members);
        findings.add("learn.start", path, vec![networks]);
    }
}

/// Networks of the same shapes that learn nothing.
fn without_data(learn: &Learn, architecture: &Architecture) -> Result<StudyPlan> {
    let shapes = Learn {
        epochs: 0,
        standardise: false,
        study: Study::Multitask,
        ..learn.clone()
    };
    learn::plan(&shapes, architecture, Condition::EnergyDensity(0.5), &[])
}

/// Opens the data, and plans the trainings.
fn study(
    job: &Job,
    learn: &Learn,
    architecture: &Architecture,
    findings: &mut Findings,
) -> Option<StudyPlan> {
    let plan = &job.plan;
    let path = learn.data.clone().unwrap_or_else(|| plan.paths.data());
    let key = if learn.data.is_some() { DATA } else { "output" };
    let own = learn.data.is_none() || is_made_by_deck(plan, &path);
    let tables = if own && plan.generation.is_some() {
        let planned = planned_tables(plan, learn);
        if planned.is_none() {
            let reason = "it will hold too many samples to count them here".to_owned();
            findings.add("learn", &path, vec![reason]);
        }
        planned?
    } else if own && learn.uses_training_data() && !path.exists() {
        findings.add(
            "learn",
            &path,
            vec!["it is not there yet: generate it, or name a file in learn.data".to_owned()],
        );
        return None;
    } else {
        findings.accept(key, DATA_REMEDY, data(job, learn))?
    };
    let inputs = findings.accept(key, DATA_REMEDY, Inputs::new(plan, &path, tables))?;
    if learn.data.is_some() && !own {
        let found = contents(learn, &path, &inputs);
        let found = findings.accept(key, DATA_REMEDY, found)?;
        findings.add(DATA, &path, found);
    }
    let study = learn::plan(learn, architecture, inputs.condition, &inputs.tables);
    let study = study.map_err(|error| of_file(&path, error));
    findings.accept(key, DATA_REMEDY, study)
}

/// A line for each group that is learned from or scored on.
fn contents(learn: &Learn, path: &Path, inputs: &Inputs) -> Result<Vec<String>> {
    let missing =
        left_out(learn, inputs.condition, &inputs.tables).map_err(|error| of_file(path, error))?;
    let of_table = |table: &Table| {
        let field = table.by_realization("field", Dimension::Site)?;
        let all = field.dim().0 * field.dim().1;
        let group = table.group();
        let lacking = missing.iter().find(|it| it.group == group);
        let masked = lacking.map_or(&[][..], |it| &it.masked);
        let masked = masked.iter();
        let masked: Vec<String> = masked
            .map(|(target, count)| format!("; {count} lack {target}"))
            .collect();
        let lacking = lacking.map_or(0, |it| it.left_out);
        let densities: Vec<String> = (table.energy_densities.iter())
            .map(f64::to_string)
            .collect();
        Ok(format!(
            "{group}: {} of {all} realizations have {}; {} strengths, ε = {}{}",
            all - lacking,
            match learn.missing {
                MissingTargets::LeaveOut => "the targets",
                MissingTargets::Mask => "some of the targets",
            },
            table.strengths.len(),
            densities.join(", "),
            masked.concat()
        ))
    };
    let used = |table: &&Table| learn::is_used(learn, table);
    inputs.tables.iter().filter(used).map(of_table).collect()
}

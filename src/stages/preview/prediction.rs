//! The fields that are predicted, and whether the networks know the energy densities.

use super::findings::{Findings, is_made_by_deck};
use crate::learn::{self, StudyPlan};
use crate::stages::job::Job;
use crate::stages::prediction::{Fields, asked, fields_of_file};

/// Opens the file of fields.
pub fn preview(job: &Job, study: Option<&StudyPlan>, findings: &mut Findings) {
    let Some(deck) = &job.plan.deck().predict else {
        return;
    };
    if let (Some(study), Some(conditions)) = (study, asked(deck)) {
        let known = learn::check_conditions(study.kept(), &conditions);
        let key = match deck.times {
            Some(_) => "predict.times",
            None => "predict.energy_densities",
        };
        findings.accept(key, "", known);
    }
    let Some(path) = &deck.data else {
        return;
    };
    if is_made_by_deck(&job.plan, path) {
        return;
    }
    let remedy = "name a file in the layout of data.h5, with groups such as L08/test";
    let fields = fields_of_file(path, &deck.sizes);
    if let Some(fields) = findings.accept("predict.data", remedy, fields) {
        let line = |fields: &Fields| {
            format!(
                "L = {}: {} of {} fields are complete; {} strengths",
                fields.sites(),
                fields.count() - fields.missing(),
                fields.count(),
                fields.strengths()
            )
        };
        findings.add("predict.data", path, fields.iter().map(line).collect());
    }
}

//! The file of given fields.

use super::findings::Findings;
use crate::chain::{Fields, GivenGroup};
use crate::error::number;
use crate::stages::job::Job;

/// Says what the file of fields holds. It was read with the deck.
pub fn preview(job: &Job, findings: &mut Findings) {
    let plan = &job.plan;
    let disorder = plan.deck().disorder.as_ref();
    let data = disorder.and_then(|disorder| disorder.data.as_ref());
    let (Some(Fields::Given(given)), Some(data)) = (&plan.fields, data) else {
        return;
    };
    let strengths: Vec<String> = given.strengths.iter().map(|&it| number(it)).collect();
    let of_strengths = match given.has_strengths {
        true => format!("for each of h = {}", strengths.join(", ")),
        false => format!("without a strength, for which h = {} stands", strengths[0]),
    };
    let line = |group: &GivenGroup| {
        format!(
            "L = {}: {} {} fields {of_strengths}",
            group.sites,
            group.fields.dim().1,
            group.split.name()
        )
    };
    let lines = given.groups.iter().map(line).collect();
    findings.add("disorder.data", &plan.source.file(data), lines);
}

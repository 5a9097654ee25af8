//! The sources of scaling.

use super::findings::{Findings, is_made_by_deck};
use crate::deck::Source;
use crate::scaling::{Curve, Gathered, gather};
use crate::stages::job::Job;
use crate::stages::scaling::{input, path_of, refuse_repeated};

const KEY: &str = "scaling.sources";
const REMEDY: &str = "name a .csv file of means, or the data.h5 or predictions.h5 of a run";

/// Opens the sources, and gathers what would be fitted.
pub fn preview(job: &Job, findings: &mut Findings) {
    let plan = &job.plan;
    let Some(deck) = &plan.deck().scaling else {
        return;
    };
    findings.accept(KEY, REMEDY, refuse_repeated(plan, &deck.sources));
    for source in &deck.sources {
        let path = path_of(plan, source);
        if is_made_by_deck(plan, &path) {
            continue;
        }
        let stage = match source {
            Source::Exact => "generate",
            _ => "predict",
        };
        if matches!(source, Source::Exact | Source::Predicted) && !path.exists() {
            let line = format!("it is not there yet: {stage} it with another deck");
            findings.add(KEY, &path, vec![line]);
            continue;
        }
        let gathered = input(job, source).and_then(|(input, _)| gather(deck, source, &input));
        if let Some(gathered) = findings.accept(KEY, REMEDY, gathered) {
            findings.add(KEY, &path, gathered.iter().flat_map(lines).collect());
        }
    }
}

/// What is gathered of a target, and what a reader should know about it.
fn lines(
    Gathered {
        energy_density,
        data,
    }: &Gathered,
) -> Vec<String> {
    let at = energy_density.map_or(String::new(), |value| format!(" at ε = {value}"));
    let of_curve = |curve: &Curve| {
        let points = curve.strengths.len();
        match curve.realizations.iter().sum() {
            0 => format!("L = {} ({points} strengths)", curve.sites),
            all => format!(
                "L = {} ({points} strengths, {all} realizations)",
                curve.sites
            ),
        }
    };
    let curves: Vec<String> = data.curves.iter().map(of_curve).collect();
    let first = format!("{}{at}: {}", data.target.name, curves.join(", "));
    let warnings = data.warnings.iter();
    let warnings = warnings.map(|warning| format!("warning: {}{at}: {warning}", data.target.name));
    std::iter::once(first).chain(warnings).collect()
}

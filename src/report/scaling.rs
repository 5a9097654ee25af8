//! The results of scaling, as tables: fits, comparisons of forms, the scan.

use super::format::table;
use crate::error::{self, fixed};
use crate::scaling::{ComparisonSummary, FitSummary, Parameter, Summary};

/// The fits of finite-size scaling with their warnings, the comparisons and the scan.
pub fn scaling(results: &Summary) -> String {
    let mut text = fits_table("scaling", &results.fits);
    let mut notes: Vec<String> = Vec::new();
    for fit in &results.fits {
        for warning in &fit.warnings {
            let note = format!("\nnote: {}: {warning}", subject(fit));
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    text += &notes.concat();
    if !results.comparisons.is_empty() {
        let rows: Vec<Vec<String>> = results.comparisons.iter().flat_map(comparison).collect();
        let header = [
            "compared",
            "data",
            "ε",
            "free",
            "form",
            "cost",
            "best of refits",
        ];
        text += &format!("\n\n{}", table(&header, &rows));
    }
    if !results.scan.is_empty() {
        text += &format!("\n\n{}", fits_table("scan", &results.scan));
    }
    text
}

/// A table of fits, with its title above the column of indicators.
fn fits_table(title: &str, fits: &[FitSummary]) -> String {
    let header = [
        title,
        "data",
        "ε",
        "method",
        "L",
        "h",
        "h_c [95 %]",
        "ν [95 %]",
        "S",
    ];
    let rows: Vec<Vec<String>> = fits.iter().map(row).collect();
    table(&header, &rows)
}

fn row(fit: &FitSummary) -> Vec<String> {
    let [from, to] = fit.window;
    vec![
        fit.target.clone(),
        fit.source.clone(),
        energy_density(fit.energy_density),
        method(fit),
        format!("{:?}", fit.sizes),
        format!("{} to {}", error::number(from), error::number(to)),
        parameter(&fit.h_c),
        parameter(&fit.nu),
        number(fit.quality, 2),
    ]
}

fn comparison(one: &ComparisonSummary) -> Vec<Vec<String>> {
    let rows = one.candidates.iter().map(|candidate| {
        vec![
            one.target.clone(),
            one.source.clone(),
            energy_density(one.energy_density),
            one.free.to_string(),
            candidate.ansatz.clone(),
            number(candidate.cost, 4),
            candidate
                .best_of_refits
                .map_or("-".to_owned(), |share| format!("{:.0} %", 100.0 * share)),
        ]
    });
    rows.collect()
}

fn subject(fit: &FitSummary) -> String {
    let at = fit
        .energy_density
        .map_or(String::new(), |value| format!(", ε = {value}"));
    format!("{} ({}{at}, {})", fit.target, fit.source, method(fit))
}

fn method(fit: &FitSummary) -> String {
    match fit.ansatz.as_str() {
        "" => fit.method.clone(),
        ansatz => format!("{}: {ansatz}", fit.method),
    }
}

fn energy_density(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| value.to_string())
}

/// A parameter with its 95 % interval.
pub fn parameter(parameter: &Parameter) -> String {
    match (parameter.low, parameter.high) {
        (Some(low), Some(high)) => {
            // Two digits of the interval's width, and at least two decimals.
            let digits = (1.0 - (high - low).log10().floor()).clamp(2.0, 6.0) as usize;
            format!(
                "{} [{}, {}]",
                fixed(parameter.value, digits),
                fixed(low, digits),
                fixed(high, digits)
            )
        }
        _ => number(parameter.value, 2),
    }
}

/// A number, or a dash where there is none.
fn number(value: f64, digits: usize) -> String {
    if value.is_finite() {
        fixed(value, digits)
    } else {
        "-".to_owned()
    }
}

//! scaling.h5 as people are shown it.

use super::record::{ComparisonSummary, FitSummary, Summary};
use crate::scaling::data::Origin;
use crate::scaling::fit::{Candidate, Parameter};
use crate::store::{Parts, StoredSection};

/// The summary of a scaling.h5.
///
/// # Errors
/// The message for the user, when a part is missing or damaged.
pub fn read_arrays_summary(parts: &Parts) -> Result<Summary, String> {
    Ok(Summary {
        sources: parts.each("sources", origin)?,
        fits: parts.each("fits", fit)?,
        comparisons: parts.each("comparisons", comparison)?,
        scan: parts.each("scan", fit)?,
    })
}

fn origin(group: &StoredSection) -> Result<Origin, String> {
    let text = |name| Ok::<_, String>(Some(group.text(name)?).filter(|text| !text.is_empty()));
    Ok(Origin {
        source: group.text("source")?,
        identity: group.text("identity")?,
        weights_identity: text("weights_identity")?,
        training_data_identity: text("training_data_identity")?,
    })
}

fn fit(group: &StoredSection) -> Result<FitSummary, String> {
    let names = group.names("parameter")?;
    let columns = ["value", "low", "high"].map(|name| group.column(name));
    let [value, low, high] = columns;
    let (value, low, high) = (value?, low?, high?);
    let parameter = |name: &str| {
        let place = names.iter().position(|known| known == name);
        let at = |column: &[f64]| column.get(place?).copied().filter(|it| !it.is_nan());
        Parameter {
            value: at(&value).unwrap_or(f64::NAN),
            low: at(&low),
            high: at(&high),
        }
    };
    let warnings = group.text("warnings")?;
    let window = group.numbers("window")?;
    let sizes = group.numbers("sizes")?;
    Ok(FitSummary {
        source: group.text("source")?,
        target: group.text("target")?,
        energy_density: group.number("energy_density")?,
        method: group.text("method")?,
        ansatz: group.text("ansatz")?,
        sizes: sizes.into_iter().map(|sites| sites as usize).collect(),
        window: window.try_into().unwrap_or([f64::NAN; 2]),
        h_c: parameter("h_c"),
        nu: parameter("nu"),
        quality: group.number("quality")?.unwrap_or(f64::NAN),
        warnings: warnings.lines().map(str::to_owned).collect(),
    })
}

fn comparison(group: &StoredSection) -> Result<ComparisonSummary, String> {
    let (costs, best) = (group.column("cost")?, group.column("best_of_refits")?);
    let candidates = group.names("ansatz")?.into_iter().zip(costs).zip(best);
    let candidates = candidates.map(|((ansatz, cost), best)| Candidate {
        ansatz,
        cost,
        best_of_refits: Some(best).filter(|it| !it.is_nan()),
    });
    Ok(ComparisonSummary {
        source: group.text("source")?,
        target: group.text("target")?,
        energy_density: group.number("energy_density")?,
        free: group.number("free")?.unwrap_or_default() as usize,
        candidates: candidates.collect(),
    })
}

//! What `check` finds out about the stages after generate, before a run: the files that the deck names,
//! opened as the stages will open them, and what training will take.
//!
//! Files that an earlier stage of the same deck makes need not be there yet.

mod fields;
mod findings;
mod planned;
mod prediction;
mod scaling;
mod training;

use findings::Findings;

use super::job::Job;
use crate::error::Result;
use crate::learn::Forecast;
use crate::report::Opened;

/// What `check` finds out about the stages after generate.
pub struct Preview {
    /// The files that the deck names.
    pub opened: Vec<Opened>,
    /// What training will take, if the deck trains and its data are known.
    pub forecast: Option<Forecast>,
}

/// Opens the files that the deck names, and forecasts training.
///
/// # Errors
/// [`Error::Deck`](crate::error::Error::Deck) with every file that a stage would refuse.
pub fn preview(job: &Job) -> Result<Preview> {
    let mut findings = Findings::new(job);
    fields::preview(job, &mut findings);
    let study = training::preview(job, &mut findings);
    prediction::preview(job, study.as_ref(), &mut findings);
    scaling::preview(job, &mut findings);
    let opened = findings.opened()?;
    let forecast = study.map(|study| study.forecast(job.plan.ranks));
    Ok(Preview {
        opened,
        forecast: forecast.transpose()?,
    })
}

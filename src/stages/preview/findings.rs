//! What was found in the files that a deck names, and what is wrong with them.

use std::path::Path;

use crate::error::{Error, Problem, Result};
use crate::plan::Plan;
use crate::report::Opened;
use crate::stages::job::Job;

/// What was found in the files that a deck names.
pub struct Findings<'j> {
    plan: &'j Plan,
    opened: Vec<Opened>,
    problems: Vec<Problem>,
}

impl<'j> Findings<'j> {
    /// Nothing, so far.
    pub fn new(job: &'j Job) -> Self {
        Self {
            plan: &job.plan,
            opened: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Adds what a file holds.
    pub fn add(&mut self, key: &'static str, path: &Path, lines: Vec<String>) {
        self.opened.push(Opened {
            key,
            path: path.to_owned(),
            lines,
        });
    }

    /// What a stage makes of a file; none if it would refuse it, which is then a problem of `key`.
    pub fn accept<T>(&mut self, key: &str, remedy: &str, outcome: Result<T>) -> Option<T> {
        let error = match outcome {
            Ok(found) => return Some(found),
            Err(error) => error,
        };
        // The other errors of stages say what to do.
        let remedy = match error {
            Error::File { .. } => remedy,
            _ => "",
        };
        let problem = self.plan.source.problem(key, &error.to_string(), remedy);
        self.problems.push(problem);
        None
    }

    /// What the files hold.
    ///
    /// # Errors
    /// [`Error::Deck`] when a stage would refuse one.
    pub fn opened(self) -> Result<Vec<Opened>> {
        if self.problems.is_empty() {
            Ok(self.opened)
        } else {
            Err(Error::Deck(self.problems))
        }
    }
}

/// Whether a file is one that an earlier stage of the same deck makes.
pub fn is_made_by_deck(plan: &Plan, path: &Path) -> bool {
    let is = |own: &Path| match (std::path::absolute(own), std::path::absolute(path)) {
        (Ok(own), Ok(path)) => own == path,
        _ => false,
    };
    plan.generation.is_some() && is(&plan.paths.data())
        || plan.deck().predict.is_some() && is(&plan.paths.predictions())
}

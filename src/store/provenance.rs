//! Where a result comes from. It is written into every HDF5 result and every network.

use std::collections::BTreeMap;
use std::time::SystemTime;

use crate::plan::Plan;
use crate::version::{COMMIT, VERSION};

/// The origin of a result.
#[derive(Debug, Clone)]
pub struct Provenance {
    host: String,
    ranks: usize,
    started: SystemTime,
    deck: String,
    overrides: Vec<String>,
    resolved: String,
    calibration: Option<String>,
}

impl Provenance {
    /// The name of the number of ranks. HDF5 files hold it as a number.
    pub const RANKS: &str = "ranks";

    /// The number of ranks.
    pub fn ranks(&self) -> usize {
        self.ranks
    }

    /// The origin of the results of a plan, started now.
    pub fn new(plan: &Plan) -> Self {
        Self {
            host: plan.machine.host.clone(),
            ranks: plan.ranks,
            started: SystemTime::now(),
            deck: plan.source.text.clone(),
            overrides: plan.source.overrides.clone(),
            resolved: plan.deck().resolved(),
            calibration: None,
        }
    }

    /// The same, with the calibration by which the plan chose its solvers, as JSON.
    pub fn with_calibration(self, plan: &Plan) -> Self {
        let text = serde_json::to_string(&plan.knowledge.calibration);
        Self {
            calibration: Some(text.expect("numbers have names for keys")),
            ..self
        }
    }

    /// The origin as named texts, finished now. Times are RFC 3339 in UTC.
    pub fn entries(&self) -> BTreeMap<String, String> {
        let time = |time| humantime::format_rfc3339_seconds(time).to_string();
        [
            ("version", VERSION.to_owned()),
            ("commit", COMMIT.to_owned()),
            ("host", self.host.clone()),
            (Self::RANKS, self.ranks.to_string()),
            ("started", time(self.started)),
            ("finished", time(SystemTime::now())),
            ("deck", self.deck.clone()),
            ("deck_overrides", self.overrides.join("\n")),
            ("deck_resolved", self.resolved.clone()),
        ]
        .into_iter()
        .chain(self.calibration.clone().map(|text| ("calibration", text)))
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}

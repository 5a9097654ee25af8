//! Fits of models, some of which contain others.

use std::collections::BTreeMap;

use super::model::{Estimate, IndicatorCurves, ScalingModel, ranges};
use crate::deck::Bounds;
use crate::scaling::search::Range;

/// The best fits of models to the same curves, within the bounds of the deck.
///
/// The fit of a model starts from those of the models that it contains, and these from theirs. A wider
/// model therefore never costs more than a narrower one, whichever models the deck names. A model that
/// several others contain is fitted once.
pub struct NestedFits<'a> {
    indicators: &'a [IndicatorCurves<'a>],
    deck: &'a BTreeMap<String, Bounds>,
    known: Vec<Known>,
}

/// A model that was fitted. Its words and its ranges tell which.
struct Known {
    ansatz: String,
    ranges: Vec<Range>,
    found: Option<Estimate>,
}

impl<'a> NestedFits<'a> {
    /// No fits yet.
    pub fn new(indicators: &'a [IndicatorCurves<'a>], deck: &'a BTreeMap<String, Bounds>) -> Self {
        Self {
            indicators,
            deck,
            known: Vec::new(),
        }
    }

    /// The best fit of a model; `None` when no parameters are acceptable.
    pub fn best(&mut self, model: &dyn ScalingModel) -> Option<Estimate> {
        let (ansatz, ranges) = (model.ansatz(), ranges(model, self.indicators, self.deck));
        let mut known = self.known.iter();
        if let Some(known) = known.find(|known| known.ansatz == ansatz && known.ranges == ranges) {
            return known.found.clone();
        }
        let mut starts: Vec<Vec<f64>> = Vec::new();
        for narrower in model.contained() {
            if let Some(narrow) = self.best(&*narrower) {
                let value = |range: &Range| model.embedded(&range.name, &narrow);
                starts.push(ranges.iter().map(value).collect());
            }
        }
        let found = model.fit(self.indicators, &ranges, &starts);
        self.known.push(Known {
            ansatz,
            ranges,
            found: found.clone(),
        });
        found
    }
}

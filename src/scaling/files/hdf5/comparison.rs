//! A comparison of models in scaling.h5.

use super::axis::Axis;
use crate::scaling::fit::{Candidate, Comparison};
use crate::store::{Attribute, Section, Values};

/// The group of a comparison.
pub fn section(path: String, comparison: &Comparison) -> Section {
    let text = |text: &str| Attribute::Text(text.to_owned());
    let mut attributes = vec![
        ("source", text(comparison.source.name())),
        ("target", text(&comparison.target)),
        ("method", text(comparison.method)),
        ("free", Attribute::Count(comparison.free)),
    ];
    let energy_density = comparison.energy_density.map(Attribute::Number);
    attributes.extend(energy_density.map(|value| ("energy_density", value)));

    let column = |value: fn(&Candidate) -> f64| -> Vec<f64> {
        comparison.candidates.iter().map(value).collect()
    };
    let costs = column(|candidate| candidate.cost);
    let best = column(|candidate| candidate.best_of_refits.unwrap_or(f64::NAN));
    let names = comparison.candidates.iter();
    let names = Values::Texts(names.map(|candidate| candidate.ansatz.clone()).collect());
    let axis = Axis(&["ansatz"]);
    let fraction = "fraction of the refits in which it costs least";
    Section {
        path,
        attributes,
        arrays: vec![
            axis.array("ansatz", "the model in words, the best first", names),
            axis.array("cost", "what the method makes small", costs),
            axis.array("best_of_refits", fraction, best),
        ],
    }
}

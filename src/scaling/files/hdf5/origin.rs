//! A source in scaling.h5.

use crate::scaling::data::Origin;
use crate::store::{Attribute, Section};

/// The group of a source.
pub fn section(path: String, origin: &Origin) -> Section {
    let text = |name, text: &Option<String>| Some((name, Attribute::Text(text.clone()?)));
    let attributes = [
        text("source", &Some(origin.source.clone())),
        text("identity", &Some(origin.identity.clone())),
        text("weights_identity", &origin.weights_identity),
        text("training_data_identity", &origin.training_data_identity),
    ];
    Section {
        path,
        attributes: attributes.into_iter().flatten().collect(),
        arrays: Vec::new(),
    }
}

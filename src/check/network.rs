//! What `[learn.model]` may not say, and the network that it describes.

use super::complaints::Complaints;
use crate::deck::{Learn, NetworkDeck, Outputs};
use crate::error::number;
use crate::learn::{Architecture, KINDS, Kind, NoBackend, bounds};

impl Complaints {
    /// Checks `[learn.model]`; its network, when the kind is known.
    pub fn network(&mut self, learn: &Learn) -> Option<Architecture> {
        let model = &learn.model;
        let kinds = KINDS.iter().map(|kind| (kind.name, kind));
        let kind = self.known("learn.model.kind", &model.kind, kinds);
        self.keys_of_kinds(model, kind);
        self.dimensions(model, kind);
        let (degree, lengths) = (model.degree_in_length, learn.train_sizes.len());
        self.refuse_if(
            degree > 0 && degree >= lengths,
            "learn.model.degree_in_length",
            format!("{lengths} lengths do not tell a polynomial of degree {degree}"),
            "lower it, or add to learn.train_sizes",
        );
        if model.outputs == Outputs::Bounded {
            for target in &learn.targets {
                self.refuse_if(
                    bounds(target).is_none(),
                    "learn.model.outputs",
                    format!("\"{target}\" has no bounds"),
                    "write \"linear\", or learn other targets",
                );
            }
        }
        match Architecture::new(kind?, model.clone(), learn.into()) {
            Ok(architecture) => Some(architecture),
            Err(NoBackend {
                key,
                message,
                remedy,
            }) => {
                self.refuse_if(true, key, message, remedy);
                None
            }
        }
    }

    /// Keys that not every kind uses.
    fn keys_of_kinds(&mut self, model: &NetworkDeck, kind: Option<&Kind>) {
        for (key, value) in model.keys_of_kinds() {
            let full = format!("learn.model.{key}");
            if let (Some(kind), Some(_)) = (kind, value) {
                let others = KINDS.iter().filter(|kind| kind.takes.contains(&key));
                let others: Vec<&str> = others.map(|kind| kind.name).collect();
                self.refuse_if(
                    !kind.takes.contains(&key),
                    &full,
                    format!("\"{}\" has no {key}", kind.name),
                    format!("take it out; it is for {}", others.join(", ")),
                );
            }
            self.refuse_if(value == Some(0), &full, "0 is too few", "write 1 or more");
        }
    }

    fn dimensions(&mut self, model: &NetworkDeck, kind: Option<&Kind>) {
        for (key, value, most) in Architecture::limits(model) {
            self.refuse_if(
                value > most,
                &format!("learn.model.{key}"),
                format!("{value} is too many"),
                format!("write {most} or fewer"),
            );
        }
        for (key, value) in [
            ("learn.model.features", model.features),
            ("learn.model.hidden", model.hidden),
        ] {
            self.refuse_if(value == 0, key, "0 is too few", "write 1 or more");
        }
        self.refuse_if(
            !(0.0..1.0).contains(&model.dropout),
            "learn.model.dropout",
            format!("{} is no share", number(model.dropout)),
            "write 0 or more, and less than 1",
        );
        let heads = model.heads();
        self.refuse_if(
            kind.is_some_and(|kind| kind.takes.contains(&"heads"))
                && heads > 0
                && !model.features.is_multiple_of(heads),
            "learn.model.features",
            format!("{} cannot be shared by {heads} heads", model.features),
            "write a multiple of learn.model.heads",
        );
    }
}

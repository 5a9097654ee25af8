//! What is wrong with `[scaling]`.

use super::complaints::Complaints;
use crate::deck::{Bounds, Deck, Scaling, Source};
use crate::error::number;
use crate::scaling::{METHODS, Method, PARAMETERS};

/// More refits make no interval better.
const MOST_REFITS: usize = 1_000_000;
/// The highest degree of a polynomial: beyond it, it follows the noise.
const HIGHEST_DEGREE: usize = 9;

impl Complaints {
    /// Checks `[scaling]`; the methods that it names.
    pub fn scaling(&mut self, scaling: &Scaling, deck: &Deck) -> Vec<&'static Method> {
        self.sources(scaling, deck);
        if scaling.sources.iter().all(|source| is_own(source, deck)) {
            // Files from elsewhere may hold indicators that are not ours.
            let none = scaling.targets.is_empty();
            self.refuse_if(none, "scaling.targets", "is empty", "name one or more");
            self.texts("scaling.targets", &scaling.targets);
            self.once("scaling.targets", &scaling.targets);
        } else {
            self.computed_targets("scaling.targets", &scaling.targets, true);
        }
        self.window("scaling.window", scaling.window);
        let methods = self.methods(scaling);
        for (name, bounds) in &scaling.parameters {
            self.parameter(name, bounds);
        }
        if let Some(scan) = &scaling.scan {
            for &window in &scan.windows {
                self.window("scaling.scan.windows", window);
            }
            self.once("scaling.scan.shortest", &scan.shortest);
        }
        self.refuse_if(
            scaling.bootstrap < 2,
            "scaling.bootstrap",
            format!("{} refits give no interval", scaling.bootstrap),
            "write 2 or more; 200 or more for a publication",
        );
        self.refuse_if(
            scaling.bootstrap > MOST_REFITS,
            "scaling.bootstrap",
            format!("{} refits would never end", scaling.bootstrap),
            format!("write {MOST_REFITS} or fewer; 200 suffice"),
        );
        methods
    }

    fn sources(&mut self, scaling: &Scaling, deck: &Deck) {
        self.refuse_if(
            scaling.sources.is_empty(),
            "scaling.sources",
            "is empty",
            "name \"exact\", \"predicted\", a table such as a .csv file, or an .h5 file",
        );
        let names: Vec<&str> = scaling.sources.iter().map(Source::name).collect();
        self.once("scaling.sources", &names);
        let own = !scaling.sizes.is_empty();
        if own && scaling.sources.iter().all(|source| is_own(source, deck)) {
            self.once("scaling.sizes", &scaling.sizes);
        } else if own {
            self.sizes("scaling.sizes", &scaling.sizes);
        }
        let exact = deck.chain.as_ref().map(|chain| chain.sizes.as_slice());
        // A file's lengths are known once it is read.
        let predicted = deck.predict.as_ref().map(|table| table.sizes.as_slice());
        let predicted = predicted.filter(|sizes| !sizes.is_empty());
        for source in &scaling.sources {
            self.text("scaling.sources", source.name());
            let available = match source {
                Source::Exact => exact,
                Source::Predicted => predicted,
                Source::Table(_) | Source::Results(_) => None,
            };
            let sizes = match available {
                _ if own => scaling.sizes.len(),
                Some(sizes) => sizes.len(),
                None => continue,
            };
            self.refuse_if(
                sizes < 2,
                "scaling.sources",
                format!("\"{}\" has one chain length", source.name()),
                "scaling compares two or more",
            );
        }
    }

    fn window(&mut self, key: &str, [from, to]: [f64; 2]) {
        self.refuse_if(
            !(from < to && to.is_finite() && from.is_finite()),
            key,
            format!(
                "[{}, {}] is not an interval of disorder strengths",
                number(from),
                number(to)
            ),
            "write [from, to] with from < to",
        );
    }

    fn methods(&mut self, scaling: &Scaling) -> Vec<&'static Method> {
        let key = "scaling.methods";
        self.refuse_if(
            scaling.methods.is_empty(),
            key,
            "is empty",
            "name one or more",
        );
        let known = METHODS.iter().map(|method| (method.name, method));
        let mut methods = Vec::new();
        for name in &scaling.methods {
            methods.extend(self.known(key, name, known.clone()));
        }
        self.once(key, &scaling.methods);
        let degree = scaling.degree;
        self.refuse_if(
            !(1..=HIGHEST_DEGREE).contains(&degree),
            "scaling.degree",
            format!("{degree} is not a degree of a smooth curve"),
            format!("write 1 to {HIGHEST_DEGREE}"),
        );
        for (key, none) in [
            ("scaling.growths", scaling.growths.is_empty()),
            ("scaling.drifts", scaling.drifts.is_empty()),
        ] {
            self.refuse_if(none, key, "is empty", "name one or more");
        }
        methods
    }

    fn parameter(&mut self, name: &str, bounds: &Bounds) {
        let key = format!("scaling.parameters.{name}");
        self.text(&key, name);
        // gap_ratio.theta_1 is that of one indicator in a joint fit, h_14 is h* of a length.
        let plain = name.rsplit('.').next().unwrap_or_default();
        let of_length = plain
            .strip_prefix("h_")
            .is_some_and(|rest| rest.parse::<usize>().is_ok());
        if !of_length {
            self.known(&key, plain, PARAMETERS.iter().map(|&name| (name, ())));
        }
        let positive = !matches!(plain, "h_c" | "w_1" | "zeta") && !of_length;
        let values = match bounds {
            Bounds::Fixed(value) => vec![*value],
            Bounds::Between(ends) => ends.to_vec(),
            Bounds::Free => Vec::new(),
        };
        for value in values {
            self.refuse_if(
                !value.is_finite() || positive && value <= 0.0,
                &key,
                format!("{} is no value of this parameter", number(value)),
                if positive {
                    "write positive numbers"
                } else {
                    "write finite numbers"
                },
            );
        }
    }
}

/// Whether a source may hold indicators and chain lengths that this program does not generate: a file
/// from elsewhere, or predictions of networks that learned from one.
fn is_own(source: &Source, deck: &Deck) -> bool {
    match source {
        Source::Table(_) | Source::Results(_) => true,
        Source::Predicted => deck
            .learn
            .as_ref()
            .is_some_and(|learn| learn.data.is_some()),
        Source::Exact => false,
    }
}

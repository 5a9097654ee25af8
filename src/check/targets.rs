//! Targets of results that this program computes: indicators and observables, with their statistics.

use std::collections::BTreeSet;

use super::complaints::Complaints;
use crate::deck::{Deck, QUENCH};
use crate::store::Statistic;
use crate::{indicators, observables, quench};

/// The quantity of a target, and the words of its statistics.
fn split(target: &str) -> (&str, Vec<&str>) {
    let mut parts = target.split(':');
    let name = parts.next().unwrap_or_default();
    (name, parts.collect())
}

fn is_observable(name: &str) -> bool {
    observables::ALL.iter().any(|known| known.name == name)
}

impl Complaints {
    /// Checks the names and the statistics of targets. An observable has axes for one statistic. Another
    /// one may be `over_realizations`.
    pub fn computed_targets(&mut self, key: &str, targets: &[String], over_realizations: bool) {
        self.refuse_if(targets.is_empty(), key, "is empty", "name one or more");
        let of_windows = indicators::ALL.iter().map(|known| known.name);
        let known = of_windows.chain(observables::ALL.iter().map(|known| known.name));
        for target in targets {
            let (name, words) = split(target);
            match name.strip_prefix(QUENCH) {
                Some(name) => {
                    self.known(key, name, quench::ALL.iter().map(|it| (it.name, ())));
                    self.refuse_if(
                        over_realizations,
                        key,
                        format!(
                            "\"{target}\" is of quenches, and scaling reads quantities of windows"
                        ),
                        "take it out",
                    );
                }
                None => {
                    self.known(key, name, known.clone().map(|name| (name, ())));
                }
            }
            for wrong in words.iter().filter_map(|it| Statistic::named(it).err()) {
                self.refuse_if(true, key, format!("{target}: {wrong}"), "");
            }
            let has_axes = is_observable(name) || name.starts_with(QUENCH);
            let most = usize::from(has_axes) + usize::from(over_realizations);
            let (message, remedy) = if over_realizations {
                ("has more statistics than there are axes", "take some out")
            } else {
                (
                    "has a statistic over realizations, and a network learns a number of each field",
                    "take it out, or name an observable, which has further axes",
                )
            };
            let message = format!("\"{target}\" {message}");
            self.refuse_if(words.len() > most, key, message, remedy);
        }
        self.once(key, targets);
    }

    /// Checks that the quantities of targets are computed, if the deck generates data.
    pub fn generated_targets(&mut self, key: &str, targets: &[String], deck: &Deck) {
        let set = |names: &[String]| -> BTreeSet<String> { names.iter().cloned().collect() };
        let spectrum = deck.spectrum.as_ref();
        let known = spectrum.map(|it| set(&it.indicators));
        let observed = spectrum.map(|it| set(&it.observables));
        let quench = deck.quench.as_ref().map(|it| set(&it.observables));
        // A deck of windows alone observes no quench.
        let quenched = quench.or(spectrum.map(|_| BTreeSet::new()));
        let stored = "name observables that are stored";
        for target in targets {
            let name = split(target).0;
            let (name, computed, list, remedy) = match name.strip_prefix(QUENCH) {
                Some(name) => (name, &quenched, "quench.observables", stored),
                None if is_observable(name) => (name, &observed, "spectrum.observables", stored),
                None => (
                    name,
                    &known,
                    "spectrum.indicators",
                    "name indicators that are computed",
                ),
            };
            self.refuse_if(
                computed.as_ref().is_some_and(|it| !it.contains(name)),
                key,
                format!("\"{name}\" is not in {list}"),
                remedy,
            );
        }
    }
}

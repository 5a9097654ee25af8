//! Entries of a deck that determine a result, to tell one deck from another.

use std::collections::{BTreeMap, BTreeSet};

use super::disorder::Disorder;
use super::learn::Learn;
use super::study::Study;
use super::tables::Deck;

/// Entries of a deck by their keys, each as TOML.
pub type Entries = BTreeMap<String, String>;

/// What the data of a realization depend on, besides the realization itself.
const DATA: [&str; 6] = [
    "chain.anisotropy",
    "chain.boundary",
    "chain.coupling",
    "disorder.kind",
    "disorder.seed",
    "spectrum.states",
];

/// Longer values are not shown.
const SHOWN: usize = 40;

impl Deck {
    /// What data.h5 depends on, except for its size: the solver and the stored quantities too.
    pub fn campaign_entries(&self) -> Entries {
        let mut found = self.data_entries();
        found.extend(self.entries(&[
            "quench",
            "spectrum.indicators",
            "spectrum.observables",
            "spectrum.solver",
            "spectrum.store_energies",
        ]));
        found
    }

    /// What the data of a realization depend on.
    pub fn data_entries(&self) -> Entries {
        let mut found = self.entries(&DATA);
        found.extend(self.wave_entries());
        found
    }

    /// What quasi-periodic fields depend on, with the defaults that decks do not name.
    fn wave_entries(&self) -> Entries {
        let wave = self.disorder.as_ref().and_then(Disorder::wave);
        let entries = wave.map(|(beta, phase)| {
            let (beta, phase) = (toml::Value::from(beta), toml::Value::from(phase));
            [("disorder.beta", beta), ("disorder.phase", phase)]
        });
        let entries = entries.into_iter().flatten();
        entries
            .map(|(key, value)| (key.to_owned(), value.to_string()))
            .collect()
    }

    /// What the networks depend on: how they are trained, and which data are generated to train on.
    pub fn network_entries(&self) -> Entries {
        let Some(learn) = &self.learn else {
            return Entries::new();
        };
        let mut found = self.entries(&["learn"]);
        let is_used = |key: &str| match &learn.study {
            // Heads of single ε are compared, and not kept.
            Study::Conditioned { .. } | Study::EndToEnd => key != "learn.study.heads",
            _ => !key.starts_with("learn.study."),
        };
        // The identity of the data tells more than the name of their file.
        found.retain(|key, _| key != "learn.data" && is_used(key));
        if let Some(energy_density) = self.learned_energy_density() {
            let key = "learn.energy_density".to_owned();
            found.insert(key, toml::Value::from(energy_density).to_string());
        }
        if learn.data.is_none() && learn.uses_training_data() {
            found.extend(self.training_data_entries(learn));
        }
        found
    }

    /// What the training data depend on if they are generated.
    fn training_data_entries(&self, learn: &Learn) -> Entries {
        let mut found = self.data_entries();
        found.extend(self.entries(&["disorder.strengths"]));
        if learn.is_conditioned() {
            found.extend(self.entries(&["spectrum.energy_densities"]));
        }
        if learn.learns_quenches() {
            found.extend(self.entries(&[
                "quench.energy_density",
                "quench.initial",
                "quench.samples",
                "quench.times",
            ]));
        }
        if let Some(disorder) = &self.disorder {
            let counts = learn.sizes_with_training_data().into_iter();
            let counts = counts.map(|sites| {
                let key = format!("disorder.realizations.train for L = {sites}");
                (key, disorder.realizations.train.of(sites).to_string())
            });
            found.extend(counts);
        }
        found
    }

    /// What the predictions depend on: the networks and the fields.
    pub fn prediction_entries(&self) -> Entries {
        let mut found = self.network_entries();
        let Some(predict) = &self.predict else {
            return found;
        };
        found.extend(self.entries(&["predict"]));
        if predict.data.is_none() {
            let fields = ["disorder.identity", "disorder.kind", "disorder.seed"];
            found.extend(self.entries(&fields));
            found.extend(self.wave_entries());
            let strengths = self.entries(&["disorder.strengths"]).into_values().next();
            if let Some(strengths) = strengths {
                let key = "predict.strengths".to_owned();
                found.entry(key).or_insert(strengths);
            }
        }
        found
    }

    /// The entries with these keys, or in these tables.
    fn entries(&self, keys: &[&str]) -> Entries {
        let deck = toml::Value::try_from(self).expect("a deck is made of TOML's own types");
        let mut all = Entries::new();
        flatten("", &deck, &mut all);
        let is_in = |key: &str, table: &str| {
            let rest = key.strip_prefix(table);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        all.retain(|key, _| keys.iter().any(|table| is_in(key, table)));
        all
    }
}

/// The entries that differ between two decks, each with both values. Tables that one of them lacks
/// are not compared, because a deck may describe single stages.
pub fn differences(there: &Entries, here: &Entries) -> Vec<String> {
    let table = |key: &str| key.split('.').next().unwrap_or_default().to_owned();
    let tables = |entries: &Entries| entries.keys().map(|key| table(key)).collect();
    let (of_there, of_here): (BTreeSet<String>, BTreeSet<String>) = (tables(there), tables(here));
    let keys: BTreeSet<&String> = there.keys().chain(here.keys()).collect();
    let both = |key: &str| of_there.contains(&table(key)) && of_here.contains(&table(key));
    let text = |entries: &Entries, key: &String| {
        let value = entries.get(key).cloned();
        value.unwrap_or_else(|| "none".to_owned())
    };
    keys.into_iter()
        .filter(|key| both(key) && there.get(*key) != here.get(*key))
        .map(|key| {
            let (there, here) = (text(there, key), text(here, key));
            if there.len().max(here.len()) > SHOWN {
                format!("another {key}")
            } else {
                format!("{key} = {there} there and {here} here")
            }
        })
        .collect()
}

fn flatten(key: &str, value: &toml::Value, found: &mut Entries) {
    let toml::Value::Table(table) = value else {
        found.insert(key.to_owned(), value.to_string());
        return;
    };
    for (name, value) in table {
        let key = if key.is_empty() {
            name.clone()
        } else {
            format!("{key}.{name}")
        };
        flatten(&key, value, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECK: &str = r#"
        version = 1
        name = "x"
        output = "out"
        chain.sizes = [6, 8]
        disorder = { strengths = [1.0, 2.0], realizations.train = 3, seed = 7 }
        spectrum = { energy_densities = [0.3, 0.5], indicators = ["gap_ratio"] }
        learn = { train_sizes = [6], targets = ["gap_ratio"] }
        predict = { sizes = [8], realizations = 3 }
    "#;

    /// The deck with further or other entries, one on a line.
    fn deck(more: &str) -> Deck {
        let mut deck: toml::Table = toml::from_str(DECK).unwrap();
        for line in more.lines().filter(|line| !line.is_empty()) {
            let mut line: toml::Table = toml::from_str(line).unwrap();
            let (table, new) = line.iter_mut().next().unwrap();
            let own = deck[table.as_str()].as_table_mut().unwrap();
            own.extend(std::mem::take(new.as_table_mut().unwrap()));
        }
        deck.try_into().unwrap()
    }

    /// The keys that differ from the deck without changes.
    fn changed(more: &str, entries: fn(&Deck) -> Entries) -> Vec<String> {
        let found = differences(&entries(&deck("")), &entries(&deck(more)));
        let key = |text: &String| text.split(" = ").next().unwrap().to_owned();
        found.iter().map(key).collect()
    }

    #[test]
    fn what_changes_the_networks_is_named() {
        let networks = |more| changed(more, Deck::network_entries);
        for (more, key) in [
            ("learn.epochs = 16", "learn.epochs"),
            ("learn.targets = [\"entanglement\"]", "learn.targets"),
            ("learn.model = { kind = \"cnn\" }", "learn.model.kind"),
            ("learn.patience = 3", "learn.patience"),
            ("learn.start = \"x\"", "learn.start"),
            ("learn.energy_density = 0.3", "learn.energy_density"),
            (
                "learn.study = { kind = \"end-to-end\" }",
                "learn.study.kind",
            ),
            ("chain.coupling = 2.0", "chain.coupling"),
            ("disorder.seed = 8", "disorder.seed"),
            (
                "disorder.realizations = { train = 4 }",
                "disorder.realizations.train for L",
            ),
            ("spectrum.states = 5", "spectrum.states"),
        ] {
            assert!(
                networks(more).contains(&key.to_owned()),
                "{more}: {:?}",
                networks(more)
            );
        }
        for more in [
            "learn.energy_density = 0.5",
            "learn.study = { kind = \"data-size\", realizations = [1] }",
            "chain.sizes = [6, 8, 10]",
            "disorder.realizations = { train = { 6 = 3, 8 = 9 }, test = 5 }",
            "spectrum.solver = \"dense\"",
            "spectrum.energy_densities = [0.3, 0.5, 0.8]",
            "predict.realizations = 9",
        ] {
            assert!(networks(more).is_empty(), "{more}: {:?}", networks(more));
        }
        // A file of one's own is told by its identity.
        let own = networks("learn.data = \"own.h5\"\ndisorder.seed = 8");
        assert!(own.is_empty(), "{own:?}");
        let single = "learn.energy_density = 0.5\nspectrum.energy_densities = [0.5]";
        let all = |more: &str| {
            deck(&format!(
                "{more}\nlearn.study = {{ kind = \"end-to-end\" }}"
            ))
        };
        let found = differences(&all("").network_entries(), &all(single).network_entries());
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn what_changes_the_predictions_is_named() {
        let predictions = |more| changed(more, Deck::prediction_entries);
        assert_eq!(
            predictions("predict.realizations = 9"),
            ["predict.realizations"]
        );
        assert_eq!(
            predictions("disorder.strengths = [1.0]"),
            ["disorder.strengths", "predict.strengths"]
        );
        assert!(predictions("predict.strengths = [1.0, 2.0]").is_empty());
        assert_eq!(predictions("learn.seed = 9"), ["learn.seed"]);
    }

    /// Data of decks that did not name the wave are those of the defaults.
    #[test]
    fn waves_are_told_by_their_values() {
        let wave = |more: &str| deck(&format!("disorder.kind = \"quasi-periodic\"\n{more}"));
        let plain = wave("").campaign_entries();
        for named in [
            "disorder.beta = 0.6180339887498949\ndisorder.phase = \"random\"",
            "disorder.phase = \"random\"",
        ] {
            assert_eq!(wave(named).campaign_entries(), plain);
        }
        let resolved = Deck::from_resolved(&wave("").resolved()).unwrap();
        assert_eq!(resolved.campaign_entries(), plain);
        for (more, expected) in [
            (
                "disorder.beta = 0.5",
                "disorder.beta = 0.6180339887498949 there and 0.5 here",
            ),
            (
                "disorder.phase = 0",
                "disorder.phase = \"random\" there and 0.0 here",
            ),
        ] {
            assert_eq!(
                differences(&plain, &wave(more).campaign_entries()),
                [expected]
            );
            let of = |deck: &Deck| deck.prediction_entries();
            assert_eq!(differences(&of(&wave("")), &of(&wave(more))), [expected]);
        }
        assert!(!deck("").campaign_entries().contains_key("disorder.beta"));
    }

    #[test]
    fn long_values_are_not_shown() {
        let long = format!("disorder.strengths = {:?}", [1.5; 30]);
        let found = differences(&deck("").network_entries(), &deck(&long).network_entries());
        assert_eq!(found, ["another disorder.strengths"]);
        // A deck may describe single stages.
        let mut alone = deck("chain.coupling = 3.0");
        alone.disorder = None;
        let found = differences(
            &deck("disorder.seed = 2").data_entries(),
            &alone.data_entries(),
        );
        assert_eq!(found, ["chain.coupling = 1.0 there and 3.0 here"]);
    }
}

//! What `[learn]` may not say.

use std::collections::BTreeSet;

use super::complaints::Complaints;
use crate::deck::{
    Boundary, Deck, DisorderKind, Learn, OptimizerKind, QUENCH, Study, Symmetry, Validation,
};
use crate::error::number;
use crate::learn::Architecture;

impl Complaints {
    /// Checks `[learn]`; its network, when the kind is known.
    pub fn learn(&mut self, learn: &Learn, deck: &Deck) -> Option<Architecture> {
        self.train_sizes(learn, deck);
        if learn.data.is_none() {
            self.computed_targets("learn.targets", &learn.targets, false);
            self.generated_targets("learn.targets", &learn.targets, deck);
        } else {
            self.refuse_if(
                learn.targets.is_empty(),
                "learn.targets",
                "is empty",
                "name one or more",
            );
            self.texts("learn.targets", &learn.targets);
            self.once("learn.targets", &learn.targets);
        }
        self.quenches(learn, deck);
        if let (Some(asked), Some(spectrum)) = (learn.energy_density, &deck.spectrum) {
            self.refuse_if(
                !spectrum.energy_densities.0.contains(&asked),
                "learn.energy_density",
                format!("{} is not in spectrum.energy_densities", number(asked)),
                "learn one that is generated",
            );
        }
        for (key, value) in [
            ("learn.members", learn.members),
            ("learn.batch", learn.batch),
            ("learn.patience", learn.patience.unwrap_or(1)),
        ] {
            self.refuse_if(value == 0, key, "0 is too few", "write 1 or more");
        }
        self.start(learn);
        self.step_size("learn.learning_rate", learn.learning_rate);
        self.refuse_if(
            !(learn.weight_decay >= 0.0 && learn.weight_decay.is_finite()),
            "learn.weight_decay",
            format!("{} is not a share", number(learn.weight_decay)),
            "write 0 or more",
        );
        self.momentum(learn);
        self.weights(learn);
        let architecture = self.network(learn);
        self.symmetry(learn, deck);
        self.validation(learn, deck);
        self.study(learn, deck);
        architecture
    }

    /// Checks what is made of targets of quenches.
    fn quenches(&mut self, learn: &Learn, deck: &Deck) {
        if !learn.learns_quenches() {
            return;
        }
        self.refuse_if(
            learn.study != Study::EndToEnd,
            "learn.study",
            format!(
                "\"{}\" learns at one energy density, and targets of quenches are known at times",
                learn.study.name()
            ),
            "write study = { kind = \"end-to-end\" }, which learns at all times",
        );
        // Targets of one's own data have any names.
        let of_windows = |target: &&String| learn.data.is_none() && !target.starts_with(QUENCH);
        if let Some(target) = learn.targets.iter().find(of_windows) {
            self.refuse_if(
                true,
                "learn.targets",
                format!("\"{target}\" is of windows, and others are of quenches"),
                "learn them in decks of their own",
            );
        }
        let both = (deck.quench.as_ref()).is_none_or(|it| it.initial == "neel" && it.samples == 2);
        self.refuse_if(
            !both && learn.symmetry != Symmetry::None,
            "learn.symmetry",
            "these initial states are not the same when the ring is moved",
            "write \"none\", or quench.initial = \"neel\" with 2 samples",
        );
    }

    fn train_sizes(&mut self, learn: &Learn, deck: &Deck) {
        let key = "learn.train_sizes";
        if learn.data.is_some() {
            self.own_sizes(key, &learn.train_sizes);
            return;
        }
        self.sizes(key, &learn.train_sizes);
        if !learn.uses_training_data() {
            return;
        }
        self.generated(key, &learn.train_sizes, deck);
    }

    fn generated(&mut self, key: &str, sizes: &[usize], deck: &Deck) {
        if let Some(chain) = &deck.chain {
            let known: BTreeSet<usize> = chain.sizes.iter().copied().collect();
            for size in sizes {
                self.refuse_if(
                    !known.contains(size),
                    key,
                    format!("{size} is not in chain.sizes"),
                    "train on sizes that are generated",
                );
            }
        }
        if let Some(disorder) = &deck.disorder {
            for &size in sizes {
                let (found, remedy) = match disorder.kind {
                    DisorderKind::Given => (
                        format!("disorder.data has no training fields of {size}"),
                        "put them into a group such as L08/train, or name other data in learn.data",
                    ),
                    _ => (
                        format!("disorder.realizations.train draws none of {size}"),
                        "draw some to train on",
                    ),
                };
                let none = disorder.realizations.train.of(size) == 0;
                self.refuse_if(none, key, found, remedy);
            }
        }
    }

    fn step_size(&mut self, key: &str, learning_rate: f64) {
        self.refuse_if(
            !(learning_rate > 0.0 && learning_rate.is_finite()),
            key,
            format!("{} is not a step size", number(learning_rate)),
            "write a positive number",
        );
    }

    fn momentum(&mut self, learn: &Learn) {
        let Some(momentum) = learn.momentum else {
            return;
        };
        let key = "learn.momentum";
        self.refuse_if(
            learn.optimizer != OptimizerKind::Sgd,
            key,
            "\"adam\" has no momentum",
            "take it out, or write optimizer = \"sgd\"",
        );
        self.refuse_if(
            !(0.0..1.0).contains(&momentum),
            key,
            format!("{momentum} is not a share of the last step"),
            "write 0 or more, and less than 1",
        );
    }

    fn start(&mut self, learn: &Learn) {
        for (key, path) in [("learn.data", &learn.data), ("learn.start", &learn.start)] {
            if let Some(path) = path {
                self.path(key, path);
            }
        }
        self.refuse_if(
            learn.epochs == 0 && learn.start.is_none(),
            "learn.epochs",
            "0 leaves random networks as they are",
            "write 1 or more, or name trained networks in learn.start",
        );
        self.refuse_if(
            learn.start.is_some()
                && matches!(learn.study, Study::Transfer { .. } | Study::DataSize { .. }),
            "learn.start",
            "this study trains networks from scratch",
            "take it out, or learn.study",
        );
    }

    fn weights(&mut self, learn: &Learn) {
        let key = "learn.weights";
        let (weights, targets) = (learn.weights.len(), learn.targets.len());
        self.refuse_if(
            weights > 0 && weights != targets,
            key,
            format!("{weights} weights for {targets} targets"),
            "write one for each of learn.targets, or none",
        );
        for weight in &learn.weights {
            self.refuse_if(
                !(*weight > 0.0 && weight.is_finite()),
                key,
                format!("{} is not a weight", number(*weight)),
                "write positive numbers",
            );
        }
    }

    fn symmetry(&mut self, learn: &Learn, deck: &Deck) {
        let open = deck
            .chain
            .as_ref()
            .is_some_and(|chain| chain.boundary == Boundary::Open);
        self.refuse_if(
            open && learn.symmetry != Symmetry::None,
            "learn.symmetry",
            "an open chain is not the same when it is shifted",
            "write \"none\", or chain.boundary = \"periodic\"",
        );
    }

    fn validation(&mut self, learn: &Learn, deck: &Deck) {
        let key = "learn.validation";
        match learn.validation {
            Some(Validation::Fraction(share)) => self.refuse_if(
                !(share > 0.0 && share < 1.0),
                key,
                format!("{} is not a share of the samples", number(share)),
                "write a fraction between 0 and 1",
            ),
            Some(Validation::Size(size)) => {
                self.refuse_if(
                    learn.train_sizes.contains(&size),
                    key,
                    format!("{size} is in learn.train_sizes"),
                    "hold out a size that is not trained on",
                );
                if learn.data.is_none() && learn.uses_training_data() {
                    self.generated(key, &[size], deck);
                }
            }
            None => self.refuse_if(
                learn.patience.is_some(),
                "learn.patience",
                "nothing is held out to tell when to stop",
                "add learn.validation",
            ),
        }
    }

    fn several_energies(&mut self, kind: &str, deck: &Deck) {
        if let Some(quench) = &deck.quench
            && deck.learn.as_ref().is_some_and(Learn::learns_quenches)
        {
            let after = quench.times.0.iter().filter(|time| **time > 0.0);
            return self.refuse_if(
                after.count() < 2,
                "learn.study",
                format!("\"{kind}\" needs two times after 0 or more"),
                "add to quench.times",
            );
        }
        let known = deck.spectrum.as_ref();
        self.refuse_if(
            known.is_some_and(|spectrum| spectrum.energy_densities.0.len() < 2),
            "learn.study",
            format!("\"{kind}\" needs two energy densities or more"),
            "add to spectrum.energy_densities",
        );
    }

    fn study(&mut self, learn: &Learn, deck: &Deck) {
        match &learn.study {
            Study::Multitask => {}
            Study::Conditioned {
                epochs,
                learning_rate,
                ..
            } => {
                self.head(*epochs, *learning_rate);
                self.several_energies("conditioned", deck);
            }
            Study::EndToEnd => self.several_energies("end-to-end", deck),
            Study::Transfer {
                epochs,
                learning_rate,
            } => {
                self.head(*epochs, *learning_rate);
                self.refuse_if(
                    learn.targets.len() < 2,
                    "learn.study",
                    "\"transfer\" needs targets to learn from and one to transfer to",
                    "name two or more in learn.targets",
                );
            }
            Study::DataSize { realizations } => {
                let key = "learn.study.realizations";
                self.refuse_if(realizations.is_empty(), key, "is empty", "name one or more");
                self.refuse_if(
                    realizations.contains(&0),
                    key,
                    "0 is too few",
                    "write 1 or more",
                );
                self.once(key, realizations);
            }
        }
    }

    fn head(&mut self, epochs: usize, learning_rate: f64) {
        self.refuse_if(
            epochs == 0,
            "learn.study.epochs",
            "0 is too few",
            "write 1 or more",
        );
        self.step_size("learn.study.learning_rate", learning_rate);
    }
}

//! What TOML's types cannot say of a deck: values that are impossible, tables that need each other.

mod learn;
mod load;
mod predict;
mod scaling;

pub use load::{load, parse};

use crate::deck::{Chain, Deck, Disorder, Run, Spectrum, VERSION};
use crate::error::nearest;
use crate::{eigen, indicators};

/// Something wrong with the value of a key.
struct Complaint {
    /// The key with its tables.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// The longest chain whose basis states fit a machine word.
const LONGEST: usize = 62;

/// Everything wrong with the deck, in its order.
fn complaints(deck: &Deck) -> Vec<Complaint> {
    let mut found = Complaints::default();
    found.refuse_if(
        deck.version != VERSION,
        "version",
        format!("{} is not a version that this program reads", deck.version),
        format!("this program reads version {VERSION}"),
    );
    found.refuse_if(
        deck.name.trim().is_empty(),
        "name",
        "is empty",
        "give the run a name",
    );
    found.run(&deck.run);
    if let Some(chain) = &deck.chain {
        found.chain(chain);
    }
    if let Some(disorder) = &deck.disorder {
        found.disorder(disorder, deck.chain.as_ref());
    }
    if let Some(spectrum) = &deck.spectrum {
        found.spectrum(spectrum);
    }
    if let Some(learn) = &deck.learn {
        found.learn(learn, deck);
    }
    if let Some(predict) = &deck.predict {
        found.predict(predict, deck);
    }
    if let Some(scaling) = &deck.scaling {
        found.scaling(scaling, deck);
    }
    found.needs(deck);
    found.0
}

#[derive(Default)]
struct Complaints(Vec<Complaint>);

impl Complaints {
    fn refuse_if(
        &mut self,
        wrong: bool,
        key: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        if wrong {
            self.0.push(Complaint {
                key: key.to_owned(),
                message: message.into(),
                remedy: remedy.into(),
            });
        }
    }

    fn run(&mut self, run: &Run) {
        self.refuse_if(
            run.threads == 0,
            "run.threads",
            "0 is no thread",
            "write 1 or more",
        );
        if let Some(memory) = &run.memory {
            self.refuse_if(
                memory.parse::<bytesize::ByteSize>().is_err(),
                "run.memory",
                format!("\"{memory}\" is not an amount of memory"),
                "write it as in \"8 GiB\"",
            );
        }
        self.refuse_if(
            humantime::parse_duration(&run.checkpoint).is_err(),
            "run.checkpoint",
            format!("\"{}\" is not a duration", run.checkpoint),
            "write it as in \"60s\" or \"5min\"",
        );
        if let Some(limit) = &run.time_limit {
            self.refuse_if(
                humantime::parse_duration(limit).is_err(),
                "run.time_limit",
                format!("\"{limit}\" is not a duration"),
                "write it as in \"8h\" or \"7h 30min\"",
            );
        }
    }

    fn chain(&mut self, chain: &Chain) {
        self.sizes("chain.sizes", &chain.sizes);
        self.refuse_if(
            !chain.coupling.is_finite(),
            "chain.coupling",
            format!("{} is not a coupling", chain.coupling),
            "write a finite number",
        );
        self.refuse_if(
            !chain.anisotropy.is_finite(),
            "chain.anisotropy",
            format!("{} is not an anisotropy", chain.anisotropy),
            "write a finite number; 1 is the Heisenberg chain",
        );
    }

    fn sizes(&mut self, key: &str, sizes: &[usize]) {
        self.refuse_if(
            sizes.is_empty(),
            key,
            "no chain length",
            "name one or more, as in [8, 10]",
        );
        for &size in sizes {
            self.refuse_if(
                size % 2 == 1 || size < 2,
                key,
                format!("{size} sites have no sector of zero magnetization"),
                "use even lengths of 2 or more",
            );
            self.refuse_if(
                size > LONGEST,
                key,
                format!("{size} sites are more than a basis state can hold"),
                format!("use lengths up to {LONGEST}"),
            );
        }
        self.once(key, sizes);
    }

    fn once<T: PartialEq + std::fmt::Display>(&mut self, key: &str, values: &[T]) {
        for (place, value) in values.iter().enumerate() {
            self.refuse_if(
                values[..place].contains(value),
                key,
                format!("{value} is named twice"),
                "name each value once",
            );
        }
    }

    fn disorder(&mut self, disorder: &Disorder, chain: Option<&Chain>) {
        self.strengths("disorder.strengths", &disorder.strengths.0);
        let drawn = &disorder.realizations;
        let key = "disorder.realizations";
        let sizes = chain.map_or(&[][..], |chain| &chain.sizes);
        self.refuse_if(
            sizes.iter().all(|&sites| drawn.all(sites) == 0) && !sizes.is_empty(),
            key,
            "nothing is drawn",
            "give train or test a positive number",
        );
        for sites in drawn.train.sizes().chain(drawn.test.sizes()) {
            self.refuse_if(
                !sizes.is_empty() && !sizes.contains(&sites),
                key,
                format!("{sites} is not in chain.sizes"),
                "name lengths that are generated",
            );
        }
    }

    fn strengths(&mut self, key: &str, strengths: &[f64]) {
        self.refuse_if(strengths.is_empty(), key, "is empty", "name one or more");
        for strength in strengths {
            self.refuse_if(
                !(strength.is_finite() && *strength >= 0.0),
                key,
                format!("{strength} is not a disorder strength"),
                "use finite values of 0 or more",
            );
        }
        self.once(key, strengths);
    }

    fn energy_densities(&mut self, key: &str, targets: &[f64]) {
        self.refuse_if(targets.is_empty(), key, "is empty", "name one or more");
        for target in targets {
            self.refuse_if(
                !(0.0..=1.0).contains(target),
                key,
                format!("{target} is outside the spectrum"),
                "energy densities run from 0 to 1",
            );
        }
        self.once(key, targets);
    }

    fn spectrum(&mut self, spectrum: &Spectrum) {
        self.energy_densities("spectrum.energy_densities", &spectrum.energy_densities.0);
        let solvers = eigen::METHODS.iter().map(|method| method.name);
        self.known("spectrum.solver", &spectrum.solver, solvers.chain(["auto"]));
        self.indicators("spectrum.indicators", &spectrum.indicators);
        let fewest = match spectrum.states {
            crate::deck::States::Count(count) => count,
            crate::deck::States::Fraction { min, .. } => min,
        };
        self.refuse_if(
            fewest < 3 && spectrum.indicators.iter().any(|name| name == "gap_ratio"),
            "spectrum.states",
            format!("{fewest} levels have no two gaps to compare"),
            "gap_ratio needs 3 or more",
        );
    }

    fn known<'a>(&mut self, key: &str, word: &str, known: impl Iterator<Item = &'a str> + Clone) {
        self.refuse_if(
            !known.clone().any(|candidate| candidate == word),
            key,
            format!("\"{word}\" is not known"),
            nearest(word, known),
        );
    }

    fn indicators(&mut self, key: &str, names: &[String]) {
        self.refuse_if(names.is_empty(), key, "is empty", "name one or more");
        for name in names {
            self.known(key, name, indicators::ALL.iter().map(|known| known.name));
        }
        self.once(key, names);
    }

    /// Tables that make sense only together.
    fn needs(&mut self, deck: &Deck) {
        let generating = [
            ("chain", deck.chain.is_some()),
            ("disorder", deck.disorder.is_some()),
            ("spectrum", deck.spectrum.is_some()),
        ];
        if deck.spectrum.is_some() || deck.chain.is_some() {
            for (table, there) in generating {
                self.refuse_if(
                    !there,
                    table,
                    "the table is missing",
                    "generating data needs [chain], [disorder] and [spectrum]",
                );
            }
        }
        let stages = deck.spectrum.is_some()
            || deck.learn.is_some()
            || deck.predict.is_some()
            || deck.scaling.is_some();
        self.refuse_if(
            !stages,
            "",
            "the deck describes no stage",
            "add [chain], [disorder] and [spectrum] to generate, [learn], [predict] or [scaling]",
        );
    }
}

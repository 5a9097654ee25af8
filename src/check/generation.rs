//! What the head of a deck, `[run]`, `[chain]` and `[spectrum]` may not say, and what they name.

use super::complaints::Complaints;
use crate::deck::{Chain, Deck, Run, Spectrum, States, VERSION};
use crate::eigen::{Choice, METHODS};
use crate::error::number;
use crate::levels::{self, Statistic};
use crate::{indicators, observables};

/// What the names of `[spectrum]` stand for.
pub struct Names {
    /// The solver; any, where the name was refused.
    pub solver: Choice,
    /// The indicators that are known.
    pub indicators: Vec<&'static indicators::Description>,
    /// The observables that are known.
    pub observables: Vec<&'static observables::Description>,
    /// The statistics of all levels that are known.
    pub statistics: Vec<&'static Statistic>,
}

impl Names {
    /// What is prepared for chains without windows.
    pub fn none() -> Self {
        let shared = METHODS.iter().find(|method| method.is_shared);
        Self {
            solver: shared.map_or(Choice::Auto, Choice::Named),
            indicators: Vec::new(),
            observables: Vec::new(),
            statistics: Vec::new(),
        }
    }
}

impl Complaints {
    /// Checks the keys above the tables.
    pub fn top_level(&mut self, deck: &Deck) {
        self.refuse_if(
            deck.version != VERSION,
            "version",
            format!("{} is not a version that this program reads", deck.version),
            format!("this program reads version {VERSION}"),
        );
        self.text("name", &deck.name);
        self.path("output", &deck.output);
    }

    /// Checks `[run]`.
    pub fn run(&mut self, run: &Run) {
        self.refuse_if(
            run.threads == 0,
            "run.threads",
            "0 is no thread",
            "write 1 or more",
        );
    }

    /// Checks `[chain]`.
    pub fn chain(&mut self, chain: &Chain) {
        self.sizes("chain.sizes", &chain.sizes);
        self.refuse_if(
            !chain.coupling.is_finite(),
            "chain.coupling",
            format!("{} is not a coupling", number(chain.coupling)),
            "write a finite number",
        );
        self.refuse_if(
            !chain.anisotropy.is_finite(),
            "chain.anisotropy",
            format!("{} is not an anisotropy", number(chain.anisotropy)),
            "write a finite number; 1 is the Heisenberg chain",
        );
    }

    /// Checks `[spectrum]`, and resolves its names.
    pub fn spectrum(&mut self, spectrum: &Spectrum) -> Names {
        self.energy_densities("spectrum.energy_densities", &spectrum.energy_densities.0);
        let named = METHODS.iter().map(|it| (it.name, Choice::Named(it)));
        let solvers = named.chain([("auto", Choice::Auto)]);
        let solver = self.known("spectrum.solver", &spectrum.solver, solvers);
        let indicators = self.indicators("spectrum.indicators", &spectrum.indicators);
        let (observables, statistics) = self.observables(spectrum);
        let fewest = match spectrum.states {
            States::Count(count) => count,
            States::Fraction { min, .. } => min,
        };
        self.refuse_if(
            fewest < 3 && spectrum.indicators.iter().any(|name| name == "gap_ratio"),
            "spectrum.states",
            format!("{fewest} levels have no two gaps to compare"),
            "gap_ratio needs 3 or more",
        );
        Names {
            solver: solver.unwrap_or(Choice::Auto),
            indicators,
            observables,
            statistics,
        }
    }

    /// The observables of windows, and the statistics of all levels.
    fn observables(
        &mut self,
        spectrum: &Spectrum,
    ) -> (
        Vec<&'static observables::Description>,
        Vec<&'static Statistic>,
    ) {
        let key = "spectrum.observables";
        let of_windows = observables::ALL.iter().map(|it| (it.name, Ok(it)));
        let of_levels = levels::ALL.iter().map(|it| (it.name, Err(it)));
        let known = self.all_known(key, &spectrum.observables, of_windows.chain(of_levels));
        let (mut observables, mut statistics) = (Vec::new(), Vec::new());
        for known in known {
            match known {
                Ok(observable) => observables.push(observable),
                Err(statistic) => statistics.push(statistic),
            }
        }
        if let Some(statistic) = statistics.first() {
            self.refuse_if(
                spectrum.solver != "dense",
                key,
                format!("{} needs all levels of a realization", statistic.name),
                "write spectrum.solver = \"dense\"",
            );
        }
        self.observable_settings(spectrum);
        (observables, statistics)
    }

    fn observable_settings(&mut self, spectrum: &Spectrum) {
        let key = "spectrum.orders";
        for &order in &spectrum.orders {
            self.refuse_if(
                !(order > 0.0 && order.is_finite()),
                key,
                format!("{} is not an order of an entropy", number(order)),
                "write positive numbers",
            );
        }
        let orders = &spectrum.orders;
        let twice = (1..orders.len()).find(|&place| orders[..place].contains(&orders[place]));
        self.refuse_if(
            twice.is_some(),
            key,
            "an order is there twice",
            "write each once",
        );
        let cutoff = spectrum.regularisation;
        self.refuse_if(
            !(cutoff >= 0.0 && cutoff.is_finite()),
            "spectrum.regularisation",
            format!("{} is not a cutoff", number(cutoff)),
            "write 0 or a positive number",
        );
    }

    /// Tables that make sense only together.
    pub fn needs(&mut self, deck: &Deck) {
        let generating = [
            ("chain", deck.chain.is_some()),
            ("disorder", deck.disorder.is_some()),
            ("spectrum", deck.spectrum.is_some() || deck.quench.is_some()),
        ];
        if deck.spectrum.is_some() || deck.quench.is_some() || deck.chain.is_some() {
            for (table, there) in generating {
                self.refuse_if(
                    !there,
                    table,
                    "the table is missing",
                    "generating data needs [chain], [disorder], and [spectrum] or [quench]",
                );
            }
        }
        let stages = deck.spectrum.is_some()
            || deck.quench.is_some()
            || deck.learn.is_some()
            || deck.predict.is_some()
            || deck.scaling.is_some();
        self.refuse_if(
            !stages,
            "",
            "the deck describes no stage",
            "add [chain], [disorder], and [spectrum] or [quench] to generate, [learn], [predict] or [scaling]",
        );
    }
}

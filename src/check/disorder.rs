//! What `[disorder]` may not say, and where its fields come from.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::complaints::Complaints;
use crate::chain::{Distribution, Fields, GivenFields};
use crate::deck::{Chain, Disorder, DisorderKind, Phase};
use crate::error::number;

impl Complaints {
    /// Checks `[disorder]`; where its fields come from, if it says so.
    pub fn disorder(
        &mut self,
        disorder: &Disorder,
        chain: Option<&Chain>,
        given: Option<&Arc<GivenFields>>,
    ) -> Option<Fields> {
        self.given(disorder);
        self.wave(disorder);
        if disorder.kind == DisorderKind::Given {
            let given = given?;
            self.strengths("disorder.strengths", &given.strengths);
            return Some(Fields::Given(Arc::clone(given)));
        }
        if disorder.strengths.0.is_empty() {
            let message = "\"strengths\" is missing or empty";
            self.refuse_if(true, "disorder", message, "name one or more");
        }
        self.strengths_of("disorder.strengths", &disorder.strengths.0);
        self.realizations(disorder, chain);
        self.refuse_if(
            disorder.seed.is_none(),
            "disorder",
            "\"seed\" is missing",
            "add it",
        );
        let seed = disorder.seed?;
        let distribution = match disorder.kind {
            DisorderKind::Uniform => Distribution::Uniform,
            DisorderKind::Gaussian => Distribution::Gaussian,
            DisorderKind::Binary => Distribution::Binary,
            DisorderKind::QuasiPeriodic => {
                let (beta, phase) = disorder.wave()?;
                Distribution::QuasiPeriodic { beta, phase }
            }
            DisorderKind::Given => return None,
        };
        Some(Fields::Drawn { distribution, seed })
    }

    fn realizations(&mut self, disorder: &Disorder, chain: Option<&Chain>) {
        let drawn = &disorder.realizations;
        let key = "disorder.realizations";
        let sizes = chain.map_or(&[][..], |chain| &chain.sizes);
        self.refuse_if(
            sizes.iter().all(|&sites| drawn.all(sites) == 0) && !sizes.is_empty(),
            key,
            "nothing is drawn",
            "give train or test a positive number",
        );
        let known: BTreeSet<usize> = sizes.iter().copied().collect();
        for sites in drawn.train.sizes().chain(drawn.test.sizes()) {
            self.refuse_if(
                !known.is_empty() && !known.contains(&sites),
                key,
                format!("{sites} is not in chain.sizes"),
                "name lengths that are generated",
            );
        }
        let equal = matches!(disorder.wave(), Some((_, Phase::Fixed(_))));
        self.refuse_if(
            equal && sizes.iter().any(|&sites| drawn.all(sites) > 1),
            key,
            "with one phase all realizations are the same field",
            "draw 1 in all, or write disorder.phase = \"random\"",
        );
    }

    /// Checks the wave number and the phase, which other kinds than "quasi-periodic" do not have.
    fn wave(&mut self, disorder: &Disorder) {
        for (key, there) in [
            ("disorder.beta", disorder.beta.is_some()),
            ("disorder.phase", disorder.phase.is_some()),
        ] {
            self.refuse_if(
                there && disorder.kind != DisorderKind::QuasiPeriodic,
                key,
                format!("\"{}\" fields are no wave", disorder.kind.name()),
                "take it out, or write disorder.kind = \"quasi-periodic\"",
            );
        }
        let (beta, phase) = (disorder.beta.unwrap_or_default(), disorder.phase);
        self.refuse_if(
            !beta.is_finite(),
            "disorder.beta",
            format!("{} is not a wave number", number(beta)),
            "write a finite number",
        );
        if let Some(Phase::Fixed(phase)) = phase {
            self.refuse_if(
                !phase.is_finite(),
                "disorder.phase",
                format!("{} is not a phase", number(phase)),
                "write a finite number of radians, or \"random\"",
            );
        }
    }
}

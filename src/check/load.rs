//! Reading a deck and checking it: what the program starts from.

use std::path::Path;
use std::sync::Arc;

use super::complaints::{Complaint, Complaints};
use super::generation::Names;
use super::given::{fill, given_fields};
use crate::chain::{Fields, GivenFields};
use crate::deck::{self, LoadedDeck, Spectrum};
use crate::error::{Error, Problem, Result};
use crate::learn::Architecture;
use crate::plan::{Generation, Knowledge, Plan, Resources};
use crate::scaling::Method;

/// A deck that this program can run, its names resolved to what they stand for.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The deck with its text.
    pub source: LoadedDeck,
    /// What it generates, if anything.
    pub generation: Option<Generation>,
    /// Where fields come from, if it says so.
    pub fields: Option<Fields>,
    /// The networks that it trains, if any.
    pub architecture: Option<Architecture>,
    /// The methods of scaling that it uses.
    pub methods: Vec<&'static Method>,
}

/// Reads the deck at `path` with `overrides` of the form `key.path=value` applied, and checks it.
///
/// # Errors
/// [`Error::File`] when it cannot be read, [`Error::Deck`] with every problem found in it.
pub fn load(path: &Path, overrides: &[String]) -> Result<Checked> {
    let source = deck::load(path, overrides)?;
    let given = given_fields(&source)?;
    checked(source, given)
}

/// As [`load`], for a deck whose `text` was read from `path` before.
///
/// # Errors
/// [`Error::Deck`] with every problem found in it.
pub fn parse(path: &Path, text: String, overrides: &[String]) -> Result<Checked> {
    let source = deck::parse(path, text, overrides)?;
    let given = given_fields(&source)?;
    checked(source, given)
}

/// As [`parse`], with the fields that another rank has read for this deck.
///
/// # Errors
/// [`Error::Deck`] with every problem found in it.
pub fn parse_with(
    path: &Path,
    text: String,
    overrides: &[String],
    given: Option<GivenFields>,
) -> Result<Checked> {
    checked(deck::parse(path, text, overrides)?, given)
}

impl Checked {
    /// The fields that it gives, if any.
    pub fn given(&self) -> Option<&GivenFields> {
        match &self.fields {
            Some(Fields::Given(given)) => Some(given),
            _ => None,
        }
    }

    /// Plans the deck.
    ///
    /// # Errors
    /// Those of [`Plan::new`].
    pub fn plan(self, resources: Resources, knowledge: Knowledge) -> Result<Plan> {
        let Self {
            source,
            generation,
            fields,
            ..
        } = self;
        Plan::new(source, generation, fields, resources, knowledge)
    }
}

fn problems(source: &LoadedDeck, found: Vec<Complaint>) -> Vec<Problem> {
    let keys: Vec<&str> = found.iter().map(|it| it.key.as_str()).collect();
    let lines = source.lines(&keys);
    let problem = |(it, line): (Complaint, Option<usize>)| Problem {
        file: source.path.clone(),
        line,
        key: it.key,
        message: it.message,
        remedy: it.remedy,
    };
    found.into_iter().zip(lines).map(problem).collect()
}

/// Checks a deck and resolves its names in one walk.
fn checked(mut source: LoadedDeck, given: Option<GivenFields>) -> Result<Checked> {
    let mut found = Complaints::default();
    let given = given.map(|given| Arc::new(found.agree(&source.deck, given)));
    if let Some(given) = &given {
        fill(&mut source.deck, given);
    }
    let (deck, given) = (&source.deck, given.as_ref());
    found.top_level(deck);
    found.run(&deck.run);
    if let Some(chain) = &deck.chain {
        found.chain(chain);
    }
    let disorder = deck.disorder.as_ref();
    let fields = disorder.and_then(|it| found.disorder(it, deck.chain.as_ref(), given));
    let spectrum = deck.spectrum.as_ref();
    let names = spectrum.map(|spectrum| found.spectrum(spectrum));
    let quench = deck.quench.as_ref();
    let quench = quench.and_then(|quench| found.quench(quench, deck.chain.as_ref()));
    let learn = deck.learn.as_ref();
    let architecture = learn.and_then(|learn| found.learn(learn, deck));
    if let Some(predict) = &deck.predict {
        found.predict(predict, deck, given.map(Arc::as_ref));
    }
    let scaling = deck.scaling.as_ref();
    let methods = scaling.map_or(Vec::new(), |scaling| found.scaling(scaling, deck));
    found.needs(deck);
    let found = found.all();
    if !found.is_empty() {
        return Err(Error::Deck(problems(&source, found)));
    }
    let generation = match (&deck.chain, disorder.zip(fields.as_ref())) {
        (Some(chain), Some((disorder, fields))) => {
            let names = names.unwrap_or_else(Names::none);
            Some(Generation {
                chain: chain.clone(),
                disorder: disorder.clone(),
                fields: fields.clone(),
                spectrum: deck.spectrum.clone().unwrap_or_else(Spectrum::none),
                solver: names.solver,
                indicators: names.indicators,
                observables: names.observables,
                statistics: names.statistics,
                quench,
            })
        }
        _ => None,
    };
    Ok(Checked {
        source,
        generation,
        fields,
        architecture,
        methods,
    })
}

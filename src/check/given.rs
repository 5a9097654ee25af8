//! The file of given fields, and what a deck may say beside it.

use super::complaints::Complaints;
use crate::chain::GivenFields;
use crate::deck::{Deck, Disorder, DisorderKind, LoadedDeck, Realizations, Split};
use crate::error::{Error, Result};
use crate::store;

/// Reads the fields that a deck gives; none if it gives none.
///
/// # Errors
/// [`Error::Deck`] when the file is refused.
pub fn given_fields(source: &LoadedDeck) -> Result<Option<GivenFields>> {
    let disorder = source.deck.disorder.as_ref();
    let disorder = disorder.filter(|it| it.kind == DisorderKind::Given);
    let Some(data) = disorder.and_then(|it| it.data.as_ref()) else {
        return Ok(None);
    };
    let refuse = |error: Error| {
        let problem = source.problem("disorder.data", &error.to_string(), "");
        Error::Deck(vec![problem])
    };
    store::given_fields(&source.file(data))
        .map(Some)
        .map_err(refuse)
}

/// Writes what the file of fields says into the keys that a deck leaves to it.
pub fn fill(deck: &mut Deck, given: &GivenFields) {
    let mut sizes = given.sizes();
    if let Some(chain) = &mut deck.chain {
        if chain.sizes.is_empty() {
            chain.sizes.clone_from(&sizes);
        }
        sizes.clone_from(&chain.sizes);
    }
    if let Some(disorder) = &mut deck.disorder {
        disorder.strengths.0.clone_from(&given.strengths);
        disorder.realizations = given.realizations(&sizes);
        disorder.identity = Some(store::fields_identity(given).to_string());
    }
}

impl Complaints {
    /// Checks that keys which a deck need not have agree with the file of fields. Returns the fields,
    /// with the strength that the deck names where the file has none.
    pub fn agree(&mut self, deck: &Deck, mut given: GivenFields) -> GivenFields {
        let sizes = deck.chain.as_ref().map_or(&[][..], |chain| &chain.sizes);
        let known = given.sizes();
        for size in sizes.iter().filter(|size| !known.contains(size)) {
            self.refuse_if(
                true,
                "chain.sizes",
                format!("disorder.data has no fields of {size} sites, only of {known:?}"),
                "name lengths of the file, or leave chain.sizes out",
            );
        }
        let Some(disorder) = &deck.disorder else {
            return given;
        };
        let strengths = &disorder.strengths.0;
        if !given.has_strengths && strengths.len() == 1 {
            given.strengths.clone_from(strengths);
        }
        self.refuse_if(
            !strengths.is_empty() && *strengths != given.strengths,
            "disorder.strengths",
            match given.has_strengths {
                true => format!("disorder.data has other strengths, {:?}", given.strengths),
                false => "disorder.data has no strengths, so that one stands for all".to_owned(),
            },
            "take it out, or name those of the file",
        );
        let sizes = if sizes.is_empty() { &known } else { sizes };
        let (asked, there) = (&disorder.realizations, given.realizations(sizes));
        let differs = |split, size: &usize| asked.of(split, *size) != there.of(split, *size);
        let differs = |split| sizes.iter().any(|size| differs(split, size));
        self.refuse_if(
            *asked != Realizations::default() && Split::ALL.into_iter().any(differs),
            "disorder.realizations",
            "disorder.data has another number of fields",
            "take it out: all fields of the file are realizations",
        );
        let identity = store::fields_identity(&given).to_string();
        self.refuse_if(
            disorder.identity.as_ref().is_some_and(|it| *it != identity),
            "disorder.identity",
            format!("the fields of disorder.data have the identity {identity}"),
            "take it out, or give the file that it is of",
        );
        given
    }

    /// Checks the keys of given fields.
    pub fn given(&mut self, disorder: &Disorder) {
        let is_given = disorder.kind == DisorderKind::Given;
        self.refuse_if(
            is_given && disorder.data.is_none(),
            "disorder",
            "\"data\" is missing",
            "name the file of the fields",
        );
        self.refuse_if(
            is_given && disorder.seed.is_some(),
            "disorder.seed",
            "given fields are not drawn",
            "take it out",
        );
        if let Some(data) = &disorder.data {
            self.path("disorder.data", data);
        }
        for (key, there) in [
            ("disorder.data", disorder.data.is_some()),
            ("disorder.identity", disorder.identity.is_some()),
        ] {
            self.refuse_if(
                there && !is_given,
                key,
                format!("\"{}\" fields are drawn", disorder.kind.name()),
                "take it out, or write disorder.kind = \"given\"",
            );
        }
    }
}

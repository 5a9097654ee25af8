//! Deck entries that change what a result is.

use crate::deck::Deck;

/// Those of these entries that differ between two decks, each with both values.
pub fn differences(earlier: &Deck, now: &Deck) -> Vec<String> {
    let values = |deck: &Deck| {
        let (chain, disorder, spectrum) = (&deck.chain, &deck.disorder, &deck.spectrum);
        let chain = chain.as_ref();
        let spectrum = spectrum.as_ref();
        [
            ("chain.coupling", chain.map(|c| format!("{}", c.coupling))),
            (
                "chain.anisotropy",
                chain.map(|c| format!("{}", c.anisotropy)),
            ),
            ("chain.boundary", chain.map(|c| format!("{:?}", c.boundary))),
            (
                "disorder.kind",
                disorder.as_ref().map(|d| format!("{:?}", d.kind)),
            ),
            (
                "disorder.seed",
                disorder.as_ref().map(|d| d.seed.to_string()),
            ),
            (
                "spectrum.states",
                spectrum.map(|s| format!("{:?}", s.states)),
            ),
            ("spectrum.solver", spectrum.map(|s| s.solver.clone())),
            (
                "spectrum.indicators",
                spectrum.map(|s| s.indicators.join(" ")),
            ),
            (
                "spectrum.store_energies",
                spectrum.map(|s| s.store_energies.to_string()),
            ),
        ]
    };
    let text = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
    values(earlier)
        .into_iter()
        .zip(values(now))
        .filter(|(before, after)| before != after)
        .map(|((key, before), (_, after))| {
            format!("{key} = {} there and {} here", text(before), text(after))
        })
        .collect()
}

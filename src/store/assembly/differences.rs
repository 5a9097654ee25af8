//! Deck entries that change what a result is.

use crate::deck::Deck;

/// The keys that all results in a file have in common.
const KEYS: [&str; 9] = [
    "chain.coupling",
    "chain.anisotropy",
    "chain.boundary",
    "disorder.kind",
    "disorder.seed",
    "spectrum.states",
    "spectrum.solver",
    "spectrum.indicators",
    "spectrum.store_energies",
];

/// Those of these entries that differ between two decks, each with both values.
pub fn differences(earlier: &Deck, now: &Deck) -> Vec<String> {
    let differing = earlier.differences(now, &KEYS).into_iter();
    differing
        .map(|(key, [before, after])| format!("{key} = {before} there and {after} here"))
        .collect()
}

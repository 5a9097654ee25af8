//! Bytes on disk, and bytes for people.

use super::generation::Generation;
use super::machine::Machine;
use crate::chain::sector_dimension;
use crate::deck::LoadedDeck;
use crate::error::Problem;

/// Bytes of data.h5, by the dimensions of its arrays.
pub fn data_bytes(generation: &Generation) -> f64 {
    let Generation {
        chain,
        disorder,
        spectrum,
        indicators,
    } = generation;
    let windows = spectrum.energy_densities.0.len();
    let per_realization = |&sites: &usize| {
        let energies = if spectrum.store_energies {
            spectrum.states.of(sector_dimension(sites))
        } else {
            0
        };
        let each = sites + 2 + windows * (indicators.len() + 3 + energies);
        (disorder.realizations.all(sites) * each) as f64
    };
    8.0 * disorder.strengths.0.len() as f64 * chain.sizes.iter().map(per_realization).sum::<f64>()
}

/// What is wrong when the data do not fit on the disk.
pub fn too_large(
    source: &LoadedDeck,
    generation: &Generation,
    machine: &Machine,
) -> Option<Problem> {
    let bytes = data_bytes(generation);
    let free = machine.free_disk? as f64;
    let message = format!(
        "the data would take {} and the disk of {} has {} free",
        report_bytes(bytes),
        source.deck.output.display(),
        report_bytes(free)
    );
    let remedy = "ask for fewer realizations, strengths or energies, or another output";
    (bytes > free).then(|| source.problem("disorder.realizations", &message, remedy))
}

/// A number of bytes for people.
pub fn report_bytes(bytes: f64) -> String {
    bytesize::ByteSize(bytes as u64).to_string()
}

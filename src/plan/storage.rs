//! Bytes on disk, and bytes for people.

use super::generation::Generation;
use super::machine::Machine;
use crate::chain::sector_dimension;
use crate::deck::LoadedDeck;
use crate::error::Problem;
use crate::quench::Quench;

/// Bytes of data.h5, by the dimensions of its arrays.
pub fn data_bytes(generation: &Generation) -> f64 {
    let bytes = |&sites: &usize| {
        let realizations = generation.disorder.realizations.all(sites) as f64;
        realizations * realization_bytes(generation, sites)
    };
    let strengths = generation.disorder.strengths.0.len() as f64;
    strengths * generation.chain.sizes.iter().map(bytes).sum::<f64>()
}

/// Bytes of a realization in data.h5.
fn realization_bytes(generation: &Generation, sites: usize) -> f64 {
    let spectrum = &generation.spectrum;
    let states = spectrum.states.of(sector_dimension(sites));
    let energies = if spectrum.store_energies { states } else { 0 };
    let observables = generation.observables.iter();
    let observed: usize = observables.map(|it| it.values(sites, spectrum)).sum();
    let windows = spectrum.energy_densities.0.len();
    let statistics = generation.statistics.iter();
    let statistics: usize = statistics
        .map(|it| it.values(sector_dimension(sites)))
        .sum();
    let each =
        sites + 2 + statistics + windows * (generation.indicators.len() + 3 + energies + observed);
    let quench = generation.quench.as_ref();
    8.0 * (each + quench.map_or(0, |quench| quench_values(quench, sites))) as f64
}

/// Numbers of the quenches of a realization in data.h5.
fn quench_values(quench: &Quench, sites: usize) -> usize {
    let observables = quench.observables.iter();
    let at_one_time: usize = observables.map(|it| it.values(sites)).sum();
    1 + quench.samples * (1 + sites + quench.times.len() * at_one_time)
}

/// Bytes in which rank 0 merges the results of a whole campaign into data.h5: each number twice, in
/// a record and in its table, with what records and lines of run.jsonl take beside. Measured for
/// chains of four sites: 1.1 kB for a realization of one window, 7.3 kB for one of 19 windows.
pub fn gather_bytes(generation: &Generation) -> f64 {
    let windows = generation.spectrum.energy_densities.0.len() as f64;
    let beside = RECORD_BYTES + WINDOW_BYTES * windows;
    let bytes = |&sites: &usize| {
        let realizations = generation.disorder.realizations.all(sites) as f64;
        realizations * (2.0 * realization_bytes(generation, sites) + beside)
    };
    let strengths = generation.disorder.strengths.0.len() as f64;
    strengths * generation.chain.sizes.iter().map(bytes).sum::<f64>()
}

const RECORD_BYTES: f64 = 1000.0;
const WINDOW_BYTES: f64 = 120.0;

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

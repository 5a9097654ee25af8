//! The dimensions that the axes of observables and statistics are.

use std::collections::BTreeMap;

use crate::chain::sector_dimension;
use crate::deck::Spectrum;
use crate::plan::Generation;
use crate::store::table::Dimension;
use crate::{levels, observables};

/// The axes of observables of windows.
const OF_WINDOWS: [(observables::Axis, Dimension); 10] = {
    use observables::Axis;
    [
        (Axis::State, Dimension::State),
        (Axis::Pair, Dimension::Pair),
        (Axis::Site, Dimension::Site),
        (Axis::Distance, Dimension::Distance),
        (Axis::Cut, Dimension::Cut),
        (Axis::Level, Dimension::Level),
        (Axis::Order, Dimension::Order),
        (Axis::RatioBin, Dimension::RatioBin),
        (Axis::SpinBin, Dimension::SpinBin),
        (Axis::ElementBin, Dimension::ElementBin),
    ]
};

/// The axes of statistics of all levels.
const OF_LEVELS: [(levels::Axis, Dimension); 4] = {
    use levels::Axis;
    [
        (Axis::Level, Dimension::SectorLevel),
        (Axis::EnergyBin, Dimension::EnergyBin),
        (Axis::Tau, Dimension::Tau),
        (Axis::Interval, Dimension::Interval),
    ]
};

/// The dimension of an axis of an observable.
pub fn of_windows(axis: observables::Axis) -> Dimension {
    let known = OF_WINDOWS.iter().find(|known| known.0 == axis);
    known.expect("every axis is a dimension").1
}

/// The dimension of an axis of a statistic.
pub fn of_levels(axis: levels::Axis) -> Dimension {
    let known = OF_LEVELS.iter().find(|known| known.0 == axis);
    known.expect("every axis is a dimension").1
}

/// The length of a dimension that is an axis; zero for others.
pub fn length_of(dimension: Dimension, sites: usize, spectrum: &Spectrum) -> usize {
    if let Some((axis, _)) = OF_WINDOWS.iter().find(|known| known.1 == dimension) {
        return axis.length(sites, spectrum);
    }
    let axis = OF_LEVELS.iter().find(|known| known.1 == dimension);
    axis.map_or(0, |(axis, _)| axis.length(sector_dimension(sites)))
}

/// The coordinates of axes that do not only count.
pub fn coordinates(generation: &Generation) -> BTreeMap<Dimension, Vec<f64>> {
    let axes = generation.observables.iter().flat_map(|it| it.axes);
    let windows = axes.map(|&it| (of_windows(it), it.values(&generation.spectrum)));
    let axes = generation.statistics.iter().flat_map(|it| it.axes);
    let levels = axes.map(|&it| (of_levels(it), it.values()));
    let times = generation
        .quench
        .iter()
        .map(|it| (Dimension::Time, it.times.clone()));
    let all = windows.chain(levels).chain(times);
    all.filter(|(_, values)| !values.is_empty()).collect()
}

//! Data with a known answer, for the tests.

use std::collections::BTreeMap;

use ndarray::Array3;

use crate::comm::Alone;
use crate::deck::{Drift, Growth, Normalisation, Scaling, Source, Split};
use crate::error::Result;
use crate::random::{stream, unit};
use crate::scaling::data::{Curve, Input, Request, Selection, Target, TargetData};
use crate::scaling::fit::errors::complete_errors;
use crate::scaling::fit::{Fit, FitInput, Results, Workers};
use crate::scaling::methods::{
    Estimate, IndicatorCurves, METHODS, Method, NestedFits, ScalingModel, quality,
};
use crate::scaling::scale;
use crate::store::{Dimension, Quantity, Table};

pub const CRITICAL: f64 = 6.2;
pub const EXPONENT: f64 = 0.9;

/// A curve as published, of 100 realizations.
pub fn curve(sites: usize, strengths: &[f64], means: &[f64], errors: &[f64]) -> Curve {
    Curve {
        sites,
        strengths: strengths.to_vec(),
        means: means.to_vec(),
        errors: errors.to_vec(),
        realizations: vec![100; means.len()],
    }
}

/// Published gap ratios of these sizes within a window; the file says whose.
pub fn reference(sizes: &[usize], window: [f64; 2]) -> Vec<Curve> {
    let text = include_str!("../../../tests/data/gap_ratio_reference.csv");
    let rows: Vec<Vec<f64>> = text
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_digit()))
        .map(|line| {
            line.split(',')
                .map(|field| field.parse().unwrap())
                .collect()
        })
        .filter(|row: &Vec<f64>| (window[0]..=window[1]).contains(&row[1]))
        .collect();
    let column = |sites: usize, index: usize| -> Vec<f64> {
        let rows = rows.iter().filter(|row| row[0] as usize == sites);
        rows.map(|row| row[index]).collect()
    };
    sizes
        .iter()
        .map(|&sites| {
            curve(
                sites,
                &column(sites, 1),
                &column(sites, 2),
                &column(sites, 3),
            )
        })
        .collect()
}

/// A deck that scales the gap ratio over a window, with all sizes.
pub fn deck(window: [f64; 2]) -> Scaling {
    Scaling {
        sources: vec![Source::Exact],
        targets: vec!["gap_ratio".to_owned()],
        window,
        sizes: Vec::new(),
        split: None,
        normalisation: Normalisation::Sector,
        methods: vec!["quality".to_owned()],
        joint: false,
        correction: false,
        degree: 3,
        growths: vec![Growth::PowerLaw],
        drifts: vec![Drift::Constant],
        bootstrap: 200,
        seed: 1,
        parameters: BTreeMap::new(),
        scan: None,
    }
}

/// A table of three realizations of the gap ratio at ε = 0.5.
pub fn table(
    sites: usize,
    split: Split,
    strengths: &[f64],
    value: impl Fn(f64, usize) -> f64,
) -> Table {
    table_of(sites, split, strengths, 3, value)
}

fn table_of(
    sites: usize,
    split: Split,
    strengths: &[f64],
    realizations: usize,
    value: impl Fn(f64, usize) -> f64,
) -> Table {
    let shape = (strengths.len(), realizations, 1);
    let values = Array3::from_shape_fn(shape, |(point, realization, _)| {
        value(strengths[point], realization)
    });
    let quantity = Quantity {
        dimensions: vec![
            Dimension::Strength,
            Dimension::Realization,
            Dimension::EnergyDensity,
        ],
        units: "1".to_owned(),
        description: String::new(),
        values: values.into_dyn(),
    };
    Table {
        sites,
        split,
        strengths: strengths.to_vec(),
        energy_densities: vec![0.5],
        times: Vec::new(),
        quantities: BTreeMap::from([("gap_ratio".to_owned(), quantity)]),
        solver: None,
        failures: BTreeMap::new(),
        counts: Vec::new(),
        unread: BTreeMap::new(),
    }
}

/// Realizations about one master curve, with the fall of the gap ratio and its spread at 100
/// levels; the sizes have different grids.
fn tables_of(seed: u64, sizes: &[usize], realizations: usize) -> Vec<Table> {
    let of_size = |&sites: &usize| {
        let shift = 0.1 * (sites % 4) as f64;
        let strengths: Vec<f64> = (0..9)
            .map(|step| 4.0 + shift / 2.0 + 0.475 * f64::from(step))
            .collect();
        table_of(sites, Split::Train, &strengths, realizations, |h, r| {
            let x = (sites as f64).powf(1.0 / EXPONENT) * (h - CRITICAL);
            let master = 0.46 - 0.07 * (x / 25.0).tanh();
            let mut stream = stream(seed, [sites as u64, h.to_bits(), 7, r as u64]);
            // Uniform with standard deviation 0.03.
            master + 0.03 * 12.0_f64.sqrt() * (unit(&mut stream) - 0.5)
        })
    };
    sizes.iter().map(of_size).collect()
}

/// Tables of L = 8, 10, 12 with 100 realizations.
pub fn synthetic_tables(seed: u64) -> Vec<Table> {
    synthetic_tables_of(seed, &[8, 10, 12])
}

/// Tables of these sizes with 100 realizations.
pub fn synthetic_tables_of(seed: u64, sizes: &[usize]) -> Vec<Table> {
    tables_of(seed, sizes, 100)
}

/// The same, gathered.
pub fn synthetic(seed: u64, sizes: &[usize], realizations: usize) -> TargetData {
    let input = Input::Realizations(tables_of(seed, sizes, realizations));
    let deck = deck([4.0, 8.0]);
    gathered(&input, &deck, &Source::Exact, "gap_ratio", Some(0.5))
        .ok()
        .unwrap()
}

/// The data of a target with positive errors, as a fit gets them.
pub fn gathered(
    input: &Input,
    scaling: &Scaling,
    source: &Source,
    target: &str,
    energy_density: Option<f64>,
) -> Result<TargetData> {
    let request = Request {
        scaling,
        source,
        selection: &Selection::new(scaling),
        target: &Target::new(target),
        energy_density,
    };
    let mut data = input.gather(&request)?;
    complete_errors(&mut data)?;
    Ok(data)
}

/// This process with one thread.
pub fn alone() -> Workers<'static> {
    Workers::new(&Alone, 1).unwrap()
}

/// The fits of a deck, on this process.
pub fn fits_of(scaling: &Scaling, source: &Source, input: &Input) -> Result<Results> {
    let is_named = |known: &&Method| scaling.methods.iter().any(|name| name == known.name);
    let methods: Vec<&Method> = METHODS.iter().filter(is_named).collect();
    scale(&alone(), scaling, &methods, source, input)
}

/// The fit of a model to curves of one indicator, within its own ranges.
pub fn found_by(model: &dyn ScalingModel, curves: &[Curve]) -> Option<Estimate> {
    let indicators = [IndicatorCurves {
        name: "gap_ratio",
        curves,
    }];
    NestedFits::new(&indicators, &BTreeMap::new()).best(model)
}

/// The fit of the first model of a method.
pub fn found(method: &Method, curves: &[Curve]) -> Option<Estimate> {
    found_by(&*(method.models)(&deck([0.0, 0.0]))[0], curves)
}

/// A fit by quality to so many synthetic realizations.
pub fn fit_by_quality(sizes: &[usize], realizations: usize) -> Fit {
    let scaling = deck([4.0, 8.0]);
    let data = [synthetic(1, sizes, realizations)];
    let input = FitInput {
        scaling: &scaling,
        source: &Source::Exact,
        energy_density: Some(0.5),
        selection: &Selection::new(&scaling),
        data: &data,
    };
    let models = (quality::METHOD.models)(&scaling);
    input.fits(&alone(), "quality", &models).remove(0)
}

//! Data with a known answer, and the whole of scaling on them.

use std::collections::BTreeMap;

use ndarray::Array3;

use super::*;
use crate::chain::{stream, unit};
use crate::comm::Alone;
use crate::indicators::Normalisation;
use crate::plan::Split;
use crate::store::{Dimension, Quantity};

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
    let text = include_str!("../../tests/data/gap_ratio_reference.csv");
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
    let column = |sites: usize, place: usize| -> Vec<f64> {
        let rows = rows.iter().filter(|row| row[0] as usize == sites);
        rows.map(|row| row[place]).collect()
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
        normalisation: Normalisation::Sector,
        bootstrap: 200,
        seed: 1,
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
        quantities: BTreeMap::from([("gap_ratio".to_owned(), quantity)]),
        solver: None,
        failures: BTreeMap::new(),
    }
}

/// Realizations about one master curve, with the fall of the gap ratio and its spread at 100
/// levels; the sizes have different grids.
fn tables_of(seed: u64, sizes: &[usize], realizations: usize) -> Vec<Table> {
    let of_size = |&sites: &usize| {
        let shift = 0.1 * (sites % 4) as f64;
        let strengths: Vec<f64> = (0..9)
            .map(|place| 4.0 + shift / 2.0 + 0.475 * f64::from(place))
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
    tables_of(seed, &[8, 10, 12], 100)
}

/// The same, gathered.
pub fn synthetic(seed: u64, sizes: &[usize], realizations: usize) -> data::Data {
    let tables = tables_of(seed, sizes, realizations);
    data::gather(&deck([4.0, 8.0]), Source::Exact, &tables, "gap_ratio", 0.5).unwrap()
}

fn covers(parameter: Parameter, truth: f64) -> bool {
    parameter.low.unwrap() <= truth && truth <= parameter.high.unwrap()
}

/// Of 20 data sets, 95 % intervals should cover 19; 16 or fewer have a probability of 1.6 %.
#[test]
fn intervals_cover_the_truth() {
    let mut covered = [0, 0];
    for seed in 0..20 {
        let mut scaling = deck([4.0, 8.0]);
        scaling.bootstrap = 100;
        scaling.seed = seed;
        let fits = scale(&Alone, &scaling, Source::Exact, &synthetic_tables(seed)).unwrap();
        covered[0] += usize::from(covers(fits[0].h_c, CRITICAL));
        covered[1] += usize::from(covers(fits[0].nu, EXPONENT));
    }
    assert!(covered.iter().all(|&count| count >= 17), "{covered:?}");
}

/// With errors ten times smaller the answer is ten times nearer: nothing is biased at that level.
#[test]
fn precise_data_give_precise_answers() {
    let data = synthetic(3, &[8, 10, 12], 10_000);
    let found = (quality::METHOD.fit)(&data.curves).unwrap();
    assert!((found.critical - CRITICAL).abs() < 0.03, "{found:?}");
    assert!((found.exponent - EXPONENT).abs() < 0.05, "{found:?}");
    assert!((0.4..2.0).contains(&found.quality), "{found:?}");
}

/// However the data fall, the search is not caught above what a dense scan of the plane finds.
#[test]
fn refits_find_the_lowest_valley() {
    for seed in 0..4 {
        let mut curves = reference(&[14, 16, 18], [4.0, 9.5]);
        let mut noise = stream(seed, [14, 16, 18, 0]);
        for curve in &mut curves {
            for (mean, error) in curve.means.iter_mut().zip(&curve.errors) {
                *mean += 12.0_f64.sqrt() * (unit(&mut noise) - 0.5) * error;
            }
        }
        let found = (quality::METHOD.fit)(&curves).unwrap();
        let mut quality = quality::Quality::new(&curves);
        let mut lowest = f64::INFINITY;
        for critical in (0..=275).map(|step| 4.0 + 0.02 * f64::from(step)) {
            for exponent in (0..=160).map(|step| 0.2 * 25_f64.powf(f64::from(step) / 160.0)) {
                let collapse = quality.at(critical, exponent);
                if 2 * collapse.points_used >= curve::points(&curves) {
                    lowest = lowest.min(collapse.quality);
                }
            }
        }
        assert!(found.quality <= lowest, "{found:?}, scan {lowest}");
    }
}

#[test]
fn every_target_and_energy_density_is_fitted() {
    let mut tables = synthetic_tables(5);
    for table in &mut tables {
        let gap_ratio = table.quantities["gap_ratio"].clone();
        let mut both = gap_ratio.clone();
        let upper = gap_ratio.values.mapv(|value| value + 0.01);
        both.values = ndarray::concatenate![ndarray::Axis(2), gap_ratio.values, upper];
        table.energy_densities = vec![0.3, 0.5];
        for name in ["gap_ratio", "spin_fraction"] {
            table.quantities.insert(name.to_owned(), both.clone());
        }
    }
    let mut scaling = deck([4.0, 8.0]);
    scaling.bootstrap = 5;
    scaling.targets = vec!["spin_fraction".to_owned(), "gap_ratio".to_owned()];
    let fits = scale(&Alone, &scaling, Source::Predicted, &tables).unwrap();
    let about: Vec<(&str, f64)> = fits
        .iter()
        .map(|fit| (fit.target.as_str(), fit.energy_density))
        .collect();
    assert_eq!(
        about,
        [
            ("spin_fraction", 0.3),
            ("spin_fraction", 0.5),
            ("gap_ratio", 0.3),
            ("gap_ratio", 0.5)
        ]
    );
    // The same realizations are drawn for every indicator and energy density, and S does not see
    // a constant: all fits agree.
    for fit in &fits {
        assert!((fit.h_c.value - fits[0].h_c.value).abs() < 1e-3);
        assert!((fit.h_c.low.unwrap() - fits[0].h_c.low.unwrap()).abs() < 1e-3);
        assert_eq!(fit.source, Source::Predicted);
    }
}

#[test]
fn what_cannot_be_scaled_is_refused() {
    let refused = |scaling: &Scaling, tables: &[Table]| {
        let outcome = scale(&Alone, scaling, Source::Exact, tables);
        outcome.unwrap_err().to_string()
    };
    assert!(refused(&deck([4.0, 8.0]), &[]).contains("no exact data"));
    let mut scaling = deck([4.0, 8.0]);
    scaling.targets = vec!["entanglement".to_owned()];
    let message = refused(&scaling, &synthetic_tables(1));
    assert!(
        message.contains("no \"entanglement\", only gap_ratio"),
        "{message}"
    );
}

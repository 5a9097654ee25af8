//! The whole of scaling on data with a known answer.

mod coverage;
mod extreme;
mod fixture;
mod gather;
mod nested;

use std::collections::BTreeMap;

pub use fixture::{
    alone, curve, deck, fit_by_quality, fits_of, found, found_by, reference, synthetic,
    synthetic_tables,
};

use super::data::{Row, point_count, read};
use super::methods::{MasterCurve, quality};
use crate::deck::{Bounds, Drift, Growth, Scan};
use crate::random::{stream, unit};
use crate::scaling::*;
use crate::store::Table;
use fixture::*;

fn scaled(scaling: &Scaling, tables: &[Table]) -> Result<Results> {
    let input = Input::Realizations(tables.to_vec());
    fits_of(scaling, &Source::Exact, &input)
}

/// With errors ten times smaller, the answer is ten times nearer: no bias of that size exists.
#[test]
fn precise_data_give_precise_answers() {
    let data = synthetic(3, &[8, 10, 12], 10_000);
    let found = found(&quality::METHOD, &data.curves).unwrap();
    assert!((found.critical - CRITICAL).abs() < 0.03, "{found:?}");
    assert!((found.exponent - EXPONENT).abs() < 0.05, "{found:?}");
    assert!((0.4..2.0).contains(&found.cost), "{found:?}");
}

/// For any resample, the search finds a cost that is no higher than that of a dense scan.
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
        let found = found(&quality::METHOD, &curves).unwrap();
        let mut master = MasterCurve::new(&curves);
        let mut lowest = f64::INFINITY;
        for critical in (0..=275).map(|step| 4.0 + 0.02 * f64::from(step)) {
            for exponent in (0..=160).map(|step| 0.2 * 25_f64.powf(f64::from(step) / 160.0)) {
                let collapse = master.collapse(critical, exponent, 0.0);
                if 2 * collapse.points_used >= point_count(&curves) {
                    lowest = lowest.min(collapse.quality());
                }
            }
        }
        assert!(found.cost <= lowest, "{found:?}, scan {lowest}");
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
    let fits = scaled(&scaling, &tables).unwrap().fits;
    let about: Vec<(&str, f64)> = fits
        .iter()
        .map(|fit| (fit.target.as_str(), fit.energy_density.unwrap()))
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
    // The same realizations are drawn for every indicator and energy density, and S does not depend
    // on a constant: all fits agree.
    for fit in &fits {
        assert!((fit.h_c.value - fits[0].h_c.value).abs() < 1e-3);
        assert!((fit.h_c.low.unwrap() - fits[0].h_c.low.unwrap()).abs() < 1e-3);
    }
}

#[test]
fn what_cannot_be_scaled_is_refused() {
    let refused =
        |scaling: &Scaling, tables: &[Table]| scaled(scaling, tables).unwrap_err().to_string();
    assert!(refused(&deck([4.0, 8.0]), &[]).contains("no exact data"));
    let mut scaling = deck([4.0, 8.0]);
    scaling.targets = vec!["entanglement".to_owned()];
    let message = refused(&scaling, &synthetic_tables(1));
    assert!(
        message.contains("no \"entanglement\", only gap_ratio"),
        "{message}"
    );
}

/// The Binder cumulant of the two-dimensional Ising model has β_c = ln(1 + √2)/2 (Onsager) and ν = 1.
///
/// Fits to all lengths agree within 0.3 % and 5 %, but not within their errors, because short lengths
/// have corrections to scaling. From 24 on, the intervals of the process contain the truth.
#[test]
fn the_ising_model_is_critical_at_onsagers_point() {
    faer::set_global_parallelism(faer::Par::Seq);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ising_binder.csv");
    let input = Input::Means(read(&path).unwrap().0);
    let mut scaling = deck([0.42, 0.46]);
    scaling.targets = vec!["binder".to_owned()];
    scaling.methods = vec!["quality".to_owned(), "process".to_owned()];
    scaling.bootstrap = 100;
    let source = Source::Table("ising_binder.csv".to_owned());
    let exact = (1.0 + 2.0_f64.sqrt()).ln() / 2.0;
    let mut misses = Vec::new();
    for sizes in [vec![12, 16, 24, 32, 48], vec![24, 32, 48]] {
        let only_long = sizes.len() == 3;
        scaling.sizes = sizes;
        for fit in fits_of(&scaling, &source, &input).unwrap().fits {
            let (h_c, nu) = (fit.h_c, fit.nu);
            assert!(
                (h_c.value / exact - 1.0).abs() < 0.003,
                "{}: {h_c:?}",
                fit.method
            );
            assert!(
                (1.0 / nu.value - 1.0).abs() < 0.05,
                "{}: {nu:?}",
                fit.method
            );
            if only_long && fit.method == "process" {
                assert!(
                    (h_c.low.unwrap()..h_c.high.unwrap()).contains(&exact),
                    "{h_c:?}"
                );
                assert!((nu.low.unwrap()..nu.high.unwrap()).contains(&1.0), "{nu:?}");
            }
            assert_eq!((fit.energy_density, fit.symbol.as_str()), (None, "binder"));
            misses.push((h_c.value - exact).abs());
        }
    }
    assert!(misses[2] < misses[0] && misses[3] < misses[1], "{misses:?}");
}

/// For noisy curves of a Kosterlitz–Thouless transition, this form costs less than the power law with
/// the same number of parameters.
#[test]
fn kosterlitz_and_thouless_differ_from_a_power_law() {
    let row = |sites: usize, strength: f64| {
        let apart: f64 = strength - 6.0;
        let x = (sites as f64 * (-2.5 / apart.abs().sqrt()).exp()).copysign(apart);
        let mut noise = stream(3, [sites as u64, strength.to_bits(), 0, 0]);
        Row {
            sites,
            strength,
            mean: 0.46 - 0.07 * (x / 2.0).tanh() + 0.0004 * (unit(&mut noise) - 0.5),
            error: Some(0.0002),
            realizations: None,
            epsilon: None,
            indicator: None,
        }
    };
    let strengths = (0..25).map(|step| 3.0 + 0.25 * f64::from(step));
    let sizes = [10, 12, 14, 16, 18];
    let rows = strengths.flat_map(|strength| sizes.map(|sites| row(sites, strength)));
    let input = Input::Means(rows.collect::<Vec<Row>>().into());
    let mut scaling = deck([3.0, 9.0]);
    scaling.methods = vec!["cost".to_owned()];
    scaling.growths = vec![Growth::PowerLaw, Growth::KosterlitzThouless];
    scaling.drifts = vec![Drift::Constant, Drift::Linear];
    scaling.bootstrap = 5;
    let results = fits_of(&scaling, &Source::Exact, &input).unwrap();
    assert_eq!(results.comparisons.len(), 2);
    for (comparison, free) in results.comparisons.iter().zip([2, 3]) {
        assert_eq!(comparison.free, free);
        let [best, other] = &comparison.candidates[..] else {
            panic!("{comparison:?}");
        };
        assert!(best.ansatz.starts_with("Kosterlitz"), "{comparison:?}");
        assert!(best.cost < other.cost, "{comparison:?}");
        let shares = best.best_of_refits.unwrap() + other.best_of_refits.unwrap();
        assert!((shares - 1.0).abs() < 1e-12, "{comparison:?}");
    }
    let fit = results
        .fits
        .iter()
        .find(|fit| fit.nu.value.is_nan())
        .unwrap();
    assert!((fit.h_c.value - 6.0).abs() < 0.15, "{:?}", fit.h_c);
}

/// 1 − 2r has the information of r: a joint fit of both has the optimum of one.
#[test]
fn joint_fits_share_the_critical_point() {
    faer::set_global_parallelism(faer::Par::Seq);
    let mut tables = synthetic_tables(5);
    for table in &mut tables {
        let mut mirrored = table.quantities["gap_ratio"].clone();
        mirrored.values.mapv_inplace(|value| 1.0 - 2.0 * value);
        table
            .quantities
            .insert("spin_fraction".to_owned(), mirrored);
    }
    let mut scaling = deck([4.0, 8.0]);
    scaling.targets.push("spin_fraction".to_owned());
    scaling.methods = ["quality", "process", "crossings"]
        .map(str::to_owned)
        .to_vec();
    scaling.joint = true;
    scaling.bootstrap = 2;
    let fits = scaled(&scaling, &tables).unwrap().fits;
    let of = |target: &str, method: &str| {
        let mut all = fits.iter();
        all.find(|fit| fit.target == target && fit.method == method)
            .unwrap()
    };
    assert_eq!(fits.len(), 8, "crossings have no joint fit");
    let both = "gap_ratio+spin_fraction";
    for method in ["quality", "process"] {
        let (one, two) = (of("gap_ratio", method), of(both, method));
        assert!((one.h_c.value - two.h_c.value).abs() < 2e-3, "{method}");
        assert!((one.nu.value - two.nu.value).abs() < 2e-3, "{method}");
        assert!((one.quality - two.quality).abs() < 1e-3, "{method}");
        assert_eq!(two.data.len(), 6);
    }
    let costs = [of("gap_ratio", "process").cost, of(both, "process").cost];
    assert!((2.0 * costs[0] - costs[1]).abs() < 1e-3, "{costs:?}");
    assert!(
        of(both, "process")
            .parameters
            .contains_key("spin_fraction.theta_1")
    );
}

#[test]
fn parameters_are_held_as_the_deck_says() {
    faer::set_global_parallelism(faer::Par::Seq);
    let mut scaling = deck([4.0, 8.0]);
    scaling.methods = ["quality", "process", "polynomial"]
        .map(str::to_owned)
        .to_vec();
    scaling.bootstrap = 2;
    scaling.parameters = BTreeMap::from([
        ("nu".to_owned(), Bounds::Fixed(EXPONENT)),
        ("h_c".to_owned(), Bounds::Between([5.0, 5.5])),
    ]);
    for fit in scaled(&scaling, &synthetic_tables(5)).unwrap().fits {
        assert_eq!(fit.nu.value, EXPONENT, "{}", fit.method);
        assert_eq!(fit.nu.low, Some(EXPONENT));
        // The truth, 6.2, is beyond.
        assert!(
            (fit.h_c.value - 5.5).abs() < 1e-3,
            "{}: {:?}",
            fit.method,
            fit.h_c
        );
        let said = fit
            .warnings
            .iter()
            .any(|warning| warning.contains("at the bound"));
        assert!(said, "{:?}", fit.warnings);
    }
}

#[test]
fn the_scan_leaves_out_the_shortest_chains() {
    let tables = [8, 10, 12, 14].map(|sites| synthetic_tables_of(5, &[sites]).remove(0));
    let mut scaling = deck([4.0, 8.0]);
    scaling.bootstrap = 2;
    scaling.scan = Some(Scan {
        shortest: Vec::new(),
        windows: vec![[4.0, 8.0], [5.0, 7.5], [50.0, 60.0]],
    });
    let results = scaled(&scaling, &tables).unwrap();
    let found: Vec<(usize, f64)> = results
        .scan
        .iter()
        .map(|fit| (fit.sizes[0], fit.window[0]))
        .collect();
    // In the last window there are no data.
    assert_eq!(found, [(8, 4.0), (10, 4.0), (8, 5.0), (10, 5.0)]);
    assert_eq!(results.scan[0].h_c, results.fits[0].h_c);
    assert_ne!(results.scan[1].h_c, results.fits[0].h_c);
}

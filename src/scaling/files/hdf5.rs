//! scaling.h5: what scaling.json holds, and every refit, as arrays.

use std::path::Path;

use ndarray::Array2;

use crate::error::Result;
use crate::scaling::fit::{Comparison, Fit, Parameter, Results, Scaled};
use crate::scaling::methods::Line;
use crate::store::{self, Array, Attribute, Section, Values};

/// Writes what `deck`, given as text, asked for.
///
/// # Errors
/// [`Error::File`](crate::error::Error::File) when it cannot be written.
pub fn write_arrays(path: &Path, deck: &str, results: &Results) -> Result<()> {
    let numbered = |part: &str, number: usize| format!("{part}/{:03}", number + 1);
    let fits = results.fits.iter().enumerate();
    let scan = results.scan.iter().enumerate();
    let comparisons = results.comparisons.iter().enumerate();
    let sections: Vec<Section> = fits
        .map(|(k, fit)| of_fit(numbered("fits", k), fit))
        .chain(scan.map(|(k, fit)| of_fit(numbered("scan", k), fit)))
        .chain(comparisons.map(|(k, one)| of_comparison(numbered("comparisons", k), one)))
        .collect();
    store::write_arrays(path, "mblscale-scaling", deck, &sections)
}

fn of_fit(path: String, fit: &Fit) -> Section {
    let text = |text: &str| Attribute::Text(text.to_owned());
    let sizes = fit.sizes.iter().map(|&sites| sites as f64);
    let mut attributes = vec![
        ("source", text(fit.source.name())),
        ("target", text(&fit.target)),
        ("symbol", text(&fit.symbol)),
        ("method", text(fit.method)),
        ("ansatz", text(&fit.ansatz)),
        ("sizes", Attribute::Numbers(sizes.collect())),
        ("window", Attribute::Numbers(fit.window.to_vec())),
        ("normalisation", text(fit.normalisation.name())),
        ("free", Attribute::Count(fit.free)),
        ("measure", text(fit.measure)),
        ("cost", Attribute::Number(fit.cost)),
        ("quality", Attribute::Number(fit.quality)),
        ("points", Attribute::Count(fit.points)),
        ("points_used", Attribute::Count(fit.points_used)),
        ("bootstrap", Attribute::Count(fit.bootstrap)),
        ("warnings", text(&fit.warnings.join("\n"))),
    ];
    attributes.extend(
        fit.energy_density
            .map(|value| ("energy_density", Attribute::Number(value))),
    );
    let arrays = [
        parameters(fit),
        refits(fit),
        points(&fit.data),
        lines(&fit.lines),
    ];
    Section {
        path,
        attributes,
        arrays: arrays.concat(),
    }
}

/// h_c, ν, then the others by name.
fn named(fit: &Fit) -> Vec<(String, Parameter)> {
    let first = [("h_c".to_owned(), fit.h_c), ("nu".to_owned(), fit.nu)];
    let others = fit.parameters.iter();
    let others = others.map(|(name, parameter)| (name.clone(), *parameter));
    first.into_iter().chain(others).collect()
}

fn parameters(fit: &Fit) -> Vec<Array> {
    const OVER: &[&str] = &["parameter"];
    let named = named(fit);
    let column = |value: fn(&Parameter) -> Option<f64>| -> Values {
        let all = named.iter().map(|(_, own)| value(own).unwrap_or(f64::NAN));
        all.collect::<Vec<f64>>().into()
    };
    let names = named.iter().map(|(name, _)| name.clone()).collect();
    vec![
        array(
            "parameter",
            OVER,
            "name of the parameter",
            Values::Texts(names),
        ),
        array("value", OVER, "the fit", column(|own| Some(own.value))),
        array(
            "low",
            OVER,
            "lower end of the 95 % interval",
            column(|own| own.low),
        ),
        array(
            "high",
            OVER,
            "upper end of the 95 % interval",
            column(|own| own.high),
        ),
    ]
}

fn refits(fit: &Fit) -> Vec<Array> {
    const OVER: &[&str] = &["refit"];
    let rows = &fit.refits.rows;
    if rows.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = named(fit).into_iter().map(|(name, _)| name).collect();
    let column = |name: &String| fit.refits.columns.iter().position(|known| known == name);
    let places: Vec<Option<usize>> = names.iter().map(column).collect();
    let values = Array2::from_shape_fn((rows.len(), names.len()), |(row, parameter)| {
        places[parameter].map_or(f64::NAN, |column| rows[row][column])
    });
    let cost: Vec<f64> = rows.iter().map(|row| row[0]).collect();
    let values = Values::Numbers(values.into_dyn());
    vec![
        array(
            "refit",
            OVER,
            "number of the refit",
            Values::Counts((0..rows.len()).collect()),
        ),
        array(
            "refit_cost",
            OVER,
            "what the method makes small",
            cost.into(),
        ),
        array(
            "refits",
            &["refit", "parameter"],
            "parameters of the refits",
            values,
        ),
    ]
}

fn points(data: &[Scaled]) -> Vec<Array> {
    const OVER: &[&str] = &["point"];
    if data.is_empty() {
        return Vec::new();
    }
    let numbers = |of: fn(&Scaled, usize) -> f64| -> Values {
        let all = data
            .iter()
            .flat_map(|own| (0..own.curve.means.len()).map(move |k| of(own, k)));
        all.collect::<Vec<f64>>().into()
    };
    let counts = |of: fn(&Scaled, usize) -> usize| {
        let all = data
            .iter()
            .flat_map(|own| (0..own.curve.means.len()).map(move |k| of(own, k)));
        Values::Counts(all.collect())
    };
    let targets = data
        .iter()
        .flat_map(|own| vec![own.target.clone(); own.curve.means.len()]);
    let targets: Vec<String> = targets.collect();
    let mean = "mean over the realizations, normalised";
    let x = "scaled strength, such as L^(1/nu) (h - h_c)";
    let place = |own: &Scaled, k: usize| own.x.get(k).copied().unwrap_or(f64::NAN);
    vec![
        array(
            "point",
            OVER,
            "number of the point",
            Values::Counts((0..targets.len()).collect()),
        ),
        array("indicator", OVER, "indicator", Values::Texts(targets)),
        array("L", OVER, "chain length", counts(|own, _| own.curve.sites)),
        Array {
            units: "J",
            ..array(
                "h",
                OVER,
                "disorder strength",
                numbers(|own, k| own.curve.strengths[k]),
            )
        },
        array("mean", OVER, mean, numbers(|own, k| own.curve.means[k])),
        array(
            "error",
            OVER,
            "standard error of the mean",
            numbers(|own, k| own.curve.errors[k]),
        ),
        array(
            "realizations",
            OVER,
            "realizations of the mean, 0 if unknown",
            counts(|own, k| own.curve.realizations[k]),
        ),
        array("x", OVER, x, numbers(place)),
        array(
            "y",
            OVER,
            "mean in the collapse",
            numbers(|own, k| own.factor * own.curve.means[k]),
        ),
        array(
            "y_error",
            OVER,
            "standard error in the collapse",
            numbers(|own, k| own.factor * own.curve.errors[k]),
        ),
    ]
}

fn lines(lines: &[Line]) -> Vec<Array> {
    const OVER: &[&str] = &["node"];
    let count: usize = lines.iter().map(|line| line.places.len()).sum();
    if count == 0 {
        return Vec::new();
    }
    let numbers = |of: fn(&Line) -> &[f64]| -> Values {
        lines
            .iter()
            .flat_map(of)
            .copied()
            .collect::<Vec<f64>>()
            .into()
    };
    let targets = lines
        .iter()
        .flat_map(|line| vec![line.target.clone(); line.places.len()]);
    let sites = lines
        .iter()
        .flat_map(|line| vec![line.sites.unwrap_or(0); line.places.len()]);
    let at = "x of a master curve, h of the curve of one length";
    vec![
        array(
            "node",
            OVER,
            "number of the node",
            Values::Counts((0..count).collect()),
        ),
        array(
            "curve_indicator",
            OVER,
            "indicator",
            Values::Texts(targets.collect()),
        ),
        array(
            "curve_L",
            OVER,
            "chain length, 0 of a master curve",
            Values::Counts(sites.collect()),
        ),
        array("curve_at", OVER, at, numbers(|line| &line.places)),
        array(
            "curve_value",
            OVER,
            "the curve of the fit",
            numbers(|line| &line.values),
        ),
    ]
}

fn of_comparison(path: String, one: &Comparison) -> Section {
    const OVER: &[&str] = &["ansatz"];
    let mut attributes = vec![
        ("source", Attribute::Text(one.source.name().to_owned())),
        ("target", Attribute::Text(one.target.clone())),
        ("method", Attribute::Text(one.method.to_owned())),
        ("free", Attribute::Count(one.free)),
    ];
    attributes.extend(
        one.energy_density
            .map(|value| ("energy_density", Attribute::Number(value))),
    );
    let all = one.candidates.iter();
    let names = all
        .clone()
        .map(|candidate| candidate.ansatz.clone())
        .collect();
    let costs: Vec<f64> = all.clone().map(|candidate| candidate.cost).collect();
    let best = all.map(|candidate| candidate.best_of_refits.unwrap_or(f64::NAN));
    let share = "fraction of the refits in which it costs least";
    Section {
        path,
        attributes,
        arrays: vec![
            array(
                "ansatz",
                OVER,
                "the model in words, the best first",
                Values::Texts(names),
            ),
            array("cost", OVER, "what the method makes small", costs.into()),
            array(
                "best_of_refits",
                OVER,
                share,
                best.collect::<Vec<f64>>().into(),
            ),
        ],
    }
}

/// An array of pure numbers, or of names.
fn array(
    name: &'static str,
    dimensions: &'static [&'static str],
    description: &'static str,
    values: Values,
) -> Array {
    Array {
        name,
        dimensions,
        description,
        units: "1",
        values,
    }
}

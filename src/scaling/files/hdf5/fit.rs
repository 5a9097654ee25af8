//! A fit in scaling.h5.

use ndarray::Array2;

use super::axis::Axis;
use super::points::{fitted_curves, points};
use crate::scaling::fit::{Fit, Parameter};
use crate::store::{Array, Attribute, Section, Values};

/// The group of a fit.
pub fn section(path: String, fit: &Fit) -> Section {
    let arrays = [
        parameters(fit),
        refits(fit),
        points(&fit.data),
        fitted_curves(&fit.fitted_curves),
    ];
    Section {
        path,
        attributes: attributes(fit),
        arrays: arrays.concat(),
    }
}

fn attributes(fit: &Fit) -> Vec<(&'static str, Attribute)> {
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
    let energy_density = fit.energy_density.map(Attribute::Number);
    attributes.extend(energy_density.map(|value| ("energy_density", value)));
    attributes
}

/// h_c, ν, then the others by name.
fn named(fit: &Fit) -> Vec<(String, Parameter)> {
    let first = [("h_c".to_owned(), fit.h_c), ("nu".to_owned(), fit.nu)];
    let others = fit.parameters.iter();
    let others = others.map(|(name, parameter)| (name.clone(), *parameter));
    first.into_iter().chain(others).collect()
}

fn parameters(fit: &Fit) -> Vec<Array> {
    let axis = Axis(&["parameter"]);
    let named = named(fit);
    let column = |value: fn(&Parameter) -> Option<f64>| -> Vec<f64> {
        let all = named.iter().map(|(_, own)| value(own).unwrap_or(f64::NAN));
        all.collect()
    };
    let value = column(|own| Some(own.value));
    let (low, high) = (column(|own| own.low), column(|own| own.high));
    let names = Values::Texts(named.into_iter().map(|(name, _)| name).collect());
    vec![
        axis.array("parameter", "name of the parameter", names),
        axis.array("value", "the fit", value),
        axis.array("low", "lower end of the 95 % interval", low),
        axis.array("high", "upper end of the 95 % interval", high),
    ]
}

fn refits(fit: &Fit) -> Vec<Array> {
    let rows = &fit.refits.rows;
    if rows.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = named(fit).into_iter().map(|(name, _)| name).collect();
    let column = |name: &String| fit.refits.columns.iter().position(|known| known == name);
    let columns: Vec<Option<usize>> = names.iter().map(column).collect();
    let values = Array2::from_shape_fn((rows.len(), names.len()), |(row, parameter)| {
        columns[parameter].map_or(f64::NAN, |column| rows[row][column])
    });
    let values = Values::Numbers(values.into_dyn());
    let numbers = Values::Counts((0..rows.len()).collect());
    let cost: Vec<f64> = rows.iter().map(|row| row[0]).collect();
    let axis = Axis(&["refit"]);
    vec![
        axis.array("refit", "number of the refit", numbers),
        axis.array("refit_cost", "what the method makes small", cost),
        Axis(&["refit", "parameter"]).array("refits", "parameters of the refits", values),
    ]
}

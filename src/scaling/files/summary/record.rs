//! The results of scaling without data, curves and refits.

use serde::{Deserialize, Deserializer};

use crate::scaling::data::Origin;
use crate::scaling::fit::{Candidate, Comparison, Fit, Parameter, Results};

/// The results of scaling without data, curves and refits.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Summary {
    /// The sources that were scaled.
    pub sources: Vec<Origin>,
    /// The fits that the deck asks for.
    pub fits: Vec<FitSummary>,
    /// Comparisons of their models.
    pub comparisons: Vec<ComparisonSummary>,
    /// The fits for other windows and shortest lengths.
    pub scan: Vec<FitSummary>,
}

/// A [`Fit`] without its data.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FitSummary {
    /// Where the data come from.
    pub source: String,
    /// The indicator; several are joined by "+".
    pub target: String,
    /// Energy density ε; none of means from elsewhere.
    pub energy_density: Option<f64>,
    /// The method.
    pub method: String,
    /// Its model in words; empty if the method has one model only.
    pub ansatz: String,
    /// Chain lengths L, ascending.
    pub sizes: Vec<usize>,
    /// The lowest and the highest strength used.
    pub window: [f64; 2],
    /// The critical disorder strength.
    pub h_c: Parameter,
    /// The exponent ν of the correlation length.
    pub nu: Parameter,
    /// The quality S of the collapse.
    #[serde(deserialize_with = "number")]
    pub quality: f64,
    /// What a reader should know.
    pub warnings: Vec<String>,
}

/// A [`Comparison`] as it is shown.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ComparisonSummary {
    /// Where the data come from.
    pub source: String,
    /// The indicator.
    pub target: String,
    /// Energy density ε.
    pub energy_density: Option<f64>,
    /// The number of free parameters of each model.
    pub free: usize,
    /// The models, the best first.
    pub candidates: Vec<Candidate>,
}

impl From<&Results> for Summary {
    fn from(results: &Results) -> Self {
        Self {
            sources: results.sources.clone(),
            fits: results.fits.iter().map(FitSummary::from).collect(),
            comparisons: results.comparisons.iter().map(Into::into).collect(),
            scan: results.scan.iter().map(FitSummary::from).collect(),
        }
    }
}

impl From<&Fit> for FitSummary {
    fn from(fit: &Fit) -> Self {
        Self {
            source: fit.source.name().to_owned(),
            target: fit.target.clone(),
            energy_density: fit.energy_density,
            method: fit.method.to_owned(),
            ansatz: fit.ansatz.clone(),
            sizes: fit.sizes.clone(),
            window: fit.window,
            h_c: fit.h_c,
            nu: fit.nu,
            quality: fit.quality,
            warnings: fit.warnings.clone(),
        }
    }
}

impl From<&Comparison> for ComparisonSummary {
    fn from(comparison: &Comparison) -> Self {
        Self {
            source: comparison.source.name().to_owned(),
            target: comparison.target.clone(),
            energy_density: comparison.energy_density,
            free: comparison.free,
            candidates: comparison.candidates.clone(),
        }
    }
}

/// A number that JSON writes as null where there is none.
fn number<'d, D: Deserializer<'d>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

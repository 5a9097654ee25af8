//! All fits to one source at one energy density.

use super::errors::complete_errors;
use super::input::FitInput;
use super::record::Fit;
use super::workers::Workers;
use crate::deck::{Scaling, Source};
use crate::error::Result;
use crate::scaling::data::{Input, Request, Selection, Target, TargetData};
use crate::scaling::methods::Method;

/// The default scan leaves this many lengths: with fewer, no drift is visible.
const SIZES_OF_SCAN: usize = 3;

/// The requested data, with positive errors.
///
/// # Errors
/// As [`Input::gather`].
pub fn gather(request: &Request, input: &Input) -> Result<TargetData> {
    let mut data = input.gather(request)?;
    complete_errors(&mut data).map_err(|error| request.refusal(error))?;
    Ok(data)
}

/// All fits to one source at one energy density.
pub struct SourceFits<'a> {
    /// The ranks and threads that make the refits.
    pub workers: &'a Workers<'a>,
    /// The deck's table.
    pub scaling: &'a Scaling,
    /// The methods, in the order of their fits.
    pub methods: &'a [&'static Method],
    /// The indicators.
    pub targets: &'a [Target],
    /// Where the data come from.
    pub source: &'a Source,
    /// The contents of the source.
    pub input: &'a Input,
    /// Energy density ε.
    pub energy_density: Option<f64>,
}

impl SourceFits<'_> {
    /// Every method for every target, then for all of them together if the deck asks for it.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::error::Error::Refused) when the data of a target do not suffice.
    pub fn fits(&self, selection: &Selection) -> Result<Vec<Fit>> {
        let data: Vec<TargetData> = self
            .targets
            .iter()
            .map(|target| {
                let request = Request {
                    scaling: self.scaling,
                    source: self.source,
                    selection,
                    target,
                    energy_density: self.energy_density,
                };
                gather(&request, self.input)
            })
            .collect::<Result<_>>()?;
        let mut groups: Vec<&[TargetData]> = data.chunks(1).collect();
        if self.scaling.joint && data.len() > 1 {
            groups.push(&data);
        }
        let mut fits = Vec::new();
        for data in groups {
            let input = FitInput {
                scaling: self.scaling,
                source: self.source,
                energy_density: self.energy_density,
                selection,
                data,
            };
            for method in self.methods {
                if data.len() > 1 && !method.joint {
                    continue;
                }
                let models = (method.models)(self.scaling);
                fits.extend(input.fits(self.workers, method.name, &models));
            }
        }
        Ok(fits)
    }

    /// The fits for the windows and shortest lengths of the deck's scan, where data suffice.
    pub fn scan(&self) -> Vec<Fit> {
        let mut found = Vec::new();
        for selection in self.selections_of_scan() {
            match self.fits(&selection) {
                Ok(fits) => found.extend(fits.into_iter().map(Fit::without_data)),
                Err(error) if self.workers.comm().rank() == 0 => {
                    log::warn!("left out of the scan: {error}");
                }
                Err(_) => {}
            }
        }
        found
    }

    /// Every window of the scan with every shortest length; empty without a scan.
    fn selections_of_scan(&self) -> Vec<Selection> {
        let Some(scan) = &self.scaling.scan else {
            return Vec::new();
        };
        let mut sizes = self.input.sizes();
        if !self.scaling.sizes.is_empty() {
            sizes.retain(|size| self.scaling.sizes.contains(size));
        }
        let last = sizes.len().saturating_sub(SIZES_OF_SCAN - 1).max(1);
        let shortest = match scan.shortest.is_empty() {
            true => sizes.into_iter().take(last).collect(),
            false => scan.shortest.clone(),
        };
        let windows = match scan.windows.is_empty() {
            true => vec![self.scaling.window],
            false => scan.windows.clone(),
        };
        let mut selections = Vec::new();
        for window in windows {
            selections.extend(shortest.iter().map(|&shortest| Selection {
                shortest,
                window,
                ..Selection::new(self.scaling)
            }));
        }
        selections
    }
}

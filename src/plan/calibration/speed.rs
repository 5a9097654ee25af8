//! The measured speed of a machine, and the seconds that follow from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::layout::Layout;
use crate::eigen::{METHODS, Method, Workload};
use crate::indicators::Description;
use crate::version::{COMMIT, VERSION};

/// No factor or exponent of a machine is as large.
const MOST: f64 = 1e6;

/// The speed of a machine. The default is the reference machine, without indicators.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The processor that was measured.
    pub processor: String,
    /// Threads that a rank had.
    pub threads: usize,
    /// Version of the program that was measured.
    pub version: String,
    /// Its commit.
    pub commit: String,
    /// For each solver its measured seconds over the predicted ones with as many threads.
    pub solvers: BTreeMap<String, f64>,
    /// The cost of each indicator.
    pub indicators: BTreeMap<String, PowerLaw>,
}

/// The seconds that an eigenstate of N components takes: factor · N^exponent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PowerLaw {
    /// In seconds.
    pub factor: f64,
    /// The power of N.
    pub exponent: f64,
}

impl Calibration {
    /// What this program measured of `processor`, with so many threads.
    pub fn of_this_program(
        processor: &str,
        threads: usize,
        solvers: BTreeMap<String, f64>,
        indicators: BTreeMap<String, PowerLaw>,
    ) -> Self {
        Self {
            processor: processor.to_owned(),
            threads,
            version: VERSION.to_owned(),
            commit: COMMIT.to_owned(),
            solvers,
            indicators,
        }
    }

    /// Whether every speed is one that a machine can have.
    pub fn is_sound(&self) -> bool {
        let possible = |factor: f64| factor > 0.0 && factor < MOST;
        let law = |law: &PowerLaw| possible(law.factor) && (0.0..MOST).contains(&law.exponent);
        self.solvers.values().copied().all(possible) && self.indicators.values().all(law)
    }

    /// Seconds of a realization by `method` in a layout; one that was not measured counts as on the reference
    /// machine.
    pub fn solver_seconds(&self, method: &Method, workload: &Workload, layout: Layout) -> f64 {
        self.factor(method) * (method.seconds)(workload) * layout.share(method, workload)
    }

    /// Seconds of quenches in a layout that take so many on the reference machine. Their products are those
    /// of the solver that ranks share.
    pub fn quench_seconds(&self, seconds: f64, workload: &Workload, layout: Layout) -> f64 {
        let shared = METHODS.iter().find(|method| method.is_shared);
        shared.map_or(seconds, |method| {
            self.factor(method) * seconds * layout.share(method, workload)
        })
    }

    /// Seconds in which `method` is prepared for a chain length.
    pub fn preparation_seconds(&self, method: &Method, workload: &Workload) -> f64 {
        self.factor(method) * (method.preparation)(workload)
    }

    fn factor(&self, method: &Method) -> f64 {
        self.solvers.get(method.name).copied().unwrap_or(1.0)
    }

    /// Seconds that these indicators take for all windows of a realization; those that were not
    /// measured count as free.
    pub fn indicator_seconds(&self, named: &[&Description], workload: &Workload) -> f64 {
        let states = (workload.targets * workload.states) as f64;
        let laws = named.iter().filter_map(|it| self.indicators.get(it.name));
        // An empty sum would be a negative zero.
        laws.map(|law| states * law.factor * (workload.dimension as f64).powf(law.exponent))
            .fold(0.0, |sum, seconds| sum + seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators;

    #[test]
    fn impossible_speeds_are_not_sound() {
        let with = |factor, exponent| {
            let law = PowerLaw { factor, exponent };
            let indicators = BTreeMap::from([("gap_ratio".to_owned(), law)]);
            let solvers = BTreeMap::from([("dense".to_owned(), 0.8)]);
            Calibration::of_this_program("cpu", 1, solvers, indicators)
        };
        assert!(Calibration::default().is_sound() && with(1e-9, 0.0).is_sound());
        for factor in [-1e-9, 0.0, f64::NAN, f64::INFINITY, 1e300] {
            assert!(!with(factor, 1.0).is_sound(), "{factor}");
        }
        for exponent in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert!(!with(1e-9, exponent).is_sound(), "{exponent}");
        }
    }

    #[test]
    fn predictions_are_scaled_by_what_was_measured() {
        let workload = Workload {
            sites: 10,
            dimension: 252,
            targets: 3,
            states: 20,
            near_ends: 0.0,
        };
        let reference = Calibration::default();
        let method = &METHODS[0];
        let predicted = (method.seconds)(&workload);
        let seconds =
            |calibration: &Calibration| calibration.solver_seconds(method, &workload, Layout::ONE);
        assert_eq!(seconds(&reference), predicted);

        let mut measured = reference.clone();
        measured.solvers.insert(method.name.to_owned(), 2.0);
        assert_eq!(seconds(&measured), 2.0 * predicted);

        let law = PowerLaw {
            factor: 1e-6,
            exponent: 0.5,
        };
        measured.indicators.insert("entanglement".to_owned(), law);
        let named = ["gap_ratio", "entanglement"].map(|name| indicators::named(name).unwrap());
        let expected = 3.0 * 20.0 * 1e-6 * 252.0_f64.sqrt();
        assert!((measured.indicator_seconds(&named, &workload) - expected).abs() < 1e-15);
    }
}

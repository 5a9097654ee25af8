//! The calibration of this machine, measured once and kept in the user's cache folder.

use std::path::{Path, PathBuf};

use sysinfo::{CpuRefreshKind, System};

use super::measure::measure;
use super::speed::Calibration;
use crate::eigen::{Failure, Interrupt, METHODS};
use crate::files::write_whole;
use crate::indicators;
use crate::version::{COMMIT, VERSION};

/// The calibration of this machine for ranks of so many threads, and where it comes from, for
/// people. Where the cache cannot be written, it is measured again by every run.
///
/// # Errors
/// [`Failure::Interrupted`] when the interrupt has come.
pub fn of_this_machine(
    threads: usize,
    interrupt: Interrupt<'_>,
) -> Result<(Calibration, String), Failure> {
    let measure = |processor: &str, threads| {
        log::info!(
            "measuring how fast this machine is with {threads} {} for each rank; this takes some \
             seconds",
            if threads == 1 { "thread" } else { "threads" }
        );
        measure(processor, threads, interrupt)
    };
    match folder() {
        Some(folder) => kept_in(&folder, &processor(), threads, measure),
        None => Ok((
            measure(&processor(), threads)?,
            "measured now, not kept: neither XDG_CACHE_HOME nor HOME is set".to_owned(),
        )),
    }
}

fn kept_in(
    folder: &Path,
    processor: &str,
    threads: usize,
    measure: impl FnOnce(&str, usize) -> Result<Calibration, Failure>,
) -> Result<(Calibration, String), Failure> {
    let path = folder.join(file_name(processor, threads));
    let kept = || read(&path).filter(|kept| is_of(kept, processor, threads));
    if let Some(kept) = kept() {
        return Ok((kept, format!("kept in {}", path.display())));
    }
    let measured = measure(processor, threads)?;
    // Another run may have measured meanwhile: all that come now agree with the first.
    if let Some(kept) = kept() {
        return Ok((kept, format!("kept in {}", path.display())));
    }
    let text = serde_json::to_vec_pretty(&measured).expect("numbers have names for keys");
    let written = std::fs::create_dir_all(folder)
        .map_err(|error| error.to_string())
        .and_then(|()| write_whole(&path, &text).map_err(|error| error.to_string()));
    let origin = match written {
        Ok(()) => format!("measured now, kept in {}", path.display()),
        Err(reason) => format!("measured now, not kept: {reason}"),
    };
    Ok((measured, origin))
}

/// A file that is missing, damaged or of another layout counts as none.
fn read(path: &Path) -> Option<Calibration> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// Whether a calibration is of this processor and program, complete, and possible.
fn is_of(kept: &Calibration, processor: &str, threads: usize) -> bool {
    let mut solvers = METHODS.iter().map(|method| method.name);
    let mut indicators = indicators::ALL.iter().map(|known| known.name);
    kept.is_sound()
        && kept.processor == processor
        && kept.threads == threads
        && kept.version == VERSION
        && kept.commit == COMMIT
        && solvers.all(|name| kept.solvers.contains_key(name))
        && indicators.all(|name| kept.indicators.contains_key(name))
}

fn file_name(processor: &str, threads: usize) -> String {
    let words = processor.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    format!("machine-{}-threads-{threads}.json", words.join("-"))
}

fn processor() -> String {
    let model = System::new().ok().and_then(|mut system| {
        system.refresh_cpu_list(CpuRefreshKind::nothing());
        Some(system.cpus().first()?.brand().trim().to_owned())
    });
    model
        .filter(|model| !model.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}

/// The program's folder among the user's caches, by the XDG base directory specification.
fn folder() -> Option<PathBuf> {
    let caches = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| Some(std::env::home_dir()?.join(".cache")))?;
    Some(caches.join("mblscale"))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::speed::PowerLaw;
    use super::*;

    /// What a machine would have given, and how often it was asked.
    fn kept_by(folder: &Path, processor: &str, asked: &Cell<usize>) -> (Calibration, String) {
        kept_in(folder, processor, 1, |processor, threads| {
            asked.set(asked.get() + 1);
            let law = PowerLaw {
                factor: 1.23e-8,
                exponent: 1.07,
            };
            let solvers = METHODS.iter().map(|method| (method.name.to_owned(), 0.813));
            let indicators = indicators::ALL.iter().map(|it| (it.name.to_owned(), law));
            let (solvers, indicators) = (solvers.collect(), indicators.collect());
            let measured = Calibration::of_this_program(processor, threads, solvers, indicators);
            Ok(measured)
        })
        .unwrap()
    }

    #[test]
    fn a_machine_is_measured_once() {
        let directory = tempfile::tempdir().unwrap();
        let folder = directory.path().join("new/mblscale");
        let asked = Cell::new(0);
        let (measured, origin) = kept_by(&folder, "Some(R) CPU @ 2.1GHz", &asked);
        assert!(origin.starts_with("measured now, kept in"), "{origin}");
        let (kept, origin) = kept_by(&folder, "Some(R) CPU @ 2.1GHz", &asked);
        assert_eq!((kept, asked.get()), (measured, 1));
        assert!(
            origin.ends_with("machine-Some-R-CPU-2-1GHz-threads-1.json"),
            "{origin}"
        );
        kept_by(&folder, "Another", &asked);
        assert_eq!(asked.get(), 2);
    }

    #[test]
    fn a_calibration_of_another_program_or_a_damaged_one_is_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let asked = Cell::new(0);
        let (mut calibration, _) = kept_by(directory.path(), "cpu", &asked);
        let path = directory.path().join(file_name("cpu", 1));
        calibration.commit = "another".to_owned();
        std::fs::write(&path, serde_json::to_vec(&calibration).unwrap()).unwrap();
        kept_by(directory.path(), "cpu", &asked);
        assert_eq!(asked.get(), 2);
        std::fs::write(&path, "{").unwrap();
        let (again, _) = kept_by(directory.path(), "cpu", &asked);
        assert_eq!(asked.get(), 3);
        assert_eq!(again.commit, COMMIT);
        for (times, damage) in (4..).zip([-0.813, 0.0, f64::INFINITY, f64::NAN, 1e300]) {
            let mut calibration = again.clone();
            calibration
                .solvers
                .insert(METHODS[0].name.to_owned(), damage);
            // JSON has no infinity; what serde writes for it is refused as well.
            std::fs::write(&path, serde_json::to_vec(&calibration).unwrap()).unwrap();
            let (mended, _) = kept_by(directory.path(), "cpu", &asked);
            assert_eq!((mended, asked.get()), (again.clone(), times), "{damage}");
        }
    }

    #[test]
    fn without_a_cache_it_is_measured_every_time() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("file");
        std::fs::write(&file, "").unwrap();
        let asked = Cell::new(0);
        for times in 1..3 {
            let (_, origin) = kept_by(&file.join("below"), "cpu", &asked);
            assert!(origin.starts_with("measured now, not kept: "), "{origin}");
            assert_eq!(asked.get(), times);
        }
    }
}

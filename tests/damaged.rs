//! Files with damage anywhere: every reader ends with a result or a message, in little memory.

mod program;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use mblscale::chain::Task;
use mblscale::deck::Split;
use mblscale::learn::Ensemble;
use mblscale::report;
use mblscale::store::{Account, Journal, Journals, Record, WindowRecord, recorded};
use nix::sys::resource::{Resource, UsageWho, getrusage, setrlimit};
use program::succeed;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

const DECK: &str = r#"version = 1
name = "small"
output = "OUTPUT"
chain = { sizes = [4, 6] }
disorder = { strengths = [1.0, 3.0, 6.0], realizations = { train = 4, test = 2 }, seed = 1 }
learn = { train_sizes = [6], targets = ["gap_ratio"], epochs = 1, members = 2 }
predict = { sizes = [6], realizations = 2 }
scaling = { sources = ["exact"], targets = ["gap_ratio"], bootstrap = 2, window = [0.0, 10.0] }
[spectrum]
energy_densities = [0.4, 0.6]
states = 3
indicators = ["gap_ratio", "entanglement"]
"#;

/// An output directory of all stages.
fn output(scratch: &Path) -> PathBuf {
    let (deck, output) = (scratch.join("deck.toml"), scratch.join("out"));
    let text = DECK.replace("OUTPUT", output.to_str().unwrap());
    fs::write(&deck, text).unwrap();
    succeed(0, &["run", deck.to_str().unwrap()]);
    output
}

/// Ways to damage a file, each at a random place.
fn damaged(whole: &[u8], random: &mut Xoshiro256PlusPlus) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    let mut below = |limit: usize| (random.next_u64() % limit as u64) as usize;
    let place = below(bytes.len());
    let end = (place + 1 + below(8)).min(bytes.len());
    match below(6) {
        0 => bytes[place] ^= 1 << below(8),
        1 => bytes[place..end].fill(0xff),
        2 => bytes[place..end].fill(0),
        3 => bytes[place..end]
            .iter_mut()
            .for_each(|byte| *byte = below(256) as u8),
        4 => bytes.truncate(place),
        _ => {
            let from = below(bytes.len() - (end - place));
            bytes.copy_within(from..from + (end - place), place);
        }
    }
    bytes
}

/// Lets `reader` read a file with many kinds of damage.
fn survives(path: &Path, times: usize, reader: &dyn Fn()) {
    let whole = fs::read(path).unwrap();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(whole.len() as u64);
    for number in 0..times {
        fs::write(path, damaged(&whole, &mut random)).unwrap();
        let outcome = catch_unwind(AssertUnwindSafe(reader));
        assert!(
            outcome.is_ok(),
            "{} of damage {number} panics",
            path.display()
        );
    }
    fs::write(path, whole).unwrap();
}

fn record(realization: u32) -> Record {
    let window = WindowRecord {
        indicators: vec![0.4, 0.5],
        states: 3,
        residual: 1e-14,
        missed: 0.0,
        energies: Vec::new(),
        observables: Vec::new(),
        undefined: None,
    };
    Record {
        task: Task {
            sites: 6,
            strength: 3.0,
            split: Split::Train,
            realization,
        },
        field: vec![0.5; 6],
        energy_min: -1.0,
        energy_max: 1.0,
        levels: Vec::new(),
        windows: vec![(0.4, Ok(window)), (0.6, Err("too dark".to_owned()))],
        quench: None,
        account: Account::default(),
    }
}

/// All that is read from an output directory. What it gives does not matter here.
fn read_all(output: &Path) {
    // The directory's summary reads every file in it.
    let _ = (report::info(output), recorded(&output.join("data.h5")));
    let _ = Ensemble::load(&output.join("models")).map(|_| ());
}

#[test]
fn damage_ends_in_a_message() {
    let gibibyte = 1 << 30;
    setrlimit(Resource::RLIMIT_AS, 8 * gibibyte, 8 * gibibyte).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let output = output(scratch.path());
    for (name, times) in [
        ("data.h5", 300),
        ("predictions.h5", 100),
        ("models/member-1.safetensors", 200),
        ("models/member-2.safetensors", 100),
        ("run.jsonl", 100),
        ("training.jsonl", 50),
        ("evaluation.json", 50),
        ("scaling.json", 50),
        ("scaling.h5", 200),
    ] {
        survives(&output.join(name), times, &|| read_all(&output));
    }
    let journals = output.join("journals");
    fs::create_dir(&journals).unwrap();
    let mut journal = Journal::create(&journals, 0, Duration::ZERO).unwrap();
    (0..4).for_each(|realization| journal.append(&record(realization)));
    journal.sync().unwrap();
    survives(&journals.join("rank-00000.records"), 200, &|| {
        let _ = (Journals::read(&journals), report::info(&output));
        let _ = report::info(&journals.join("rank-00000.records"));
    });
    let most = getrusage(UsageWho::RUSAGE_SELF).unwrap().max_rss() * 1024;
    assert!(most < gibibyte as i64 / 2, "{most} bytes");
}

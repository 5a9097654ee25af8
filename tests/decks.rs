//! The deck is an interface: good decks load, bad ones say what is wrong, and all decks that we show
//! are real.

use std::path::{Path, PathBuf};

use mblscale::check::{self, Checked};
use mblscale::deck::{Boundary, Deck, Split};
use mblscale::error::Result;
use mblscale::plan::{Knowledge, Machine, Plan, Resources};

#[path = "decks/bad.rs"]
mod bad;
use bad::Case;

/// A machine that does not depend on where the tests run.
fn resources() -> Resources {
    let machine = Machine {
        host: "test".to_owned(),
        cores: 8,
        memory: 64 << 30,
        free_disk: Some(1 << 40),
    };
    Resources {
        machine,
        ranks: 4,
        ranks_on_node: 4,
    }
}

fn plan(path: &Path, overrides: &[&str]) -> Result<Plan> {
    let overrides: Vec<String> = overrides.iter().map(|&text| text.to_owned()).collect();
    plan_of(check::load(path, &overrides))
}

fn plan_of(checked: Result<Checked>) -> Result<Plan> {
    checked?.plan(resources(), Knowledge::default())
}

fn decks(directory: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

#[test]
fn good_decks_load() {
    for directory in ["tests/decks/good", "input", "input/paper"] {
        for path in decks(directory) {
            if let Err(error) = plan(&path, &[]) {
                panic!("{}: {error}", path.display());
            }
        }
    }
}

/// Decks that need libtorch load where the program has it, and elsewhere say how to get it.
#[test]
fn decks_of_libtorch_load_or_say_what_they_need() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decks/good/learning.toml");
    for (overrides, key) in [
        (&["learn.backend=torch"][..], "learn.backend"),
        (
            &["learn.model.kind=transformer", "learn.model.features=16"],
            "learn.model.kind",
        ),
        (&["learn.model.features=512"], "learn.model.features"),
        (&["learn.model.layers=3"], "learn.model.layers"),
        (&["learn.model.dropout=0.1"], "learn.model.dropout"),
        (&["learn.precision=single"], "learn.precision"),
        (&["learn.device=cuda"], "learn.device"),
    ] {
        match (plan(&path, overrides), cfg!(feature = "torch")) {
            (found, true) => assert!(found.is_ok(), "{overrides:?}"),
            (found, false) => {
                let message = found.unwrap_err().to_string();
                for part in [key, "libtorch", "`make TORCH=1`"] {
                    assert!(message.contains(part), "{message}");
                }
            }
        }
    }
}

#[test]
fn bad_decks_say_what_is_wrong() {
    for case in Case::all() {
        let loaded = check::parse(Path::new("deck"), case.deck, &[]);
        let error = plan_of(loaded).expect_err(&case.name);
        let message = error.to_string().replace("deck:", "");
        for part in case.expected {
            let numbered = part.starts_with(|first: char| first.is_ascii_digit());
            let told = message.lines().any(|line| match numbered {
                true => line.starts_with(&part),
                false => line.contains(&part),
            });
            let name = &case.name;
            assert!(told, "{name}:\nexpected {part}\nsaid     {message}");
        }
    }
}

#[test]
#[should_panic = "a deck must have this line once: sites = [8]"]
fn a_bad_deck_changes_lines_that_are_there() {
    Case::of("case: minimal\n- sites = [8]\n> no message");
}

#[test]
fn overrides_replace_and_add() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decks/good/minimal.toml");
    let changed = plan(
        &path,
        &[
            "output=elsewhere/deep",
            "disorder.realizations.train=7",
            "chain.boundary=open",
            "spectrum.states={ fraction = 0.1, min = 5, max = 50 }",
            "run.threads=2",
        ],
    )
    .unwrap();
    let deck = changed.deck();
    assert_eq!(deck.output, Path::new("elsewhere/deep"));
    let disorder = deck.disorder.as_ref().unwrap();
    assert_eq!(
        Split::ALL.map(|split| disorder.realizations.of(split, 10)),
        [7, 2]
    );
    assert_eq!(deck.chain.as_ref().unwrap().boundary, Boundary::Open);
    assert_eq!(changed.size(10).workload.states, 25);
    assert_eq!(deck.run.threads, 2);
}

/// The last value counts, and a table in braces replaces the whole table of the deck.
#[test]
fn a_table_replaces_and_a_key_adds() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decks/good/minimal.toml");
    let realizations = |overrides: &[&str]| {
        let plan = plan(&path, overrides).unwrap();
        let disorder = plan.deck().disorder.clone().unwrap();
        Split::ALL.map(|split| disorder.realizations.of(split, 10))
    };
    let train = "disorder.realizations.train=7";
    let replaced = "disorder.realizations={ train = 3 }";
    assert_eq!(realizations(&[]), [4, 2]);
    assert_eq!(realizations(&[train]), [7, 2]);
    assert_eq!(realizations(&[replaced]), [3, 0]);
    assert_eq!(realizations(&[replaced, train]), [7, 0]);
    assert_eq!(realizations(&[train, replaced]), [3, 0]);
    assert_eq!(
        realizations(&["disorder . \"realizations\".train=7"]),
        [7, 2]
    );
    let message = plan(&path, &["disorder={ seed = 1 }"])
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("\"strengths\" is missing or empty"),
        "{message}"
    );
}

/// A value that is not TOML is a text, whatever letters it has.
#[test]
fn texts_need_no_quotes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decks/good/minimal.toml");
    for name in ["plain", "a b", "it's \"so\"", "o\u{301}", "a\\b", "x # y"] {
        let plan = plan(&path, &[&format!("name={name}")]).unwrap();
        assert_eq!(plan.deck().name, name);
    }
}

/// Of several overrides the one that is wrong is named, wherever it stands.
#[test]
fn the_wrong_one_of_several_overrides_is_named() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decks/good/minimal.toml");
    let right = [
        "chain.sizes=[6]",
        "name=longer than others",
        "run.threads=2",
    ];
    for place in 0..=right.len() {
        for wrong in ["disorder.seed=-1", "spectrum.states=-1", "disorder.sead=1"] {
            let mut overrides = right.to_vec();
            overrides.insert(place, wrong);
            let message = plan(&path, &overrides).unwrap_err().to_string();
            let key = wrong.split('=').next().unwrap();
            assert!(
                message.contains(&format!(": {key}: ")),
                "{wrong} at {place}: {message}"
            );
        }
    }
}

/// A long list is checked in no time, whether it is right or wrong throughout.
#[test]
fn long_lists_are_checked_in_time() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decks/good/minimal.toml");
    let list = |value: &dyn Fn(usize) -> String| {
        let values: Vec<String> = (0..200_000).map(value).collect();
        format!("[{}]", values.join(", "))
    };
    let once = list(&|k| format!("{k}e-3"));
    for (values, said) in [
        (once.clone(), None),
        (
            list(&|k| format!("-{k}.5")),
            Some("is not a disorder strength"),
        ),
        (
            list(&|k| format!("{}.5", k % 100_000)),
            Some("0.5 is named twice"),
        ),
        (list(&|_| "nan".to_owned()), Some("and 199990 more")),
    ] {
        let began = std::time::Instant::now();
        // One realization of each would not fit the time that a test has.
        let outcome = check::load(&path, &[format!("disorder.strengths={values}")]);
        // A quadratic check would take 2·10¹⁰ comparisons.
        assert!(
            began.elapsed().as_secs() < 20,
            "{said:?}: {:?}",
            began.elapsed()
        );
        match (outcome, said) {
            (Ok(_), None) => {}
            (Err(error), Some(said)) => {
                let message = error.to_string();
                assert!(message.contains(said), "{said}: {message}");
                assert!(message.lines().count() <= 12, "{message}");
            }
            (outcome, said) => panic!("{said:?}: {outcome:?}"),
        }
    }
    for key in [
        "chain.sizes",
        "learn.train_sizes",
        "scaling.sizes",
        "predict.sizes",
    ] {
        let deck = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decks/good/everything.toml");
        let began = std::time::Instant::now();
        let sizes = list(&|k| (2 * k + 2).to_string());
        assert!(
            check::load(&deck, &[format!("{key}={sizes}")]).is_err(),
            "{key}"
        );
        assert!(
            began.elapsed().as_secs() < 20,
            "{key}: {:?}",
            began.elapsed()
        );
    }
}

#[test]
fn wrong_overrides_are_refused_by_name() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decks/good/minimal.toml");
    for (setting, part) in [
        ("chain.sizes", "no value"),
        (
            "chain.sizs=[8]",
            "chain.sizs: unknown key; did you mean \"sizes\"?",
        ),
        ("disorder.seed=pi", "disorder.seed: invalid type"),
        ("chain.sizes=[7]", "chain.sizes: 7 sites"),
        ("output=", "output: is empty"),
        (
            "output=a\u{0}b",
            "output: \"a\\u{0}b\" has control characters",
        ),
        (
            "name=\u{1b}[31mred",
            "name: \"\\u{1b}[31mred\" has control characters",
        ),
        ("chain.si\u{1b}zes=[7]", "is not a key"),
    ] {
        let message = plan(&path, &[setting]).unwrap_err().to_string();
        assert!(message.contains(part), "{setting}: {message}");
        assert!(
            !message.contains("toml:6"),
            "not a line of the deck: {message}"
        );
    }
}

/// Windows that are many share one dense solve while the memory allows it, and go to a solver that
/// needs less where it does not.
#[test]
fn memory_and_cost_choose_the_solver() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decks/good/minimal.toml");
    let chosen = |memory: &str| {
        let windows = "spectrum.energy_densities={ from = 0.05, to = 0.95, step = 0.05 }";
        let settings = ["chain.sizes=[12]", windows, "spectrum.states=100", memory];
        plan(&path, &settings).unwrap().size(12).method.name
    };
    assert_eq!(chosen("run.memory=1 GiB"), "dense");
    assert_ne!(chosen("run.memory=50 MiB"), "dense");
}

/// A size keeps the solver that data.h5 was begun with, whatever the deck would choose now.
#[test]
fn recorded_solvers_are_kept_or_refused() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decks/good/minimal.toml");
    let resume = |solver: &str, memory: &str| {
        let knowledge = Knowledge {
            solvers: [(10, solver.to_owned())].into(),
            ..Knowledge::default()
        };
        check::load(&path, &[format!("run.memory={memory}")])?.plan(resources(), knowledge)
    };
    for solver in ["dense", "shift-invert"] {
        let plan = resume(solver, "1 GiB").unwrap();
        assert_eq!(plan.size(10).method.name, solver);
    }
    let message = resume("divination", "1 GiB").unwrap_err().to_string();
    assert!(
        message.contains("begun with the solver divination, which this program lacks"),
        "{message}"
    );
    let message = resume("shift-invert", "1 MiB").unwrap_err().to_string();
    assert!(
        message.contains("shift-invert needs 38.") && message.contains("a rank has 1.0 MiB"),
        "{message}"
    );
}

/// The resolved deck, which every file carries, is the same deck.
#[test]
fn a_resolved_deck_reads_back() {
    for path in decks("tests/decks/good") {
        let deck = plan(&path, &[]).unwrap().source.deck;
        let again: Deck = toml::from_str(&deck.resolved()).unwrap();
        assert_eq!(deck, again, "{}", path.display());
    }
}

/// docs/deck.md is the one table of keys and defaults: it must name every key, and the defaults that
/// a minimal deck resolves to.
#[test]
fn the_documented_defaults_are_the_real_ones() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let documented = std::fs::read_to_string(root.join("docs/deck.md")).unwrap();
    let mut defaults = std::collections::BTreeMap::new();
    let mut keys = Vec::new();
    for line in documented.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let key = cells[1].trim_matches('`');
        keys.push(key.to_owned());
        if let Some(value) = cells[3].strip_prefix('`') {
            defaults.insert(key.to_owned(), value.trim_end_matches('`').to_owned());
        }
    }
    let deck = plan(&root.join("tests/decks/good/documented.toml"), &[])
        .unwrap()
        .source
        .deck;
    let resolved: toml::Table = deck.resolved().parse().unwrap();
    let mut real = std::collections::BTreeMap::new();
    flatten("", &toml::Value::Table(resolved), &mut real);
    for (key, value) in &defaults {
        let found = real
            .get(key)
            .unwrap_or_else(|| panic!("{key} is not in the resolved deck"));
        assert_eq!(&found.to_string(), value, "default of {key}");
    }
    for key in real.keys() {
        assert!(keys.contains(key), "docs/deck.md does not list {key}");
    }
}

#[test]
fn every_indicator_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let (deck, formats) = (read("docs/deck.md"), read("docs/file-formats.md"));
    for known in mblscale::indicators::ALL {
        let name = known.name;
        assert!(deck.contains(&format!("| \"{name}\" |")), "{name}");
        assert!(formats.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn every_observable_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let (deck, formats) = (read("docs/deck.md"), read("docs/file-formats.md"));
    for name in mblscale::quench::ALL.iter().map(|known| known.name) {
        assert!(deck.contains(&format!("| \"{name}\" |")), "{name}");
        assert!(formats.contains(&format!("| `quench_{name}` |")), "{name}");
    }
}

fn flatten(
    prefix: &str,
    value: &toml::Value,
    into: &mut std::collections::BTreeMap<String, toml::Value>,
) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                let path = if prefix.is_empty() {
                    key.clone()
                } else {
                    format!("{prefix}.{key}")
                };
                flatten(&path, value, into);
            }
        }
        other => {
            into.insert(prefix.to_owned(), other.clone());
        }
    }
}

/// Result files hold the resolved deck, so that the momentum of a training is known later.
#[test]
fn the_resolved_deck_states_the_momentum_of_gradient_descent() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decks/good/learning.toml");
    for (settings, expected) in [
        (&[][..], None),
        (&["learn.optimizer=sgd"], Some(0.9)),
        (&["learn.optimizer=sgd", "learn.momentum=0"], Some(0.0)),
    ] {
        let text = plan(&path, settings).unwrap().deck().resolved();
        let resolved = Deck::from_resolved(&text).unwrap();
        assert_eq!(resolved.learn.unwrap().momentum, expected, "{text}");
    }
}

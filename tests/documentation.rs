//! What the documents show must work: every deck in them is run. Those of the tutorial run with its
//! commands, in analysis/tests/test_walkthrough.py.

use std::path::Path;

use mblscale::check;
use mblscale::plan::{Knowledge, Machine, Resources};

mod program;

use program::{deck, set_output, succeed};

/// The fenced blocks of `language` in a document.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

/// Runs a deck on as little as it can be run on.
fn run(path: &Path, output: &Path) {
    let path = path.to_str().expect("tests use plain names");
    let arguments = [
        "run",
        path,
        &set_output(output),
        "--set=chain.sizes=[6, 8]",
        "--set=disorder.realizations={ train = 4, test = 4 }",
        "--set=learn.train_sizes=[6]",
        "--set=learn.epochs=2",
        "--set=predict.sizes=[6, 8]",
        "--set=predict.realizations=4",
        "--set=scaling.bootstrap=3",
    ];
    succeed(0, &arguments);
}

#[test]
fn the_decks_in_the_documents_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = tempfile::tempdir().unwrap();
    let mut found = 0;
    for document in [
        "README.md",
        "docs/deck.md",
        "docs/architecture.md",
        "docs/theory.md",
    ] {
        let text = std::fs::read_to_string(root.join(document)).unwrap();
        for block in blocks(&text, "toml") {
            found += 1;
            let path = scratch.path().join(format!("deck-{found}.toml"));
            std::fs::write(&path, &block).unwrap();
            run(&path, &scratch.path().join(found.to_string()));
        }
    }
    assert!(found > 0, "the documents show no deck");
}

/// The README explains the demo: it must be the same deck.
#[test]
fn the_readme_shows_the_demo() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = tempfile::tempdir().unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let shown = scratch.path().join("demo.toml");
    std::fs::write(&shown, &blocks(&readme, "toml")[0]).unwrap();
    let shown = check::load(&shown, &[]).unwrap().source.deck;
    let demo = check::load(&root.join("input/demo.toml"), &[])
        .unwrap()
        .source
        .deck;
    assert_eq!(shown, demo);
}

/// The message that the README quotes is the one that is given.
#[test]
fn the_readme_quotes_a_real_message() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = tempfile::tempdir().unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let path = scratch.path().join("deck.toml");
    let wrong = blocks(&readme, "toml")[0].replace("sizes = [8, 10, 12]", "sizs = [8, 10, 12]");
    std::fs::write(&path, wrong).unwrap();
    let message = check::load(&path, &[]).unwrap_err().to_string();
    let quoted = &blocks(&readme, "text")[0];
    assert!(message.ends_with(quoted.trim()), "{message}");
}

/// Every deck in input/ can be planned on a machine of 24 GB.
#[test]
fn the_shipped_decks_can_be_planned() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(root.join("input")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|it| it != "toml") {
            continue;
        }
        let machine = Machine {
            host: "test".to_owned(),
            cores: 2,
            memory: 24 << 30,
            free_disk: Some(100 << 30),
        };
        let checked = check::load(&path, &[]).unwrap();
        let generates = checked.generation.is_some();
        let resources = Resources {
            machine,
            ranks: 2,
            ranks_on_node: 2,
        };
        let plan = checked.plan(resources, Knowledge::default()).unwrap();
        assert_eq!(!plan.tasks().is_empty(), generates, "{}", path.display());
    }
}

/// The decks of studies learn from data of another place, and make their own output.
#[test]
fn the_studies_run_on_small_data() {
    let scratch = tempfile::tempdir().unwrap();
    let output = |name: &str| set_output(&scratch.path().join(name));
    let data = output("data");
    succeed(0, &["generate", &deck("input/small.toml"), &data]);
    let data = scratch.path().join("data/data.h5");
    let data = format!("--set=learn.data={}", data.display());
    let learn = "--set=learn.train_sizes=[6, 8]";
    let short = [
        "--set=learn.epochs=2",
        "--set=learn.members=2",
        learn,
        &data,
    ];
    let train = |file: &str, name: &str, more: &[&str]| {
        let arguments = ["train", &deck(file), &output(name)];
        succeed(0, &[&arguments, &short[..], more].concat());
    };
    let findings = |file: &str, name: &str, more: &[&str]| {
        train(file, name, more);
        let study = scratch.path().join(name).join("study.json");
        let study = std::fs::read_to_string(study).unwrap();
        let study: serde_json::Value = serde_json::from_str(&study).unwrap();
        study["findings"].as_array().unwrap().len()
    };
    let few = "--set=learn.study.epochs=2";
    assert_eq!(findings("input/paper/figure-5.toml", "transfer", &[few]), 9);
    let numbers = "--set=learn.study.realizations=[1, 5]";
    assert_eq!(findings("input/paper/figure-9.toml", "size", &[numbers]), 4);
    let middle = "--set=learn.energy_density=0.5";
    let heads = "--set=learn.study.heads=true";
    train("input/paper/figure-4.toml", "networks", &[]);
    let start = scratch.path().join("networks/models");
    let start = format!("--set=learn.start={}", start.display());
    let conditioned = [few, middle, heads, &start];
    // Two energy densities, each by the head that knows all and by its own.
    assert_eq!(
        findings("input/paper/figure-6.toml", "heads", &conditioned),
        4
    );
}

//! Campaigns whose fields a file gives.

#![cfg(feature = "mpi")]

mod oracle;
mod program;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mblscale::chain::{Chain, Hamiltonian};
use mblscale::deck::{Boundary, Split};
use mblscale::eigen::uninterrupted;
use mblscale::store::{FileType, Table, read};
use oracle::solver;
use program::{bits, deck, ended, info, mblscale, set_output};

/// A directory with a file of fields, and a deck that gives them.
struct Case {
    directory: tempfile::TempDir,
}

const FIELDS: &str = "# h_1, h_2, …\n0.5, -1.25, 2, 0.1, 3, -0.7\n1, 1.5, -2.5, 0.25, -1, 4\n";

impl Case {
    /// The deck with further lines in its table of disorder, and other tables.
    fn new(fields: &str, disorder: &str, more: &str) -> Self {
        let case = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        case.give(fields);
        let text = format!(
            "version = 1\nname = \"given\"\noutput = {:?}\n[chain]\n[disorder]\nkind = \"given\"\n\
             data = \"fields.csv\"\n{disorder}\n[spectrum]\nenergy_densities = [0.3, 0.5]\n\
             states = 5\nsolver = \"dense\"\nindicators = [\"gap_ratio\", \"entanglement\"]\n{more}",
            case.path("out")
        );
        std::fs::write(case.path("deck.toml"), text).unwrap();
        case
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn give(&self, fields: &str) {
        std::fs::write(self.path("fields.csv"), fields).unwrap();
    }

    /// What a command of the program says, which must end with this code.
    fn run(&self, ranks: usize, command: &[&str], code: i32) -> String {
        let deck = self.path("deck.toml");
        let (name, more) = command.split_first().unwrap();
        let arguments = [&[*name, deck.to_str().unwrap()], more].concat();
        ended(&mblscale(ranks, &arguments), code)
    }

    fn data(&self) -> Vec<Table> {
        read(&self.path("out/data.h5"), FileType::Data)
            .unwrap()
            .tables
    }
}

fn values(table: &Table, name: &str) -> Vec<f64> {
    table.quantities[name].values.iter().copied().collect()
}

/// The file is found beside the deck. Its fields come out as they went in, and the results are those of
/// the Hamiltonian with these fields.
#[test]
fn fields_of_a_file_are_solved() {
    let case = Case::new(FIELDS, "", "");
    case.run(1, &["generate"], 0);
    let tables = case.data();
    assert_eq!(tables.len(), 1);
    let table = &tables[0];
    assert_eq!((table.sites, table.split), (6, Split::Test));
    assert_eq!(table.strengths, [1.0]);
    let fields = [
        [0.5, -1.25, 2.0, 0.1, 3.0, -0.7],
        [1.0, 1.5, -2.5, 0.25, -1.0, 4.0],
    ];
    assert_eq!(values(table, "field"), fields.concat());
    let chain = Arc::new(Chain::new(6, 1.0, Boundary::Periodic));
    for (realization, field) in fields.iter().enumerate() {
        let bounds = solver("dense", &chain)
            .begin(&Hamiltonian::new(&chain, field), &uninterrupted)
            .unwrap();
        let ends = ["energy_min", "energy_max"].map(|name| values(table, name)[realization]);
        assert_eq!(ends, [bounds.lowest, bounds.highest]);
    }
    let said = info(&case.path("out/data.h5"));
    assert!(said.contains("L06/test"), "{said}");
}

/// A chain at the end of the file is computed beside the others, which stay. A chain that is changed
/// or taken away is refused by its number.
#[test]
fn files_grow_at_their_end() {
    let case = Case::new(FIELDS, "", "");
    case.run(1, &["generate"], 0);
    let before = case.data();
    let said = case.run(1, &["generate"], 0);
    assert!(
        said.contains("2 of 2 realizations are there already"),
        "{said}"
    );
    let grown = format!("{FIELDS}-1,2,-3,4,-5,6\n");
    case.give(&grown);
    let said = case.run(1, &["generate"], 0);
    assert!(
        said.contains("2 of 3 realizations are there already"),
        "{said}"
    );
    let after = case.data();
    let (old, new) = (
        values(&before[0], "gap_ratio"),
        values(&after[0], "gap_ratio"),
    );
    assert_eq!(old[..], new[..old.len()]);
    assert_eq!(
        values(&after[0], "field")[12..],
        [-1.0, 2.0, -3.0, 4.0, -5.0, 6.0]
    );

    let bytes = std::fs::read(case.path("out/data.h5")).unwrap();
    case.give(&grown.replace("0.25", "0.75"));
    let said = case.run(1, &["generate"], 1);
    for part in [
        "holds results of L = 6, h = 1, test realization 1, which has another field there",
        "(site 4: 0.25 and 0.75)",
        "add new ones at the end of the file",
    ] {
        assert!(said.contains(part), "{said}");
    }
    case.give(FIELDS);
    let said = case.run(1, &["generate"], 1);
    assert!(said.contains("test realization 2"), "{said}");
    assert_eq!(std::fs::read(case.path("out/data.h5")).unwrap(), bytes);
}

/// The fields reach all ranks, and the deck's file is read by one.
#[test]
fn results_do_not_depend_on_the_ranks() {
    let case = Case::new(FIELDS, "", "");
    let mut found = Vec::new();
    for (ranks, name) in [(1, "one"), (3, "three")] {
        let output = case.path(name);
        case.run(ranks, &["generate", &set_output(&output)], 0);
        found.push(bits(&output.join("data.h5"), FileType::Data));
    }
    assert_eq!(found[0], found[1]);
}

/// Fields of another campaign, with training fields and strengths, give its results again. Networks
/// learn from them, and predict the test fields.
#[test]
fn fields_of_a_data_file_give_its_results() {
    let directory = tempfile::tempdir().unwrap();
    let (first, second) = (
        directory.path().join("first"),
        directory.path().join("second"),
    );
    let small = deck("input/small.toml");
    let few = "--set=disorder.realizations={ train = 3, test = 2 }";
    let run = |command: &str, output: &Path, more: &[&str]| {
        let output = set_output(output);
        let arguments = [&[command, small.as_str(), &output], more].concat();
        ended(&mblscale(1, &arguments), 0)
    };
    run("generate", &first, &[few]);
    let file = first.join("data.h5");
    let given = format!("--set=disorder={{ kind = \"given\", data = {file:?} }}");
    let predict = "--set=predict={ sizes = [6, 8] }";
    let more = [given.as_str(), predict, "--set=learn.epochs=2"];
    let said = ended(
        &mblscale(
            0,
            &[&["check", small.as_str(), &set_output(&second)], &more[..]].concat(),
        ),
        0,
    );
    assert!(!said.contains("error"), "{said}");
    run("run", &second, &more);
    let of = |directory: &Path| {
        read(&directory.join("data.h5"), FileType::Data)
            .unwrap()
            .tables
    };
    let (one, two) = (of(&first), of(&second));
    assert_eq!(one.len(), 6);
    for (one, two) in one.iter().zip(&two) {
        assert_eq!(one.group(), two.group());
        for name in ["field", "gap_ratio", "entanglement"] {
            assert_eq!(values(one, name), values(two, name));
        }
    }
    let predicted = read(&second.join("predictions.h5"), FileType::Predictions).unwrap();
    assert_eq!(predicted.tables.len(), 2);
    assert_eq!(
        values(&predicted.tables[0], "field"),
        values(&one[1], "field")
    );

    // Another file: predictions are no longer of these fields, and neither are the data.
    let third = directory.path().join("third");
    run("generate", &third, &[few, "--set=disorder.seed=8"]);
    let other = format!("--set=disorder.data={:?}", third.join("data.h5"));
    let output = set_output(&second);
    for stage in ["train", "scale"] {
        let arguments = [&[stage, small.as_str(), &output], &more[..], &[&other]].concat();
        let said = ended(&mblscale(1, &arguments), 1);
        assert!(
            said.contains("another field there than in disorder.data now"),
            "{said}"
        );
    }
}

#[test]
fn what_does_not_agree_with_the_file_is_refused() {
    for (disorder, more, expected) in [
        (
            "seed = 1",
            "",
            "disorder.seed: given fields are not drawn; take it out",
        ),
        (
            "realizations = { test = 3 }",
            "",
            "disorder.realizations: disorder.data has another number",
        ),
        (
            "strengths = [1.0, 2.0]",
            "",
            "disorder.strengths: disorder.data has no strengths",
        ),
        (
            "identity = \"0\"",
            "",
            "disorder.identity: the fields of disorder.data have the identity",
        ),
        (
            "beta = 0.5",
            "",
            "disorder.beta: \"given\" fields are no wave",
        ),
        (
            "",
            "[learn]\ntrain_sizes = [6]\ntargets = [\"gap_ratio\"]",
            "learn.train_sizes: disorder.data has no training fields of 6",
        ),
        (
            "",
            "[learn]\ntrain_sizes = [6]\ndata = \"own.h5\"\ntargets = [\"gap_ratio\"]\n\
             [predict]\nsizes = [8]\nrealizations = 2",
            "predict.realizations: fields are those of disorder.data",
        ),
        (
            "",
            "[learn]\ntrain_sizes = [6]\ndata = \"own.h5\"\ntargets = [\"gap_ratio\"]\n\
             [predict]\nsizes = [8]",
            "predict.sizes: disorder.data has no test fields of 8 sites",
        ),
    ] {
        let case = Case::new(FIELDS, disorder, more);
        let said = case.run(0, &["check"], 1);
        assert!(said.contains(expected), "{said}");
    }
    let case = Case::new(FIELDS, "strengths = [4.0]", "");
    let said = case.run(0, &["check", "--set=chain.sizes=[8]"], 1);
    assert!(
        said.contains("disorder.data has no fields of 8 sites, only of [6]"),
        "{said}"
    );
    // One strength stands for all, and the deck says which.
    case.run(1, &["generate"], 0);
    assert_eq!(case.data()[0].strengths, [4.0]);
    for (fields, expected) in [
        (
            "1,2\n1,2,3\n",
            "fields.csv: line 2: 3 numbers, where line 1 has 2",
        ),
        ("1,2,3\n", "line 1: 3 numbers, and a chain of 3 sites"),
        ("1,nan\n", "line 1: h_2 is nan, which is not finite"),
    ] {
        case.give(fields);
        let said = case.run(0, &["check"], 1);
        let told = said.contains(expected) && said.contains("disorder.data: cannot read");
        assert!(told, "{said}");
    }
    std::fs::remove_file(case.path("fields.csv")).unwrap();
    let said = case.run(0, &["check"], 1);
    assert!(said.contains("there is no such file"), "{said}");
}

//! Links that somebody has left in an output directory. A run changes nothing behind them.

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use program::{command, data_bits, deck, ended, finish, message, set_output};

/// Every stage, on little data, with each file that a run can write.
fn run(output: &Path, more: &[&str]) -> std::process::Command {
    let (small, output) = (deck("input/small.toml"), set_output(output));
    let little = [
        "run",
        &small,
        &output,
        "--set=chain.sizes=[6, 8]",
        "--set=disorder.realizations={ train = 4, test = 4 }",
        "--set=predict.sizes=[6, 8]",
        "--set=learn.epochs=2",
        "--set=learn.study={ kind = \"data-size\", realizations = [2] }",
        "--set=run.checkpoint=\"1ms\"",
        "--set=scaling.bootstrap=2",
    ];
    command(0, &[&little[..], more].concat())
}

/// Files by their paths below a directory, with what identifies and what fills them.
fn files(root: &Path) -> BTreeMap<PathBuf, (u64, Vec<u8>)> {
    let mut all = BTreeMap::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_owned();
                let inode = fs::metadata(&path).unwrap().ino();
                all.insert(name, (inode, fs::read(&path).unwrap()));
            }
        }
    }
    all
}

/// The names that a run writes: those that it leaves, those that it removes, and their parts.
fn names(scratch: &Path) -> BTreeSet<PathBuf> {
    let output = scratch.join("plain");
    finish(run(&output, &[]));
    let mut names: BTreeSet<PathBuf> = files(&output).into_keys().collect();
    for known in [
        "data.h5",
        "study.json",
        "scaling.h5",
        "models/member-2.safetensors",
    ] {
        assert!(names.contains(Path::new(known)), "{known} in {names:?}");
    }
    names.insert("journals/rank-00000.records".into());
    names.insert("models/unfinished/0000000000000000.state".into());
    let part = |name: &PathBuf| format!("{}.part", name.display()).into();
    let parts: Vec<PathBuf> = names.iter().map(part).collect();
    names.extend(parts);
    names
}

/// Runs until nothing is refused any more, and each time removes the link that the message names.
#[track_caller]
fn run_until_done(output: &Path, mut planted: BTreeSet<PathBuf>) {
    loop {
        let ran = run(output, &[]).output().unwrap();
        if ran.status.success() {
            return;
        }
        let said = ended(&ran, 1);
        // Warnings name what they have moved.
        let errors = said.lines().filter(|line| line.starts_with("error: "));
        let errors: String = errors.collect();
        let named =
            |name: &&PathBuf| errors.contains(&format!("{}: ", output.join(name).display()));
        let Some(name) = planted.iter().find(named).cloned() else {
            panic!("no link is named: {said}");
        };
        planted.remove(&name);
        fs::remove_file(output.join(name)).unwrap();
    }
}

/// Runs in a directory where each of `names` is a link to the `target` of a canary of its own.
#[track_caller]
fn canaries_survive(
    scratch: &Path,
    names: &BTreeSet<PathBuf>,
    target: &str,
    plant: impl Fn(PathBuf, PathBuf) -> io::Result<()>,
) {
    let directory = tempfile::tempdir_in(scratch).unwrap();
    let canaries = directory.path().join("canaries");
    let output = directory.path().join("output");
    for (number, name) in names.iter().enumerate() {
        let link = output.join(name);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        let canary = canaries.join(number.to_string());
        for inside in [
            "rank-00000.records",
            "member-1.safetensors",
            "unfinished/0.state",
        ] {
            let path = canary.join("directory").join(inside);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "untouched").unwrap();
        }
        fs::write(canary.join("file"), "untouched").unwrap();
        plant(canary.join(target), link).unwrap();
    }
    let before = files(&canaries);
    run_until_done(&output, names.clone());
    assert!(files(&canaries) == before);
    assert!(!data_bits(&output).is_empty());
}

#[test]
fn nothing_behind_a_link_is_changed() {
    let scratch = tempfile::tempdir().unwrap();
    let names = names(scratch.path());
    for target in ["file", "none", "directory"] {
        canaries_survive(scratch.path(), &names, target, symlink);
    }
    canaries_survive(scratch.path(), &names, "file", |target, link| {
        fs::hard_link(target, link)
    });
    for directories in [&["journals", "models"][..], &["models/unfinished"]] {
        let names = directories.iter().map(PathBuf::from).collect();
        for target in ["none", "directory"] {
            canaries_survive(scratch.path(), &names, target, symlink);
        }
    }
}

#[test]
fn a_refused_link_is_named_with_a_remedy() {
    let scratch = tempfile::tempdir().unwrap();
    let output = scratch.path().join("output");
    fs::create_dir(&output).unwrap();
    symlink(scratch.path(), output.join("journals")).unwrap();
    let said = message(&run(&output, &[]).output().unwrap());
    let path = output.join("journals").display().to_string();
    assert!(
        said.contains(&path) && said.contains("it is a link"),
        "{said}"
    );
    assert!(
        said.contains("remove it, or give the deck another output"),
        "{said}"
    );
}

/// A user may keep results on another disk, behind a link of their own.
#[test]
fn the_output_may_be_a_link_and_data_may_be_read_through_one() {
    let scratch = tempfile::tempdir().unwrap();
    let elsewhere = scratch.path().join("elsewhere");
    let output = scratch.path().join("output");
    fs::create_dir(&elsewhere).unwrap();
    symlink(&elsewhere, &output).unwrap();
    finish(run(&output, &[]));
    assert!(output.is_symlink() && elsewhere.join("data.h5").exists());

    let second = scratch.path().join("second");
    fs::create_dir(&second).unwrap();
    let old = elsewhere.join("data.h5");
    symlink(&old, second.join("data.h5")).unwrap();
    let before = fs::read(&old).unwrap();
    let said = finish(run(&second, &["--set=disorder.realizations.test=5"]));
    // Of 2 sizes and 6 strengths, 8 realizations are there and 9 are wanted.
    assert!(
        said.contains("96 of 108 realizations are there already"),
        "{said}"
    );
    assert!(fs::read(&old).unwrap() == before);
    assert!(!second.join("data.h5").is_symlink());
}

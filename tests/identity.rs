//! Results that do not belong to the deck, to the data or to each other are refused.

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::{ended, mblscale, set_output};

const DECK: &str = r#"
version = 1
name = "identity"
output = "out"
[chain]
sizes = [4, 6, 8]
[disorder]
strengths = [1.0, 2.0, 3.0, 4.0, 5.0]
realizations = { train = 3, test = 2 }
seed = 7
[spectrum]
energy_densities = [0.5]
states = 6
indicators = ["gap_ratio", "entanglement"]
[learn]
train_sizes = [6, 8]
targets = ["gap_ratio", "entanglement"]
epochs = 2
members = 2
[predict]
sizes = [4, 6, 8]
realizations = 3
[scaling]
sources = ["exact", "predicted"]
targets = ["gap_ratio"]
window = [0.0, 10.0]
bootstrap = 3
"#;

/// A campaign in a directory of its own.
struct Campaign {
    directory: tempfile::TempDir,
}

impl Campaign {
    /// The results of every stage.
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("deck.toml"), DECK).unwrap();
        let campaign = Self { directory };
        campaign.accepts("run", &[]);
        campaign
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// What a stage says that ends with this code.
    #[track_caller]
    fn says(&self, stage: &str, code: i32, more: &[&str]) -> String {
        let deck = self.path("deck.toml");
        let output = set_output(&self.path("out"));
        let settings = more.iter().map(|it| match it.strip_prefix("--") {
            Some(_) => (*it).to_owned(),
            None => format!("--set={it}"),
        });
        let settings: Vec<String> = settings.collect();
        let mut arguments = vec![stage, deck.to_str().unwrap(), &output];
        arguments.extend(settings.iter().map(String::as_str));
        ended(&mblscale(0, &arguments), code)
    }

    #[track_caller]
    fn accepts(&self, stage: &str, more: &[&str]) -> String {
        self.says(stage, 0, more)
    }

    /// A stage refuses with these words and leaves everything as it was. With `--stale` it goes on.
    #[track_caller]
    fn refuses(&self, stage: &str, more: &[&str], parts: &[&str]) {
        let before = files(&self.path("out"));
        let said = self.says(stage, 1, more);
        let refused = said.lines().filter(|line| line.contains("with --stale"));
        assert_eq!(refused.count(), 1, "{said}");
        for part in parts {
            assert!(said.contains(part), "{said} lacks {part}");
        }
        assert!(
            before == files(&self.path("out")),
            "{stage} has changed files"
        );
        let said = self.accepts(stage, &[more, &["--stale"]].concat());
        assert!(said.contains("uses it as it is"), "{said}");
    }
}

/// The result files and their bytes.
fn files(output: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let names = [
        "data.h5",
        "predictions.h5",
        "scaling.json",
        "scaling.h5",
        "evaluation.json",
    ];
    let paths = names.map(|name| output.join(name)).into_iter();
    let models = (1..=2).map(|number| output.join(format!("models/member-{number}.safetensors")));
    paths
        .chain(models)
        .map(|path| (path.clone(), fs::read(&path).unwrap_or_default()))
        .collect()
}

#[test]
fn networks_of_another_deck_are_refused() {
    let campaign = Campaign::new();
    for (setting, said) in [
        ("learn.epochs=3", "learn.epochs = 2 there and 3 here"),
        ("learn.seed=5", "learn.seed = 1 there and 5 here"),
        (
            "learn.model.features=3",
            "learn.model.features = 2 there and 3 here",
        ),
        (
            "chain.anisotropy=0.5",
            "chain.anisotropy = 1.0 there and 0.5 here",
        ),
        (
            "disorder.realizations.train=4",
            "train for L = 6 = 3 there and 4 here",
        ),
    ] {
        campaign.refuses(
            "predict",
            &[setting],
            &["models: it was made by", said, "run train"],
        );
    }
    // The predictions that were made with --stale are from the same networks.
    campaign.accepts("predict", &[]);
    for setting in [
        "name=\"other\"",
        "predict.realizations=2",
        "disorder.realizations.test=9",
        "scaling.bootstrap=2",
        "run.threads=1",
        "run.time_limit=\"1h\"",
        "chain.sizes=[4, 6, 8, 10]",
        "spectrum.solver=\"dense\"",
    ] {
        let said = campaign.accepts("predict", &[setting]);
        assert!(!said.contains("another"), "{said}");
    }
    let moved = campaign.path("moved");
    fs::rename(campaign.path("out"), &moved).unwrap();
    campaign.accepts("predict", &[&format!("output={:?}", moved.display())]);
}

#[test]
fn networks_that_learned_from_other_data_are_refused() {
    let campaign = Campaign::new();
    // New test data are not learned from.
    campaign.accepts("generate", &["disorder.realizations.test=3"]);
    campaign.accepts("predict", &[]);

    // A file of one's own, as it was and as another deck makes it.
    let (out, own) = (campaign.path("out"), campaign.path("own.h5"));
    fs::copy(out.join("data.h5"), &own).unwrap();
    let data = format!("learn.data={:?}", own.display());
    campaign.accepts("train", &[&data]);
    campaign.accepts("predict", &[&data]);
    let other = format!("output={:?}", campaign.path("other").display());
    campaign.accepts("generate", &[&other, "disorder.seed=8"]);
    fs::copy(campaign.path("other/data.h5"), &own).unwrap();
    let parts = ["its networks learned from other data than", "own.h5"];
    campaign.refuses("predict", &[&data], &parts);
    campaign.refuses("scale", &[&data], &parts);
    // Its content is what counts, not its name.
    let moved = format!("learn.data={:?}", out.join("data.h5").display());
    campaign.accepts("predict", &[&moved]);

    // Data that are generated anew.
    let seed = "disorder.seed=9";
    campaign.accepts("generate", &[seed, "--force"]);
    campaign.refuses(
        "predict",
        &[seed],
        &["its networks learned from other data than"],
    );
    campaign.refuses(
        "train",
        &[],
        &["data.h5: it was made by", "disorder.seed = 9 there"],
    );
    campaign.refuses(
        "scale",
        &["scaling.sources=[\"exact\"]"],
        &["disorder.seed = 9 there"],
    );
    campaign.accepts("run", &[seed]);
}

#[test]
fn predictions_of_networks_that_were_replaced_are_refused() {
    let campaign = Campaign::new();
    let out = campaign.path("out");
    campaign.accepts("train", &["learn.seed=2"]);
    let replaced = "it was predicted by other networks than those in";
    campaign.refuses("scale", &[], &[replaced, "run predict"]);
    let elsewhere = format!(
        "scaling.sources=[{:?}]",
        out.join("predictions.h5").display()
    );
    let mine = format!("output={:?}", campaign.path("mine").display());
    campaign.refuses("scale", &[&mine, &elsewhere], &[replaced]);
    // The deck that they were made by differs too.
    let parts = [replaced, "learn.seed = 1 there and 2 here"];
    campaign.refuses("scale", &["learn.seed=2"], &parts);

    campaign.accepts("predict", &["learn.seed=2"]);
    campaign.accepts("scale", &["learn.seed=2", "scaling.bootstrap=2"]);
    campaign.accepts("scale", &["learn.seed=2", &mine, &elsewhere]);
    let more = ["learn.seed=2", "predict.realizations=9"];
    campaign.refuses(
        "scale",
        &more,
        &["predict.realizations = 3 there and 9 here"],
    );
    // A run brings everything up to date.
    campaign.accepts("run", &["learn.seed=3"]);
    campaign.accepts("scale", &["learn.seed=3"]);
}

/// A save that was cut short leaves a member of the new ensemble beside one of the old.
#[test]
fn members_of_two_trainings_are_no_ensemble() {
    let campaign = Campaign::new();
    let second = campaign.path("out/models/member-2.safetensors");
    let old = fs::read(&second).unwrap();
    campaign.accepts("train", &["learn.seed=2"]);
    fs::write(&second, old).unwrap();
    let said = campaign.says("predict", 1, &["learn.seed=2"]);
    assert!(said.contains("it belongs to another ensemble"), "{said}");
}

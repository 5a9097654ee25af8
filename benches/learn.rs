//! The speed of training and prediction on one thread: samples × members for a second of processor
//! time, and predictions for a second.
//!
//! `cargo bench --bench learn` measures all, `cargo bench --bench learn -- head` only the training of
//! heads behind frozen features.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mblscale::chain::Task;
use mblscale::chain::random_field;
use mblscale::comm::Alone;
use mblscale::deck::Learn;
use mblscale::deck::Split;
use mblscale::learn::{Architecture, Condition, Ensemble, Epoch, KINDS, train};
use mblscale::store::{Dimension, Quantity, Table};
use ndarray::{Array2, ArrayD, IxDyn};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

const SIZES: [usize; 2] = [10, 12];
const ENERGY_DENSITIES: [f64; 2] = [0.4, 0.5];
const TARGETS: [&str; 3] = ["gap_ratio", "entanglement", "spin_fraction"];
const REALIZATIONS: u32 = 1600;

/// Names and entries of `[learn.model]`.
const MODELS: [(&str, &str); 4] = [
    ("gru-2", ""),
    ("gru-2, hidden 16", "hidden = 16"),
    ("gru-16", "features = 16"),
    ("ring-gru-16", "kind = \"ring-gru\"\nfeatures = 16"),
];

/// Fields (sample, site) of random strength.
fn fields(sites: usize, samples: u32) -> Array2<f64> {
    let field = |realization| {
        let task = Task {
            sites,
            strength: 0.5 + f64::from(realization % 16),
            split: Split::Train,
            realization,
        };
        random_field(7, &task)
    };
    let flat = (0..samples).flat_map(field).collect();
    Array2::from_shape_vec((samples as usize, sites), flat).unwrap()
}

/// A table with smooth functions of the field instead of indicators. The time does not depend on them.
fn table(sites: usize) -> Table {
    use Dimension::{EnergyDensity, Realization, Site, Strength};
    let field = fields(sites, REALIZATIONS);
    let quantity = |last, values: ArrayD<f64>| Quantity {
        dimensions: vec![Strength, Realization, last],
        units: "1".to_owned(),
        description: "synthetic".to_owned(),
        values,
    };
    let mut quantities = BTreeMap::new();
    for (number, target) in TARGETS.iter().enumerate() {
        let shape = IxDyn(&[1, REALIZATIONS as usize, ENERGY_DENSITIES.len()]);
        let values = ArrayD::from_shape_fn(shape, |place| {
            let step = (field[[place[1], number]] - field[[place[1], number + 1]]).abs();
            ENERGY_DENSITIES[place[2]] / (1.0 + step)
        });
        quantities.insert((*target).to_owned(), quantity(EnergyDensity, values));
    }
    let shape = IxDyn(&[1, REALIZATIONS as usize, sites]);
    let field = field.into_shape_with_order(shape).unwrap();
    quantities.insert("field".to_owned(), quantity(Site, field));
    Table {
        sites,
        split: Split::Train,
        strengths: vec![1.0],
        energy_densities: ENERGY_DENSITIES.to_vec(),
        quantities,
        coordinates: Default::default(),
        solver: None,
        failures: BTreeMap::new(),
        counts: Vec::new(),
        unread: BTreeMap::new(),
    }
}

/// Networks, and the processor time that one of their trainings took.
struct Learned {
    ensemble: Ensemble,
    time: Duration,
}

/// Trains what the entries of `[learn]` describe, and times `epochs` epochs of the training of this name.
/// The training has one epoch more, which is not timed.
fn learn(tables: &[Table], entries: &str, training: &str, epochs: u64) -> Learned {
    let learn: Learn = toml::from_str(&format!(
        "train_sizes = {SIZES:?}\ntargets = {TARGETS:?}\n{entries}"
    ))
    .unwrap();
    let mut ends = Vec::new();
    let mut observer = |epoch: &Epoch| {
        if epoch.training == training {
            ends.push(processor_time());
        }
    };
    let kind = KINDS.iter().find(|kind| kind.name == learn.model.kind);
    let choice = (&learn).into();
    let architecture = Architecture::new(kind.unwrap(), learn.model.clone(), choice).unwrap();
    let outcome = train(
        &Alone,
        &learn,
        &architecture,
        Condition::EnergyDensity(0.5),
        tables,
        &mut observer,
    )
    .unwrap();
    let time = match &ends[..] {
        [first, .., last] => *last - *first,
        _ => Duration::ZERO,
    };
    assert_eq!(ends.len() as u64, epochs + 1, "{training}");
    Learned {
        ensemble: outcome.ensemble,
        time,
    }
}

/// The processor time of this process so far. Unlike wall time it does not include other processes.
fn processor_time() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    let time = usage.user_time() + usage.system_time();
    Duration::from_micros(time.num_microseconds() as u64)
}

fn networks(criterion: &mut Criterion) {
    let tables = SIZES.map(table);
    let samples = u64::from(REALIZATIONS) * SIZES.len() as u64;
    let mut group = criterion.benchmark_group("train");
    group.sample_size(10);
    for (name, model) in MODELS {
        for members in [1, 5] {
            group.throughput(Throughput::Elements(samples * members));
            group.bench_function(BenchmarkId::new(name, members), |bencher| {
                bencher.iter_custom(|epochs| {
                    let entries = format!(
                        "members = {members}\nepochs = {}\n[model]\n{model}",
                        epochs + 1
                    );
                    learn(&tables, &entries, "train", epochs).time
                });
            });
        }
    }
}

/// The same networks by both backends, for the choice of "auto".
fn backends(criterion: &mut Criterion) {
    let tables = SIZES.map(table);
    let samples = u64::from(REALIZATIONS) * SIZES.len() as u64;
    let mut group = criterion.benchmark_group("backend");
    group.sample_size(10);
    group.throughput(Throughput::Elements(samples));
    let backends: &[&str] = if cfg!(feature = "torch") {
        &["native", "torch"]
    } else {
        &["native"]
    };
    for kind in ["gru", "lstm", "cnn", "ring-gru"] {
        for features in [16, 64] {
            for backend in backends {
                let name = format!("{kind}-{features}");
                group.bench_function(BenchmarkId::new(name, backend), |bencher| {
                    bencher.iter_custom(|epochs| {
                        let entries = format!(
                            "backend = \"{backend}\"\nmembers = 1\nepochs = {}\n\
                             [model]\nkind = \"{kind}\"\nfeatures = {features}",
                            epochs + 1
                        );
                        learn(&tables, &entries, "train", epochs).time
                    });
                });
            }
        }
    }
}

/// Heads behind frozen features, at two energy densities.
fn heads(criterion: &mut Criterion) {
    let tables = SIZES.map(table);
    let samples = u64::from(REALIZATIONS) * (SIZES.len() * ENERGY_DENSITIES.len()) as u64;
    let mut group = criterion.benchmark_group("train");
    group.sample_size(10);
    for (name, model) in MODELS {
        for members in [1, 5] {
            group.throughput(Throughput::Elements(samples * members));
            group.bench_function(
                BenchmarkId::new(format!("head of {name}"), members),
                |bencher| {
                    bencher.iter_custom(|epochs| {
                        let entries = format!(
                            "members = {members}\nepochs = 1\n\
                             study = {{ kind = \"conditioned\", epochs = {} }}\n[model]\n{model}",
                            epochs + 1
                        );
                        learn(&tables, &entries, "head", epochs).time
                    });
                },
            );
        }
    }
}

/// Predictions of each field at many energy densities. The features of a field are computed once.
fn predictions(criterion: &mut Criterion) {
    let tables = SIZES.map(table);
    let entries = "members = 1\nepochs = 1\nstudy = { kind = \"conditioned\", epochs = 1 }";
    let ensemble = learn(&tables, entries, "head", 0).ensemble;
    let fields = fields(14, 1000);
    let densities: Vec<f64> = (0..100).map(|k| 0.05 + 0.009 * f64::from(k)).collect();
    let conditions = Condition::energy_densities(&densities);
    let mut group = criterion.benchmark_group("predict");
    group.throughput(Throughput::Elements(
        (fields.nrows() * conditions.len()) as u64,
    ));
    group.bench_function("gru-2, L = 14, 100 energy densities", |bencher| {
        bencher.iter(|| ensemble.predict(black_box(fields.view()), &conditions));
    });
}

criterion_group!(benches, networks, backends, heads, predictions);
criterion_main!(benches);

//! The run time of finite-size scaling: a fit by each method, and a fit with ten refits.
//!
//! `cargo bench --bench scaling` prints them, on the published gap ratios of L = 14, 16, 18.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use mblscale::comm::Alone;
use mblscale::deck::Scaling;
use mblscale::scaling::data;
use mblscale::scaling::{Input, METHODS, Workers, scale};

const DECK: &str = r#"
sources = ["gap_ratio_reference.csv"]
targets = ["gap_ratio"]
window = [4.0, 9.5]
sizes = [14, 16, 18]
growths = ["power-law"]
drifts = ["constant"]
bootstrap = 0
"#;
const REFITS: usize = 10;

fn fits(criterion: &mut Criterion) {
    faer::set_global_parallelism(faer::Par::Seq);
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let (rows, _) =
        data::read(&directory.join("gap_ratio_reference.csv")).expect("the table is there");
    let input = Input::Means(rows);
    let workers = Workers::new(&Alone, 1).expect("one thread needs no pool");
    let mut deck: Scaling = toml::from_str(DECK).expect("the deck is one");
    let mut group = criterion.benchmark_group("scaling");
    group.sample_size(20);
    for method in METHODS {
        for (what, refits) in [("fit", 0), ("fit and ten refits", REFITS)] {
            deck.bootstrap = refits;
            group.bench_function(format!("{}, {what}", method.name), |bencher| {
                bencher.iter(|| {
                    scale(
                        &workers,
                        &deck,
                        &[method],
                        &deck.sources[0],
                        black_box(&input),
                    )
                    .expect("the data suffice")
                });
            });
        }
    }
}

criterion_group!(benches, fits);
criterion_main!(benches);

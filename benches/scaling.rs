//! What finite-size scaling costs: a fit by each method, and a refit.
//!
//! `cargo bench --bench scaling` prints them, on the published gap ratios of L = 14, 16, 18.

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
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
    let rows = data::read(&directory.join("gap_ratio_reference.csv")).expect("the table is there");
    let input = Input::Means(rows);
    let mut deck: Scaling = toml::from_str(DECK).expect("the deck is one");
    let mut group = criterion.benchmark_group("scaling");
    group.sample_size(20);
    for method in METHODS {
        deck.methods = vec![method.name.to_owned()];
        for (what, refits) in [("fit", 0), ("fit and ten refits", REFITS)] {
            deck.bootstrap = refits;
            group.bench_function(format!("{}, {what}", method.name), |bencher| {
                bencher.iter(|| {
                    let found = scale(
                        &Workers::alone(),
                        &deck,
                        &deck.sources[0],
                        black_box(&input),
                    );
                    found.expect("the data suffice")
                });
            });
        }
    }
}

criterion_group!(benches, fits);
criterion_main!(benches);

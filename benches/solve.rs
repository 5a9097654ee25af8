//! The time of a realization: the product, the parts of shift-invert, a window by each solver, and
//! each indicator.
//!
//! `cargo bench` measures all of them, and `cargo bench -- window` the solvers only.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use faer::{Mat, Par};
use mblscale::chain::{Chain, Hamiltonian, Step, Task, random_field};
use mblscale::comm::{Space, alone};
use mblscale::deck::{Boundary, Certificate, Split};
use mblscale::eigen::{Factorization, METHODS, Memory, Settings, lanczos, uninterrupted};
use mblscale::indicators;
use mblscale::lanes::Lanes;

const STATES: usize = 100;

fn realization(sites: usize) -> Hamiltonian {
    let task = Task {
        sites,
        strength: 6.0,
        split: Split::Test,
        realization: 0,
    };
    let chain = Arc::new(Chain::new(sites, 1.0, Boundary::Periodic));
    Hamiltonian::new(&chain, &random_field(2022, &task))
}

fn product(criterion: &mut Criterion) {
    faer::set_global_parallelism(Par::Seq);
    let mut group = criterion.benchmark_group("product");
    for sites in [12, 14, 16] {
        let hamiltonian = realization(sites);
        let x = Mat::from_fn(hamiltonian.dimension(), 4, |row, k| {
            ((row + k) as f64).sin()
        });
        let mut y = x.clone();
        group.bench_function(BenchmarkId::new("4 vectors, L", sites), |bencher| {
            bencher.iter(|| hamiltonian.apply(black_box(x.as_ref()), y.as_mut()));
        });
        let x: Vec<Lanes> = (0..hamiltonian.dimension())
            .map(|row| Lanes(std::array::from_fn(|lane| ((row + lane) as f64).sin())))
            .collect();
        let mut y = x.clone();
        // As a step of Chebyshev's recurrence, of a norm that stays where it is.
        let step = Step {
            product: 0.02,
            identity: 0.0,
            source: 0.0,
        };
        group.bench_function(BenchmarkId::new("step of 8 vectors, L", sites), |bencher| {
            bencher.iter(|| hamiltonian.recur(step, 0..x.len(), black_box(&x), &x, &mut y));
        });
    }
}

/// The middle of the spectrum is near zero.
const SHIFT: f64 = 0.01;

fn shift_invert(criterion: &mut Criterion) {
    shift_invert_with(criterion, Par::Seq, "shift-invert");
    shift_invert_with(criterion, Par::rayon(2), "shift-invert with two threads");
}

fn shift_invert_with(criterion: &mut Criterion, threads: Par, name: &str) {
    faer::set_global_parallelism(threads);
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    for sites in [12, 14, 16] {
        let hamiltonian = realization(sites);
        let mut factorization = Factorization::new(hamiltonian.chain());
        group.bench_function(
            BenchmarkId::new("count in single precision", sites),
            |bencher| {
                bencher.iter(|| {
                    factorization.levels_below(black_box(&hamiltonian), SHIFT, &uninterrupted)
                });
            },
        );
        group.bench_function(BenchmarkId::new("factorization", sites), |bencher| {
            bencher
                .iter(|| factorization.factorize(black_box(&hamiltonian), SHIFT, &uninterrupted));
        });
        let mut x: Vec<[f64; 8]> = (0..hamiltonian.dimension())
            .map(|row| std::array::from_fn(|lane| ((row + lane) as f64).sin()))
            .collect();
        let mut work = Default::default();
        group.bench_function(BenchmarkId::new("solve for 8 vectors", sites), |bencher| {
            bencher.iter(|| factorization.solve(black_box(&mut x), &mut work));
        });
        let settings = Settings {
            wanted: STATES,
            first_look: 3 * STATES,
            largest_basis: 6 * STATES,
        };
        group.bench_function(BenchmarkId::new("Lanczos", sites), |bencher| {
            bencher.iter(|| {
                let mut work = Default::default();
                let excess = |inverse: f64, residual: f64| residual / (1e-7 * inverse.abs());
                let solve = |x: &mut [[f64; 8]]| factorization.solve(x, &mut work);
                let dimension = hamiltonian.dimension();
                let ritz = lanczos(
                    Space::alone(dimension),
                    &settings,
                    Memory::default(),
                    &uninterrupted,
                    excess,
                    solve,
                );
                ritz.expect("converges").ritz.values[0]
            });
        });
    }
}

fn window(criterion: &mut Criterion) {
    faer::set_global_parallelism(Par::Seq);
    let mut group = criterion.benchmark_group("window");
    group.sample_size(10);
    let sizes: [(&str, &[usize]); 3] = [
        ("dense", &[10, 12]),
        ("shift-invert", &[12, 14]),
        ("filter", &[12, 14]),
    ];
    for (name, sizes) in sizes {
        let method = METHODS.iter().find(|method| method.name == name);
        let method = method.expect("a registered method");
        for &sites in sizes {
            let hamiltonian = realization(sites);
            let mut solver = (method.prepare)(hamiltonian.chain(), &alone(), Certificate::Run);
            group.bench_function(BenchmarkId::new(name, sites), |bencher| {
                bencher.iter(|| {
                    let bounds = solver.begin(&hamiltonian, &uninterrupted);
                    let energy = bounds.expect("solvable").energy(0.5);
                    let window = solver.window(energy, STATES, &uninterrupted);
                    black_box(window.expect("solvable").residual)
                });
            });
        }
    }
}

fn indicator(criterion: &mut Criterion) {
    faer::set_global_parallelism(Par::Seq);
    let mut group = criterion.benchmark_group("indicator");
    for sites in [12, 14, 16] {
        let hamiltonian = realization(sites);
        let method = METHODS.iter().find(|method| method.name == "shift-invert");
        let mut solver = (method.expect("a registered method").prepare)(
            hamiltonian.chain(),
            &alone(),
            Certificate::Run,
        );
        let bounds = solver.begin(&hamiltonian, &uninterrupted);
        let energy = bounds.expect("solvable").energy(0.5);
        let window = solver.window(energy, STATES, &uninterrupted);
        let window = window.expect("solvable");
        for known in indicators::ALL {
            let mut indicator = (known.prepare)(hamiltonian.chain().sector());
            group.bench_function(BenchmarkId::new(known.name, sites), |bencher| {
                bencher.iter(|| indicator.evaluate(black_box(&window)));
            });
        }
    }
}

criterion_group!(benches, product, shift_invert, window, indicator);
criterion_main!(benches);

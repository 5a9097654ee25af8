//! What becomes of a campaign when a rank fails in its middle: workers that fail on purpose, on
//! several ranks. This test starts itself again through mpirun.

mod program;

use std::path::Path;
use std::time::{Duration, Instant};

use mblscale::campaign::{Campaign, Failed, Work, Worker, generate_by};
use mblscale::check;
use mblscale::comm::{Alone, Communicator, Group, Ranks, end_all_on_panic};
use mblscale::eigen::Interrupt;
use mblscale::plan::{Knowledge, Machine, Plan, Resources};
use mblscale::report;
use mblscale::stop::Stop;
use mblscale::store::{Account, Journals, Provenance, Record, WindowRecord};
use program::{ended, mpirun};

const OUTPUT: &str = "MBLSCALE_TEST_OUTPUT";

fn main() {
    if let Ok(output) = std::env::var(OUTPUT) {
        let comm = Ranks::join().expect("joins once");
        report::start(comm.rank());
        end_all_on_panic(comm.rank(), comm.size() == 1, 1);
        run(&comm, Path::new(&output), "60s", &mut Panics(comm.rank()));
        return;
    }
    for ranks in [2, 3] {
        a_panic_ends_all_ranks_with_one_message(ranks);
    }
    results_are_on_disk_in_time();
    println!("campaigns in trouble: ok");
}

fn plan(output: &Path, ranks: usize, checkpoint: &str) -> Plan {
    let deck = format!(
        r#"version = 1
        name = "case"
        output = "{}"
        chain = {{ sizes = [8] }}
        disorder = {{ strengths = [2.0], realizations = {{ train = 40 }}, seed = 1 }}
        run = {{ checkpoint = "{checkpoint}" }}
        [spectrum]
        energy_densities = [0.5]
        states = 4
        indicators = ["gap_ratio"]"#,
        output.display()
    );
    let checked = check::parse(Path::new("case.toml"), deck, &[]).unwrap();
    let resources = Resources {
        machine: Machine::here(output),
        ranks,
        ranks_on_node: ranks,
    };
    checked.plan(resources, Knowledge::default()).unwrap()
}

fn run(comm: &dyn Communicator, output: &Path, checkpoint: &str, worker: &mut dyn Worker) {
    let plan = plan(output, comm.size(), checkpoint);
    let provenance = Provenance::new(&plan);
    let outcome = generate_by(
        worker,
        comm,
        &Campaign::new(&plan).unwrap(),
        &provenance,
        Failed::Keep,
        &Stop::default(),
    );
    outcome.expect("the worker decides how this ends");
}

fn record(work: &Work) -> Record {
    let window = WindowRecord {
        indicators: vec![0.4],
        undefined: None,
        states: 4,
        residual: 1e-14,
        missed: 0.0,
        energies: Vec::new(),
        observables: Vec::new(),
    };
    Record {
        task: work.task,
        field: vec![0.0; 8],
        energy_min: -1.0,
        energy_max: 1.0,
        levels: Vec::new(),
        windows: vec![(0.5, Ok(window))],
        quench: None,
        account: Account::default(),
    }
}

/// Panics at the first task of the last rank; the others are in tasks without an end.
struct Panics(usize);

impl Worker for Panics {
    fn solve(&mut self, work: &Work, _: &Group, interrupt: Interrupt<'_>) -> Option<Record> {
        if self.0 == 1 {
            panic!("out of all bounds at {}", work.task.realization);
        }
        while !interrupt() {
            std::thread::sleep(Duration::from_millis(1));
        }
        None
    }
}

fn a_panic_ends_all_ranks_with_one_message(ranks: usize) {
    let directory = tempfile::tempdir().unwrap();
    let mut command = mpirun(ranks, std::env::current_exe().unwrap());
    command.env(OUTPUT, directory.path());
    let said = ended(&command.output().expect("mpirun can be started"), 1);
    for part in [
        "internal error on rank 1 at L = 8, h = 2, train realization",
        "out of all bounds",
    ] {
        assert_eq!(said.matches(part).count(), 1, "{said}");
    }
}

/// Looks at its own journal: what was finished a checkpoint interval before the rank last came by
/// is in there, whenever a kill should come.
struct Looks {
    journals: std::path::PathBuf,
    interval: Duration,
    finished: Vec<Instant>,
    most_waiting: usize,
}

impl Worker for Looks {
    fn solve(&mut self, work: &Work, _: &Group, interrupt: Interrupt<'_>) -> Option<Record> {
        // A task of several intervals: it is in its middle that results get old.
        let steps = if work.task.realization == 20 { 30 } else { 1 };
        for _ in 0..steps {
            std::thread::sleep(self.interval / 10);
            let asked = Instant::now();
            assert!(!interrupt());
            let due = |it: &&Instant| asked - **it >= self.interval;
            let due = self.finished.iter().filter(due).count();
            let there = Journals::read(&self.journals).unwrap().records.len();
            assert!(there >= due, "{there} of {due} results are on the disk");
            self.most_waiting = self.most_waiting.max(self.finished.len() - there);
        }
        self.finished.push(Instant::now());
        Some(record(work))
    }
}

fn results_are_on_disk_in_time() {
    let directory = tempfile::tempdir().unwrap();
    let mut worker = Looks {
        journals: directory.path().join("journals"),
        interval: Duration::from_millis(200),
        finished: Vec::new(),
        most_waiting: 0,
    };
    run(&Alone, directory.path(), "200ms", &mut worker);
    assert_eq!(worker.finished.len(), 40);
    // Not one by one either: a shared file system wants few writes.
    assert!(worker.most_waiting > 1);
}

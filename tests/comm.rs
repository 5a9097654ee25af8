//! The communicator over real ranks: this test starts itself again through mpirun.

mod program;

use mblscale::comm::{Communicator, Ranks, share};
use mblscale::error::{Error, Result};
use mblscale::report;
use program::{WITHOUT_WINDOWS, finish, mpirun};

const WORKER: &str = "MBLSCALE_TEST_WORKER";

fn main() {
    if std::env::var_os(WORKER).is_some() {
        let comm = Ranks::join().expect("joins once");
        report::start(comm.rank());
        values_reach_every_rank(&comm);
        errors_reach_every_rank(&comm);
        an_unfinished_run_is_no_error(&comm);
        sums_are_over_all_ranks(&comm);
        ranks_of_a_node_are_counted(&comm);
        a_counter_gives_every_number_once(&comm);
        return;
    }
    for ranks in 1..=4 {
        let mut command = mpirun(ranks, std::env::current_exe().unwrap());
        command.env(WORKER, "1");
        let said = finish(command);
        assert!(!said.contains("by messages"), "{said}");
        println!("communicator on {ranks} ranks: ok");
    }
    if std::env::var_os("MPIRUN").is_some() {
        // Another MPI than Open MPI cannot leave them out.
        return;
    }
    for ranks in 2..=4 {
        let mut command = mpirun(ranks, std::env::current_exe().unwrap());
        let (name, value) = WITHOUT_WINDOWS;
        command.env(WORKER, "1").env(name, value);
        let said = finish(command);
        // Twice, for the two counters, and by rank 0 alone.
        assert_eq!(said.matches("by messages").count(), 2, "{said}");
        println!("communicator on {ranks} ranks without windows: ok");
    }
}

fn values_reach_every_rank(comm: &dyn Communicator) {
    let sent = (vec![1.5, f64::NAN], "text".to_owned(), Some(7_u32));
    let got = share(comm, || Ok(sent.clone())).expect("no error");
    assert_eq!(got.0[0], 1.5);
    assert!(got.0[1].is_nan());
    assert_eq!((got.1, got.2), (sent.1, sent.2));

    let mut bytes = if comm.rank() == 0 {
        vec![3; 100_000]
    } else {
        vec![9]
    };
    comm.broadcast(&mut bytes);
    assert_eq!(bytes, vec![3; 100_000]);
}

fn errors_reach_every_rank(comm: &dyn Communicator) {
    let outcome: Result<u8> = share(comm, || Err(Error::Refused("no such thing".to_owned())));
    let error = outcome.expect_err("rank 0 failed");
    assert!(error.to_string().contains("no such thing"));
}

fn an_unfinished_run_is_no_error(comm: &dyn Communicator) {
    let outcome: Result<u8> = share(comm, || Err(Error::Unfinished("later".to_owned())));
    assert!(matches!(outcome, Err(Error::Unfinished(left)) if left == "later"));
}

fn sums_are_over_all_ranks(comm: &dyn Communicator) {
    let (rank, size) = (comm.rank() as f64, comm.size() as f64);
    let mut values = vec![1.0, rank, 0.0];
    if comm.rank() == comm.size() - 1 {
        values[2] = 0.1;
    }
    comm.sum(&mut values);
    // The last is non-zero on one rank only: exact.
    assert_eq!(values, [size, size * (size - 1.0) / 2.0, 0.1]);
}

/// This test starts all ranks on one node.
fn ranks_of_a_node_are_counted(comm: &dyn Communicator) {
    assert_eq!(comm.ranks_on_node(), comm.size());
}

fn a_counter_gives_every_number_once(comm: &dyn Communicator) {
    const NUMBERS: u64 = 1000;
    for _ in 0..2 {
        let counters = comm.counters(3);
        let mut taken = vec![0.0; NUMBERS as usize];
        let mut added = 0;
        loop {
            let number = counters.add(&[added, 1, 3 * added])[1];
            added = 2;
            match taken.get_mut(number as usize) {
                Some(times) => *times += 1.0,
                None => break,
            }
        }
        // Every rank asked once too often, and nothing that any rank added is lost.
        let asked = NUMBERS + comm.size() as u64;
        while counters.add(&[0; 3])[1] < asked {}
        let expected = [2 * NUMBERS, asked, 6 * NUMBERS];
        assert_eq!(counters.add(&[0; 3]), expected);
        counters.close();
        comm.sum(&mut taken);
        assert!(taken.iter().all(|&times| times == 1.0));
    }
}

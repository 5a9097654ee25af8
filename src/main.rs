//! The command: parse, join the ranks, run, and say with the exit code what came of it.

use std::process::ExitCode;

use clap::Parser;
use mblscale::cli::{self, Arguments};
use mblscale::comm::{Alone, Communicator, Ranks};
use mblscale::error::Error;
use mblscale::report;

/// Exit codes, besides 0 for done: README.md lists them.
const ERROR: u8 = 1;
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let arguments = Arguments::try_parse();
    if let Err(help) = &arguments
        && !help.use_stderr()
    {
        help.exit();
    }
    let comm: Box<dyn Communicator> = match &arguments {
        Ok(arguments) if !arguments.needs_ranks() => Box::new(Alone),
        _ => match Ranks::join() {
            Ok(ranks) => Box::new(ranks),
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::from(ERROR);
            }
        },
    };
    let rank = comm.rank();
    report::start(rank);
    match arguments {
        Ok(arguments) => {
            let alone = comm.size() == 1;
            end_all_on_panic(rank, alone);
            match cli::run(&arguments, &*comm) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => fail(&error, &*comm),
            }
        }
        Err(usage) => {
            if rank == 0 {
                // Nothing can be done when even this cannot be printed.
                let _ = usage.print();
            }
            ExitCode::from(USAGE)
        }
    }
}

/// Says what failed. An error that every rank holds ends every rank in order; one that only this
/// rank has met ends all at once, or the others would wait for ever.
fn fail(error: &Error, comm: &dyn Communicator) -> ExitCode {
    let everywhere = matches!(error, Error::Everywhere(_));
    if !everywhere || comm.rank() == 0 {
        log::error!("{error}");
    }
    if !everywhere && comm.size() > 1 {
        comm.abort(i32::from(ERROR));
    }
    ExitCode::from(ERROR)
}

/// A panic is a defect of this program; it must not leave other ranks waiting.
fn end_all_on_panic(rank: usize, alone: bool) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        log::error!("internal error on rank {rank}; please report it with what follows");
        usual(panic);
        if alone {
            std::process::exit(i32::from(ERROR));
        }
        Ranks::abort_world(i32::from(ERROR));
    }));
}

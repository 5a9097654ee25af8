//! The program: it parses the command line, joins the ranks, runs the command and exits with a code.

use std::process::ExitCode;

use clap::Parser;
use mblscale::cli;
use mblscale::cli::Arguments;
use mblscale::comm::{Alone, Communicator, end_all_on_panic, expected_ranks, join};
use mblscale::eigen::keep_freed_memory;
use mblscale::error::exit_code::{ERROR, UNFINISHED, USAGE};
use mblscale::error::{Error, printable_lines};
use mblscale::report;

fn main() -> ExitCode {
    keep_freed_memory();
    let arguments = Arguments::try_parse();
    if let Err(help) = &arguments
        && !help.use_stderr()
    {
        help.exit();
    }
    let alone = (arguments.as_ref()).is_ok_and(|arguments| !arguments.needs_ranks());
    let expected = expected_ranks().filter(|_| !alone);
    let comm: Box<dyn Communicator> = match alone {
        true => Box::new(Alone),
        false => match join() {
            Ok(comm) => comm,
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::from(ERROR);
            }
        },
    };
    let rank = comm.rank();
    report::start(rank);
    if let Some(warning) = expected.and_then(|expected| expected.warning(comm.size())) {
        log::warn!("{warning}");
    }
    match arguments {
        Ok(arguments) => {
            end_all_on_panic(rank, comm.size() == 1, ERROR);
            match cli::run(&arguments, &*comm) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => fail(&error, &*comm),
            }
        }
        Err(usage) => {
            if rank == 0 {
                report_usage(&usage);
            }
            ExitCode::from(USAGE)
        }
    }
}

/// Says what is wrong with the arguments, without the control characters that they may have.
fn report_usage(usage: &clap::Error) {
    let text = usage.render().to_string();
    let safe = printable_lines(&text);
    if safe == text {
        // In colours on a terminal. There is no other place to report that it cannot be printed.
        let _ = usage.print();
    } else {
        eprint!("{safe}");
    }
}

/// Reports what failed, or what is left. An error that every rank holds ends all ranks in order. One
/// that only this rank has met ends all at once, or the others would wait for ever.
fn fail(error: &Error, comm: &dyn Communicator) -> ExitCode {
    match error {
        Error::Unfinished(left) => {
            if comm.rank() == 0 {
                log::warn!("{left}");
            }
            return ExitCode::from(UNFINISHED);
        }
        Error::Everywhere(_) => {
            if comm.rank() == 0 {
                log::error!("{error}");
            }
        }
        _ => {
            log::error!("{error}");
            if comm.size() > 1 {
                comm.abort(i32::from(ERROR));
            }
        }
    }
    ExitCode::from(ERROR)
}

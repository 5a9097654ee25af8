//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::comm::{Communicator, share};
use crate::deck;
use crate::error::Result;
use crate::plan::{Machine, Plan};
use crate::{report, stages};

/// Many-body localization at scale: disordered spin chains, learned indicators, finite-size scaling.
///
/// Exit codes: 0 done, 1 error, 2 usage, 75 unfinished (run the same command again).
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print sizes, tasks, memory and predicted time; compute nothing (needs no mpirun)
    Check {
        #[command(flatten)]
        deck: DeckArguments,
        /// Plan for this many ranks
        #[arg(long, default_value_t = 1)]
        ranks: usize,
    },
    /// Diagonalize: write data.h5
    Generate(DeckArguments),
    /// Train the network on data.h5: write models/, training.jsonl, evaluation.json
    Train(DeckArguments),
    /// Ask the network: write predictions.h5
    Predict(DeckArguments),
    /// Finite-size scaling of data and predictions: write scaling.json
    Scale(DeckArguments),
    /// Run every stage that the deck describes
    Run(DeckArguments),
    /// Print what a result file holds
    Info {
        /// The file: data.h5 or predictions.h5
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
struct DeckArguments {
    /// The input deck
    deck: PathBuf,
    /// Override an entry of the deck
    #[arg(long = "set", value_name = "KEY.PATH=VALUE")]
    overrides: Vec<String>,
}

impl Arguments {
    /// Whether the command runs on all ranks that were started.
    pub fn needs_ranks(&self) -> bool {
        !matches!(self.command, Command::Check { .. } | Command::Info { .. })
    }
}

/// Runs a command on the ranks of `comm`.
///
/// # Errors
/// Whatever the command meets.
pub fn run(arguments: &Arguments, comm: &dyn Communicator) -> Result<()> {
    match &arguments.command {
        Command::Check { deck, ranks } => {
            let source = deck::load(&deck.deck, &deck.overrides)?;
            let machine = Machine::here(&source.deck.output);
            let on_node = (*ranks).min(machine.cores);
            println!(
                "{}",
                report::plan(&Plan::new(source, machine, *ranks, on_node)?)
            );
            Ok(())
        }
        Command::Info { file } => {
            println!("{}", report::contents(file)?);
            Ok(())
        }
        Command::Generate(deck) => stages::generate(&plan(deck, comm)?, comm),
        Command::Train(deck) => {
            let scores = stages::train(&plan(deck, comm)?, comm)?;
            stages::summarize(comm, &scores, &[]);
            Ok(())
        }
        Command::Predict(deck) => stages::predict(&plan(deck, comm)?, comm),
        Command::Scale(deck) => {
            let fits = stages::scale(&plan(deck, comm)?, comm)?;
            stages::summarize(comm, &[], &fits);
            Ok(())
        }
        Command::Run(deck) => stages::run(&plan(deck, comm)?, comm),
    }
}

/// The plan of a deck, the same on every rank.
fn plan(arguments: &DeckArguments, comm: &dyn Communicator) -> Result<Plan> {
    let ranks_on_node = comm.ranks_on_node();
    let (text, machine, ranks_on_node) = share(comm, || {
        let source = deck::load(&arguments.deck, &arguments.overrides)?;
        let machine = Machine::here(&source.deck.output);
        let text = source.text.clone();
        // Planned once here, so that what it refuses is refused on every rank alike.
        Plan::new(source, machine.clone(), comm.size(), ranks_on_node)?;
        Ok((text, machine, ranks_on_node))
    })?;
    let source = deck::parse(&arguments.deck, text, &arguments.overrides)?;
    let plan = Plan::new(source, machine, comm.size(), ranks_on_node)?;
    if comm.rank() == 0 {
        report::warn_about_threads(&plan, ranks_on_node);
    }
    stages::set_threads(plan.deck().run.threads);
    Ok(plan)
}

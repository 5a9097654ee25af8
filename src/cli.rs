//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::campaign::Failed;
use crate::comm::{Communicator, share};
use crate::deck::{self, Deck};
use crate::error::Result;
use crate::plan::{Knowledge, Machine, Plan};
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
    /// Print sizes, solvers, tasks, memory and predicted time; compute nothing but, once, the speed of
    /// the machine (needs no mpirun)
    Check {
        #[command(flatten)]
        deck: DeckArguments,
        /// Plan for this many ranks
        #[arg(long, default_value_t = 1)]
        ranks: usize,
    },
    /// Diagonalize: write data.h5
    Generate(CampaignArguments),
    /// Train the network on data.h5: write models/, training.jsonl, evaluation.json
    Train(DeckArguments),
    /// Ask the network: write predictions.h5
    Predict(DeckArguments),
    /// Finite-size scaling of data and predictions: write scaling.json
    Scale(DeckArguments),
    /// Run every stage that the deck describes
    Run(CampaignArguments),
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

#[derive(Debug, Args)]
struct CampaignArguments {
    #[command(flatten)]
    deck: DeckArguments,
    /// Solve again what an earlier run could not
    #[arg(long)]
    retry_failed: bool,
}

impl CampaignArguments {
    fn failed(&self) -> Failed {
        if self.retry_failed {
            Failed::TryAgain
        } else {
            Failed::Keep
        }
    }
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
            stages::set_threads(source.deck.run.threads);
            let knowledge = Knowledge::gather(&source.deck)?;
            let plan = Plan::new(source, machine, *ranks, on_node, knowledge)?;
            println!("{}", report::plan(&plan));
            Ok(())
        }
        Command::Info { file } => {
            println!("{}", report::contents(file)?);
            Ok(())
        }
        Command::Generate(arguments) => {
            let plan = plan_of_campaign(&arguments.deck, comm)?;
            stages::generate(&plan, comm, arguments.failed())
        }
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
        Command::Run(arguments) => {
            let plan = plan_of_campaign(&arguments.deck, comm)?;
            stages::run(&plan, comm, arguments.failed())
        }
    }
}

/// The plan of a deck whose data are there.
fn plan(arguments: &DeckArguments, comm: &dyn Communicator) -> Result<Plan> {
    plan_with(arguments, comm, |_| Ok(Knowledge::default()))
}

/// The plan of a deck that generates data, or goes on doing so.
fn plan_of_campaign(arguments: &DeckArguments, comm: &dyn Communicator) -> Result<Plan> {
    plan_with(arguments, comm, Knowledge::gather)
}

/// The plan of a deck, the same on every rank, by what rank 0 knows.
fn plan_with(
    arguments: &DeckArguments,
    comm: &dyn Communicator,
    gather: impl FnOnce(&Deck) -> Result<Knowledge>,
) -> Result<Plan> {
    let ranks_on_node = comm.ranks_on_node();
    let (text, machine, ranks_on_node, knowledge) = share(comm, || {
        let source = deck::load(&arguments.deck, &arguments.overrides)?;
        let machine = Machine::here(&source.deck.output);
        stages::set_threads(source.deck.run.threads);
        let knowledge = gather(&source.deck)?;
        let text = source.text.clone();
        // Planned once here, so that what it refuses is refused on every rank alike.
        Plan::new(
            source,
            machine.clone(),
            comm.size(),
            ranks_on_node,
            knowledge.clone(),
        )?;
        Ok((text, machine, ranks_on_node, knowledge))
    })?;
    let source = deck::parse(&arguments.deck, text, &arguments.overrides)?;
    let plan = Plan::new(source, machine, comm.size(), ranks_on_node, knowledge)?;
    if comm.rank() == 0 {
        report::warn_about_threads(&plan, ranks_on_node);
    }
    stages::set_threads(plan.deck().run.threads);
    Ok(plan)
}

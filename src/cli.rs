//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::RangedU64ValueParser;
use clap::{Args, Parser, Subcommand};

use crate::campaign::Failed;
use crate::comm::Communicator;
use crate::error::{Error, Result};
use crate::scaling::Results;
use crate::session::{self, Request, Session};
use crate::stages::Stale;
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
    /// Open the files that the deck names; print sizes, solvers, tasks, trainings, memory and predicted
    /// time. Compute nothing but the speed of the machine (needs no mpirun)
    Check {
        #[command(flatten)]
        deck: DeckArguments,
        /// Plan for this many ranks
        #[arg(long, default_value_t = 1, value_parser = ranks())]
        ranks: usize,
    },
    /// Diagonalize: write data.h5
    Generate(CampaignArguments),
    /// Train the network on data.h5: write models/, training.jsonl, evaluation.json
    Train {
        #[command(flatten)]
        training: TrainingArguments,
        #[command(flatten)]
        belonging: Belonging,
    },
    /// Ask the network: write predictions.h5
    Predict {
        #[command(flatten)]
        deck: DeckArguments,
        #[command(flatten)]
        belonging: Belonging,
    },
    /// Finite-size scaling of data and predictions: write scaling.json
    Scale {
        #[command(flatten)]
        deck: DeckArguments,
        #[command(flatten)]
        belonging: Belonging,
    },
    /// Run every stage that the deck describes
    Run {
        #[command(flatten)]
        campaign: CampaignArguments,
        #[command(flatten)]
        belonging: Belonging,
    },
    /// Print how far a run is, going on or not, or what any file of the program holds
    Info {
        /// An output directory, a file in it, the directory models or journals
        path: PathBuf,
    },
}

/// No machine has more ranks.
const MOST_RANKS: u64 = 10_000_000;

fn ranks() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=MOST_RANKS)
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
struct Belonging {
    /// Use data, networks and predictions as they are, even if they belong to another deck or not to
    /// each other
    #[arg(long)]
    stale: bool,
}

#[derive(Debug, Args)]
struct TrainingArguments {
    #[command(flatten)]
    deck: DeckArguments,
    /// Stop in time to end within this, as in "8h" or "3600s": exit code 75
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    time_limit: Option<Duration>,
}

#[derive(Debug, Args)]
struct CampaignArguments {
    #[command(flatten)]
    training: TrainingArguments,
    /// Solve again what an earlier run could not
    #[arg(long)]
    retry_failed: bool,
    /// Set aside the data of another deck that the output directory holds, and begin anew
    #[arg(long)]
    force: bool,
}

impl DeckArguments {
    fn request(&self) -> Request {
        Request {
            deck: self.deck.clone(),
            overrides: self.overrides.clone(),
            ..Request::default()
        }
    }
}

impl Belonging {
    /// The request of a stage that uses results of earlier ones.
    fn of(&self, request: Request) -> Request {
        let stale = if self.stale {
            Stale::Use
        } else {
            Stale::Refuse
        };
        Request { stale, ..request }
    }
}

impl TrainingArguments {
    fn request(&self) -> Request {
        Request {
            time_limit: self.time_limit,
            ..self.deck.request()
        }
    }
}

impl CampaignArguments {
    fn request(&self) -> Request {
        Request {
            generates: true,
            force: self.force,
            ..self.training.request()
        }
    }

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
            let request = Request {
                generates: true,
                ..deck.request()
            };
            let job = session::preview(&request, *ranks)?;
            let found = stages::preview(&job)?;
            let text = report::plan(&job.plan, found.forecast.as_ref(), &found.opened);
            report::print(&text);
            Ok(())
        }
        Command::Info { path } => {
            let info = report::info(path)?;
            report::print(&info.text);
            match info.unreadable.is_empty() {
                true => Ok(()),
                false => Err(Error::Refused(info.unreadable.join("\n"))),
            }
        }
        Command::Generate(campaign) => {
            let session = Session::open(&campaign.request(), comm)?;
            stages::generate(&session.job.plan, comm, campaign.failed(), &session.stop)
        }
        Command::Train {
            training,
            belonging,
        } => {
            let session = Session::open(&belonging.of(training.request()), comm)?;
            let scores = stages::train(&session.job, comm, &session.stop)?;
            stages::summarize(comm, &scores, &Results::default());
            Ok(())
        }
        Command::Predict { deck, belonging } => {
            let session = Session::open(&belonging.of(deck.request()), comm)?;
            session.stop.end_on_signal("predict");
            stages::predict(&session.job, comm)
        }
        Command::Scale { deck, belonging } => {
            let session = Session::open(&belonging.of(deck.request()), comm)?;
            session.stop.end_on_signal("scale");
            let results = stages::scale(&session.job, comm)?;
            stages::summarize(comm, &[], &results);
            Ok(())
        }
        Command::Run {
            campaign,
            belonging,
        } => {
            let session = Session::open(&belonging.of(campaign.request()), comm)?;
            stages::run(&session.job, comm, campaign.failed(), &session.stop)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_a_number_that_a_machine_can_have() {
        let parsed = |ranks: &str| {
            Arguments::try_parse_from(["mblscale", "check", "deck.toml", "--ranks", ranks])
        };
        for good in ["1", "65536", "10000000"] {
            assert!(parsed(good).is_ok(), "{good}");
        }
        for bad in ["0", "10000001", "2147483648"] {
            let message = parsed(bad).unwrap_err().to_string();
            assert!(message.contains("1..=10000000"), "{message}");
        }
        for bad in ["-1", "18446744073709551616"] {
            assert!(parsed(bad).is_err(), "{bad}");
        }
    }
}

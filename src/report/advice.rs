//! What other numbers of ranks and threads on the same cores would gain.

use super::format::{count, duration};
use crate::plan::{Conditions, Forecast, Plan, Resources};

/// Advice is given when it saves more than this part of the time, which is more than forecasts err.
const WORTH_SAYING: f64 = 0.2;

/// Ranks and threads for a campaign.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Alternative {
    /// All ranks.
    ranks: usize,
    /// Threads of each.
    threads: usize,
    /// Seconds in which the campaign is predicted to end.
    seconds: f64,
}

/// The ranks and threads with which a plan of so many `seconds` would end much earlier, as a line; empty if
/// there are none.
pub fn advice(plan: &Plan, seconds: f64) -> String {
    let better = fastest(plan, seconds);
    if better.seconds > (1.0 - WORTH_SAYING) * seconds {
        return String::new();
    }
    format!(
        "advice     {} of {} would end in {} on the same cores\n",
        count(better.ranks, "rank"),
        count(better.threads, "thread"),
        duration(better.seconds),
    )
}

/// The best choice on the cores of a plan, which may be its own.
fn fastest(plan: &Plan, seconds: f64) -> Alternative {
    let own = Alternative {
        ranks: plan.ranks,
        threads: plan.deck().run.threads,
        seconds,
    };
    let cores = own.ranks * own.threads;
    let cores_of_node = plan.ranks_on_node * own.threads;
    let others = (1..=cores_of_node)
        .filter(|threads| cores_of_node.is_multiple_of(*threads) && *threads != own.threads)
        .filter(|threads| cores.is_multiple_of(*threads))
        .filter_map(|threads| with(plan, cores / threads, cores_of_node / threads, threads))
        .map(|plan| alternative(&plan));
    others.fold(own, |best, other| {
        if other.seconds < best.seconds {
            other
        } else {
            best
        }
    })
}

fn alternative(plan: &Plan) -> Alternative {
    let forecast = Forecast::of(&plan.phases(), plan.ranks, &Conditions::default());
    Alternative {
        ranks: plan.ranks,
        threads: plan.deck().run.threads,
        seconds: forecast.makespan,
    }
}

/// The same deck with other ranks and threads; none if it cannot be planned.
fn with(plan: &Plan, ranks: usize, ranks_on_node: usize, threads: usize) -> Option<Plan> {
    let mut source = plan.source.clone();
    source.deck.run.threads = threads;
    let resources = Resources {
        machine: plan.machine.clone(),
        ranks,
        ranks_on_node,
    };
    let (generation, fields) = (plan.generation.clone(), plan.fields.clone());
    Plan::new(
        source,
        generation,
        fields,
        resources,
        plan.knowledge.clone(),
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::check;
    use crate::error::Result;
    use crate::plan::{Knowledge, Machine};

    /// On one node of 16 cores and 64 GiB.
    fn plan(sizes: &str, realizations: usize, ranks: usize) -> Result<Plan> {
        let text = format!(
            "version = 1\nname = \"t\"\noutput = \"out\"\n[chain]\nsizes = {sizes}\n[disorder]\n\
             strengths = [6.0]\nrealizations = {{ test = {realizations} }}\nseed = 1\n[spectrum]\n\
             energy_densities = [0.5]\nstates = 100\nindicators = [\"gap_ratio\"]\n[run]\n\
             threads = {}\n",
            16 / ranks
        );
        let resources = Resources {
            machine: Machine {
                host: "test".to_owned(),
                cores: 16,
                memory: 64 << 30,
                free_disk: None,
            },
            ranks,
            ranks_on_node: ranks,
        };
        let checked = check::parse(Path::new("deck.toml"), text, &[]).unwrap();
        checked.plan(resources, Knowledge::default())
    }

    /// The threads and ranks that end first, whatever the deck has.
    #[test]
    fn few_long_realizations_want_threads_and_many_short_ones_want_ranks() {
        for (sizes, realizations, best) in [
            ("[14]", 1000, [16, 1]),
            ("[18]", 1000, [16, 1]),
            ("[18]", 1, [1, 16]),
            ("[20]", 1, [1, 16]),
        ] {
            for ranks in [1, 4, 16] {
                let plan_of = |ranks| plan(sizes, realizations, ranks).unwrap();
                let seconds = alternative(&plan_of(ranks)).seconds;
                let found = fastest(&plan_of(ranks), seconds);
                let of_best = alternative(&plan_of(best[0]));
                assert_eq!(
                    [found.ranks, found.threads],
                    best,
                    "{sizes} × {realizations}"
                );
                assert_eq!(found, of_best);
            }
        }
    }
    /// A rank of 16 has 4 GiB, and the basis of 100 states at L = 24 takes 9 GB.
    #[test]
    fn fewer_ranks_with_more_threads_are_named_where_a_size_does_not_fit() {
        let refusal = plan("[24]", 1, 16).unwrap_err().to_string();
        let ways =
            "run.ranks_per_realization = 3, or start 4 ranks on each node with run.threads = 4";
        assert!(refusal.contains(ways), "{refusal}");
        assert!(plan("[24]", 1, 4).is_ok());
    }
}

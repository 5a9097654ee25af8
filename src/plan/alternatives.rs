//! Other numbers of ranks and threads on the same cores.

use super::{Conditions, Forecast, Plan, Resources};

/// Ranks and threads for a campaign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alternative {
    /// All ranks.
    pub ranks: usize,
    /// Threads of each.
    pub threads: usize,
    /// Seconds in which the campaign is predicted to end.
    pub seconds: f64,
}

impl Plan {
    /// The ranks and threads on the cores of this plan with which the campaign is predicted to end first.
    /// They may be its own.
    pub fn fastest(&self) -> Alternative {
        let own = self.as_alternative();
        let cores = own.ranks * own.threads;
        let cores_of_node = self.ranks_on_node * own.threads;
        let others = (1..=cores_of_node)
            .filter(|threads| cores_of_node.is_multiple_of(*threads) && *threads != own.threads)
            .filter(|threads| cores.is_multiple_of(*threads))
            .filter_map(|threads| self.with(cores / threads, cores_of_node / threads, threads))
            .map(|plan| plan.as_alternative());
        others.fold(own, |best, other| {
            if other.seconds < best.seconds {
                other
            } else {
                best
            }
        })
    }

    fn as_alternative(&self) -> Alternative {
        let forecast = Forecast::of(&self.phases(), self.ranks, &Conditions::default());
        Alternative {
            ranks: self.ranks,
            threads: self.deck().run.threads,
            seconds: forecast.makespan,
        }
    }

    /// The same deck with other ranks and threads; none if it cannot be planned.
    fn with(&self, ranks: usize, ranks_on_node: usize, threads: usize) -> Option<Self> {
        let mut source = self.source.clone();
        source.deck.run.threads = threads;
        let resources = Resources {
            machine: self.machine.clone(),
            ranks,
            ranks_on_node,
        };
        let (generation, knowledge) = (self.generation.clone(), self.knowledge.clone());
        Self::new(source, generation, resources, knowledge).ok()
    }
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
                let found = plan(sizes, realizations, ranks).unwrap().fastest();
                let of_best = plan(sizes, realizations, best[0]).unwrap().as_alternative();
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

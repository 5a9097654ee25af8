//! What started this process says of how many ranks there are.

/// The variables in which launchers say how many ranks they started, and which one this is.
const LAUNCHERS: [[&str; 2]; 3] = [
    ["OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"],
    ["PMI_SIZE", "PMI_RANK"],
    ["SLURM_NTASKS", "SLURM_PROCID"],
];

/// What to do where ranks do not know each other.
#[cfg(feature = "mpi")]
const REMEDY: &str = "start the ranks by `srun --mpi=pmix` or by the mpirun of this program's MPI";

/// What to do where this program has one rank only.
#[cfg(not(feature = "mpi"))]
const REMEDY: &str = "this program was built without MPI: start one process, or build it with the \
                      Cargo feature `mpi`";

/// A warning for the first of several processes that were started together but do not know each
/// other. The launcher then speaks another protocol than this program's MPI. It must be called before
/// MPI is initialized, which may set such variables itself.
pub fn expected_ranks() -> Option<Expected> {
    from(|name| std::env::var(name).ok())
}

/// How many ranks a launcher has started.
#[derive(Debug, PartialEq)]
pub struct Expected {
    variable: &'static str,
    ranks: usize,
    first: bool,
}

impl Expected {
    /// What to do about it where so many ranks have joined; none where all is well, and on all
    /// processes but the first.
    pub fn warning(&self, joined: usize) -> Option<String> {
        let alone = joined == 1 && self.ranks > 1;
        (alone && self.first).then(|| {
            format!(
                "{} is {}, but this process runs alone; {REMEDY}",
                self.variable, self.ranks
            )
        })
    }

    /// Why a process that knows no other must not run; none for the first.
    #[cfg(any(not(feature = "mpi"), test))]
    pub fn refusal(&self) -> Option<String> {
        let other = self.ranks > 1 && !self.first;
        other.then(|| {
            format!(
                "{} is {}, and each of these processes would do the whole work; {REMEDY}",
                self.variable, self.ranks
            )
        })
    }
}

/// An inner launcher comes before the job around it.
fn from(variable: impl Fn(&str) -> Option<String>) -> Option<Expected> {
    let number = |name| variable(name)?.trim().parse::<usize>().ok();
    LAUNCHERS.iter().find_map(|&[ranks, rank]| {
        Some(Expected {
            variable: ranks,
            ranks: number(ranks)?,
            first: number(rank).unwrap_or(0) == 0,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(set: &[(&str, &str)]) -> Option<Expected> {
        from(|name: &str| {
            let found = set.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn warning(set: &[(&str, &str)], joined: usize) -> Option<String> {
        expected(set)?.warning(joined)
    }

    #[test]
    fn ranks_that_do_not_know_each_other_are_named() {
        let slurm = [("SLURM_NTASKS", "4"), ("SLURM_PROCID", "0")];
        let said = warning(&slurm, 1).unwrap();
        assert!(said.contains("SLURM_NTASKS is 4"), "{said}");
        assert!(said.contains(REMEDY), "{said}");
        assert_eq!(warning(&slurm, 4), None);
        let second = [("SLURM_NTASKS", "4"), ("SLURM_PROCID", "1")];
        assert_eq!(warning(&second, 1), None);
        assert!(warning(&[("PMI_SIZE", "2")], 1).is_some());
    }

    #[test]
    fn without_mpi_only_the_first_runs() {
        let refusal = |set: &[(&str, &str)]| expected(set)?.refusal();
        let second = [("OMPI_COMM_WORLD_SIZE", "2"), ("OMPI_COMM_WORLD_RANK", "1")];
        let said = refusal(&second).unwrap();
        assert!(said.contains("OMPI_COMM_WORLD_SIZE is 2"), "{said}");
        assert_eq!(refusal(&second[..1]), None);
        let one = [("OMPI_COMM_WORLD_SIZE", "1"), ("OMPI_COMM_WORLD_RANK", "0")];
        assert_eq!(refusal(&one), None);
    }

    #[test]
    fn one_rank_on_purpose_is_no_mistake() {
        assert_eq!(warning(&[], 1), None);
        let mpirun = [("SLURM_NTASKS", "4"), ("OMPI_COMM_WORLD_SIZE", "1")];
        assert_eq!(warning(&mpirun, 1), None);
        assert_eq!(warning(&[("SLURM_NTASKS", "many")], 1), None);
    }
}

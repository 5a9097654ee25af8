//! What started this process says of how many ranks there are.

/// The variables in which launchers say how many ranks they started, and which one this is.
const LAUNCHERS: [[&str; 2]; 3] = [
    ["OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"],
    ["PMI_SIZE", "PMI_RANK"],
    ["SLURM_NTASKS", "SLURM_PROCID"],
];

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
                "{} is {}, but this process runs alone; start the ranks by `srun --mpi=pmix` or by \
                 the mpirun of this program's MPI",
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

    fn warning(set: &[(&str, &str)], joined: usize) -> Option<String> {
        let value = |name: &str| {
            let found = set.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        from(value).and_then(|expected| expected.warning(joined))
    }

    #[test]
    fn ranks_that_do_not_know_each_other_are_named() {
        let slurm = [("SLURM_NTASKS", "4"), ("SLURM_PROCID", "0")];
        let said = warning(&slurm, 1).unwrap();
        assert!(said.contains("SLURM_NTASKS is 4"), "{said}");
        assert!(said.contains("srun --mpi=pmix"), "{said}");
        assert_eq!(warning(&slurm, 4), None);
        let second = [("SLURM_NTASKS", "4"), ("SLURM_PROCID", "1")];
        assert_eq!(warning(&second, 1), None);
        assert!(warning(&[("PMI_SIZE", "2")], 1).is_some());
    }

    #[test]
    fn one_rank_on_purpose_is_no_mistake() {
        assert_eq!(warning(&[], 1), None);
        let mpirun = [("SLURM_NTASKS", "4"), ("OMPI_COMM_WORLD_SIZE", "1")];
        assert_eq!(warning(&mpirun, 1), None);
        assert_eq!(warning(&[("SLURM_NTASKS", "many")], 1), None);
    }
}

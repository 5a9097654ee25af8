//! Eigenpairs near target energies.
//!
//! A solver is prepared once for a chain and then serves every realization: [`Solver::begin`] does
//! what all windows of a realization share, [`Solver::window`] finds the eigenpairs nearest one
//! energy. A new solver is one file and one line in [`METHODS`].

mod accept;
mod attempts;
mod dense;
mod extremes;
mod failure;
mod filter;
mod interrupt;
mod krylov;
mod method;
mod shift_invert;
mod solver;
mod window;

pub use failure::Failure;
pub use interrupt::{Interrupt, uninterrupted};
pub use method::{Method, Shortage, Workload, choose};
pub use shift_invert::{Factorization, Settings, lanczos};
pub use solver::{Bounds, Solver};
pub use window::Window;

/// Every method.
pub const METHODS: &[Method] = &[dense::METHOD, shift_invert::METHOD, filter::METHOD];

#[cfg(test)]
mod tests {
    use super::*;

    const AMPLE: f64 = 1e12;

    fn workload(sites: usize, targets: usize, states: usize) -> Workload {
        Workload {
            sites,
            dimension: crate::chain::sector_dimension(sites),
            targets,
            states,
        }
    }

    fn chosen(name: &str, workload: &Workload, memory: f64) -> &'static str {
        let seconds = |method: &Method| (method.seconds)(workload);
        match choose(METHODS, name, workload, memory, seconds) {
            Ok(method) => method.name,
            Err(shortage) => panic!("{} does not fit", shortage.method.name),
        }
    }

    /// At L = 12 one full diagonalization is cheaper than 19 factorizations, but not than one.
    #[test]
    fn many_windows_share_one_dense_solve() {
        assert_eq!(chosen("auto", &workload(12, 19, 100), AMPLE), "dense");
        assert_ne!(chosen("auto", &workload(12, 1, 100), AMPLE), "dense");
        assert_ne!(chosen("auto", &workload(16, 19, 100), AMPLE), "dense");
    }

    #[test]
    fn the_machine_can_turn_the_choice() {
        let one_window = workload(12, 1, 100);
        let slow_sparse = |method: &Method| {
            let factor = if method.name == "dense" { 1.0 } else { 100.0 };
            factor * (method.seconds)(&one_window)
        };
        let found = choose(METHODS, "auto", &one_window, AMPLE, slow_sparse);
        assert!(found.is_ok_and(|method| method.name == "dense"));
    }

    #[test]
    fn a_named_method_is_taken_where_it_serves() {
        assert_eq!(chosen("dense", &workload(12, 1, 100), AMPLE), "dense");
        let most_of_a_sector = workload(8, 1, 60);
        assert_eq!(chosen("shift-invert", &most_of_a_sector, AMPLE), "dense");
    }

    /// A budget between the needs of two methods leaves one; below all of them there is none.
    #[test]
    fn memory_decides_before_time() {
        let many_windows = workload(12, 19, 100);
        let need = |name: &str| {
            let method = METHODS.iter().find(|method| method.name == name).unwrap();
            (method.memory)(&many_windows)
        };
        let (dense, sparse) = (need("dense"), need("shift-invert"));
        assert!(sparse < dense);
        let between = f64::midpoint(sparse, dense);
        assert_ne!(chosen("auto", &many_windows, between), "dense");

        let seconds = |method: &Method| (method.seconds)(&many_windows);
        let short = choose(METHODS, "dense", &many_windows, between, seconds);
        let short = short.err().unwrap();
        assert_eq!(short.method.name, "dense");
        assert_ne!(short.fitting.unwrap().name, "dense");

        let none = choose(METHODS, "auto", &many_windows, 1.0, seconds);
        let none = none.err().unwrap();
        let least = METHODS.iter().map(|method| (method.memory)(&many_windows));
        let least = least.fold(f64::INFINITY, f64::min);
        assert_eq!((none.method.memory)(&many_windows), least);
        assert!(none.fitting.is_none());
    }
}

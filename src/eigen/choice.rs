//! Every method, and the choice between them.

use super::method::{Method, Workload};
use super::{dense, filter, shift_invert};

/// Every method.
pub const METHODS: &[Method] = &[dense::METHOD, shift_invert::METHOD, filter::METHOD];

/// The solver setting of a deck.
#[derive(Debug, Clone, Copy)]
pub enum Choice {
    /// The cheapest method that fits.
    Auto,
    /// One of [`METHODS`].
    Named(&'static Method),
}

impl Choice {
    /// The choice that decks write like this: "auto" or the name of a method.
    pub fn named(name: &str) -> Option<Self> {
        if name == "auto" {
            return Some(Self::Auto);
        }
        let method = METHODS.iter().find(|method| method.name == name);
        method.map(Self::Named)
    }
}

/// No method may be used in the memory that there is.
pub struct Shortage<'m> {
    /// The method named, or with [`Choice::Auto`] the one that needs least.
    pub method: &'m Method,
    /// The cheapest other method that would fit.
    pub fitting: Option<&'m Method>,
}

/// What a method costs.
pub struct Cost {
    /// Seconds of one rank.
    pub seconds: f64,
    /// Bytes of a rank.
    pub bytes: f64,
}

/// The one of `methods` for a workload. [`Choice::Auto`] takes the one of the least `cost` of those
/// that serve within `memory` bytes, and of two that cost the same the first.
///
/// A named method may be unable to serve a workload, such as a Krylov basis for most of a small
/// sector. The cheapest one that can then takes its place.
///
/// # Errors
/// [`Shortage`] when the method named does not fit in memory, or with [`Choice::Auto`] none does.
///
/// # Panics
/// When no method serves the workload. The dense solver serves every one.
pub fn choose<'m>(
    methods: &'m [Method],
    choice: Choice,
    workload: &Workload,
    memory: f64,
    cost: impl Fn(&Method) -> Cost,
) -> Result<&'m Method, Shortage<'m>> {
    let serving = || methods.iter().filter(|method| (method.serves)(workload));
    let bytes = |method: &Method| cost(method).bytes;
    let seconds = |method: &Method| cost(method).seconds;
    let fits = |method: &&Method| bytes(method) <= memory;
    let fitting = serving()
        .filter(fits)
        .min_by(|a, b| seconds(a).total_cmp(&seconds(b)));
    let asked = match choice {
        Choice::Auto => None,
        Choice::Named(named) => serving().find(|method| method.name == named.name),
    };
    asked
        .filter(fits)
        .or(fitting.filter(|_| asked.is_none()))
        .ok_or_else(|| {
            let least = serving().min_by(|a, b| bytes(a).total_cmp(&bytes(b)));
            Shortage {
                method: asked.or(least).expect("a method serves every sector"),
                fitting,
            }
        })
}

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
            near_ends: 0.0,
        }
    }

    fn cost(workload: &Workload) -> impl Fn(&Method) -> Cost {
        |method| Cost {
            seconds: (method.seconds)(workload),
            bytes: (method.memory)(workload),
        }
    }

    fn choice(name: &str) -> Choice {
        Choice::named(name).unwrap()
    }

    fn chosen(name: &str, workload: &Workload, memory: f64) -> &'static str {
        match choose(METHODS, choice(name), workload, memory, cost(workload)) {
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
    fn names_outside_the_list_are_no_choice() {
        assert!(matches!(choice("auto"), Choice::Auto));
        assert!(matches!(choice("filter"), Choice::Named(method) if method.name == "filter"));
        assert!(Choice::named("Filter").is_none());
    }

    #[test]
    fn the_machine_can_turn_the_choice() {
        let one_window = workload(12, 1, 100);
        let slow_sparse = |method: &Method| {
            let factor = if method.name == "dense" { 1.0 } else { 100.0 };
            Cost {
                seconds: factor * (method.seconds)(&one_window),
                bytes: 0.0,
            }
        };
        let found = choose(METHODS, Choice::Auto, &one_window, AMPLE, slow_sparse);
        assert!(found.is_ok_and(|method| method.name == "dense"));
    }

    #[test]
    fn a_named_method_is_taken_where_it_serves() {
        assert_eq!(chosen("dense", &workload(12, 1, 100), AMPLE), "dense");
        let most_of_a_sector = workload(8, 1, 60);
        assert_eq!(chosen("shift-invert", &most_of_a_sector, AMPLE), "dense");
    }

    /// A budget between the needs of two methods leaves one. A budget below all needs leaves none.
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

        let cost = cost(&many_windows);
        let short = choose(METHODS, choice("dense"), &many_windows, between, &cost);
        let short = short.err().unwrap();
        assert_eq!(short.method.name, "dense");
        assert_ne!(short.fitting.unwrap().name, "dense");

        let none = choose(METHODS, Choice::Auto, &many_windows, 1.0, &cost);
        let none = none.err().unwrap();
        let least = METHODS.iter().map(|method| (method.memory)(&many_windows));
        let least = least.fold(f64::INFINITY, f64::min);
        assert_eq!((none.method.memory)(&many_windows), least);
        assert!(none.fitting.is_none());
    }
}

//! Which sites interact.

use crate::deck::Boundary;

/// The bonds of a chain as pairs of sites from 0. A periodic chain of two sites has its bond twice,
/// as the sum over i of σ_i·σ_{i+1} says.
pub fn bonds(sites: usize, boundary: Boundary) -> Vec<(usize, usize)> {
    let count = match boundary {
        Boundary::Periodic => sites,
        Boundary::Open => sites - 1,
    };
    (0..count).map(|site| (site, (site + 1) % sites)).collect()
}

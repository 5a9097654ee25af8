//! The mean entanglement entropy of random states, which measured entropies are divided by.

use statrs::function::gamma::digamma;

use crate::deck::Normalisation;

/// The entropy in nats that corresponds to 1 for a chain of `sites`.
pub fn half_chain_entropy(normalisation: Normalisation, sites: usize) -> f64 {
    let dimension = 2.0_f64.powi(sites as i32 / 2);
    let harmonics = digamma(dimension * dimension + 1.0) - digamma(dimension + 1.0);
    let page_correction = (dimension - 1.0) / (2.0 * dimension);
    match normalisation {
        Normalisation::Sector => sector_entropy(sites),
        Normalisation::Page => harmonics - page_correction,
        // The paper subtracts a correction in nats from entropies in bits. Here the difference is
        // converted to nats, which multiplies it by ln 2.
        Normalisation::Paper => harmonics - page_correction * std::f64::consts::LN_2,
    }
}

/// The mean half-chain entropy of random states of the Sz = 0 sector. Page's formula gives it for
/// every number of up spins in the half, and each is weighted by its share of the sector.
fn sector_entropy(sites: usize) -> f64 {
    let half = sites / 2;
    let mut of_half = vec![1.0_f64];
    for up in 1..=half {
        of_half.push(of_half[up - 1] * (half + 1 - up) as f64 / up as f64);
    }
    let whole: f64 = of_half.iter().map(|ways| ways * ways).sum();
    // With L/2 sites in each half, the two blocks have the same dimension C(L/2, a).
    of_half
        .iter()
        .map(|&block| {
            let weight = block * block / whole;
            weight * (digamma(whole + 1.0) - digamma(block + 1.0) - (block - 1.0) / (2.0 * block))
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_published_table() {
        for (sites, page, sector) in [
            (8, 2.2749, 2.2062),
            (10, 2.9663, 2.8866),
            (12, 3.6590, 3.5745),
            (14, 4.3521, 4.2652),
            (16, 5.0452, 4.9569),
            (18, 5.7383, 5.6490),
            (20, 6.4315, 6.3414),
        ] {
            let found = half_chain_entropy(Normalisation::Page, sites);
            assert!((found - page).abs() < 5.1e-5, "Page, L = {sites}: {found}");
            let found = half_chain_entropy(Normalisation::Sector, sites);
            assert!(
                (found - sector).abs() < 5.1e-5,
                "sector, L = {sites}: {found}"
            );
        }
    }

    #[test]
    fn digamma_differences_are_harmonic_sums() {
        for sites in [2_usize, 4, 10, 16] {
            let n = 1_u64 << (sites / 2);
            let sum: f64 = (n + 1..=n * n).map(|k| 1.0 / k as f64).sum();
            let page = sum - (n - 1) as f64 / (2 * n) as f64;
            let found = half_chain_entropy(Normalisation::Page, sites);
            assert!((found - page).abs() < 1e-10);
            let bits = sum / std::f64::consts::LN_2 - (n - 1) as f64 / (2 * n) as f64;
            let paper = half_chain_entropy(Normalisation::Paper, sites);
            assert!((paper - bits * std::f64::consts::LN_2).abs() < 1e-10);
        }
    }
}

//! The mean entanglement entropy of random states, which measured entropies are divided by.

use statrs::function::gamma::digamma;

use crate::deck::Normalisation;

/// The entropy in nats that corresponds to 1 for a chain of `sites`. The half A of an odd chain is the
/// smaller one, of (L − 1)/2 sites, and its sector has as many spins up.
pub fn half_chain_entropy(normalisation: Normalisation, sites: usize) -> f64 {
    let half = sites / 2;
    let [smaller, larger] = [half, sites - half].map(|sites| 2.0_f64.powi(sites as i32));
    let harmonics = digamma(smaller * larger + 1.0) - digamma(larger + 1.0);
    let page_correction = (smaller - 1.0) / (2.0 * larger);
    match normalisation {
        Normalisation::Sector => sector_entropy(sites),
        Normalisation::Page => harmonics - page_correction,
        // The paper subtracts a correction in nats from entropies in bits. Here the difference is
        // converted to nats, which multiplies it by ln 2.
        Normalisation::Paper => harmonics - page_correction * std::f64::consts::LN_2,
    }
}

/// The mean half-chain entropy of random states of the sector with ⌊L/2⌋ spins up. Page's formula gives it for
/// every number of up spins in the half, and each is weighted by its share of the sector.
fn sector_entropy(sites: usize) -> f64 {
    let half = sites / 2;
    let other = sites - half;
    // With `up` of `half` spins up in A, and the rest of them in B, the blocks have these dimensions.
    let mut blocks = vec![[1.0, (half + 1..=other).fold(1.0, |ways, n| ways * n as f64)]];
    for up in 1..=half {
        let [of_a, of_b]: [f64; 2] = blocks[up - 1];
        let left = half + 1 - up;
        blocks.push([
            of_a * left as f64 / up as f64,
            of_b * left as f64 / (other - half + up) as f64,
        ]);
    }
    let whole: f64 = blocks.iter().map(|[of_a, of_b]| of_a * of_b).sum();
    let of_block = |[of_a, of_b]: [f64; 2]| {
        let (smaller, larger) = (of_a.min(of_b), of_a.max(of_b));
        let page = digamma(whole + 1.0) - digamma(larger + 1.0) - (smaller - 1.0) / (2.0 * larger);
        smaller * larger / whole * page
    };
    blocks.into_iter().map(of_block).sum()
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

    /// The three probabilities of a random state of one spin up are uniform on a simplex. Those of A's
    /// two blocks are Beta(2, 1) and Beta(1, 2), and −p ln p has the means 2/9 and 5/18.
    #[test]
    fn three_sites_by_hand() {
        assert!((half_chain_entropy(Normalisation::Sector, 3) - 0.5).abs() < 1e-14);
        // Page's formula for dimensions 2 and 4.
        let page: f64 = (5..=8).map(|k| 1.0 / f64::from(k)).sum::<f64>() - 1.0 / 8.0;
        assert!((half_chain_entropy(Normalisation::Page, 3) - page).abs() < 1e-14);
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

//! How the spins of two sites depend on each other, by their distance.

use std::sync::Arc;

use super::exchanges::Exchanges;
use super::observable::{Axis, Description, Observable};
use super::pairs::{Pairs, mean, typical};
use super::probabilities::expectations;
use super::shared::Shared;
use super::whole::WholeStates;
use crate::chain::Chain;
use crate::eigen::Window;

/// C(d) = ⟨σᶻ_i σᶻ_{i+d}⟩ − ⟨σᶻ_i⟩⟨σᶻ_{i+d}⟩, its mean over sites and states.
pub const ZZ: Description = Description {
    name: "correlation_zz",
    units: "1",
    description: "connected correlation of sigma^z at two sites, mean over sites and eigenstates",
    of_states: true,
    axes: &[Axis::Distance],
    prepare: |chain, _| Box::new(Longitudinal::new(chain, mean)),
};

/// exp⟨ln |C(d)|⟩ over sites and states.
pub const TYPICAL_ZZ: Description = Description {
    name: "typical_correlation_zz",
    units: "1",
    description: "exp of the mean of ln |C| over sites and eigenstates, C as in correlation_zz",
    of_states: true,
    axes: &[Axis::Distance],
    prepare: |chain, _| Box::new(Longitudinal::new(chain, typical)),
};

/// C(d) = ⟨σˣ_i σˣ_{i+d}⟩, its mean over sites and states. ⟨σˣ_i⟩ is zero.
pub const XX: Description = Description {
    name: "correlation_xx",
    units: "1",
    description: "correlation of sigma^x at two sites, mean over sites and eigenstates",
    of_states: true,
    axes: &[Axis::Distance],
    prepare: |chain, _| Box::new(Transverse::new(chain, mean)),
};

/// exp⟨ln |C(d)|⟩ over sites and states.
pub const TYPICAL_XX: Description = Description {
    name: "typical_correlation_xx",
    units: "1",
    description: "exp of the mean of ln |C| over sites and eigenstates, C as in correlation_xx",
    of_states: true,
    axes: &[Axis::Distance],
    prepare: |chain, _| Box::new(Transverse::new(chain, typical)),
};

struct Longitudinal {
    chain: Arc<Chain>,
    pairs: Pairs,
    summary: fn(&[f64]) -> f64,
}

/// ⟨σᶻσᶻ⟩ − ⟨σᶻ⟩⟨σᶻ⟩ of each state and pair.
struct ConnectedZz(Vec<f64>);

impl Longitudinal {
    fn new(chain: &Arc<Chain>, summary: fn(&[f64]) -> f64) -> Self {
        Self {
            chain: Arc::clone(chain),
            pairs: Pairs::new(chain),
            summary,
        }
    }

    fn connected(&self, window: &Window) -> ConnectedZz {
        let (sector, pairs) = (self.chain.sector(), &self.pairs);
        let write = |configuration, values: &mut [f64]| pairs.write_products(configuration, values);
        let means = expectations(sector, window, pairs.products(), write);
        ConnectedZz(pairs.connected(&means))
    }
}

impl Observable for Longitudinal {
    fn evaluate(&mut self, window: &Window, shared: &mut Shared) -> Vec<f64> {
        let values = shared.get(|| self.connected(window));
        self.pairs.by_distance(&values.0, self.summary)
    }
}

struct Transverse {
    whole: WholeStates,
    pairs: Pairs,
    exchanges: Vec<Exchanges>,
    summary: fn(&[f64]) -> f64,
}

/// ⟨σˣσˣ⟩ of each state and pair.
struct Xx(Vec<f64>);

impl Transverse {
    fn new(chain: &Arc<Chain>, summary: fn(&[f64]) -> f64) -> Self {
        let (whole, pairs) = (WholeStates::new(chain), Pairs::new(chain));
        let exchanges = pairs
            .sites()
            .map(|sites| Exchanges::new(&whole.ranking, sites));
        Self {
            exchanges: exchanges.collect(),
            whole,
            pairs,
            summary,
        }
    }
}

impl Observable for Transverse {
    fn evaluate(&mut self, window: &Window, shared: &mut Shared) -> Vec<f64> {
        let values = shared.get(|| {
            let (exchanges, ranking) = (&self.exchanges, &self.whole.ranking);
            Xx(self.whole.each(window, exchanges.len(), |states| {
                exchanges
                    .iter()
                    .map(|it| it.overlap(ranking, states))
                    .collect()
            }))
        });
        self.pairs.by_distance(&values.0, self.summary)
    }
}

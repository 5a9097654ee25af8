//! The training data that generate will make, as far as they are known before.

use std::collections::BTreeMap;

use ndarray::ArrayD;

use crate::chain::Task;
use crate::deck::{Learn, Split};
use crate::plan::{Generation, Plan};
use crate::store::{Dimension, Quantity, Table};

/// So many numbers are made in a second or two, and fit into any memory.
const MOST_NUMBERS: usize = 50_000_000;

/// The training tables of a deck: its fields, and zeros for the indicators. Samples are counted in
/// them, and held out by their fields. None if the deck generates nothing, or too many numbers.
pub fn planned_tables(plan: &Plan, learn: &Learn) -> Option<Vec<Table>> {
    let generation = plan.generation.as_ref()?;
    if !learn.uses_training_data() {
        return Some(Vec::new());
    }
    let sizes = learn.sizes_with_training_data();
    let of_size = |&sites: &usize| Planned {
        generation,
        learn,
        sites,
    };
    let planned: Vec<Planned> = sizes.iter().map(of_size).collect();
    let numbers: usize = planned.iter().map(Planned::numbers).sum();
    (numbers <= MOST_NUMBERS).then(|| planned.iter().map(Planned::table).collect())
}

/// The training data of a chain length.
struct Planned<'p> {
    generation: &'p Generation,
    learn: &'p Learn,
    sites: usize,
}

impl Planned<'_> {
    /// Strengths, realizations, energy densities or times.
    fn shape(&self) -> [usize; 3] {
        let disorder = &self.generation.disorder;
        let realizations = disorder.realizations.of(Split::Train, self.sites) as usize;
        let third = match self.third() {
            Dimension::Time => self.times().len(),
            _ => self.generation.spectrum.energy_densities.0.len(),
        };
        [disorder.strengths.0.len(), realizations, third]
    }

    /// What the targets run over beside strengths and realizations.
    fn third(&self) -> Dimension {
        match self.learn.learns_quenches() {
            true => Dimension::Time,
            false => Dimension::EnergyDensity,
        }
    }

    fn times(&self) -> &[f64] {
        let quench = self.generation.quench.as_ref();
        quench.map_or(&[], |quench| &quench.times)
    }

    fn numbers(&self) -> usize {
        let [strengths, realizations, third] = self.shape();
        let of_one = self.sites + third * self.learn.targets.len();
        (strengths.saturating_mul(realizations)).saturating_mul(of_one)
    }

    fn table(&self) -> Table {
        use Dimension::{Realization, Site, Strength, Time};
        let quantity = |last, values| Quantity {
            dimensions: vec![Strength, Realization, last],
            units: "1".to_owned(),
            description: String::new(),
            values,
        };
        let zeros = || quantity(self.third(), ArrayD::zeros(self.shape().to_vec()));
        let targets = self
            .learn
            .targets
            .iter()
            .map(|name| (name.clone(), zeros()));
        let mut quantities: BTreeMap<String, Quantity> = targets.collect();
        quantities.insert("field".to_owned(), quantity(Site, self.fields()));
        let Generation {
            disorder, spectrum, ..
        } = self.generation;
        Table {
            sites: self.sites,
            split: Split::Train,
            strengths: disorder.strengths.0.clone(),
            energy_densities: spectrum.energy_densities.0.clone(),
            quantities,
            coordinates: BTreeMap::from([(Time, self.times().to_vec())]),
            solver: None,
            failures: BTreeMap::new(),
            counts: Vec::new(),
            unread: BTreeMap::new(),
        }
    }

    fn fields(&self) -> ArrayD<f64> {
        let Generation {
            disorder, fields, ..
        } = self.generation;
        let [_, realizations, _] = self.shape();
        let mut values = Vec::new();
        for &strength in &disorder.strengths.0 {
            for realization in 0..realizations as u32 {
                let task = Task {
                    sites: self.sites,
                    strength,
                    split: Split::Train,
                    realization,
                };
                values.extend(fields.of(&task));
            }
        }
        let shape = vec![disorder.strengths.0.len(), realizations, self.sites];
        ArrayD::from_shape_vec(shape, values).expect("every field has a value for each site")
    }
}

//! What a network learns from: fields and the exact indicators that belong to them.

mod batch;
pub mod realizations;
mod symmetry;

pub use batch::{Batch, Sample};
pub use realizations::{Realization, realizations, scale};
pub use symmetry::{Move, Orbit};

/// Samples to train on, one after the other in memory.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Set {
    groups: Vec<Group>,
    /// For each sample its group and its row there.
    places: Vec<(usize, usize)>,
}

/// The samples of one chain length and so many energy densities: rows of inputs, ε and targets.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    sites: usize,
    inputs: usize,
    energy_densities: usize,
    width: usize,
    rows: Vec<f64>,
}

impl Set {
    /// These realizations, in this order.
    pub fn new<'r>(realizations: impl IntoIterator<Item = &'r Realization>) -> Self {
        let mut set = Self::default();
        for one in realizations {
            let energy_densities = one.energy_densities.len();
            let known = set.groups.iter().position(|group| {
                (group.sites, group.energy_densities) == (one.sites, energy_densities)
            });
            let number = known.unwrap_or_else(|| {
                set.groups.push(Group {
                    sites: one.sites,
                    inputs: one.inputs.len(),
                    energy_densities,
                    width: one.inputs.len() + energy_densities + one.targets.len(),
                    rows: Vec::new(),
                });
                set.groups.len() - 1
            });
            let group = &mut set.groups[number];
            set.places.push((number, group.rows.len() / group.width));
            group.rows.extend(&one.inputs);
            group.rows.extend(&one.energy_densities);
            group.rows.extend(&one.targets);
        }
        set
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Chain lengths, in the order that [`chunks`](Self::chunks) has them.
    pub fn sizes(&self) -> impl Iterator<Item = usize> {
        self.groups.iter().map(|group| group.sites)
    }

    /// The chain length of each sample, and how many energy densities it has.
    pub fn lengths(&self) -> impl Iterator<Item = (usize, usize)> {
        let group = |(group, _): &(usize, usize)| &self.groups[*group];
        let known = |group: &Group| (group.sites, group.energy_densities);
        self.places.iter().map(group).map(known)
    }

    /// All that the samples are made of.
    pub fn values(&self) -> impl Iterator<Item = &f64> {
        self.groups.iter().flat_map(|group| &group.rows)
    }

    /// The samples of `places`, by chain length, in pieces of at most `most`: for each its length
    /// and samples. `symmetry` says what the field of the sample of this number goes through.
    pub fn chunks(
        &self,
        places: &[usize],
        most: usize,
        symmetry: impl Fn(usize, usize) -> Move,
    ) -> Vec<(usize, Vec<Sample<'_>>)> {
        let mut chunks: Vec<(usize, Vec<Sample>)> = Vec::new();
        for (number, group) in self.groups.iter().enumerate() {
            let mut own = Vec::with_capacity(most);
            for &place in places {
                if self.places[place].0 == number {
                    own.push(group.sample(self.places[place].1, symmetry(place, group.sites)));
                    if own.len() == most {
                        let full = std::mem::replace(&mut own, Vec::with_capacity(most));
                        chunks.push((group.sites, full));
                    }
                }
            }
            if !own.is_empty() {
                chunks.push((group.sites, own));
            }
        }
        chunks
    }
}

impl Group {
    fn sample(&self, row: usize, symmetry: Move) -> Sample<'_> {
        let row = &self.rows[row * self.width..][..self.width];
        let (inputs, exact) = row.split_at(self.inputs);
        let (energy_densities, targets) = exact.split_at(self.energy_densities);
        Sample {
            inputs,
            energy_densities,
            targets,
            symmetry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::fixture;
    use super::*;
    use crate::deck::{Normalisation, Split};
    use crate::indicators::half_chain_entropy;

    #[test]
    fn realizations_are_normalised_and_complete() {
        let mut table = fixture::table(8, Split::Train, &[1.0, 4.0], 5);
        let entropy = table.quantities.get_mut("entanglement").unwrap();
        entropy.values[[0, 3, 0]] = f64::NAN;
        let raw = entropy.values[[1, 0, 0]];
        let targets = ["gap_ratio", "entanglement"].map(str::to_owned);
        for normalisation in [Normalisation::Sector, Normalisation::Page] {
            let found = realizations(&table, &targets, normalisation, &[0.5]).unwrap();
            assert_eq!(found.len(), 9);
            assert_eq!((found[4].strength, found[4].sites), (1, 8));
            let scale = half_chain_entropy(normalisation, 8);
            assert_eq!(found[4].targets[1], raw / scale);
            assert_eq!(
                found[4].targets[0],
                table.quantities["gap_ratio"].values[[1, 0, 0]]
            );
            assert_eq!(
                found[8].inputs[7],
                table.quantities["field"].values[[1, 4, 7]]
            );
        }
    }

    #[test]
    fn missing_quantities_are_named() {
        let table = fixture::table(8, Split::Train, &[1.0], 2);
        let read = |target: &str, energy| {
            realizations(
                &table,
                &[target.to_owned()],
                Normalisation::Sector,
                &[energy],
            )
            .unwrap_err()
            .to_string()
        };
        assert!(read("spin_fraction", 0.5).contains("L08/train holds no \"spin_fraction\""));
        assert!(read("gap_ratio", 0.3).contains("no energy density 0.3"));
    }

    /// Every sample of a batch once, those of a length together and in order.
    #[test]
    fn chunks_hold_every_sample_of_a_batch() {
        let make = |sites: usize, value: f64| Realization {
            sites,
            strength: 0,
            inputs: vec![value; sites],
            energy_densities: vec![0.25],
            targets: vec![-value],
        };
        let all: Vec<Realization> = (0..20)
            .map(|k| make(if k % 3 == 0 { 4 } else { 6 }, f64::from(k)))
            .collect();
        let set = Set::new(&all);
        assert_eq!((set.len(), set.sizes().collect()), (20, vec![4, 6]));
        let chunks = set.chunks(&[7, 0, 19, 3, 4, 5], 3, |_, _| Move::default());
        let found: Vec<(usize, Vec<f64>)> = chunks
            .iter()
            .map(|(sites, samples)| (*sites, samples.iter().map(|it| it.inputs[0]).collect()))
            .collect();
        let expected = [
            (4, vec![0.0, 3.0]),
            (6, vec![7.0, 19.0, 4.0]),
            (6, vec![5.0]),
        ];
        assert_eq!(found, expected);
        let sample = chunks[1].1[1];
        assert_eq!(
            (sample.inputs, sample.targets),
            (&[19.0; 6][..], &[-19.0][..])
        );
        assert_eq!(sample.energy_densities, [0.25]);
    }
}

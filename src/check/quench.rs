//! What `[quench]` may not say, and what it names.

use std::collections::BTreeMap;
use std::path::Path;

use super::complaints::Complaints;
use crate::deck::{self, Chain};
use crate::error::number;
use crate::quench::{self, Initial, Quench};

/// The names of initial states; any other text is a file.
const NAMES: &str = "\"neel\", \"domain-wall\", \"random-product\", \"energy\"";

impl Complaints {
    /// Checks `[quench]`, and resolves its names.
    pub fn quench(&mut self, deck: &deck::Quench, chain: Option<&Chain>) -> Option<Quench> {
        self.times("quench.times", &deck.times.0);
        let key = "quench.observables";
        self.refuse_if(
            deck.observables.is_empty(),
            key,
            "is empty",
            "name one or more",
        );
        let known = quench::ALL.iter().map(|it| (it.name, it));
        let observables = self.all_known(key, &deck.observables, known);
        let initial = self.initial(deck)?;
        self.samples(deck.samples, &initial, chain);
        Some(Quench {
            initial,
            samples: deck.samples,
            times: deck.times.0.clone(),
            observables,
        })
    }

    /// Checks times of quenches.
    pub fn times(&mut self, key: &str, times: &[f64]) {
        self.refuse_if(times.is_empty(), key, "is empty", "name one or more");
        for &time in times {
            self.refuse_if(
                !(time.is_finite() && time >= 0.0),
                key,
                format!("{} is not a time after the quench", number(time)),
                "use finite values of 0 or more",
            );
        }
        self.once(key, times);
    }

    fn initial(&mut self, deck: &deck::Quench) -> Option<Initial> {
        let key = "quench.energy_density";
        let is_by_energy = deck.initial == "energy";
        self.refuse_if(
            is_by_energy && deck.energy_density.is_none(),
            key,
            "is missing",
            "initial = \"energy\" needs a target from 0 to 1",
        );
        if let Some(density) = deck.energy_density {
            self.refuse_if(
                !is_by_energy,
                key,
                format!("initial = \"{}\" has no target", deck.initial),
                "write initial = \"energy\", or take out the key",
            );
            self.energy_densities(key, &[density]);
        }
        match deck.initial.as_str() {
            "neel" => Some(Initial::Neel),
            "domain-wall" => Some(Initial::DomainWall),
            "random-product" => Some(Initial::RandomProduct),
            "energy" => deck.energy_density.map(Initial::Energy),
            file => {
                let read = configurations(Path::new(file));
                let (message, remedy) = match &read {
                    Ok(_) => ("", String::new()),
                    Err((message, remedy)) => (message.as_str(), remedy.clone()),
                };
                self.refuse_if(read.is_err(), "quench.initial", message, remedy);
                read.ok().map(Initial::Given)
            }
        }
    }

    fn samples(&mut self, samples: usize, initial: &Initial, chain: Option<&Chain>) {
        let key = "quench.samples";
        self.refuse_if(samples == 0, key, "0 is no state", "write 1 or more");
        for &sites in chain.map_or(&[][..], |chain| &chain.sizes) {
            let most = initial.most(sites);
            self.refuse_if(
                samples > most,
                key,
                format!("L = {sites} has {most} such initial states, and {samples} are asked for"),
                "ask for fewer, or for other initial states",
            );
        }
    }
}

/// The configurations of a file by chain length, or what is wrong with it and what to do. Each line has
/// one, site after site as 1 for up and 0 for down. Blanks, empty lines and lines after # do not count.
fn configurations(path: &Path) -> Result<BTreeMap<usize, Vec<u64>>, (String, String)> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        let message = format!("{} cannot be read: {error}", path.display());
        (
            message,
            format!("write one of {NAMES}, or the path of a file"),
        )
    })?;
    let mut found: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let spins: Vec<char> = line.chars().filter(|it| !it.is_whitespace()).collect();
        if spins.first().is_none_or(|&first| first == '#') {
            continue;
        }
        let up = spins.iter().filter(|&&it| it == '1').count();
        let down = spins.iter().filter(|&&it| it == '0').count();
        if up != down || up + down != spins.len() || spins.len() > 62 {
            let message = format!("line {number} of {} is no configuration", path.display());
            let remedy = "write as many 1 as 0, one for each of up to 62 sites";
            return Err((message, remedy.to_owned()));
        }
        let word = (spins.iter().enumerate())
            .fold(0, |word, (site, &it)| word | u64::from(it == '1') << site);
        found.entry(spins.len()).or_default().push(word);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configurations_are_read_by_length() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("states.txt");
        std::fs::write(&path, "# two lengths\n1 1 0 0\n\n011001\n0 1 0 1\n").unwrap();
        let found = configurations(&path).unwrap();
        let expected = [(4, vec![0b0011, 0b1010]), (6, vec![0b10_0110])];
        assert_eq!(found, BTreeMap::from(expected));
        for wrong in ["1 1 0\n", "12 00\n", "up down\n", "110010\n0\n"] {
            std::fs::write(&path, wrong).unwrap();
            assert!(configurations(&path).is_err(), "{wrong}");
        }
        assert!(configurations(&directory.path().join("none")).is_err());
    }
}

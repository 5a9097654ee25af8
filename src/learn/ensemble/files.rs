//! Ensembles on disk: one safetensors file for each member, readable from Python with
//! `safetensors.numpy.load_file`, the tensors named as PyTorch names them.
//!
//! The metadata hold `file_type`, `format_version`, `member` (from 1), `description` (a
//! [`Description`] as JSON) and the caller's entries about the run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use ndarray::Array2;
use safetensors::SafeTensors;

use super::description::Description;
use super::networks::Ensemble;
use super::tensors::{member_path, values, views};
use crate::error::{Error, Result};
use crate::files::{create_directory, write_whole};
use crate::identity::{Hasher, Identity};
use crate::learn::network::{Architecture, TargetMap, parameter_count};
use crate::store::Provenance;

const FILE_TYPE: &str = "mblscale-network";
const FORMAT_VERSION: &str = "1";

/// Whether a path is the file of a network or a directory that holds one, by its name.
pub fn holds_network(path: &Path) -> bool {
    let ending = path.extension().is_some_and(|it| it == "safetensors");
    ending || member_path(path, 1).exists()
}

impl Ensemble {
    /// Writes `member-1.safetensors`, … into `directory`, which is created if it does not exist. Each
    /// file appears whole or not at all. Only one rank may call this.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn save(&self, directory: &Path, provenance: &BTreeMap<String, String>) -> Result<()> {
        create_directory(directory)?;
        let description = serde_json::to_string(&self.description)
            .expect("a description is made of strings and finite numbers");
        let specs = self.network.tensor_specs();
        let identity = self.identity().to_string();
        for (number, values) in (1..).zip(self.parameters.rows()) {
            let mut metadata = provenance.clone();
            metadata.extend(
                [
                    ("file_type", FILE_TYPE),
                    ("format_version", FORMAT_VERSION),
                    ("member", &number.to_string()),
                    ("description", &description),
                    (Provenance::WEIGHTS, &identity),
                ]
                .map(|(key, value)| (key.to_owned(), value.to_owned())),
            );
            let path = member_path(directory, number);
            let bytes: Vec<u8> = values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            let file =
                safetensors::serialize(views(&specs, &bytes), Some(metadata.into_iter().collect()))
                    .map_err(|error| Error::file("write", &path, error))?;
            write_whole(&path, &file)?;
        }
        Ok(())
    }

    /// The identity of the parameters: of all tensors by name, member after member.
    pub fn identity(&self) -> Identity {
        let specs = self.network.tensor_specs();
        let mut hasher = Hasher::default();
        for parameters in self.parameters.rows() {
            let mut parameters = parameters.iter();
            let tensors = specs.iter().map(|spec| {
                let values: Vec<&f64> = parameters.by_ref().take(spec.count()).collect();
                (&spec.name, values)
            });
            for (name, values) in tensors.collect::<BTreeMap<_, _>>() {
                hasher.text(name);
                hasher.numbers(values);
            }
        }
        hasher.finish()
    }

    /// Reads an ensemble that [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// When there is no ensemble, a member is missing, or a file has other contents.
    pub fn load(directory: &Path) -> Result<Self> {
        let first = member_path(directory, 1);
        if !first.exists() {
            return Err(Error::Refused(format!(
                "{} holds no trained network: run the train stage first",
                directory.display()
            )));
        }
        let Member {
            description,
            identity,
            parameters: mut all,
        } = read_member(&first)?;
        for number in 2..=description.members {
            let path = member_path(directory, number);
            let member = read_member(&path)?;
            // A save that was cut short leaves members of an earlier ensemble.
            if member.description != description || member.identity != identity {
                return Err(Error::file(
                    "read",
                    &path,
                    "it belongs to another ensemble than member-1: train again",
                ));
            }
            all.extend(member.parameters);
        }
        let network = description.loaded();
        let width = parameter_count(&network.tensor_specs());
        Ok(Self {
            parameters: Array2::from_shape_vec((description.members, width), all)
                .expect("every member was checked against the specs"),
            description,
            network,
        })
    }
}

/// One network of an ensemble, as its file holds it.
pub struct Member {
    /// The ensemble that it belongs to.
    pub description: Description,
    /// The identity of that ensemble, as text; none in older files.
    pub identity: Option<String>,
    /// Its parameters, in the order of the network's tensors.
    pub parameters: Vec<f64>,
}

fn read_member(path: &Path) -> Result<Member> {
    let bytes = fs::read(path).map_err(|error| Error::file("read", path, error))?;
    parse(&bytes).map_err(|reason| Error::file("read", path, reason))
}

/// The member that these bytes of a file hold; else the reason why they hold none.
pub fn parse(bytes: &[u8]) -> std::result::Result<Member, String> {
    let foreign = |error: &dyn std::fmt::Display| format!("it is not a {FILE_TYPE} file: {error}");
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|error| foreign(&error))?;
    let entry = |key: &str| {
        let metadata = header.metadata().as_ref();
        metadata
            .and_then(|entries| entries.get(key))
            .ok_or_else(|| foreign(&format!("it has no \"{key}\"")))
    };
    let version = entry("format_version")?;
    if version != FORMAT_VERSION {
        return Err(format!(
            "its format_version is {version}; this program reads {FORMAT_VERSION}"
        ));
    }
    let mut description: Description =
        serde_json::from_str(entry("description")?).map_err(|error| foreign(&error))?;
    if description.maps.is_empty() {
        // Older files hold no maps: their outputs were the targets.
        description.maps = vec![TargetMap::IDENTITY; description.targets.len()];
    }
    if description.members == 0 || description.targets.is_empty() {
        return Err(foreign(&"it describes no network"));
    }
    if let Some(wrong) = wrong_dimension(&description) {
        return Err(foreign(&wrong));
    }
    if description.maps.len() != description.targets.len() {
        return Err(foreign(&"its targets and maps differ in number"));
    }
    let network = description.loaded();
    let tensors = SafeTensors::deserialize(bytes).map_err(|error| foreign(&error))?;
    Ok(Member {
        parameters: values(&tensors, &network.tensor_specs())?,
        identity: entry(Provenance::WEIGHTS).ok().cloned(),
        description,
    })
}

/// A dimension that no network of this program has. Damaged files may say anything.
fn wrong_dimension(description: &Description) -> Option<String> {
    const HIGHEST_DEGREE: usize = 64;
    let deck = &description.model.dimensions;
    let wrong = |&(_, value, most): &(&str, usize, usize)| value == 0 || value > most;
    let dimension = Architecture::limits(deck).into_iter().find(wrong);
    let degree = ("degree_in_length", deck.degree_in_length, HIGHEST_DEGREE);
    let degree = (deck.degree_in_length > HIGHEST_DEGREE).then_some(degree);
    let heads = ("heads", deck.heads(), deck.features);
    let unshared = description.model.kind.takes.contains(&"heads")
        && !deck.features.is_multiple_of(deck.heads().max(1));
    let (key, value, _) = dimension.or(degree).or(unshared.then_some(heads))?;
    Some(format!("{key} = {value} is no dimension of a network"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::tests::fixture;

    #[test]
    fn a_saved_ensemble_predicts_the_same_bits() {
        let directory = tempfile::tempdir().unwrap();
        let models = directory.path().join("models");
        let ensemble = fixture::untrained(3);
        let provenance = BTreeMap::from([("commit".to_owned(), "abc".to_owned())]);
        ensemble.save(&models, &provenance).unwrap();
        let again = Ensemble::load(&models).unwrap();
        assert_eq!(again.description, ensemble.description);
        let fields = fixture::fields(12, 6.0, 300);
        let predicted = ensemble.predict(fields.view(), &[fixture::MIDDLE]);
        assert_eq!(again.predict(fields.view(), &[fixture::MIDDLE]), predicted);
        assert_ne!(predicted[[0, 0, 0, 0]], predicted[[2, 0, 0, 0]]);

        let bytes = fs::read(member_path(&models, 2)).unwrap();
        let (_, header) = SafeTensors::read_metadata(&bytes).unwrap();
        let metadata = header.metadata().as_ref().unwrap();
        assert_eq!(
            (&metadata["commit"][..], &metadata["member"][..]),
            ("abc", "2")
        );
        assert_eq!(header.info("rnn.weight_ih_l0").unwrap().shape, [6, 2]);
        assert_eq!(fs::read_dir(&models).unwrap().count(), 3);
    }

    #[test]
    fn messages_say_what_is_wrong_with_a_file() {
        let directory = tempfile::tempdir().unwrap();
        let message = || Ensemble::load(directory.path()).err().unwrap().to_string();
        assert!(message().contains("run the train stage first"));
        fixture::untrained(2)
            .save(directory.path(), &BTreeMap::new())
            .unwrap();
        let second = member_path(directory.path(), 2);

        fs::write(&second, b"nonsense").unwrap();
        assert!(message().contains("member-2.safetensors: it is not a mblscale-network file"));

        let other = tempfile::tempdir().unwrap();
        fixture::untrained(3)
            .save(other.path(), &BTreeMap::new())
            .unwrap();
        fs::copy(member_path(other.path(), 2), &second).unwrap();
        assert!(message().contains("belongs to another ensemble"));

        fs::remove_file(&second).unwrap();
        assert!(message().contains("cannot read"));
    }

    /// Every one would need more memory than there is.
    #[test]
    fn dimensions_of_damaged_files_are_not_believed() {
        let huge = 1_usize << 40;
        let with = |change: &dyn Fn(&mut Description)| {
            let directory = tempfile::tempdir().unwrap();
            let mut ensemble = fixture::untrained(1);
            change(&mut ensemble.description);
            ensemble.save(directory.path(), &BTreeMap::new()).unwrap();
            Ensemble::load(directory.path()).err().unwrap().to_string()
        };
        for (key, message) in [
            ("features", with(&|it| it.model.dimensions.features = huge)),
            ("hidden", with(&|it| it.model.dimensions.hidden = huge)),
            ("tuple", with(&|it| it.model.dimensions.tuple = Some(huge))),
            ("tuple", with(&|it| it.model.dimensions.tuple = Some(0))),
            (
                "layers",
                with(&|it| it.model.dimensions.layers = Some(huge)),
            ),
            (
                "degree_in_length",
                with(&|it| it.model.dimensions.degree_in_length = huge),
            ),
        ] {
            assert!(message.contains(&format!("{key} = ")), "{message}");
        }
        assert!(with(&|it| it.members = 0).contains("it describes no network"));
        assert!(with(&|it| it.members = huge).contains("member-2.safetensors"));
    }
}

//! What computes a network: kernels of this program, or libtorch.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::blueprint::{Blueprint, Kind};
use super::interface::Network;
#[cfg(feature = "torch")]
use super::torch::Torch;
use crate::comm::Communicator;
use crate::deck::{BackendName, Device, Learn, NetworkDeck, Precision};
#[cfg(feature = "torch")]
use crate::error::Error;

/// The most features that kernels of this program compute.
const MOST_FEATURES: usize = 64;

/// The widest hidden layer that they compute.
const WIDEST: usize = 1024;

/// What computes a network.
#[derive(Clone, Copy)]
pub enum Backend {
    /// Kernels of this program, with the function that builds the network.
    Native(fn(&Blueprint) -> Box<dyn Network>),
    /// libtorch.
    #[cfg(feature = "torch")]
    Torch(Torch),
}

/// The choice, and not the address of a function. The identity of a training contains this text, so it
/// must be the same in every process.
impl fmt::Debug for Backend {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.choice().fmt(out)
    }
}

/// What the deck or a file says about the backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BackendChoice {
    /// What computes.
    pub backend: BackendName,
    /// The numbers.
    pub precision: Precision,
    /// Where. Files do not hold it.
    #[serde(skip)]
    pub device: Device,
}

/// Why there is no backend for a network.
#[derive(Debug, PartialEq, Eq)]
pub struct NoBackend {
    /// The key of the deck that asks for too much.
    pub key: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl From<&Learn> for BackendChoice {
    fn from(learn: &Learn) -> Self {
        Self {
            backend: learn.backend,
            precision: learn.precision,
            device: learn.device,
        }
    }
}

impl Backend {
    /// The backend of a network of this kind and of these dimensions.
    ///
    /// Kernels of this program compute what they can unless the deck names libtorch, because they are
    /// faster there. benches/README.md has the table.
    ///
    /// # Errors
    /// When the choice cannot be met.
    pub fn new(
        kind: &Kind,
        dimensions: &NetworkDeck,
        choice: BackendChoice,
    ) -> Result<Self, NoBackend> {
        let beyond = beyond_native(kind, dimensions, choice);
        match (&kind.native, beyond) {
            (Some(native), None) if choice.backend != BackendName::Torch => {
                Ok(Self::Native(native.build))
            }
            (_, Some(beyond)) if choice.backend == BackendName::Native => Err(NoBackend {
                key: beyond.key,
                message: format!(
                    "{} needs libtorch, and learn.backend is \"native\"",
                    beyond.value
                ),
                remedy: format!("write \"auto\" there, or {}", beyond.instead),
            }),
            (_, beyond) => torch(choice).ok_or_else(|| without_torch(beyond)),
        }
    }

    /// The backend of a network that a file holds. Without libtorch, kernels of this program compute what
    /// they can. They predict in double precision, and only steps leave anything out.
    ///
    /// # Errors
    /// When they cannot.
    pub fn of_file(
        kind: &Kind,
        dimensions: &NetworkDeck,
        choice: BackendChoice,
    ) -> Result<Self, NoBackend> {
        Self::new(kind, dimensions, choice).or_else(|_| {
            let predicts = NetworkDeck {
                dropout: 0.0,
                ..dimensions.clone()
            };
            Self::new(kind, &predicts, BackendChoice::default())
        })
    }

    /// Builds a network.
    pub fn build(self, blueprint: &Blueprint) -> Box<dyn Network> {
        match self {
            Self::Native(build) => build(blueprint),
            #[cfg(feature = "torch")]
            Self::Torch(torch) => torch.build(blueprint),
        }
    }

    /// Builds the head alone, for so many precomputed features.
    pub fn head(self, blueprint: &Blueprint, features: usize) -> Box<dyn Network> {
        match self {
            Self::Native(_) => blueprint.head(features),
            #[cfg(feature = "torch")]
            Self::Torch(torch) => torch.head(blueprint, features),
        }
    }

    /// The library that computes, for people; none for kernels of this program.
    pub fn library(self) -> Option<String> {
        match self {
            Self::Native(_) => None,
            #[cfg(feature = "torch")]
            Self::Torch(torch) => Some(torch.to_string()),
        }
    }

    /// The choice that leads to this backend.
    pub fn choice(&self) -> BackendChoice {
        match *self {
            Self::Native(_) => BackendChoice::default(),
            #[cfg(feature = "torch")]
            Self::Torch(Torch { precision, device }) => BackendChoice {
                backend: BackendName::Torch,
                precision,
                device,
            },
        }
    }

    /// Finds the device that this rank computes on. Collective.
    ///
    /// # Errors
    /// On all ranks when one of them has none.
    #[cfg_attr(
        not(feature = "torch"),
        expect(unused_variables, reason = "kernels of this program need no device")
    )]
    pub fn prepare(self, comm: &dyn Communicator) -> crate::error::Result<()> {
        match self {
            Self::Native(_) => Ok(()),
            #[cfg(feature = "torch")]
            Self::Torch(torch) => {
                let prepared = torch.prepare(comm.rank_on_node());
                match crate::comm::any(comm, !prepared) {
                    true => Err(Error::Everywhere(
                        "learn.device: libtorch finds no GPU for \"cuda\" on some node; start the job where \
                         there are GPUs, with a program that was built with a libtorch for CUDA, or \
                         write \"cpu\""
                            .to_owned(),
                    )),
                    false => Ok(()),
                }
            }
        }
    }

    /// The same on this device, if the backend has others than the processor.
    #[cfg_attr(
        not(feature = "torch"),
        expect(unused_variables, reason = "kernels of this program need no device")
    )]
    pub fn on(self, device: Device) -> Self {
        match self {
            Self::Native(_) => self,
            #[cfg(feature = "torch")]
            Self::Torch(torch) => Self::Torch(Torch { device, ..torch }),
        }
    }
}

/// libtorch, if this program was built with it.
#[cfg(feature = "torch")]
fn torch(choice: BackendChoice) -> Option<Backend> {
    let BackendChoice {
        precision, device, ..
    } = choice;
    Some(Backend::Torch(Torch { precision, device }))
}

/// libtorch, if this program was built with it.
#[cfg(not(feature = "torch"))]
fn torch(_: BackendChoice) -> Option<Backend> {
    None
}

fn without_torch(beyond: Option<Beyond>) -> NoBackend {
    match beyond {
        Some(Beyond {
            key,
            value,
            instead,
        }) => NoBackend {
            key,
            message: format!("{value} needs libtorch, which this program was built without"),
            remedy: format!("build it with `make TORCH=1`, or {instead}"),
        },
        None => NoBackend {
            key: "learn.backend",
            message: "this program was built without libtorch".to_owned(),
            remedy: "build it with `make TORCH=1`, or write \"native\"".to_owned(),
        },
    }
}

/// Something that kernels of this program do not compute.
struct Beyond {
    key: &'static str,
    /// The value of the key.
    value: String,
    /// What to do without libtorch.
    instead: String,
}

/// The first entry of the deck that kernels of this program do not follow.
fn beyond_native(kind: &Kind, deck: &NetworkDeck, choice: BackendChoice) -> Option<Beyond> {
    let beyond = |key, value: String, instead: &str| {
        Some(Beyond {
            key,
            value,
            instead: instead.to_owned(),
        })
    };
    let Some(native) = &kind.native else {
        let name = format!("\"{}\"", kind.name);
        return beyond("learn.model.kind", name, "choose another kind");
    };
    for (key, value, most) in [
        ("learn.model.features", deck.features, MOST_FEATURES),
        ("learn.model.hidden", deck.hidden, WIDEST),
    ] {
        if value > most {
            return beyond(key, value.to_string(), &format!("write {most} or fewer"));
        }
    }
    if !native.layers
        && let Some(layers @ 2..) = deck.layers
    {
        let value = format!("a \"{}\" of {layers} layers", kind.name);
        return beyond("learn.model.layers", value, "take it out");
    }
    if deck.dropout > 0.0 {
        let value = deck.dropout.to_string();
        return beyond("learn.model.dropout", value, "take it out");
    }
    if choice.precision == Precision::Single {
        return beyond("learn.precision", "\"single\"".to_owned(), "take it out");
    }
    if choice.device == Device::Cuda {
        return beyond("learn.device", "\"cuda\"".to_owned(), "take it out");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::network::KINDS;

    fn found(deck: &NetworkDeck, choice: BackendChoice) -> Result<Backend, NoBackend> {
        let kind = KINDS.iter().find(|kind| kind.name == deck.kind).unwrap();
        Backend::new(kind, deck, choice)
    }

    fn named(backend: BackendName) -> BackendChoice {
        BackendChoice {
            backend,
            ..BackendChoice::default()
        }
    }

    #[test]
    fn kernels_of_the_program_compute_what_they_can() {
        for backend in [BackendName::Auto, BackendName::Native] {
            let found = found(&NetworkDeck::default(), named(backend));
            assert!(matches!(found, Ok(Backend::Native(_))));
        }
    }

    /// An address would differ from process to process, and a killed training would begin anew.
    #[test]
    fn the_text_of_a_backend_has_no_address() {
        let text = format!(
            "{:?}",
            found(&NetworkDeck::default(), named(BackendName::Auto))
        );
        assert!(text.contains("Auto") && !text.contains("0x"), "{text}");
    }

    /// Files of networks that libtorch trained are read without it, as far as they can be.
    #[test]
    fn files_of_libtorch_are_read_as_far_as_they_can_be() {
        let choice = BackendChoice {
            backend: BackendName::Torch,
            precision: Precision::Single,
            ..BackendChoice::default()
        };
        let small = NetworkDeck {
            dropout: 0.5,
            ..NetworkDeck::default()
        };
        let wide = NetworkDeck {
            features: 100,
            ..NetworkDeck::default()
        };
        let kind = KINDS.iter().find(|kind| kind.name == "gru").unwrap();
        let of_file = |deck| Backend::of_file(kind, deck, choice).map(|it| it.choice());
        match cfg!(feature = "torch") {
            true => assert_eq!([of_file(&small), of_file(&wide)], [Ok(choice), Ok(choice)]),
            false => {
                assert_eq!(of_file(&small), Ok(BackendChoice::default()));
                assert_eq!(of_file(&wide).unwrap_err().key, "learn.model.features");
            }
        }
    }

    /// Each entry that needs libtorch is named; with libtorch, "auto" turns to it.
    #[test]
    fn what_needs_libtorch_is_said() {
        let deck = NetworkDeck::default;
        let transformer = NetworkDeck {
            kind: "transformer".to_owned(),
            ..deck()
        };
        let wide = NetworkDeck {
            features: 65,
            ..deck()
        };
        let hidden = NetworkDeck {
            hidden: 1025,
            ..deck()
        };
        let deep = NetworkDeck {
            layers: Some(2),
            ..deck()
        };
        let dropout = NetworkDeck {
            dropout: 0.25,
            ..deck()
        };
        let single = BackendChoice {
            precision: Precision::Single,
            ..BackendChoice::default()
        };
        let cuda = BackendChoice {
            device: Device::Cuda,
            ..BackendChoice::default()
        };
        let usual = BackendChoice::default();
        for (deck, choice, key, value) in [
            (transformer, usual, "learn.model.kind", "\"transformer\""),
            (wide, usual, "learn.model.features", "65"),
            (hidden, usual, "learn.model.hidden", "1025"),
            (deep, usual, "learn.model.layers", "a \"gru\" of 2 layers"),
            (dropout, usual, "learn.model.dropout", "0.25"),
            (deck(), single, "learn.precision", "\"single\""),
            (deck(), cuda, "learn.device", "\"cuda\""),
        ] {
            let native = BackendChoice {
                backend: BackendName::Native,
                ..choice
            };
            let refused = found(&deck, native).unwrap_err();
            assert_eq!(refused.key, key);
            let message = format!("{value} needs libtorch, and learn.backend is \"native\"");
            assert_eq!(refused.message, message);
            let found = found(&deck, choice).map(|found| found.choice().backend);
            let message = format!("{value} needs libtorch, which this program was built without");
            match cfg!(feature = "torch") {
                true => assert_eq!(found, Ok(BackendName::Torch)),
                false => assert_eq!(found.unwrap_err().message, message),
            }
        }
    }
}

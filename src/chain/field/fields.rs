//! Where the fields of a deck come from.

use std::sync::Arc;

use super::binary::binary_field;
use super::gaussian::gaussian_field;
use super::given::GivenFields;
use super::quasi_periodic::quasi_periodic_field;
use super::uniform::random_field;
use crate::chain::task::Task;
use crate::deck::Phase;

/// The fields of all tasks. Each depends on its task alone.
#[derive(Debug, Clone, PartialEq)]
pub enum Fields {
    /// Drawn, each from the stream of its task.
    Drawn {
        /// How they are distributed.
        distribution: Distribution,
        /// The seed of all streams.
        seed: u64,
    },
    /// Those of a file.
    Given(Arc<GivenFields>),
}

/// How fields that are drawn are distributed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Distribution {
    /// Independent and uniform in [−h, h].
    Uniform,
    /// Independent and normal, with mean 0 and standard deviation h.
    Gaussian,
    /// Independent, h or −h.
    Binary,
    /// h_i = h cos(2πβi + φ).
    QuasiPeriodic {
        /// The wave number β.
        beta: f64,
        /// The phase φ.
        phase: Phase,
    },
}

impl Fields {
    /// The field h_1 … h_L of a task.
    ///
    /// # Panics
    /// When a file has no such field. The tasks of a deck are those of its file.
    pub fn of(&self, task: &Task) -> Vec<f64> {
        match self {
            Self::Drawn { distribution, seed } => match *distribution {
                Distribution::Uniform => random_field(*seed, task),
                Distribution::Gaussian => gaussian_field(*seed, task),
                Distribution::Binary => binary_field(*seed, task),
                Distribution::QuasiPeriodic { beta, phase } => {
                    quasi_periodic_field(*seed, beta, phase, task)
                }
            },
            Self::Given(given) => {
                let field = given.field(task);
                field.unwrap_or_else(|| panic!("{task} is not in the file of fields"))
            }
        }
    }
}

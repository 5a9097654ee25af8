//! What computes networks, where, and in which precision.

use serde::{Deserialize, Serialize};

/// What computes networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BackendName {
    /// The kernels of this program wherever they can, else libtorch.
    #[default]
    Auto,
    /// The kernels of this program.
    Native,
    /// libtorch.
    Torch,
}

/// Where networks are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Device {
    /// On the processor, one thread for each rank.
    #[default]
    Cpu,
    /// On a GPU of the node, each rank on its own as far as there are enough.
    Cuda,
}

/// The numbers that networks are computed with. Parameters and steps always have double precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// 64 bits.
    #[default]
    Double,
    /// 32 bits.
    Single,
}

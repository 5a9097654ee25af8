//! Precomputed features: a network whose extractor is frozen needs no more of it.

use crate::lanes::Lanes;
use crate::learn::network::extractor::Extractor;
use crate::learn::network::tensor_spec::TensorSpec;

/// The inputs of a sample are the features of all members, one member after the other.
pub struct PrecomputedFeatures {
    /// The number of features of one member.
    pub features: usize,
}

impl Extractor for PrecomputedFeatures {
    type Buffers = ();

    fn tensor_specs(&self) -> Vec<TensorSpec> {
        Vec::new()
    }

    fn features(&self) -> usize {
        self.features
    }

    fn inputs_of<'s>(&self, inputs: &'s [f64], member: usize) -> &'s [f64] {
        &inputs[member * self.features..][..self.features]
    }

    #[inline(always)]
    fn forward(&self, _: &[f64], inputs: &[Lanes], _: &mut (), features: &mut [Lanes]) {
        features.copy_from_slice(inputs);
    }

    #[inline(always)]
    fn backward(&self, _: &[f64], _: &[Lanes], _: &mut (), _: &[Lanes], _: &mut [f64]) {}
}

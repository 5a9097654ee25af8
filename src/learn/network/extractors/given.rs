//! Features that were computed before: what is left of a network whose extractor is frozen.

use crate::lanes::Lanes;
use crate::learn::network::extractor::Extractor;
use crate::learn::network::parameters::Shape;

/// The inputs of a sample are the features of all members, one after the other.
pub struct Given {
    /// Features of one member.
    pub features: usize,
}

impl Extractor for Given {
    type Memory = ();

    fn shapes(&self) -> Vec<Shape> {
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

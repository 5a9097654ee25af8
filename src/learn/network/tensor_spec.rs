//! The parameters of an ensemble: a flat vector for each member, cut into named tensors.

use ndarray::Array2;

use crate::random::{stream, unit};

/// Name, dimensions and initial values of one parameter tensor.
#[derive(Debug, Clone, PartialEq)]
pub struct TensorSpec {
    /// The name in files, which is the one that PyTorch uses.
    pub name: String,
    /// The dimensions for one member.
    pub dimensions: Vec<usize>,
    /// The middle of the initial values.
    pub middle: f64,
    /// Initial values are uniform within this distance of the middle.
    pub bound: f64,
}

impl TensorSpec {
    /// A tensor `name` of `dimensions`, initially uniform in ±`bound`.
    pub fn new(name: impl Into<String>, dimensions: &[usize], bound: f64) -> Self {
        Self {
            name: name.into(),
            dimensions: dimensions.to_owned(),
            middle: 0.0,
            bound,
        }
    }

    /// A tensor of ones.
    pub fn ones(name: impl Into<String>, dimensions: &[usize]) -> Self {
        Self {
            middle: 1.0,
            ..Self::new(name, dimensions, 0.0)
        }
    }

    /// The number of values.
    pub fn count(&self) -> usize {
        self.dimensions.iter().product()
    }
}

/// The number of parameters of one member.
pub fn parameter_count(specs: &[TensorSpec]) -> usize {
    specs.iter().map(TensorSpec::count).sum()
}

/// Random initial parameters (member, parameter).
///
/// Each member has a random stream of its own, so that it does not change when members are added.
pub fn initial_parameters(specs: &[TensorSpec], members: usize, seed: u64) -> Array2<f64> {
    let purpose = u64::from_be_bytes(*b"weights ");
    let width = parameter_count(specs);
    let mut values = Vec::with_capacity(members * width);
    for member in 0..members {
        let mut stream = stream(seed, [purpose, member as u64, 0, 0]);
        for spec in specs {
            for _ in 0..spec.count() {
                let around = spec.bound * (2.0 * unit(&mut stream) - 1.0);
                values.push(spec.middle + around);
            }
        }
    }
    Array2::from_shape_vec((members, width), values).expect("every member has all its values")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor_specs() -> Vec<TensorSpec> {
        vec![
            TensorSpec::new("a", &[3, 2], 0.5),
            TensorSpec::new("b", &[4], 2.0),
            TensorSpec::new("c", &[1, 1, 2], 1.0),
        ]
    }

    #[test]
    fn members_differ_and_do_not_depend_on_others() {
        let few = initial_parameters(&tensor_specs(), 2, 5);
        let many = initial_parameters(&tensor_specs(), 4, 5);
        assert_eq!(few, many.slice(ndarray::s![..2, ..]));
        assert_ne!(many.row(0), many.row(1));
        assert_ne!(few, initial_parameters(&tensor_specs(), 2, 6));
    }

    /// Uniform in ±bound: the extremes are nearly reached, and the variance is bound²/3.
    #[test]
    fn initial_values_fill_their_bounds() {
        let specs = [
            TensorSpec::new("a", &[20_000], 0.5),
            TensorSpec::new("b", &[20_000], 2.0),
        ];
        let values = initial_parameters(&specs, 1, 1);
        for (spec, start) in specs.iter().zip([0, 20_000]) {
            let own = values.slice(ndarray::s![0, start..start + 20_000]);
            let largest = own
                .iter()
                .fold(0.0_f64, |most, value| most.max(value.abs()));
            assert!(largest <= spec.bound && largest > 0.999 * spec.bound);
            let variance = own.iter().map(|value| value * value).sum::<f64>() / 20_000.0;
            let exact = spec.bound.powi(2) / 3.0;
            // The fourth moment is bound⁴/5: a relative standard error of 0.9/√20000.
            assert!((variance / exact - 1.0).abs() < 5.0 * 0.9 / 20_000_f64.sqrt());
        }
    }
}

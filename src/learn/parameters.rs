//! The parameters of an ensemble: flat vectors for the optimizer and the ranks, named tensors for
//! the network and the files.

use ndarray::{Array2, ArrayView2};
use tch::Tensor;

use crate::chain::{stream, unit};

/// One parameter tensor of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Its name in files: the one that PyTorch gives it.
    pub name: &'static str,
    /// Its dimensions, without that of the members.
    pub dimensions: Vec<usize>,
    /// Initial values are uniform in ± this.
    pub bound: f64,
}

impl Shape {
    /// A tensor `name` of `dimensions`, initially uniform in ±`bound`.
    pub fn new(name: &'static str, dimensions: &[usize], bound: f64) -> Self {
        Self {
            name,
            dimensions: dimensions.to_owned(),
            bound,
        }
    }

    /// The number of values.
    pub fn count(&self) -> usize {
        self.dimensions.iter().product()
    }
}

/// The number of parameters of one member.
pub fn count(shapes: &[Shape]) -> usize {
    shapes.iter().map(Shape::count).sum()
}

/// Initial parameters (member, parameter). Each member has a stream of its own under `seed`, so
/// that it does not change when others are added.
pub fn initial(shapes: &[Shape], members: usize, seed: u64) -> Array2<f64> {
    let purpose = u64::from_be_bytes(*b"weights ");
    let mut values = Vec::with_capacity(members * count(shapes));
    for member in 0..members {
        let mut stream = stream(seed, [purpose, member as u64, 0, 0]);
        for shape in shapes {
            for _ in 0..shape.count() {
                values.push(shape.bound * (2.0 * unit(&mut stream) - 1.0));
            }
        }
    }
    Array2::from_shape_vec((members, count(shapes)), values)
        .expect("every member has all its values")
}

/// The tensors of `shapes`, each with a leading member dimension, from values (member, parameter).
pub fn tensors(shapes: &[Shape], values: ArrayView2<f64>) -> Vec<Tensor> {
    let mut start = 0;
    shapes
        .iter()
        .map(|shape| {
            let end = start + shape.count();
            let own = values.slice(ndarray::s![.., start..end]);
            start = end;
            let mut dimensions = vec![values.nrows() as i64];
            dimensions.extend(shape.dimensions.iter().map(|&length| length as i64));
            let flat: Vec<f64> = own.iter().copied().collect();
            Tensor::from_slice(&flat).view(&dimensions[..])
        })
        .collect()
}

/// The inverse of [`tensors`]: writes (member, parameter), row by row, into `values`.
pub fn flatten(tensors: &[Tensor], members: usize, values: &mut [f64]) {
    let parameters = values.len() / members;
    let mut start = 0;
    for tensor in tensors {
        let all = to_vec(tensor);
        let length = all.len() / members;
        for (member, own) in all.chunks_exact(length).enumerate() {
            values[member * parameters + start..][..length].copy_from_slice(own);
        }
        start += length;
    }
}

/// The values of a tensor of doubles, the last dimension fastest.
pub fn to_vec(tensor: &Tensor) -> Vec<f64> {
    let mut values = vec![0.0; tensor.numel()];
    tensor.contiguous().copy_data(&mut values, tensor.numel());
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes() -> Vec<Shape> {
        vec![
            Shape::new("a", &[3, 2], 0.5),
            Shape::new("b", &[4], 2.0),
            Shape::new("c", &[1, 1, 2], 1.0),
        ]
    }

    #[test]
    fn tensors_and_flat_values_are_the_same() {
        let values = initial(&shapes(), 3, 5);
        let tensors = tensors(&shapes(), values.view());
        assert_eq!(tensors[0].size(), [3, 3, 2]);
        assert_eq!(tensors[0].double_value(&[1, 2, 1]), values[[1, 5]]);
        assert_eq!(tensors[1].double_value(&[2, 0]), values[[2, 6]]);
        let mut back = vec![0.0; values.len()];
        flatten(&tensors, 3, &mut back);
        assert_eq!(back, values.into_raw_vec_and_offset().0);
    }

    #[test]
    fn members_differ_and_do_not_depend_on_others() {
        let few = initial(&shapes(), 2, 5);
        let many = initial(&shapes(), 4, 5);
        assert_eq!(few, many.slice(ndarray::s![..2, ..]));
        assert_ne!(many.row(0), many.row(1));
        assert_ne!(few, initial(&shapes(), 2, 6));
    }

    /// Uniform in ±bound: the extremes are nearly reached, and the variance is bound²/3.
    #[test]
    fn initial_values_fill_their_bounds() {
        let shapes = [
            Shape::new("a", &[20_000], 0.5),
            Shape::new("b", &[20_000], 2.0),
        ];
        let values = initial(&shapes, 1, 1);
        for (shape, start) in shapes.iter().zip([0, 20_000]) {
            let own = values.slice(ndarray::s![0, start..start + 20_000]);
            let largest = own
                .iter()
                .fold(0.0_f64, |most, value| most.max(value.abs()));
            assert!(largest <= shape.bound && largest > 0.999 * shape.bound);
            let variance = own.iter().map(|value| value * value).sum::<f64>() / 20_000.0;
            let exact = shape.bound.powi(2) / 3.0;
            // The fourth moment is bound⁴/5: a relative standard error of 0.9/√20000.
            assert!((variance / exact - 1.0).abs() < 5.0 * 0.9 / 20_000_f64.sqrt());
        }
    }
}

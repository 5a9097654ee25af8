//! The parameters of an ensemble: a flat vector for each member, cut into named tensors.

use ndarray::Array2;

use crate::random::{stream, unit};

/// One parameter tensor of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Its name in files: the one that PyTorch gives it.
    pub name: String,
    /// Its dimensions, without that of the members.
    pub dimensions: Vec<usize>,
    /// Initial values are uniform in ± this.
    pub bound: f64,
}

impl Shape {
    /// A tensor `name` of `dimensions`, initially uniform in ±`bound`.
    pub fn new(name: impl Into<String>, dimensions: &[usize], bound: f64) -> Self {
        Self {
            name: name.into(),
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

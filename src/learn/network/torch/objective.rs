//! From outputs of the head to targets and losses, as `output_map.rs` and `loss.rs` have them.

use tch::Tensor;

use super::tensors::tensor;
use crate::deck::LossKind;
use crate::learn::network::loss::{BETA, Loss};
use crate::learn::network::output_map::{OutputMap, TargetMap, power};

/// The targets (…, target) of outputs (…, output).
pub fn targets(map: &OutputMap, sites: usize, outputs: &Tensor) -> Tensor {
    let count = map.maps.len() as i64;
    let coefficient =
        |degree: usize, k: usize| outputs.select(-1, degree as i64 * count + k as i64);
    let target = |(k, map_of): (usize, &TargetMap)| {
        let higher = (1..=map.degree).map(|degree| coefficient(degree, k) * power(degree, sites));
        let z = higher.fold(coefficient(0, k), |sum, term| sum + term);
        match *map_of {
            TargetMap::Linear { centre, scale } => z * scale + centre,
            TargetMap::Bounded { low, high } => z.sigmoid() * (high - low) + low,
        }
    };
    let found: Vec<Tensor> = map.maps.iter().enumerate().map(target).collect();
    Tensor::stack(&found, -1)
}

/// The sum of the losses of `predicted` (…, target) against `exact`, where NaN stands for a target that is
/// missing. `outputs` (…, output) has ln σ² behind the first outputs of `map`, if the loss needs it.
pub fn loss(
    loss: &Loss,
    map: &OutputMap,
    shares: &[f64],
    predicted: &Tensor,
    exact: &Tensor,
    outputs: &Tensor,
) -> Tensor {
    let options = (predicted.kind(), predicted.device());
    let weights = loss.weights.iter().zip(shares);
    let weights: Vec<f64> = weights.map(|(weight, share)| weight * share).collect();
    let there = exact.isnan().logical_not();
    let exact = exact.where_self(&there, &predicted.detach());
    let weights = tensor(&weights, options) * there.to_kind(options.0);
    let scales: Vec<f64> = loss.scales.iter().map(|scale| 1.0 / scale).collect();
    let scales = tensor(&scales, options);
    let square = ((predicted - exact) * scales).square();
    let of_each = match loss.kind {
        LossKind::Mse => square,
        LossKind::BetaNll => {
            let targets = loss.weights.len() as i64;
            let log_variance = outputs.narrow(-1, map.outputs() as i64, targets);
            // The gradient treats the weight as a constant, as the method prescribes.
            let weight = (log_variance.detach() * BETA).exp() * 0.5;
            weight * (&log_variance + square * (-&log_variance).exp())
        }
    };
    (of_each * weights).sum(options.0)
}

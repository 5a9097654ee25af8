//! The program's optimizers against those of libtorch.

use tch::nn;
use tch::nn::OptimizerConfig;
use tch::{Device, Tensor};

use crate::learn::training::{Optimizer, StepRule};

/// Minimizes a quartic with both optimizers. The gradients cover many orders of magnitude.
fn compare(config: impl OptimizerConfig, rule: StepRule, decay: f64, rate: f64) {
    let start = [1.5, -0.3, 2e-4, 4.0];
    let mut store = nn::VarStore::new(Device::Cpu);
    let mut theirs = store.root().zeros("x", &[4]);
    store.double();
    tch::no_grad(|| theirs.copy_(&Tensor::from_slice(&start)));
    let mut optimizer = config.build(&store, rate).unwrap();

    let mut ours = start;
    let mut own = Optimizer::new(rule, decay, start.len());
    for _ in 0..50 {
        optimizer.backward_step(&theirs.pow_tensor_scalar(4).sum(tch::Kind::Double));
        let gradient = ours.map(|x| 4.0 * x * x * x);
        own.step(rate, &mut ours, &gradient);
        let theirs = Vec::<f64>::try_from(&theirs).unwrap();
        for (own, their) in ours.iter().zip(theirs) {
            let difference = (own - their).abs();
            assert!(difference < 1e-14 * own.abs().max(1.0), "{own} {their}");
        }
    }
    assert!(ours[0] < 1.4, "{ours:?} did not descend");
}

#[test]
fn steps_are_those_of_libtorch() {
    compare(nn::Adam::default(), StepRule::Adam, 0.0, 0.05);
    let decoupled = nn::AdamW {
        wd: 0.1,
        ..Default::default()
    };
    compare(decoupled, StepRule::Adam, 0.1, 0.05);
    for momentum in [0.0, 0.5, 0.9] {
        let theirs = nn::Sgd {
            momentum,
            ..Default::default()
        };
        let rate = 1e-3 * (1.0 - momentum);
        compare(theirs, StepRule::Descent { momentum }, 0.0, rate);
    }
}

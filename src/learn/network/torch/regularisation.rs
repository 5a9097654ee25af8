//! What a training step leaves out at random.

use std::cell::RefCell;

use rand_xoshiro::Xoshiro256PlusPlus;
use tch::Tensor;

use crate::random::{stream, unit};

/// Leaves out values between layers while networks learn (N. Srivastava et al., J. Mach. Learn. Res. 15,
/// 1929 (2014)).
///
/// The random numbers are the program's own. So they depend on neither device nor rank, as those of
/// libtorch would.
pub struct Dropout {
    share: f64,
    stream: RefCell<Xoshiro256PlusPlus>,
    /// Whether a gradient will be asked for.
    pub trains: bool,
}

impl Dropout {
    /// For a pass without a gradient. Nothing is left out.
    pub fn none() -> Self {
        Self {
            trains: false,
            ..Self::new(0.0, 0)
        }
    }

    /// For a gradient. `share` of the values are left out, and `seed` decides which.
    pub fn new(share: f64, seed: u64) -> Self {
        let purpose = u64::from_be_bytes(*b"dropout ");
        Self {
            share,
            stream: RefCell::new(stream(seed, [purpose, 0, 0, 0])),
            trains: true,
        }
    }

    /// The values without those left out. The others grow, so that means stay.
    pub fn apply(&self, values: Tensor) -> Tensor {
        if self.share == 0.0 {
            return values;
        }
        let mut stream = self.stream.borrow_mut();
        let kept = 1.0 / (1.0 - self.share);
        let mut factor = || match unit(&mut stream) < self.share {
            true => 0.0,
            false => kept,
        };
        let factors: Vec<f64> = (0..values.numel()).map(|_| factor()).collect();
        let factors = Tensor::from_slice(&factors)
            .to_kind(values.kind())
            .to_device(values.device());
        let shape = values.size();
        values * factors.view(&shape[..])
    }
}

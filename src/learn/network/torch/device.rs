//! Where libtorch computes.

use std::sync::atomic::{AtomicUsize, Ordering};

use tch::Cuda;

use crate::deck::Device;

/// The number of this rank's GPU on its node.
static GPU: AtomicUsize = AtomicUsize::new(0);

/// Chooses the GPU of this rank, if it is to compute on one. Ranks of a node take turns.
/// Returns whether there is a device.
pub fn prepare(device: Device, rank_on_node: usize) -> bool {
    match device {
        Device::Cpu => true,
        Device::Cuda => match Cuda::device_count() {
            count @ 1.. if has_gpu() => {
                GPU.store(rank_on_node % count as usize, Ordering::Relaxed);
                true
            }
            _ => false,
        },
    }
}

/// Whether there is a GPU.
pub fn has_gpu() -> bool {
    Cuda::is_available()
}

/// The device in the terms of libtorch. Without a GPU it is the processor, so that `check` can measure.
pub fn of_libtorch(device: Device) -> tch::Device {
    match device {
        Device::Cuda if has_gpu() => tch::Device::Cuda(GPU.load(Ordering::Relaxed)),
        _ => tch::Device::Cpu,
    }
}

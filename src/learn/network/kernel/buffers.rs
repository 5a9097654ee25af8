//! Buffers of lanes that passes reuse.

use crate::lanes::Lanes;

/// Makes `buffer` hold `length` lanes with unspecified values.
pub fn resize(buffer: &mut Vec<Lanes>, length: usize) {
    buffer.resize(length, Lanes::ZERO);
}

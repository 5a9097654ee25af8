//! A hint to the compiler.

/// Keeps the compiler from unrolling the loop that this is called in.
///
/// Lanes fill the registers by themselves. An unrolled loop would instead collect single numbers from
/// the lanes of several turns, which is slower.
#[inline(always)]
pub fn prevent_unrolling() {
    std::hint::black_box(());
}

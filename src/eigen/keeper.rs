//! Where a solver keeps a long search, so that a later run goes on from it.

/// The rows of a rank in the blocks of a basis, block after block.
pub struct Kept<'k> {
    /// Everything else of the search.
    pub state: &'k [u8],
    /// The rows.
    pub rows: &'k [f64],
}

/// Keeps the search that a solver is at. All ranks of a group call it together.
pub trait Keeper {
    /// Whether so much was done since the last time that it should be kept.
    fn is_due(&self) -> bool;

    /// Keeps a search in place of the one before. A failure is reported, and the one before stays.
    fn keep(&self, kept: &Kept<'_>);

    /// The state of the search that was kept, if there is one.
    fn state(&self) -> Option<Vec<u8>>;

    /// Fills `rows` with this rank's rows of so many blocks of the search that was kept. Returns whether
    /// all of them were there.
    fn read(&self, blocks: usize, rows: &mut [f64]) -> bool;
}

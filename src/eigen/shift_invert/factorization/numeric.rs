//! The numbers of a sparse factorization L B Lᵀ, supernode by supernode.
//!
//! The factorization looks left. A supernode subtracts the contributions of those before it from
//! its columns, factorizes its diagonal block, and divides its rows below. A shift inside the
//! spectrum makes H − σ indefinite, so that an unpivoted factorization meets small pivots and its
//! elements grow. Bunch–Kaufman pivoting inside the diagonal blocks bounds that growth where most
//! of the arithmetic is. Pivots are not moved from one supernode to another. The structure of L
//! then depends on the chain alone, and its order, memory and layout serve every realization. What
//! accuracy this costs shows in the residuals, which are checked for every eigenpair.
//!
//! Threads share the work in two ways. Subtrees of the elimination tree do not touch each other, and
//! small ones are one task each. The large supernodes near the root are cut into strips of columns.
//! Each strip takes all contributions in the order of elimination.

use super::contribution::{Buffers, Contribution, NARROW};
use super::dense::{Front, Workspace};
use super::finished::Finished;
use super::inertia::negative;
use super::matrix::Matrix;
use super::precision::Precision;
use super::region::Region;
use super::supernodes::Supernode;
use super::symbolic::Symbolic;
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::{Interrupt, SharedInterrupt};
use crate::threads::{Workspaces, join, map};

/// Columns of a strip that receives contributions.
const STRIP: usize = 192;

/// Operations of a task: some ten microseconds.
const TASK: u64 = 200_000;

/// The diagonal blocks B and the row interchanges of a factorization. The diagonal of B is among
/// the values of the factor.
pub struct Pivoting<T> {
    /// The elements of B below its diagonal. One is not zero where a pivot is 2 × 2.
    pub subdiagonal: Vec<T>,
    /// The row that became each row.
    pub rows: Vec<usize>,
}

/// Overwrites `values` with L and the diagonal of B, for a matrix with this structure. Returns what
/// else there is of the factorization, and the number of negative eigenvalues.
///
/// # Errors
/// [`Failure::Singular`] when a pivot is zero, and [`Failure::Interrupted`].
pub fn factorize<T: Precision>(
    symbolic: &Symbolic,
    matrix: &Matrix<'_, T>,
    values: &mut [T],
    interrupt: Interrupt<'_>,
) -> Result<(Pivoting<T>, usize), Failure> {
    let structure = &symbolic.structure;
    let dimension = structure.dimension();
    let mut pivoting = Pivoting {
        subdiagonal: vec![T::default(); dimension],
        rows: vec![0; dimension],
    };
    let factorization = Factorization {
        symbolic,
        matrix,
        interrupt: &SharedInterrupt::new(interrupt),
        spare: Workspaces::default(),
    };
    let all = Region {
        supernodes: 0..structure.supernodes().len(),
        values,
        subdiagonal: &mut pivoting.subdiagonal,
        rows: &mut pivoting.rows,
    };
    let negative = factorization.eliminate(all)?;
    Ok((pivoting, negative))
}

/// What all tasks of a factorization share.
struct Factorization<'f, T> {
    symbolic: &'f Symbolic,
    matrix: &'f Matrix<'f, T>,
    interrupt: &'f SharedInterrupt<'f>,
    spare: Workspaces<Scratch<T>>,
}

/// Memory that a task works in.
#[derive(Default)]
struct Scratch<T> {
    /// The place of each row among those of the current supernode.
    local: Vec<u32>,
    buffers: Buffers<T>,
    dense: Workspace<T>,
}

impl<T: Precision> Factorization<'_, T> {
    /// Factorizes whole subtrees. Returns the number of their negative pivots.
    fn eliminate(&self, mut region: Region<'_, T>) -> Result<usize, Failure> {
        let Symbolic {
            structure, tree, ..
        } = self.symbolic;
        if tree.operations(region.supernodes.clone()) <= TASK {
            return self
                .spare
                .lend(Default::default, |scratch| self.in_turn(region, scratch));
        }
        let last = region.supernodes.end - 1;
        if tree.subtree(last).start == region.supernodes.start {
            let before = region.before(structure, last);
            let before = if before.supernodes.is_empty() {
                0
            } else {
                self.eliminate(before)?
            };
            let own = self.spare.lend(Default::default, |scratch| {
                self.supernode(last, region, scratch)
            });
            return Ok(before + own?);
        }
        let middle = tree.middle(region.supernodes.clone());
        let (left, right) = region.split(structure, middle);
        let (left, right) = join(|| self.eliminate(left), || self.eliminate(right));
        Ok(left? + right?)
    }

    /// Factorizes supernodes one after the other.
    fn in_turn(
        &self,
        mut region: Region<'_, T>,
        scratch: &mut Scratch<T>,
    ) -> Result<usize, Failure> {
        let mut negative = 0;
        for number in region.supernodes.clone() {
            negative += self.supernode(
                number,
                region.before(&self.symbolic.structure, number + 1),
                scratch,
            )?;
        }
        Ok(negative)
    }

    /// Factorizes the last supernode of a region.
    fn supernode(
        &self,
        number: usize,
        region: Region<'_, T>,
        scratch: &mut Scratch<T>,
    ) -> Result<usize, Failure> {
        self.interrupt.check()?;
        let supernode = &self.symbolic.structure.supernodes()[number];
        let (height, below) = (supernode.height(), self.symbolic.structure.below(supernode));
        let Scratch {
            local,
            buffers,
            dense,
        } = scratch;
        local.resize(self.symbolic.structure.dimension(), 0);
        let rows = supernode
            .columns
            .clone()
            .chain(below.iter().map(|&row| row as usize));
        for (place, row) in rows.enumerate() {
            local[row] = place as u32;
        }
        let (known, own) = region.split(&self.symbolic.structure, number);
        let values = &mut own.values[..supernode.values.len()];
        let target = Target {
            number,
            supernode,
            local,
        };
        if supernode.columns.len() <= STRIP {
            self.receive(&target, 0, values, &known, buffers)?;
        } else {
            let strips = values.chunks_mut(STRIP * height).enumerate().collect();
            let received = map(strips, |(strip, values)| {
                let receive = |scratch: &mut Scratch<T>| {
                    self.receive(&target, strip * STRIP, values, &known, &mut scratch.buffers)
                };
                self.spare.lend(Default::default, receive)
            });
            received.into_iter().collect::<Result<(), _>>()?;
        }
        let front = Front {
            values: &mut *values,
            height,
            subdiagonal: &mut *own.subdiagonal,
            order: &mut *own.rows,
            work: dense,
        };
        front.factorize();
        for row in &mut *own.rows {
            *row += supernode.columns.start;
        }
        negative(values, height, own.subdiagonal)
    }

    /// Overwrites a strip of columns with the matrix less all contributions. `first` is the first of
    /// the strip's columns in its supernode.
    fn receive(
        &self,
        target: &Target<'_>,
        first: usize,
        values: &mut [T],
        known: &Region<'_, T>,
        buffers: &mut Buffers<T>,
    ) -> Result<(), Failure> {
        let Target {
            number,
            supernode,
            local,
        } = *target;
        let height = supernode.height();
        let start = supernode.columns.start + first;
        let columns = start..start + values.len() / height;
        self.matrix.write(columns.clone(), local, values, height);
        for contributor in self.symbolic.contributors.of(number) {
            let source = &self.symbolic.structure.supernodes()[contributor.number as usize];
            let width = source.columns.len();
            if width > NARROW {
                self.interrupt.check()?;
            }
            let rows = &self.symbolic.structure.below(source)[contributor.first as usize..];
            let before = if first == 0 {
                0
            } else {
                rows.partition_point(|&row| (row as usize) < columns.start)
            };
            let rows = &rows[before..];
            let shared = rows.partition_point(|&row| (row as usize) < columns.end);
            if shared == 0 {
                continue;
            }
            buffers.places.clear();
            buffers
                .places
                .extend(rows.iter().map(|&row| local[row as usize]));
            let contribution = Contribution {
                source: Finished {
                    values: known.values_of(&self.symbolic.structure, source),
                    stride: source.height(),
                    subdiagonal: known.subdiagonal_of(&self.symbolic.structure, source),
                },
                first: source.height() - rows.len(),
                shared,
            };
            contribution.subtract(values, first, height, buffers);
        }
        Ok(())
    }
}

/// A supernode that receives contributions.
#[derive(Clone, Copy)]
struct Target<'t> {
    number: usize,
    supernode: &'t Supernode,
    /// The place of each of its rows.
    local: &'t [u32],
}

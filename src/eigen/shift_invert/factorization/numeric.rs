//! The numbers of a sparse factorization L B Lᵀ, supernode by supernode.
//!
//! The factorization looks left. A supernode subtracts the contributions of those before it from
//! its columns, factorizes its diagonal block, and divides its rows below. A shift inside the
//! spectrum makes H − σ indefinite, so that an unpivoted factorization meets small pivots and its
//! elements grow. Bunch–Kaufman pivoting inside the diagonal blocks bounds that growth where most
//! of the arithmetic is. Pivots are not moved from one supernode to another. The structure of L
//! then depends on the chain alone, and its order, memory and layout serve every realization. What
//! accuracy this costs shows in the residuals, which are checked for every eigenpair.

use super::contribution::{Buffers, Contribution, NARROW};
use super::contributors::Contributors;
use super::dense::{Front, Workspace};
use super::finished::Finished;
use super::precision::Precision;
use super::supernodes::{Structure, Supernode};
use crate::eigen::failure::Failure;
use crate::eigen::interrupt::{Interrupt, check_interrupt};

/// The diagonal blocks B and the row interchanges of a factorization. The diagonal of B is among
/// the values of the factor.
pub struct Pivoting<T> {
    /// The elements of B below its diagonal. One is not zero where a pivot is 2 × 2.
    pub subdiagonal: Vec<T>,
    /// The row that became each row.
    pub rows: Vec<usize>,
}

/// Overwrites `values` with L and the diagonal of B. They hold the lower triangle of a matrix, and
/// zeros in the other places of the structure.
///
/// A zero pivot leaves infinities or NaN in the later ones. The count of negative pivots reports
/// them when all is done, so that no loop here has to test for them.
///
/// # Errors
/// [`Failure::Interrupted`] alone.
pub fn factorize<T: Precision>(
    structure: &Structure,
    values: &mut [T],
    interrupt: Interrupt<'_>,
) -> Result<Pivoting<T>, Failure> {
    let dimension = structure.dimension();
    let mut pivoting = Pivoting {
        subdiagonal: vec![T::default(); dimension],
        rows: vec![0; dimension],
    };
    let mut contributors = Contributors::new(structure.supernodes().len());
    // The place of each row among those of the current supernode.
    let mut local = vec![0_u32; dimension];
    let mut buffers = Buffers::default();
    let mut work = Workspace::default();

    for (number, supernode) in structure.supernodes().iter().enumerate() {
        check_interrupt(interrupt)?;
        let rows = (supernode.columns.clone())
            .chain(structure.below(supernode).iter().map(|&row| row as usize));
        for (place, row) in rows.enumerate() {
            local[row] = place as u32;
        }
        let (known, own) = values.split_at_mut(supernode.values.start);
        let own = &mut own[..supernode.values.len()];
        let mut contributor = contributors.first(number);
        while let Some(other) = contributor {
            let source = &structure.supernodes()[other];
            if source.columns.len() > NARROW {
                check_interrupt(interrupt)?;
            }
            let rows = contributors.rows(structure, other);
            let shared = rows.partition_point(|&row| (row as usize) < supernode.columns.end);
            let places = rows.iter().map(|&row| local[row as usize]);
            buffers.places.clear();
            buffers.places.extend(places);
            let contribution = Contribution {
                source: Finished {
                    values: &known[source.values.clone()],
                    stride: source.height(),
                    subdiagonal: &pivoting.subdiagonal[source.columns.clone()],
                },
                first: source.height() - rows.len(),
                shared,
            };
            contribution.subtract(own, supernode.height(), &mut buffers);
            contributor = contributors.advance(structure, other, shared);
        }
        pivoting.factorize(supernode, own, &mut work);
        contributors.add(structure, number);
    }
    Ok(pivoting)
}

impl<T: Precision> Pivoting<T> {
    /// Factorizes a supernode that has received every contribution.
    fn factorize(&mut self, supernode: &Supernode, own: &mut [T], work: &mut Workspace<T>) {
        let columns = supernode.columns.clone();
        let front = Front {
            values: own,
            height: supernode.height(),
            subdiagonal: &mut self.subdiagonal[columns.clone()],
            order: &mut self.rows[columns.clone()],
            work,
        };
        front.factorize();
        for row in &mut self.rows[columns.clone()] {
            *row += columns.start;
        }
    }
}

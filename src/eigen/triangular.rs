//! Solves with the supernodes of L B Lᵀ for several right-hand sides at once.
//!
//! The right-hand sides lie side by side, so that an element of L is loaded once and meets all of
//! them in registers, and four of its columns share one pass over the rows below. Every lane sees
//! the same fused operations in the same order whatever the instruction set, so a solution does not
//! depend on the machine's vector width.

use faer::sparse::linalg::cholesky::supernodal::SymbolicSupernodalCholesky;
use pulp::{Arch, Simd, WithSimd};

/// Columns of L that share a pass.
const WIDTH: usize = 4;

/// A factorization in the form of faer's supernodes.
#[derive(Clone, Copy)]
pub struct Factor<'f> {
    /// Where the supernodes begin and which rows they have below their diagonal block.
    pub structure: &'f SymbolicSupernodalCholesky<usize>,
    /// Of each supernode, the columns of L from its diagonal block down, with the diagonal of B.
    pub values: &'f [f64],
    /// The elements of B below its diagonal: non-zero where a pivot is 2 × 2.
    pub subdiagonal: &'f [f64],
    /// The place of each row after the pivoting inside its supernode.
    pub places: &'f [usize],
}

/// One supernode: consecutive columns with the same rows below their diagonal block.
#[derive(Clone, Copy)]
struct Supernode<'f> {
    start: usize,
    width: usize,
    /// Rows below the diagonal block.
    below: &'f [usize],
    values: &'f [f64],
}

impl<'f> Factor<'f> {
    fn supernode(self, number: usize) -> Supernode<'f> {
        let structure = self.structure;
        let (start, end) = (
            structure.supernode_begin()[number],
            structure.supernode_end()[number],
        );
        let rows = structure.col_ptr_for_row_idx()[number];
        let values = structure.col_ptr_for_val();
        Supernode {
            start,
            width: end - start,
            below: &structure.row_idx()[rows..rows + structure.nnz_per_super()[number]],
            values: &self.values[values[number]..values[number + 1]],
        }
    }

    /// Rows of the tallest supernode.
    pub fn tallest(structure: &SymbolicSupernodalCholesky<usize>) -> usize {
        (0..structure.n_supernodes())
            .map(|number| {
                structure.supernode_end()[number] - structure.supernode_begin()[number]
                    + structure.nnz_per_super()[number]
            })
            .max()
            .unwrap_or(0)
    }

    /// Overwrites `x` with (L B Lᵀ)⁻¹ `x`, all in the pivoted order. `front` is work space of
    /// [`Factor::tallest`] rows.
    pub fn solve<const LANES: usize>(self, x: &mut [[f64; LANES]], front: &mut [[f64; LANES]]) {
        Arch::new().dispatch(Solve {
            factor: self,
            x,
            front,
        });
    }

    #[inline(always)]
    fn solve_here<const LANES: usize>(self, x: &mut [[f64; LANES]], front: &mut [[f64; LANES]]) {
        let count = self.structure.n_supernodes();
        for supernode in (0..count).map(|number| self.supernode(number)) {
            let (own, below) = supernode.rows(front);
            let range = supernode.start..supernode.start + supernode.width;
            own.copy_from_slice(&x[range.clone()]);
            below.fill([0.0; LANES]);
            supernode.eliminate(front);
            let (own, below) = supernode.rows(front);
            x[range].copy_from_slice(own);
            for (&row, sum) in supernode.below.iter().zip(below) {
                let target = &mut x[self.places[row]];
                for lane in 0..LANES {
                    target[lane] += sum[lane];
                }
            }
        }
        for supernode in (0..count).rev().map(|number| self.supernode(number)) {
            let (own, below) = supernode.rows(front);
            let range = supernode.start..supernode.start + supernode.width;
            own.copy_from_slice(&x[range.clone()]);
            supernode.divide(&self.subdiagonal[range.clone()], own);
            for (&row, value) in supernode.below.iter().zip(below) {
                *value = x[self.places[row]];
            }
            supernode.substitute(front);
            x[range].copy_from_slice(supernode.rows(front).0);
        }
    }
}

/// A solve, compiled for each instruction set.
struct Solve<'f, 'x, const LANES: usize> {
    factor: Factor<'f>,
    x: &'x mut [[f64; LANES]],
    front: &'x mut [[f64; LANES]],
}

impl<const LANES: usize> WithSimd for Solve<'_, '_, LANES> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.factor.solve_here(self.x, self.front);
    }
}

impl Supernode<'_> {
    fn height(&self) -> usize {
        self.width + self.below.len()
    }

    /// The rows of the front that belong to the diagonal block, and those below.
    #[inline(always)]
    fn rows<'x, const LANES: usize>(
        &self,
        front: &'x mut [[f64; LANES]],
    ) -> (&'x mut [[f64; LANES]], &'x mut [[f64; LANES]]) {
        front[..self.height()].split_at_mut(self.width)
    }

    fn column(&self, column: usize) -> &[f64] {
        &self.values[column * self.height()..][..self.height()]
    }

    /// y ← L⁻¹ y for the diagonal block; the rows below gain −L y.
    #[inline(always)]
    fn eliminate<const LANES: usize>(&self, front: &mut [[f64; LANES]]) {
        let mut column = 0;
        while column < self.width {
            match self.width - column {
                1 => self.eliminate_columns::<LANES, 1>(column, front),
                2 => self.eliminate_columns::<LANES, 2>(column, front),
                3 => self.eliminate_columns::<LANES, 3>(column, front),
                _ => self.eliminate_columns::<LANES, WIDTH>(column, front),
            }
            column += WIDTH;
        }
    }

    #[inline(always)]
    fn eliminate_columns<const LANES: usize, const COUNT: usize>(
        &self,
        first: usize,
        front: &mut [[f64; LANES]],
    ) {
        let (own, rest) = front[first..self.height()].split_at_mut(COUNT);
        let mut negative = [[0.0; LANES]; COUNT];
        for k in 0..COUNT {
            let column = &self.column(first + k)[first..];
            for lane in 0..LANES {
                negative[k][lane] = -own[k][lane];
            }
            for row in k + 1..COUNT {
                for lane in 0..LANES {
                    own[row][lane] = column[row].mul_add(negative[k][lane], own[row][lane]);
                }
            }
        }
        let columns: [&[f64]; COUNT] =
            std::array::from_fn(|k| &self.column(first + k)[first + COUNT..][..rest.len()]);
        for (row, sum) in rest.iter_mut().enumerate() {
            let mut value = *sum;
            for k in 0..COUNT {
                for lane in 0..LANES {
                    value[lane] = columns[k][row].mul_add(negative[k][lane], value[lane]);
                }
            }
            *sum = value;
        }
    }

    /// y ← B⁻¹ y.
    #[inline(always)]
    fn divide<const LANES: usize>(&self, subdiagonal: &[f64], own: &mut [[f64; LANES]]) {
        let mut k = 0;
        while k < self.width {
            let first = self.column(k)[k];
            if subdiagonal[k] == 0.0 {
                for value in &mut own[k] {
                    *value /= first;
                }
                k += 1;
            } else {
                // Scaled by the element off the diagonal, which pivoting made the largest.
                let (first, second) = (first / subdiagonal[k], self.column(k + 1)[k + 1]);
                let second = second / subdiagonal[k];
                let scale = 1.0 / ((first * second - 1.0) * subdiagonal[k]);
                let [uppers, lowers] = &mut own[k..k + 2] else {
                    unreachable!("a pair of pivots has two rows");
                };
                for (upper, lower) in uppers.iter_mut().zip(lowers) {
                    (*upper, *lower) = (
                        (second * *upper - *lower) * scale,
                        (first * *lower - *upper) * scale,
                    );
                }
                k += 2;
            }
        }
    }

    /// y ← L⁻ᵀ y for the diagonal block, with what the rows below hold.
    #[inline(always)]
    fn substitute<const LANES: usize>(&self, front: &mut [[f64; LANES]]) {
        let mut column = self.width.next_multiple_of(WIDTH);
        while column > 0 {
            column -= WIDTH;
            match self.width - column {
                1 => self.substitute_columns::<LANES, 1>(column, front),
                2 => self.substitute_columns::<LANES, 2>(column, front),
                3 => self.substitute_columns::<LANES, 3>(column, front),
                _ => self.substitute_columns::<LANES, WIDTH>(column, front),
            }
        }
    }

    #[inline(always)]
    fn substitute_columns<const LANES: usize, const COUNT: usize>(
        &self,
        first: usize,
        front: &mut [[f64; LANES]],
    ) {
        let (own, rest) = front[first..self.height()].split_at_mut(COUNT);
        let columns: [&[f64]; COUNT] =
            std::array::from_fn(|k| &self.column(first + k)[first + COUNT..][..rest.len()]);
        let mut sums = [[0.0; LANES]; COUNT];
        for (row, value) in rest.iter().enumerate() {
            for k in 0..COUNT {
                for lane in 0..LANES {
                    sums[k][lane] = columns[k][row].mul_add(value[lane], sums[k][lane]);
                }
            }
        }
        for k in (0..COUNT).rev() {
            let column = &self.column(first + k)[first..];
            let mut sum = sums[k];
            for row in k + 1..COUNT {
                for lane in 0..LANES {
                    sum[lane] = column[row].mul_add(own[row][lane], sum[lane]);
                }
            }
            for lane in 0..LANES {
                own[k][lane] -= sum[lane];
            }
        }
    }
}

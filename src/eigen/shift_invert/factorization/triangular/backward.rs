//! The backward solve, x ← L⁻ᵀ B⁻¹ x: small subtrees, and blocks of larger supernodes.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::super::storage::TILE;
use super::factor::Part;
use super::kernels::{AHEAD, is_wide, subtract, subtract_transposed};
use super::schedule::{Backward, Unit};
use super::solve::{Scratch, Solve};
use super::tiles::Column;

/// A step of the backward solve, compiled for each instruction set.
pub struct BackwardStep<'s, const LANES: usize> {
    /// The solve.
    pub solve: &'s Solve<'s, LANES>,
    /// The step.
    pub step: &'s Backward,
}

impl<const LANES: usize> WithSimd for BackwardStep<'_, LANES> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        if is_wide::<S>(LANES) {
            self.take::<4, 2>();
        } else {
            self.take::<TILE, 4>();
        }
    }
}

impl<const LANES: usize> BackwardStep<'_, LANES> {
    #[inline(always)]
    fn take<const ROWS: usize, const COLUMNS: usize>(self) {
        let solve = self.solve;
        match self.step {
            Backward::Gather(unit, rows) => {
                solve.gather(*unit, rows.clone());
                solve.progress[*unit].gathered.advance();
            }
            Backward::Substitute(unit, panel) => {
                solve.substitute_panel::<ROWS, COLUMNS>(*unit, *panel);
                solve.progress[*unit].substituted.advance();
            }
            Backward::Subtrees(unit) => {
                let mut scratch = solve.spare.take(Default::default);
                solve.subtrees_backward::<ROWS, COLUMNS>(*unit, &mut scratch);
                solve.spare.give(scratch);
            }
        }
    }
}

impl<const LANES: usize> Solve<'_, LANES> {
    #[inline(always)]
    fn subtrees_backward<const ROWS: usize, const COLUMNS: usize>(
        &self,
        number: usize,
        scratch: &mut Scratch<LANES>,
    ) {
        let unit = &self.schedule.units[number];
        let Scratch { x, own } = scratch;
        self.wait_for_rows_below(number);
        // SAFETY: no other step reads or writes these columns in the backward solve.
        let columns = unsafe { self.x.write(unit.columns.clone()) };
        if unit.is_all() {
            return self.sweep_backward::<ROWS, COLUMNS>(unit, columns, own);
        }
        x.resize(self.factor.structure.dimension(), [0.0; LANES]);
        let x = &mut x[..];
        for &row in self.rows(unit) {
            // SAFETY: the row is done.
            x[row as usize] = unsafe { self.x.read(row as usize..row as usize + 1) }[0];
        }
        x[unit.columns.clone()].copy_from_slice(columns);
        self.sweep_backward::<ROWS, COLUMNS>(unit, x, own);
        columns.copy_from_slice(&x[unit.columns.clone()]);
    }

    /// Solves for small subtrees, one supernode after the other.
    #[inline(always)]
    fn sweep_backward<const ROWS: usize, const COLUMNS: usize>(
        &self,
        unit: &Unit,
        x: &mut [[f64; LANES]],
        own: &mut Vec<[f64; LANES]>,
    ) {
        for part in self.factor.parts(unit.supernodes.clone()).rev() {
            if part.columns.len() == 1 {
                let sum = sum_below(part.elements, part.below, x);
                let row = part.columns.start;
                let inverse = self.factor.pivots.single(row);
                for lane in 0..LANES {
                    x[row][lane] = inverse.mul_add(x[row][lane], -sum[lane]);
                }
                continue;
            }
            part.gather(x, own);
            self.factor.pivots.divide(part.columns.clone(), own);
            let shape = part.shape();
            for panel in (0..shape.panels()).rev() {
                let columns = shape.columns(panel);
                let (own, known) = own[columns.start..].split_at_mut(columns.len());
                let tiles = part.consecutive(panel, shape.tiles_below());
                for (rows, tile) in part.below.chunks(TILE).zip(tiles) {
                    let mut solved = [[0.0; LANES]; TILE];
                    for (solved, &row) in solved.iter_mut().zip(rows) {
                        *solved = x[row as usize];
                    }
                    subtract_transposed::<LANES, ROWS, COLUMNS>(tile, &solved, own, AHEAD);
                }
                let tiles = part.consecutive(panel, shape.others(panel));
                subtract_known::<LANES, ROWS, COLUMNS>(tiles, known, own);
                substitute::<LANES, ROWS, COLUMNS>(&part, panel, own);
            }
            part.scatter(own, x);
        }
    }

    /// Waits until the solutions of the rows below a unit are there.
    fn wait_for_rows_below(&self, number: usize) {
        match self.schedule.units[number].parent {
            Some(parent) => {
                let panels = self.schedule.units[parent].counts.panels;
                self.progress[parent].substituted.wait_for(panels);
            }
            None => {
                let steps = self.schedule.units[number].counts.forward;
                self.progress[number].forward.wait_for(steps);
            }
        }
    }

    #[inline(always)]
    fn gather(&self, number: usize, rows: Range<usize>) {
        let unit = &self.schedule.units[number];
        self.wait_for_rows_below(number);
        let end = if rows.end == unit.below {
            unit.place.len()
        } else {
            rows.end
        };
        let place = unit.place.start + rows.start..unit.place.start + end;
        // SAFETY: no other step writes these rows, or reads them before this one is done.
        let solved = unsafe { self.left.write(place) };
        for (solved, &row) in solved.iter_mut().zip(&self.rows(unit)[rows]) {
            // SAFETY: the row is done.
            *solved = unsafe { self.x.read(row as usize..row as usize + 1) }[0];
        }
        let missing = unit.place.len() - unit.below;
        if end == unit.place.len() {
            let count = solved.len();
            solved[count - missing..].fill([0.0; LANES]);
        }
    }

    #[inline(always)]
    fn substitute_panel<const ROWS: usize, const COLUMNS: usize>(
        &self,
        number: usize,
        panel: usize,
    ) {
        let (unit, progress) = (&self.schedule.units[number], &self.progress[number]);
        let (part, start) = (self.factor.part(unit.supernodes.start), unit.columns.start);
        let shape = part.shape();
        let rows = shape.columns(panel);
        self.wait_for_rows_below(number);
        progress.gathered.wait_for(unit.counts.gather);
        // SAFETY: the forward solve of these rows is done.
        let y = unsafe { self.y.read(unit.columns.clone()) };
        // SAFETY: no other step writes these rows, or reads them before this one is done.
        let own = unsafe { self.z.write(start + rows.start..start + rows.end) };
        let pivots = self.factor.pivots;
        pivots.divide_rows(unit.columns.clone(), rows.clone(), y, own);
        // SAFETY: all rows below are gathered.
        let below = unsafe { self.left.read(unit.place.clone()) };
        if unit.columns.len() == 1 {
            for (value, below) in part.elements.iter().zip(below) {
                for lane in 0..LANES {
                    own[0][lane] = (-value).mul_add(below[lane], own[0][lane]);
                }
            }
        } else {
            let tiles = part.consecutive(panel, shape.tiles_below());
            for (tile, below) in tiles.zip(below.as_chunks().0) {
                subtract_transposed::<LANES, ROWS, COLUMNS>(tile, below, own, AHEAD);
            }
            for later in (panel + 1..shape.panels()).rev() {
                progress.substituted.wait_for(shape.panels() - later);
                let known = shape.columns(later);
                // SAFETY: these rows are done.
                let z = unsafe { self.z.read(start + known.start..start + known.end) };
                let tiles = part.consecutive(panel, shape.triangle(later));
                subtract_known::<LANES, ROWS, COLUMNS>(tiles, z, own);
            }
            substitute::<LANES, ROWS, COLUMNS>(&part, panel, own);
        }
        for (own, &row) in own.iter().zip(&part.pivoted()[rows]) {
            // SAFETY: this step alone has the row, and others read it when it is done.
            let x = unsafe { self.x.write(row..row + 1) };
            x[0] = *own;
        }
    }
}

/// The product of a column with the rows below. One sum would wait for itself after each row, so
/// there are four.
#[inline(always)]
fn sum_below<const LANES: usize>(
    column: &[f64],
    below: &[u32],
    x: &[[f64; LANES]],
) -> [f64; LANES] {
    let mut sums = [[0.0; LANES]; 4];
    for (rows, values) in below.chunks(4).zip(column.chunks(4)) {
        for ((&row, value), sum) in rows.iter().zip(values).zip(&mut sums) {
            let x = &x[row as usize];
            for lane in 0..LANES {
                sum[lane] = value.mul_add(x[lane], sum[lane]);
            }
        }
    }
    let [a, b, c, d] = sums;
    std::array::from_fn(|lane| (a[lane] + b[lane]) + (c[lane] + d[lane]))
}

/// Subtracts the transposed tiles times the rows that belong to them, from the last to the first.
#[inline(always)]
fn subtract_known<'t, const LANES: usize, const ROWS: usize, const COLUMNS: usize>(
    tiles: impl DoubleEndedIterator<Item = &'t [Column]> + ExactSizeIterator,
    known: &[[f64; LANES]],
    own: &mut [[f64; LANES]],
) {
    for (tile, known) in tiles.zip(known.chunks(TILE)).rev() {
        let mut solved = [[0.0; LANES]; TILE];
        solved[..known.len()].copy_from_slice(known);
        let ahead = -(tile.len() as isize);
        subtract_transposed::<LANES, ROWS, COLUMNS>(tile, &solved, own, ahead);
    }
}

/// y ← L⁻ᵀ y for the triangle of a panel.
#[inline(always)]
fn substitute<const LANES: usize, const ROWS: usize, const COLUMNS: usize>(
    part: &Part<'_>,
    panel: usize,
    own: &mut [[f64; LANES]],
) {
    for (number, tile) in part.shape().triangle(panel).enumerate().rev() {
        let (first, tile) = (number * TILE, part.tile(panel, tile));
        let (whole, inverse) = tile.split_at(first);
        let (unknown, own) = own[..tile.len()].split_at_mut(first);
        let mut negative = [[0.0; LANES]; TILE];
        for (negative, own) in negative.iter_mut().zip(&mut *own) {
            subtract(negative, own);
            *own = [0.0; LANES];
        }
        let ahead = -(first as isize);
        subtract_transposed::<LANES, ROWS, COLUMNS>(inverse, &negative, own, ahead);
        let mut solved = [[0.0; LANES]; TILE];
        solved[..own.len()].copy_from_slice(own);
        subtract_transposed::<LANES, ROWS, COLUMNS>(whole, &solved, unknown, ahead);
    }
}

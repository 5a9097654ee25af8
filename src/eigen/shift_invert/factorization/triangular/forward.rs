//! The forward solve, x ← L⁻¹ x: small subtrees, and blocks of larger supernodes.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::super::storage::TILE;
use super::factor::Part;
use super::kernels::{is_wide, product, subtract, subtract_all};
use super::schedule::{Forward, Unit};
use super::solve::{Scratch, Solve};

/// A step of the forward solve, compiled for each instruction set.
pub struct ForwardStep<'s, const LANES: usize> {
    /// The solve.
    pub solve: &'s Solve<'s, LANES>,
    /// The step.
    pub step: &'s Forward,
}

impl<const LANES: usize> WithSimd for ForwardStep<'_, LANES> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        if is_wide::<S>(LANES) {
            self.take::<4>();
        } else {
            self.take::<TILE>();
        }
    }
}

impl<const LANES: usize> ForwardStep<'_, LANES> {
    #[inline(always)]
    fn take<const ROWS: usize>(self) {
        let solve = self.solve;
        let unit = match self.step {
            Forward::Subtrees(unit) => {
                // A closure would not be compiled for the instruction set.
                let mut scratch = solve.spare.take(Default::default);
                solve.subtrees_forward::<ROWS>(*unit, &mut scratch);
                solve.spare.give(scratch);
                unit
            }
            Forward::Assemble(unit, rows) => {
                solve.assemble(*unit, rows.clone());
                solve.progress[*unit].assembled.advance();
                unit
            }
            Forward::Eliminate(unit, panel) => {
                solve.eliminate_panel::<ROWS>(*unit, *panel);
                solve.progress[*unit].eliminated.advance();
                unit
            }
            Forward::Below(unit, rows) => {
                solve.multiply_below::<ROWS>(*unit, rows.clone());
                unit
            }
        };
        solve.progress[*unit].forward.advance();
    }
}

impl<const LANES: usize> Solve<'_, LANES> {
    #[inline(always)]
    fn subtrees_forward<const ROWS: usize>(&self, number: usize, scratch: &mut Scratch<LANES>) {
        let unit = &self.schedule.units[number];
        let rows = self.rows(unit);
        let Scratch { x, own } = scratch;
        // SAFETY: no other step reads or writes these columns before this one is done.
        let columns = unsafe { self.x.write(unit.columns.clone()) };
        if unit.is_all() {
            return self.sweep_forward::<ROWS>(unit, columns, own);
        }
        x.resize(self.factor.structure.dimension(), [0.0; LANES]);
        let x = &mut x[..];
        x[unit.columns.clone()].copy_from_slice(columns);
        for &row in rows {
            x[row as usize] = [0.0; LANES];
        }
        self.sweep_forward::<ROWS>(unit, x, own);
        columns.copy_from_slice(&x[unit.columns.clone()]);
        // SAFETY: this step alone writes what the unit leaves, and others read it when it is done.
        let left = unsafe { self.left.write(unit.place.clone()) };
        for (left, &row) in left.iter_mut().zip(rows) {
            *left = x[row as usize];
        }
    }

    /// Solves for small subtrees, one supernode after the other.
    #[inline(always)]
    fn sweep_forward<const ROWS: usize>(
        &self,
        unit: &Unit,
        x: &mut [[f64; LANES]],
        own: &mut Vec<[f64; LANES]>,
    ) {
        for part in self.factor.parts(unit.supernodes.clone()) {
            if part.columns.len() == 1 {
                eliminate_one(part.elements, x[part.columns.start], part.below, x);
                continue;
            }
            part.gather(x, own);
            let shape = part.shape();
            for panel in 0..shape.panels() {
                let columns = shape.columns(panel);
                let (own, others) = own[columns.start..].split_at_mut(columns.len());
                eliminate::<LANES, ROWS>(&part, panel, own);
                let tiles = part.consecutive(panel, shape.others(panel));
                for (others, tile) in others.chunks_mut(TILE).zip(tiles) {
                    subtract_all(others, &product::<LANES, ROWS>(tile, own));
                }
                let tiles = part.consecutive(panel, shape.tiles_below());
                for (rows, tile) in part.below.chunks(TILE).zip(tiles) {
                    let sums = product::<LANES, ROWS>(tile, own);
                    for (&row, sum) in rows.iter().zip(&sums) {
                        subtract(&mut x[row as usize], sum);
                    }
                }
            }
            part.scatter(own, x);
        }
    }

    /// Adds what the children leave to some rows of the columns.
    #[inline(always)]
    fn assemble(&self, number: usize, rows: Range<usize>) {
        let unit = &self.schedule.units[number];
        let first = unit.columns.start + rows.start;
        // SAFETY: no other step reads or writes these rows before this one is done.
        let own = unsafe { self.x.write(first..first + rows.len()) };
        self.add_children(unit, rows, own);
    }

    /// Adds what the children of a unit leave to some of its rows.
    #[inline(always)]
    fn add_children(&self, unit: &Unit, rows: Range<usize>, own: &mut [[f64; LANES]]) {
        for &child in &unit.children {
            self.progress[child]
                .forward
                .wait_for(self.schedule.units[child].counts.forward);
            let child = &self.schedule.units[child];
            let shared = self.schedule.shared(child, &rows);
            let place = child.place.start + shared.start..child.place.start + shared.end;
            let into = &self.schedule.into[place.clone()];
            // SAFETY: all steps of the child are done.
            let left = unsafe { self.left.read(place) };
            for (&into, left) in into.iter().zip(left) {
                let own = &mut own[into as usize - rows.start];
                for lane in 0..LANES {
                    own[lane] += left[lane];
                }
            }
        }
    }

    #[inline(always)]
    fn eliminate_panel<const ROWS: usize>(&self, number: usize, panel: usize) {
        let (unit, progress) = (&self.schedule.units[number], &self.progress[number]);
        let (part, start) = (self.factor.part(unit.supernodes.start), unit.columns.start);
        let shape = part.shape();
        let rows = shape.columns(panel);
        progress.assembled.wait_for(unit.counts.assemble);
        // SAFETY: all rows are assembled. They are written again in the backward solve only.
        let x = unsafe { self.x.read(unit.columns.clone()) };
        // SAFETY: no other step writes these rows, or reads them before this one is done.
        let own = unsafe { self.y.write(start + rows.start..start + rows.end) };
        for (own, &row) in own.iter_mut().zip(&part.pivoted()[rows]) {
            *own = x[row - start];
        }
        if unit.columns.len() == 1 {
            return;
        }
        for known in 0..panel {
            let tiles = part.consecutive(known, shape.triangle(panel));
            progress.eliminated.wait_for(known + 1);
            let columns = shape.columns(known);
            // SAFETY: these rows are done.
            let y = unsafe { self.y.read(start + columns.start..start + columns.end) };
            for (own, tile) in own.chunks_mut(TILE).zip(tiles) {
                subtract_all(own, &product::<LANES, ROWS>(tile, y));
            }
        }
        eliminate::<LANES, ROWS>(&part, panel, own);
    }

    #[inline(always)]
    fn multiply_below<const ROWS: usize>(&self, number: usize, rows: Range<usize>) {
        let unit = &self.schedule.units[number];
        let part = self.factor.part(unit.supernodes.start);
        let width = unit.columns.len();
        let place = unit.place.start + rows.start..unit.place.start + rows.end;
        // SAFETY: no other step writes these rows, or reads them before this one is done.
        let left = unsafe { self.left.write(place) };
        left.fill([0.0; LANES]);
        self.add_children(unit, width + rows.start..width + rows.end, left);
        self.progress[number]
            .eliminated
            .wait_for(unit.counts.panels);
        // SAFETY: all columns are done.
        let y = unsafe { self.y.read(unit.columns.clone()) };
        if width == 1 {
            for (left, value) in left.iter_mut().zip(&part.elements[rows]) {
                for lane in 0..LANES {
                    left[lane] = (-value).mul_add(y[0][lane], left[lane]);
                }
            }
            return;
        }
        let shape = part.shape();
        let first = shape.tiles_below().start;
        let tiles = first + rows.start / TILE..first + rows.end.div_ceil(TILE);
        for panel in 0..shape.panels() {
            let y = &y[shape.columns(panel)];
            let tiles = part.consecutive(panel, tiles.clone());
            for (left, tile) in left.chunks_mut(TILE).zip(tiles) {
                subtract_all(left, &product::<LANES, ROWS>(tile, y));
            }
        }
    }
}

/// Subtracts a column times its row `own` from the rows below.
#[inline(always)]
fn eliminate_one<const LANES: usize>(
    column: &[f64],
    own: [f64; LANES],
    below: &[u32],
    x: &mut [[f64; LANES]],
) {
    for (&row, value) in below.iter().zip(column) {
        let target = &mut x[row as usize];
        for lane in 0..LANES {
            target[lane] = (-value).mul_add(own[lane], target[lane]);
        }
    }
}

/// y ← L⁻¹ y for the triangle of a panel.
#[inline(always)]
fn eliminate<const LANES: usize, const ROWS: usize>(
    part: &Part<'_>,
    panel: usize,
    own: &mut [[f64; LANES]],
) {
    for (number, tile) in part.shape().triangle(panel).enumerate() {
        let (first, tile) = (number * TILE, part.tile(panel, tile));
        let (whole, inverse) = tile.split_at(first);
        let (known, own) = own[..tile.len()].split_at_mut(first);
        subtract_all(own, &product::<LANES, ROWS>(whole, known));
        let solved = product::<LANES, ROWS>(inverse, own);
        own.copy_from_slice(&solved[..own.len()]);
    }
}

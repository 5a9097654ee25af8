//! Solves with the supernodes of L B Lᵀ for several right-hand sides at once.
//!
//! A solve reads the factor from memory twice and computes little with each element, so it is bound
//! by memory. The elements are therefore stored in the order in which the forward solve reads them.
//! The backward solve takes the supernodes in reverse. Each supernode is cut into tiles of [`TILE`]
//! rows, and a tile is stored column by column. Its sums then stay in registers over all of its
//! columns, and memory is read in long consecutive pieces.
//!
//! The right-hand sides lie side by side, so that an element is loaded once for all of them. Every
//! lane has the same fused operations in the same order for each instruction set. A solution does
//! not depend on the vector width of the machine.

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::supernodes::{Structure, Supernode};

/// Rows of a tile.
const TILE: usize = 4;

/// The places of the tiles of each supernode, for every realization.
pub struct Layout {
    tiles: Vec<Range<usize>>,
    /// Elements of the buffer before the values of the factorization. The tiles are written from the
    /// start of the buffer and may take more memory than the values. The lead keeps them from
    /// overwriting values that are still to be read.
    lead: usize,
    elements: usize,
}

/// The inverse of B: its diagonal, and the elements below it, which are not zero in 2 × 2 pivots.
#[derive(Default)]
pub struct Pivots {
    diagonal: Vec<f64>,
    coupling: Vec<f64>,
}

/// A factorization ready to solve.
#[derive(Clone, Copy)]
pub struct Factor<'f> {
    /// The supernodes.
    pub structure: &'f Structure,
    /// The places of the tiles.
    pub layout: &'f Layout,
    /// The tiles.
    pub tiles: &'f [f64],
    /// B⁻¹.
    pub pivots: &'f Pivots,
    /// The row that became each row by pivoting inside its supernode.
    pub pivoted: &'f [usize],
}

impl Layout {
    /// The layout for a structure.
    pub fn new(structure: &Structure) -> Self {
        let mut layout = Self {
            tiles: Vec::with_capacity(structure.supernodes().len()),
            lead: 0,
            elements: structure.elements(),
        };
        let mut start = 0;
        for supernode in structure.supernodes() {
            let width = supernode.columns.len();
            let end = start + tile_elements(width, supernode.height() - width);
            layout.tiles.push(start..end);
            layout.lead = layout.lead.max(end.saturating_sub(supernode.values.end));
            start = end;
        }
        layout
    }

    /// Elements of a buffer for the factor, in either form.
    pub fn elements(&self) -> usize {
        self.lead + self.elements
    }

    /// The part of the buffer for the values of the factorization.
    pub fn values<'b>(&self, buffer: &'b mut [f64]) -> &'b mut [f64] {
        &mut buffer[self.lead..]
    }

    /// Copies the values of a factorization to tiles in the same buffer, and inverts B, whose
    /// elements below the diagonal are in `subdiagonal`.
    pub fn tile(&self, structure: &Structure, buffer: &mut [f64], subdiagonal: &[f64]) -> Pivots {
        let mut pivots = Pivots {
            diagonal: vec![0.0; subdiagonal.len()],
            coupling: vec![0.0; subdiagonal.len()],
        };
        // A supernode's columns from the diagonal down, while its tiles overwrite them.
        let mut lower = Vec::new();
        for (supernode, tiles) in structure.supernodes().iter().zip(&self.tiles) {
            let values = &buffer[self.lead..][supernode.values.clone()];
            let (width, height) = (supernode.columns.len(), supernode.height());
            lower.clear();
            for (column, values) in values.chunks_exact(height).enumerate() {
                lower.extend_from_slice(&values[column..]);
            }
            let start = |column: usize| column * height - column * column.saturating_sub(1) / 2;
            let (tiles, _) = buffer[tiles.clone()].as_chunks_mut::<TILE>();
            let mut tiles = tiles.iter_mut();
            for (first, last) in tile_rows(0..width).chain(tile_rows(width..height)) {
                for column in 0..width.min(last) {
                    let tile = tiles.next().expect("tiles were counted alike");
                    *tile = [0.0; TILE];
                    // L is zero above its diagonal. Its diagonal is one, and B is stored there.
                    let row = first.max(column + 1);
                    if row < last {
                        let source = &lower[start(column)..][row - column..last - column];
                        tile[row - first..last - first].copy_from_slice(source);
                    }
                }
            }
            let diagonal = |column: usize| lower[start(column)];
            pivots.invert(supernode.columns.clone(), diagonal, subdiagonal);
        }
        pivots
    }
}

/// The row ranges of the tiles that cover `rows`.
fn tile_rows(rows: Range<usize>) -> impl Iterator<Item = (usize, usize)> {
    let end = rows.end;
    rows.step_by(TILE)
        .map(move |first| (first, (first + TILE).min(end)))
}

/// Elements of the tiles of a supernode. Those of the diagonal block end at the diagonal.
fn tile_elements(width: usize, below: usize) -> usize {
    let triangle: usize = tile_rows(0..width).map(|(_, last)| last).sum();
    TILE * (triangle + width * below.div_ceil(TILE))
}

impl Pivots {
    fn invert(
        &mut self,
        columns: Range<usize>,
        diagonal: impl Fn(usize) -> f64,
        subdiagonal: &[f64],
    ) {
        let mut k = 0;
        while k < columns.len() {
            let row = columns.start + k;
            let coupling = subdiagonal[row];
            self.coupling[row] = 0.0;
            if coupling == 0.0 {
                self.diagonal[row] = 1.0 / diagonal(k);
                k += 1;
            } else {
                // Divided by the element off the diagonal, which is the largest of a 2 × 2 pivot.
                let (first, second) = (diagonal(k) / coupling, diagonal(k + 1) / coupling);
                let scale = 1.0 / ((first * second - 1.0) * coupling);
                self.diagonal[row] = second * scale;
                self.diagonal[row + 1] = first * scale;
                self.coupling[row] = -scale;
                self.coupling[row + 1] = 0.0;
                k += 2;
            }
        }
    }
}

impl Factor<'_> {
    /// Overwrites `x` with (L B Lᵀ)⁻¹ `x`, its rows in the order of elimination. `own` is workspace
    /// for the rows of the widest supernode.
    pub fn solve<const LANES: usize>(self, x: &mut [[f64; LANES]], own: &mut Vec<[f64; LANES]>) {
        Arch::new().dispatch(Solve {
            factor: self,
            x,
            own,
        });
    }

    #[inline(always)]
    fn solve_here<const LANES: usize>(self, x: &mut [[f64; LANES]], own: &mut Vec<[f64; LANES]>) {
        let supernodes = || self.structure.supernodes().iter().zip(&self.layout.tiles);
        for (supernode, tiles) in supernodes() {
            self.gather(supernode, x, own);
            let (tiles, _) = self.tiles[tiles.clone()].as_chunks::<TILE>();
            let tiles = eliminate(tiles, own);
            let rows = self.structure.below(supernode);
            for (tile, rows) in tiles.chunks_exact(own.len()).zip(rows.chunks(TILE)) {
                let sums = product(tile, own);
                for (&row, sum) in rows.iter().zip(sums) {
                    subtract(&mut x[row as usize], &sum);
                }
            }
            self.scatter(supernode, x, own);
        }
        for (supernode, tiles) in supernodes().rev() {
            self.gather(supernode, x, own);
            self.divide(supernode.columns.clone(), own);
            let (tiles, _) = self.tiles[tiles.clone()].as_chunks::<TILE>();
            let rows = self.structure.below(supernode);
            let (diagonal, below) =
                tiles.split_at(tiles.len() - own.len() * rows.len().div_ceil(TILE));
            for (tile, rows) in below.chunks_exact(own.len()).zip(rows.chunks(TILE)) {
                let mut negative = [[0.0; LANES]; TILE];
                for (negative, &row) in negative.iter_mut().zip(rows) {
                    subtract(negative, &x[row as usize]);
                }
                transposed(tile, &negative, own);
            }
            substitute(diagonal, own);
            self.scatter(supernode, x, own);
        }
    }

    /// The rows of a supernode, in the order of its pivots.
    #[inline(always)]
    fn gather<const LANES: usize>(
        self,
        supernode: &Supernode,
        x: &[[f64; LANES]],
        own: &mut Vec<[f64; LANES]>,
    ) {
        own.clear();
        let rows = &self.pivoted[supernode.columns.clone()];
        own.extend(rows.iter().map(|&row| x[row]));
    }

    #[inline(always)]
    fn scatter<const LANES: usize>(
        self,
        supernode: &Supernode,
        x: &mut [[f64; LANES]],
        own: &[[f64; LANES]],
    ) {
        let rows = &self.pivoted[supernode.columns.clone()];
        for (&row, value) in rows.iter().zip(own) {
            x[row] = *value;
        }
    }

    /// y ← B⁻¹ y.
    #[inline(always)]
    fn divide<const LANES: usize>(self, columns: Range<usize>, own: &mut [[f64; LANES]]) {
        let diagonal = &self.pivots.diagonal[columns.clone()];
        let coupling = &self.pivots.coupling[columns];
        let mut k = 0;
        while k < own.len() {
            if coupling[k] == 0.0 {
                for value in &mut own[k] {
                    *value *= diagonal[k];
                }
                k += 1;
            } else {
                let (upper, lower) = (own[k], own[k + 1]);
                for lane in 0..LANES {
                    own[k][lane] = diagonal[k].mul_add(upper[lane], coupling[k] * lower[lane]);
                    own[k + 1][lane] =
                        diagonal[k + 1].mul_add(lower[lane], coupling[k] * upper[lane]);
                }
                k += 2;
            }
        }
    }
}

/// A solve, compiled for each instruction set.
struct Solve<'f, 'x, const LANES: usize> {
    factor: Factor<'f>,
    x: &'x mut [[f64; LANES]],
    own: &'x mut Vec<[f64; LANES]>,
}

impl<const LANES: usize> WithSimd for Solve<'_, '_, LANES> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.factor.solve_here(self.x, self.own);
    }
}

#[inline(always)]
fn subtract<const LANES: usize>(target: &mut [f64; LANES], sum: &[f64; LANES]) {
    for lane in 0..LANES {
        target[lane] -= sum[lane];
    }
}

/// The rows of a tile times `x`.
#[inline(always)]
fn product<const LANES: usize>(tile: &[[f64; TILE]], x: &[[f64; LANES]]) -> [[f64; LANES]; TILE] {
    let mut sums = [[0.0; LANES]; TILE];
    for (column, x) in tile.iter().zip(x) {
        for row in 0..TILE {
            for lane in 0..LANES {
                sums[row][lane] = column[row].mul_add(x[lane], sums[row][lane]);
            }
        }
    }
    sums
}

/// Adds to `y` the columns of a tile times `x`.
#[inline(always)]
fn transposed<const LANES: usize>(
    tile: &[[f64; TILE]],
    x: &[[f64; LANES]; TILE],
    y: &mut [[f64; LANES]],
) {
    for (column, y) in tile.iter().zip(y) {
        let mut sum = *y;
        for row in 0..TILE {
            for lane in 0..LANES {
                sum[lane] = column[row].mul_add(x[row][lane], sum[lane]);
            }
        }
        *y = sum;
    }
}

/// y ← L⁻¹ y for the diagonal block. Returns the tiles below it.
#[inline(always)]
fn eliminate<'t, const LANES: usize>(
    mut tiles: &'t [[f64; TILE]],
    own: &mut [[f64; LANES]],
) -> &'t [[f64; TILE]] {
    let mut first = 0;
    while first < own.len() {
        let last = (first + TILE).min(own.len());
        let (tile, others) = tiles.split_at(last);
        tiles = others;
        let sums = product(&tile[..first], &own[..first]);
        for (row, sum) in (first..last).zip(sums) {
            let mut value = own[row];
            subtract(&mut value, &sum);
            for column in first..row {
                let factor = tile[column][row - first];
                for lane in 0..LANES {
                    value[lane] = (-factor).mul_add(own[column][lane], value[lane]);
                }
            }
            own[row] = value;
        }
        first = last;
    }
    tiles
}

/// y ← L⁻ᵀ y for the diagonal block whose tiles these are.
#[inline(always)]
fn substitute<const LANES: usize>(mut tiles: &[[f64; TILE]], own: &mut [[f64; LANES]]) {
    let mut last = own.len();
    while last > 0 {
        let first = (last - 1) / TILE * TILE;
        let (others, tile) = tiles.split_at(tiles.len() - last);
        tiles = others;
        let mut negative = [[0.0; LANES]; TILE];
        for row in (first..last).rev() {
            subtract(&mut negative[row - first], &own[row]);
            for column in first..row {
                let factor = tile[column][row - first];
                for lane in 0..LANES {
                    let value = negative[row - first][lane];
                    own[column][lane] = factor.mul_add(value, own[column][lane]);
                }
            }
        }
        transposed(&tile[..first], &negative, own);
        last = first;
    }
}

//! How a solve is cut into steps.
//!
//! Small subtrees of the elimination tree are one step each. The supernodes above them are cut into
//! panels of rows. The cut depends on the chain alone.

use std::ops::Range;

use super::super::storage::TILE;
use super::super::symbolic::Symbolic;
use super::tiles::PANEL;
use crate::threads::in_pieces;

/// Elements of L in subtrees that are one step, at least: 4 MB.
const SMALL: usize = 1 << 19;

/// Subtrees are one step, too, when they have so small a part of all elements. With more steps the rows that
/// one leaves to others are too many for the caches.
const STEPS: usize = 64;

/// Elements of the subtrees that are one step, of so many in all.
pub fn small(elements: usize) -> usize {
    SMALL.max(elements / STEPS)
}

/// Elements of the rows below that are one step.
const STEP: usize = 1 << 15;

/// Rows of other kinds of steps.
const ROWS: usize = 256;

/// Some small subtrees under the same supernode, or one larger supernode.
pub struct Unit {
    /// Its supernodes.
    pub supernodes: Range<usize>,
    /// Their columns.
    pub columns: Range<usize>,
    /// Whether it is one larger supernode.
    pub is_large: bool,
    /// Its part of the lists of rows below, which ends with missing rows of the last tile.
    pub place: Range<usize>,
    /// Rows below.
    pub below: usize,
    /// The unit that needs it first.
    pub parent: Option<usize>,
    /// The units that need it first, in the order of elimination.
    pub children: Vec<usize>,
    /// How many steps it has of each kind.
    pub counts: Counts,
    depth: usize,
}

impl Unit {
    /// Whether these are all rows.
    pub fn is_all(&self) -> bool {
        self.columns.start == 0 && self.parent.is_none() && !self.is_large
    }
}

/// How many steps a unit has of each kind.
#[derive(Default)]
pub struct Counts {
    /// [`Forward::Assemble`].
    pub assemble: usize,
    /// [`Forward::Eliminate`] and [`Backward::Substitute`].
    pub panels: usize,
    /// All steps forward.
    pub forward: usize,
    /// [`Backward::Gather`].
    pub gather: usize,
}

/// A step of the forward solve. All ranges are rows of a unit.
pub enum Forward {
    /// Solves for a unit of small subtrees.
    Subtrees(usize),
    /// Adds what the children leave to rows of its columns.
    Assemble(usize, Range<usize>),
    /// Solves for a panel of its columns.
    Eliminate(usize, usize),
    /// Finds what is left to rows below.
    Below(usize, Range<usize>),
}

/// A step of the backward solve.
pub enum Backward {
    /// Copies solutions of rows below.
    Gather(usize, Range<usize>),
    /// Solves for a panel of its columns.
    Substitute(usize, usize),
    /// Solves for a unit of small subtrees.
    Subtrees(usize),
}

/// The steps of a solve.
#[derive(Default)]
pub struct Schedule {
    small: usize,
    /// The units.
    pub units: Vec<Unit>,
    /// The rows below of the units.
    pub rows: Vec<u32>,
    /// The place of each row below in the unit's parent.
    pub into: Vec<u32>,
    /// The steps forward, in order.
    pub forward: Vec<Forward>,
    /// The steps backward, in order.
    pub backward: Vec<Backward>,
}

impl Schedule {
    /// The steps for a structure. Subtrees with at most `small` elements are one step.
    pub fn new(symbolic: &Symbolic, small: usize) -> Self {
        let mut schedule = Self {
            small,
            ..Self::default()
        };
        schedule.cut(symbolic, 0..symbolic.structure.supernodes().len(), None, 0);
        let mut order: Vec<usize> = (0..schedule.units.len()).collect();
        // Supernodes at the same depth do not wait for each other.
        order.sort_by_key(|&unit| {
            let unit = &schedule.units[unit];
            (unit.is_large, usize::MAX - unit.depth)
        });
        for &number in &order {
            schedule.add_forward(number);
        }
        for &number in order.iter().rev() {
            schedule.add_backward(number);
        }
        schedule
    }

    /// Cuts whole subtrees into units.
    fn cut(
        &mut self,
        symbolic: &Symbolic,
        supernodes: Range<usize>,
        parent: Option<usize>,
        depth: usize,
    ) {
        if supernodes.is_empty() {
            return;
        }
        let root = supernodes.end - 1;
        let elements: usize = (symbolic.structure.supernodes()[supernodes.clone()].iter())
            .map(|supernode| supernode.tiles.len())
            .sum();
        if elements <= self.small {
            self.add_unit(symbolic, supernodes, false, parent, depth);
        } else if symbolic.tree.subtree(root).start == supernodes.start {
            let unit = self.add_unit(symbolic, root..root + 1, true, parent, depth);
            self.cut(symbolic, supernodes.start..root, Some(unit), depth + 1);
        } else {
            let middle = symbolic.tree.middle(supernodes.clone());
            self.cut(symbolic, supernodes.start..middle, parent, depth);
            self.cut(symbolic, middle..supernodes.end, parent, depth);
        }
    }

    fn add_unit(
        &mut self,
        symbolic: &Symbolic,
        supernodes: Range<usize>,
        is_large: bool,
        parent: Option<usize>,
        depth: usize,
    ) -> usize {
        let all = &symbolic.structure.supernodes()[supernodes.clone()];
        let columns = all[0].columns.start..all[all.len() - 1].columns.end;
        let mut rows: Vec<u32> = (all
            .iter()
            .flat_map(|it| symbolic.structure.below(it))
            .copied())
        .filter(|&row| row as usize >= columns.end)
        .collect();
        rows.sort_unstable();
        rows.dedup();
        let number = self.units.len();
        let place = self.rows.len()..self.rows.len() + rows.len().next_multiple_of(TILE);
        if let Some(parent) = parent {
            let parent = &mut self.units[parent];
            parent.children.push(number);
            let supernode = &symbolic.structure.supernodes()[parent.supernodes.start];
            let (width, below) = (supernode.columns.len(), symbolic.structure.below(supernode));
            self.into.extend(rows.iter().map(|row| {
                let place = match (*row as usize).checked_sub(supernode.columns.start) {
                    Some(place) if place < width => place,
                    _ => width + below.binary_search(row).expect("a row of the parent"),
                };
                place as u32
            }));
        }
        self.units.push(Unit {
            supernodes,
            columns,
            is_large,
            place: place.clone(),
            below: rows.len(),
            parent,
            children: Vec::new(),
            counts: Counts::default(),
            depth,
        });
        self.rows.append(&mut rows);
        self.rows.resize(place.end, u32::MAX);
        self.into.resize(place.end, u32::MAX);
        number
    }

    fn add_forward(&mut self, number: usize) {
        let unit = &mut self.units[number];
        let before = self.forward.len();
        if unit.is_large {
            let (width, below) = (unit.columns.len(), unit.below);
            if !unit.children.is_empty() {
                let rows = in_pieces(width, ROWS);
                (self.forward).extend(rows.map(|rows| Forward::Assemble(number, rows)));
            }
            unit.counts.assemble = self.forward.len() - before;
            unit.counts.panels = width.div_ceil(PANEL);
            let panels = 0..unit.counts.panels;
            (self.forward).extend(panels.map(|panel| Forward::Eliminate(number, panel)));
            let rows = in_pieces(below, (STEP / width).next_multiple_of(TILE));
            (self.forward).extend(rows.map(|rows| Forward::Below(number, rows)));
        } else {
            self.forward.push(Forward::Subtrees(number));
        }
        unit.counts.forward = self.forward.len() - before;
    }

    fn add_backward(&mut self, number: usize) {
        let unit = &mut self.units[number];
        if unit.is_large {
            let rows = in_pieces(unit.below, ROWS);
            unit.counts.gather = rows.clone().count();
            (self.backward).extend(rows.map(|rows| Backward::Gather(number, rows)));
            let panels = (0..unit.counts.panels).rev();
            (self.backward).extend(panels.map(|panel| Backward::Substitute(number, panel)));
        } else {
            self.backward.push(Backward::Subtrees(number));
        }
    }

    /// The rows of a child that go to rows of its parent, counted from its first.
    pub fn shared(&self, child: &Unit, rows: &Range<usize>) -> Range<usize> {
        let into = &self.into[child.place.start..][..child.below];
        let before = |end: usize| into.partition_point(|&place| (place as usize) < end);
        before(rows.start)..before(rows.end)
    }
}

//! The order of minimum degree, for a few states.

use std::collections::HashMap;

use crate::chain::Chain;

/// Appends the states of `part` to `order`. Always next is the state that has the fewest states
/// left to couple to, those of `surface` included.
pub fn minimum_degree(chain: &Chain, part: &[usize], surface: &[usize], order: &mut Vec<usize>) {
    let numbers: HashMap<usize, usize> = (part.iter().chain(surface))
        .enumerate()
        .map(|(number, &state)| (state, number))
        .collect();
    // Bit n of a row is set when the state couples to the state with number n.
    let words = numbers.len().div_ceil(64);
    let mut rows = vec![vec![0_u64; words]; part.len()];
    for (row, &state) in rows.iter_mut().zip(part) {
        for &other in chain.exchanges_of(state) {
            set(row, numbers[&(other as usize)]);
        }
    }
    let mut left: Vec<usize> = (0..part.len()).collect();
    while let Some(place) = (0..left.len()).min_by_key(|&place| degree(&rows[left[place]])) {
        let next = left.remove(place);
        order.push(part[next]);
        let row = std::mem::take(&mut rows[next]);
        for &other in &left {
            if is_set(&row, other) {
                let merged = &mut rows[other];
                for (bits, more) in merged.iter_mut().zip(&row) {
                    *bits |= more;
                }
                clear(merged, next);
                clear(merged, other);
            }
        }
    }
}

fn degree(row: &[u64]) -> u32 {
    row.iter().map(|bits| bits.count_ones()).sum()
}

fn is_set(row: &[u64], number: usize) -> bool {
    row[number / 64] >> (number % 64) & 1 == 1
}

fn set(row: &mut [u64], number: usize) {
    row[number / 64] |= 1 << (number % 64);
}

fn clear(row: &mut [u64], number: usize) {
    row[number / 64] &= !(1 << (number % 64));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deck::Boundary;

    /// The graph of an open chain of four sites is 0011 – 0101 – (1001, 0110) – 1010 – 1100. The
    /// ends of such a tree-like graph go first.
    #[test]
    fn begins_with_the_ends() {
        let chain = Chain::new(4, 1.0, Boundary::Open);
        let all: Vec<usize> = (0..6).collect();
        let mut order = Vec::new();
        minimum_degree(&chain, &all, &[], &mut order);
        let configuration = |place: usize| chain.sector().configurations()[order[place]];
        let mut ends = [configuration(0), configuration(1)];
        ends.sort_unstable();
        assert_eq!(ends, [0b0011, 0b1100]);
    }

    /// Surface states count in the degree but are not ordered.
    #[test]
    fn counts_the_surface() {
        let chain = Chain::new(4, 1.0, Boundary::Open);
        let of = |configuration| {
            let mut configurations = chain.sector().configurations().iter();
            configurations
                .position(|&other| other == configuration)
                .unwrap()
        };
        let (end, middle) = (of(0b0011), of(0b0101));
        let surface = [of(0b1001), of(0b0110)];
        let mut order = Vec::new();
        minimum_degree(&chain, &[middle, end], &surface, &mut order);
        assert_eq!(order, [end, middle]);
    }
}

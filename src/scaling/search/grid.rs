//! Valleys on a grid: start values for [`descend`](super::descent::descend).

use super::minimum::Minimum;
use super::range::Range;

/// The nodes without a lower neighbour, the lowest first, of a grid over the first two ranges.
///
/// Other parameters keep their values in `parameters`. A range that is held has one node.
pub fn valleys(
    ranges: &[Range],
    counts: [usize; 2],
    parameters: &[f64],
    mut cost: impl FnMut(&[f64]) -> f64,
) -> Vec<Vec<f64>> {
    let counts = [0, 1].map(|axis| {
        if ranges[axis].is_held() {
            1
        } else {
            counts[axis]
        }
    });
    let mut parameters = parameters.to_vec();
    let mut nodes = Vec::with_capacity(counts[0] * counts[1]);
    for row in 0..counts[0] {
        for column in 0..counts[1] {
            // Nodes are centres of cells: a descent from a bound could be stopped at once.
            parameters[0] = ranges[0].value((row as f64 + 0.5) / counts[0] as f64);
            parameters[1] = ranges[1].value((column as f64 + 0.5) / counts[1] as f64);
            nodes.push(Minimum {
                cost: cost(&parameters),
                parameters: parameters.clone(),
            });
        }
    }
    let mut valleys: Vec<Minimum> = (0..nodes.len())
        .filter(|&index| is_valley(&nodes, counts, index))
        .map(|index| nodes[index].clone())
        .collect();
    valleys.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    valleys.into_iter().map(|node| node.parameters).collect()
}

/// Whether no neighbour of a node is lower, diagonal ones included.
fn is_valley(nodes: &[Minimum], counts: [usize; 2], index: usize) -> bool {
    let near =
        |position: usize, count: usize| position.saturating_sub(1)..(position + 2).min(count);
    let (row, column) = (index / counts[1], index % counts[1]);
    nodes[index].cost.is_finite()
        && near(row, counts[0])
            .flat_map(|row| near(column, counts[1]).map(move |column| (row, column)))
            .all(|(row, column)| nodes[index].cost <= nodes[row * counts[1] + column].cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valleys_come_by_depth() {
        let ranges = [
            Range::linear("h_c", [0.0, 10.0]),
            Range::logarithmic("nu", [0.1, 10.0]),
        ];
        let two = |at: &[f64]| {
            let bowl = |h: f64, nu: f64| (at[0] - h).powi(2) + (at[1] / nu).ln().powi(2);
            bowl(2.25, 0.5).min(bowl(7.75, 3.0) - 1.0) + at[2]
        };
        let found = valleys(&ranges, [20, 20], &[0.0, 0.0, 4.0], two);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0][0], found[1][0]), (7.75, 2.25));
        assert_eq!(found[0][2], 4.0);
        let held = [ranges[0].clone().held(3.0), ranges[1].clone()];
        let found = valleys(&held, [20, 20], &[0.0, 0.0, 4.0], two);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0][0], 3.0);
    }
}

//! Valleys on a grid: starting points for [`descend`](super::descent::descend).

use super::range::Range;

/// The nodes without a lower neighbour, the lowest first, of a grid over the first two ranges; the
/// other parameters are those of `place`. A range that is held has one node.
pub fn valleys(
    ranges: &[Range],
    counts: [usize; 2],
    place: &[f64],
    mut cost: impl FnMut(&[f64]) -> f64,
) -> Vec<Vec<f64>> {
    let counts = [0, 1].map(|axis| {
        if ranges[axis].is_held() {
            1
        } else {
            counts[axis]
        }
    });
    let mut place = place.to_vec();
    let mut nodes = Vec::with_capacity(counts[0] * counts[1]);
    for row in 0..counts[0] {
        for column in 0..counts[1] {
            // Nodes lie inside: at a bound there is no valley to be found.
            place[0] = ranges[0].value((row as f64 + 0.5) / counts[0] as f64);
            place[1] = ranges[1].value((column as f64 + 0.5) / counts[1] as f64);
            nodes.push((cost(&place), place.clone()));
        }
    }
    let near = |place: usize, count: usize| place.saturating_sub(1)..(place + 2).min(count);
    let mut valleys: Vec<&(f64, Vec<f64>)> = (0..nodes.len())
        .filter(|index| {
            let (row, column) = (index / counts[1], index % counts[1]);
            let lowest = near(row, counts[0])
                .flat_map(|row| near(column, counts[1]).map(move |column| (row, column)))
                .all(|(row, column)| nodes[*index].0 <= nodes[row * counts[1] + column].0);
            nodes[*index].0.is_finite() && lowest
        })
        .map(|index| &nodes[index])
        .collect();
    valleys.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    valleys
        .into_iter()
        .map(|(_, place)| place.clone())
        .collect()
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

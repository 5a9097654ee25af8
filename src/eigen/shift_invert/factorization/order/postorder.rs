//! The postorder of the elimination tree.

use crate::chain::Chain;

/// The parent of a column in the elimination tree is its first row below the diagonal in L. This
/// gives the same elimination in an order in which every subtree is consecutive. Columns of
/// different subtrees do not touch each other, so that neither L nor the work changes.
pub fn postorder(chain: &Chain, order: Vec<usize>) -> Vec<usize> {
    let parents = parents(chain, &order);
    let count = order.len();
    let mut sizes = vec![1; count];
    for column in 0..count {
        if let Some(parent) = parents[column] {
            sizes[parent] += sizes[column];
        }
    }
    // The end of what is still free among the places of each subtree, and of the forest.
    let (mut ends, mut forest) = (vec![0; count], count);
    let mut result = vec![0; count];
    for column in (0..count).rev() {
        let end = match parents[column] {
            Some(parent) => &mut ends[parent],
            None => &mut forest,
        };
        let last = *end - 1;
        *end -= sizes[column];
        ends[column] = last;
        result[last] = order[column];
    }
    result
}

/// The place of each state in an order.
pub fn places(order: &[usize]) -> Vec<usize> {
    let mut places = vec![0; order.len()];
    for (place, &state) in order.iter().enumerate() {
        places[state] = place;
    }
    places
}

/// The parent of each column, by the algorithm of J. W. H. Liu, ACM Trans. Math. Softw. 12, 127.
fn parents(chain: &Chain, order: &[usize]) -> Vec<Option<usize>> {
    let places = places(order);
    let mut parents = vec![None; order.len()];
    // An ancestor of each column, so that walks up the tree are short.
    let mut ancestors: Vec<Option<usize>> = vec![None; order.len()];
    for (column, &state) in order.iter().enumerate() {
        for &other in chain.exchanges_of(state) {
            let mut below = places[other as usize];
            while below < column {
                match ancestors[below].replace(column) {
                    Some(next) => below = next,
                    None => {
                        parents[below] = Some(column);
                        break;
                    }
                }
            }
        }
    }
    parents
}

#[cfg(test)]
mod tests {
    use super::super::dissection::Dissection;
    use super::*;
    use crate::deck::Boundary;

    #[test]
    fn subtrees_are_consecutive_and_the_same() {
        let chain = Chain::new(10, 1.0, Boundary::Periodic);
        let before = Dissection::order(&chain);
        let after = postorder(&chain, before.clone());
        let state = |order: &[usize], parent: Option<usize>| parent.map(|parent| order[parent]);
        let (old, new) = (parents(&chain, &before), parents(&chain, &after));
        let places_after = places(&after);
        let mut first: Vec<usize> = (0..after.len()).collect();
        for (column, &state_of) in before.iter().enumerate() {
            let place = places_after[state_of];
            assert_eq!(state(&before, old[column]), state(&after, new[place]));
        }
        for (column, &parent) in new.iter().enumerate() {
            if let Some(parent) = parent {
                first[parent] = first[parent].min(first[column]);
            }
        }
        for (column, &first) in first.iter().enumerate() {
            // A column within a subtree has its parent there too.
            let parents = &new[first..column];
            assert!(
                parents
                    .iter()
                    .all(|parent| parent.is_some_and(|parent| parent <= column))
            );
        }
    }
}

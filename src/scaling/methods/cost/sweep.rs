//! The cost function C, and the ν or b for which it is lowest.
//!
//! C depends on the order of the points only. For given h*, ln |x| of every point is a line in the
//! parameter p = ν or b, and the order changes where two lines cross. One pass over the crossings
//! gives C for every p. A search then needs no axis for p, and cannot miss a narrow minimum along it.

/// Intervals of p that are narrower than this fraction are rounding.
const NARROWEST: f64 = 1e-9;
/// C falls by more than this where it falls at all.
const LEAST_FALL: f64 = 1e-12;

/// A point of any length in the collapse.
#[derive(Clone, Copy)]
struct Point {
    /// Twice the number of the indicator, plus 1 where x is not negative.
    group: usize,
    /// The order within a group is `intercept` + p `slope`: ±ln |x|, which ascends with x.
    intercept: f64,
    slope: f64,
    /// The order at the last p.
    order: f64,
    value: f64,
}

/// Where the lines of two points cross. The first point comes before the second until then.
#[derive(Clone, Copy)]
struct Crossing {
    parameter: f64,
    pair: [usize; 2],
}

/// The points of all indicators, with buffers.
#[derive(Default)]
pub struct Sweep {
    points: Vec<Point>,
    indicators: usize,
    crossings: Vec<Crossing>,
    /// The points in their order, and the place of each point in it.
    order: Vec<usize>,
    places: Vec<usize>,
}

impl Sweep {
    /// Removes all points.
    pub fn clear(&mut self) {
        self.points.clear();
        self.indicators = 0;
    }

    /// Begins a further indicator. Every indicator has a C of its own, and they are added.
    pub fn begin_indicator(&mut self) {
        self.indicators += 1;
    }

    /// Adds a point at h − h* = `distance` to the last indicator. Its |x| is L e^{p `slope`}, and its
    /// value is in units of max A − min A.
    pub fn add(&mut self, log_sites: f64, slope: f64, distance: f64, value: f64) {
        let is_left = distance < 0.0;
        let sign = if is_left { -1.0 } else { 1.0 };
        self.points.push(Point {
            group: 2 * self.indicators + usize::from(!is_left),
            intercept: sign * log_sites,
            slope: sign * slope,
            order: 0.0,
            value,
        });
    }

    /// C at p: the sum of |A_{j+1} − A_j| in the order of x, over max A − min A, minus 1, of all
    /// indicators together.
    pub fn cost(&mut self, parameter: f64) -> f64 {
        for point in &mut self.points {
            point.order = point.intercept + parameter * point.slope;
        }
        // Points of equal x keep the order of their lengths, so that no sum depends on the sort.
        self.points.sort_by(|a, b| {
            let groups = a.group.cmp(&b.group);
            groups.then(a.order.total_cmp(&b.order))
        });
        let steps = self.points.windows(2).map(|pair| step(&pair[0], &pair[1]));
        steps.sum::<f64>() - self.indicators as f64
    }

    /// The lowest C from one p to another, and its p in the middle of an interval of equal order.
    pub fn lowest(&mut self, [from, to]: [f64; 2]) -> [f64; 2] {
        let mut cost = self.cost(from);
        let (mut lowest, mut best) = (cost, None);
        self.find_crossings(to);
        let crossings = std::mem::take(&mut self.crossings);
        // Crossings at one p may come in any order. Those of points that are not yet neighbours wait.
        let mut waiting: Vec<[usize; 2]> = Vec::new();
        let mut here = from;
        let ends = crossings.iter().map(|crossing| crossing.parameter);
        for (number, next) in ends.chain([to]).enumerate() {
            let is_open = waiting.is_empty() && next > here * (1.0 + NARROWEST);
            if is_open && (best.is_none() || cost < lowest - LEAST_FALL) {
                (lowest, best) = (cost, Some((here * next).sqrt()));
            }
            here = next;
            if let Some(crossing) = crossings.get(number) {
                waiting.push(crossing.pair);
                cost += self.exchange(&mut waiting);
            }
        }
        self.crossings = crossings;
        [lowest, best.unwrap_or(from)]
    }

    /// Finds all crossings up to p = `to` of points that are in order, the first of them first.
    fn find_crossings(&mut self, to: f64) {
        let points = &self.points;
        self.crossings.clear();
        for (first, a) in points.iter().enumerate() {
            let later = points.iter().enumerate().skip(first + 1);
            for (second, b) in later.take_while(|(_, b)| b.group == a.group) {
                if a.slope > b.slope {
                    let parameter = (b.intercept - a.intercept) / (a.slope - b.slope);
                    if parameter < to {
                        let pair = [first, second];
                        self.crossings.push(Crossing { parameter, pair });
                    }
                }
            }
        }
        self.crossings
            .sort_unstable_by(|a, b| a.parameter.total_cmp(&b.parameter));
        self.order.clear();
        self.order.extend(0..points.len());
        self.places.clear();
        self.places.extend(0..points.len());
    }

    /// Exchanges the waiting pairs that are neighbours, and returns the change of C.
    fn exchange(&mut self, waiting: &mut Vec<[usize; 2]>) -> f64 {
        let mut change = 0.0;
        while let Some(ready) = waiting
            .iter()
            .position(|&[first, second]| self.places[second] == self.places[first] + 1)
        {
            let [first, second] = waiting.swap_remove(ready);
            let place = self.places[first];
            let point = |index: usize| &self.points[index];
            let (a, b) = (point(first), point(second));
            if let Some(before) = place.checked_sub(1) {
                let before = point(self.order[before]);
                change += step(before, b) - step(before, a);
            }
            if let Some(&after) = self.order.get(place + 2) {
                let after = point(after);
                change += step(a, after) - step(b, after);
            }
            self.order.swap(place, place + 1);
            self.places.swap(first, second);
        }
        change
    }
}

/// |A_{j+1} − A_j| of neighbours; 0 between indicators.
fn step(a: &Point, b: &Point) -> f64 {
    if a.group / 2 == b.group / 2 {
        (b.value - a.value).abs()
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{stream, unit};

    /// Points at x = ±e^order with p = 0.
    fn of(points: &[(f64, f64)]) -> Sweep {
        let mut sweep = Sweep::default();
        sweep.begin_indicator();
        for (x, value) in points {
            sweep.add(x.abs().ln(), 0.0, *x, *value);
        }
        sweep
    }

    #[test]
    fn the_cost_function_by_hand() {
        for shift in [0.0, -2.5, -9.0] {
            // 0, 3/8, 1 in the order of x.
            let rising = [(3.0, 1.0), (1.0, 0.0), (2.0, 0.375)];
            let rising = rising.map(|(x, value)| (x + shift, value));
            assert_eq!(of(&rising).cost(1.0), 0.0);
        }
        // 0, 1, 3/8: up 1, down 5/8.
        let mut bent = of(&[(3.0, 0.375), (1.0, 0.0), (2.0, 1.0)]);
        assert_eq!(bent.cost(1.0), 0.625);
        // A second indicator that rises adds nothing.
        bent.begin_indicator();
        for (x, value) in [(-1.0_f64, 0.0), (1.0, 1.0)] {
            bent.add(x.abs().ln(), 0.0, x, value);
        }
        assert_eq!(bent.cost(1.0), 0.625);
    }

    /// The lowest C is that of the best of many p, for random points with many equal ones.
    #[test]
    fn no_other_parameter_costs_less() {
        for seed in 0..20 {
            let mut random = stream(seed, [3, 0, 0, 0]);
            let mut sweep = Sweep::default();
            for _ in 0..2 {
                sweep.begin_indicator();
                for sites in [8.0_f64, 10.0, 12.0, 16.0] {
                    for number in 0..7 {
                        let distance = f64::from(number) - 3.0 + 0.2 * (sites - 8.0);
                        let slope = distance.abs().ln();
                        sweep.add(sites.ln(), slope, distance, unit(&mut random));
                    }
                }
            }
            let range = [0.2_f64, 5.0];
            let [lowest, best] = sweep.lowest(range);
            assert!((sweep.cost(best) - lowest).abs() < 1e-9, "{seed}: {best}");
            for number in 0..4000 {
                let parameter = range[0] * 25.0_f64.powf(f64::from(number) / 4000.0);
                assert!(
                    sweep.cost(parameter) >= lowest - 1e-9,
                    "{seed}: {parameter}"
                );
            }
        }
    }

    #[test]
    fn a_parameter_that_is_held_stays() {
        let mut bent = of(&[(3.0, 0.375), (1.0, 0.0), (2.0, 1.0)]);
        assert_eq!(bent.lowest([0.7, 0.7]), [0.625, 0.7]);
    }
}

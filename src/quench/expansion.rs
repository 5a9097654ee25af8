//! How the times of a quench are reached: expansions of exp(−iHt) in Chebyshev polynomials, each from
//! the state at one time to those at some later times.

use super::bessel::bessel;

/// The largest τ = t (E_max − E_min)/2 of an expansion. Its order exceeds τ by a few per cent only. A
/// state that is kept between two expansions loses no more than so many products.
const LONGEST: f64 = 4000.0;

/// The most states that one expansion leads to, each in memory of its own.
pub const MOST_ENDS: usize = 8;

/// A state of an expansion, for each term, costs so much of a product.
const SUM: f64 = 0.15;

/// The terms that are left out add up to less than this: an eighth of the rounding of a number near 1.
const TRUNCATION: f64 = f64::EPSILON / 8.0;

/// A time that an expansion leads to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct End {
    /// The time since its start.
    pub duration: f64,
    /// The number of this time among those of the deck; none on the way to one.
    pub output: Option<usize>,
}

/// The ends of each expansion on the way to `times`, which ascend from 0 or later. `rate` is τ of a unit
/// of time. The way is the one of the least predicted cost.
pub fn expansions(times: &[f64], rate: f64) -> Vec<Vec<End>> {
    let start = |first: usize| if first == 0 { 0.0 } else { times[first - 1] };
    let cost = |first: usize, last: usize| {
        let products = |time: &f64| order(rate * (time - start(first)));
        let sums: f64 = times[first..=last].iter().map(products).sum();
        products(&times[last]) + SUM * sums
    };
    // The least cost to reach each time, and the first time of its expansion.
    let mut least: Vec<(f64, usize)> = Vec::with_capacity(times.len());
    for (last, time) in times.iter().enumerate() {
        let firsts = (0..=last).rev().take(MOST_ENDS);
        let fits = |first: &usize| *first == last || rate * (time - start(*first)) <= LONGEST;
        let before = |first: usize| first.checked_sub(1).map_or(0.0, |it| least[it].0);
        let ways = firsts.take_while(fits);
        let ways = ways.map(|first| (before(first) + cost(first, last), first));
        least.push(ways.min_by(|a, b| a.0.total_cmp(&b.0)).expect("one way"));
    }
    let mut found = Vec::new();
    let mut end = times.len();
    while end > 0 {
        let first = least[end - 1].1;
        let outputs = (first..end).map(|output| End {
            duration: times[output] - start(first),
            output: Some(output),
        });
        let outputs: Vec<End> = outputs.collect();
        // Backwards, as the list is turned around at the end.
        found.extend(in_parts(outputs, rate).into_iter().rev());
        end = first;
    }
    found.reverse();
    found
}

/// About how many products with H the expansions to `times` take, sums of states included.
pub fn products(times: &[f64], rate: f64) -> f64 {
    let of_ends = |ends: &Vec<End>| {
        let order = |end: &End| order(rate * end.duration);
        order(&ends[ends.len() - 1]) + SUM * ends.iter().map(order).sum::<f64>()
    };
    expansions(times, rate).iter().map(of_ends).sum()
}

/// One long way to a single time in equal parts, or the ends as they are.
fn in_parts(ends: Vec<End>, rate: f64) -> Vec<Vec<End>> {
    let whole = ends[ends.len() - 1];
    let parts = (rate * whole.duration / LONGEST).ceil() as usize;
    if parts <= 1 || ends.len() > 1 {
        return vec![ends];
    }
    let part = |number: usize| End {
        duration: whole.duration / parts as f64,
        output: whole.output.filter(|_| number + 1 == parts),
    };
    (0..parts).map(|number| vec![part(number)]).collect()
}

/// About the order that an expansion needs.
fn order(tau: f64) -> f64 {
    tau + 9.5 * tau.cbrt() + 5.0 * (1.0 + tau).ln()
}

/// The coefficients of exp(−iτx) = Σ (−i)^n c_n T_n(x), and a bound of what is left out.
pub fn coefficients(tau: f64) -> (Vec<f64>, f64) {
    let mut values = bessel(tau);
    let mut left_out = 0.0;
    while values.len() > 1 {
        let more = left_out + 2.0 * values[values.len() - 1].abs();
        if more > TRUNCATION {
            break;
        }
        left_out = more;
        values.pop();
    }
    values.iter_mut().skip(1).for_each(|value| *value *= 2.0);
    (values, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_sum_to_the_exponential() {
        for tau in [0.0, 1e-6, 0.7, 12.0, 300.0, LONGEST] {
            let (coefficients, left_out) = coefficients(tau);
            assert!(left_out <= TRUNCATION);
            assert!((coefficients.len() as f64 - 1.0) < order(tau) + 12.0);
            for angle in [0.0_f64, 0.4, 1.1, 2.0, 3.1] {
                let (mut real, mut imaginary) = (0.0, 0.0);
                for (n, c) in coefficients.iter().enumerate() {
                    let term = c * (n as f64 * angle).cos();
                    match n % 4 {
                        0 => real += term,
                        1 => imaginary -= term,
                        2 => real -= term,
                        _ => imaginary += term,
                    }
                }
                let phase = -tau * angle.cos();
                let error = (real - phase.cos()).hypot(imaginary - phase.sin());
                assert!(error < 1e-15 * (10.0 + tau), "{tau}, {angle}: {error:e}");
            }
        }
    }

    /// All times are reached, in their order, and no expansion is too long.
    #[test]
    fn expansions_reach_every_time() {
        let logarithmic: Vec<f64> = (0..50)
            .map(|k| 0.1 * 10_f64.powf(4.0 * f64::from(k) / 49.0))
            .collect();
        let dense: Vec<f64> = (0..200).map(|k| 0.1 * f64::from(k)).collect();
        for (times, rate) in [
            (logarithmic, 40.0),
            (dense, 30.0),
            (vec![1e4], 25.0),
            (vec![0.0], 1.0),
        ] {
            let expansions = expansions(&times, rate);
            let (mut now, mut next) = (0.0, 0);
            for ends in &expansions {
                assert!(ends.len() <= MOST_ENDS);
                for end in ends {
                    assert!(rate * end.duration <= LONGEST * (1.0 + 1e-12));
                    if let Some(output) = end.output {
                        assert_eq!(output, next);
                        assert!(
                            (now + end.duration - times[output]).abs() <= 1e-10 * times[output]
                        );
                        next += 1;
                    }
                }
                now += ends[ends.len() - 1].duration;
            }
            assert_eq!(next, times.len());
        }
    }

    /// Near times share an expansion, and far ones do not.
    #[test]
    fn near_times_are_reached_together() {
        let of = |times: &[f64]| expansions(times, 40.0).len();
        assert!(of(&[0.01, 0.02, 0.03, 0.04]) == 1);
        assert!(of(&[50.0, 100.0, 150.0]) == 3);
    }
}

use proptest::prelude::*;

use crate::plan::simulate::*;

/// Every task takes what is predicted, and the counter nothing.
const IDEAL: Conditions = Conditions {
    spread: 0.0,
    service: 0.0,
    offloaded: true,
};

fn group(tasks: usize, seconds: f64, preparation: f64) -> TaskKind {
    TaskKind {
        tasks,
        windows: 1,
        seconds,
        extremes: 0.0,
        preparation,
    }
}

fn assert_near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-12 * expected.abs(),
        "{found}, not {expected}"
    );
}

#[test]
fn equal_tasks_that_divide_evenly() {
    let forecast = Forecast::new(&[group(8, 3.0, 0.5)], 4, &IDEAL);
    assert_near(forecast.makespan, 6.5);
    assert_near(forecast.efficiency, 24.0 / 26.0);
    // Each of 4 ranks asks three times, the third in vain.
    assert_near(forecast.claim_rate, 12.0 / 26.0);
    assert_eq!(forecast.longest_wait, 0.0);
}

/// One realization of 20 windows on four ranks: each has 5 of the 20 parts, and the extremes, which
/// take a second, are found in each.
#[test]
fn a_realization_is_shared_out() {
    let one = TaskKind {
        windows: 20,
        extremes: 1.0,
        ..group(1, 40.0, 0.0)
    };
    let forecast = Forecast::new(&[one], 4, &IDEAL);
    assert_near(forecast.makespan, 10.0 + 5.0 * 19.0 / 20.0);
    assert_near(forecast.efficiency, 10.0 / 14.75);
}

#[test]
fn one_long_task_is_the_makespan() {
    let groups = [group(1, 100.0, 0.0), group(10, 1.0, 0.0)];
    let forecast = Forecast::new(&groups, 2, &IDEAL);
    assert_near(forecast.makespan, 100.0);
    assert_near(forecast.efficiency, 110.0 / 200.0);
}

#[test]
fn one_rank_does_everything_and_prepares_each_kind_once() {
    let groups = [group(2, 5.0, 1.0), group(3, 2.5, 0.25)];
    let service = Conditions {
        service: 0.125,
        ..IDEAL
    };
    let forecast = Forecast::new(&groups, 1, &service);
    // Five chunks, and a claim in vain.
    assert_near(forecast.makespan, 17.5 + 1.25 + 6.0 * 0.125);
    assert_near(forecast.efficiency, 17.5 / forecast.makespan);
    assert_near(forecast.longest_wait, 0.125);
}

#[test]
fn claims_queue_at_the_counter() {
    let service = Conditions {
        service: 1.0,
        ..IDEAL
    };
    let forecast = Forecast::new(&[group(4, 10.0, 0.0)], 4, &service);
    // Answered at 1, 2, 3, 4; done at 11 … 14; told that nothing is left a second later.
    assert_near(forecast.makespan, 15.0);
    assert_near(forecast.longest_wait, 4.0);
}

#[test]
fn ranks_without_work_ask_once() {
    let service = Conditions {
        service: 1.0,
        ..IDEAL
    };
    // Five claims are answered at 1 … 5. The two tasks end at 11 and 12, and those ranks are told at
    // 12 and 13 that nothing is left.
    let forecast = Forecast::new(&[group(2, 10.0, 0.0)], 5, &service);
    assert_near(forecast.makespan, 13.0);
    assert_near(forecast.longest_wait, 5.0);
    assert_near(forecast.efficiency, 20.0 / 65.0);
    assert_near(forecast.claim_rate, 7.0 / 65.0);
}

#[test]
fn claims_wait_for_a_rank_0_that_serves_them_itself() {
    let waiting = Conditions {
        offloaded: false,
        ..IDEAL
    };
    // Rank 0 works from 0 to 30 without a break. Rank 1 asks at 0, works from 10 to 20, and asks again.
    let forecast = Forecast::new(&[group(4, 10.0, 0.0)], 2, &waiting);
    assert_near(forecast.makespan, 30.0);
    assert_near(forecast.longest_wait, 10.0);
}

#[test]
fn nothing_to_do_takes_the_time_to_be_told_so() {
    let service = Conditions {
        service: 1.0,
        ..IDEAL
    };
    let forecast = Forecast::new(&[], 3, &service);
    assert_near(forecast.makespan, 3.0);
    assert_eq!(forecast.efficiency, 0.0);
}

#[test]
fn factors_have_mean_one_and_the_spread() {
    let mut factors = Factors::new(0.2);
    let draws: Vec<f64> = (0..100_000).map(|_| factors.draw()).collect();
    let count = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / count;
    let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / count;
    // Four standard errors.
    assert!((mean - 1.0).abs() < 4.0 * 0.2 / count.sqrt(), "{mean}");
    assert!((variance.sqrt() - 0.2).abs() < 0.003, "{}", variance.sqrt());
    let mut certain = Factors::new(0.0);
    assert_eq!(certain.draw(), 1.0);
}

fn phase(kind: TaskKind) -> PhaseTasks {
    PhaseTasks {
        ranks: 1,
        kinds: vec![kind],
    }
}

#[test]
fn the_most_ranks_that_are_efficient() {
    // Four rounds of 25 are full; of 27 and more the last is not, of 50 again. Between 25 and 27
    // nothing is asked any more.
    assert_eq!(
        most_ranks(&[phase(group(100, 10.0, 0.0))], 80, 0.95, &IDEAL),
        25
    );
    // A preparation as long as a task leaves four rounds and more.
    let groups = [group(1000, 10.0, 2.0)];
    let found = most_ranks(&[phase(groups[0])], 1000, 0.9, &IDEAL);
    assert!(Forecast::new(&groups, found, &IDEAL).efficiency >= 0.9);
    assert!(found <= 1000 / 2, "{found}");
    assert_eq!(
        most_ranks(&[phase(group(1, 1.0, 0.0))], 64, 0.95, &IDEAL),
        1
    );
}

proptest! {
    /// What holds for any way to hand out chunks to whoever is free (R. L. Graham, 1969).
    #[test]
    fn the_makespan_is_between_its_bounds(
        mut kinds in prop::collection::vec((1_usize..60, 1e-3..30.0_f64, 0.0..2.0_f64), 1..5),
        ranks in 1_usize..40,
        service in 0.0..1e-3_f64,
    ) {
        kinds.sort_by(|a, b| b.1.total_cmp(&a.1));
        let groups: Vec<TaskKind> = kinds.iter().map(|&(n, s, p)| group(n, s, p)).collect();
        let forecast = Forecast::new(&groups, ranks, &Conditions { service, ..IDEAL });
        let work: f64 = kinds.iter().map(|kind| kind.0 as f64 * kind.1).sum();
        let share = work / ranks as f64;
        let longest = kinds[0].1;
        prop_assert!(forecast.makespan >= share.max(longest) * (1.0 - 1e-12));
        // A chunk of more tasks than one is no longer than two seconds, nor than half of a share.
        let chunk = longest.max(share / 2.0);
        let preparations: f64 = kinds.iter().map(|kind| kind.2).sum();
        let claims = forecast.claim_rate * forecast.makespan * ranks as f64;
        let bound = share + chunk + preparations + claims * service;
        prop_assert!(forecast.makespan <= bound * (1.0 + 1e-12), "{} > {}", forecast.makespan, bound);
        prop_assert!(forecast.efficiency <= 1.0 + 1e-12);
    }

    #[test]
    fn twice_the_ranks_are_not_slower(
        tasks in 1_usize..2000,
        seconds in 1e-2..10.0_f64,
        ranks in 1_usize..100,
    ) {
        let groups = [group(tasks, seconds, 0.1)];
        let once = Forecast::new(&groups, ranks, &IDEAL).makespan;
        let twice = Forecast::new(&groups, 2 * ranks, &IDEAL).makespan;
        prop_assert!(twice <= once * (1.0 + 1e-12), "{} > {}", twice, once);
        prop_assert!(2.0 * twice >= tasks as f64 * seconds / ranks as f64);
    }
}

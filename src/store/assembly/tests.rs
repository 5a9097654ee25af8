//! Results on their way into the tables.

use std::collections::BTreeMap;
use std::path::Path;

use crate::check;
use crate::plan::{Knowledge, Machine, Plan, Resources};
use crate::store::assembly::*;
use crate::store::journal::{Account, WindowRecord};

fn plan(strengths: &str, energy_densities: &str) -> Plan {
    let deck = format!(
        r#"version = 1
        name = "case"
        output = "out/case"
        chain = {{ sizes = [8] }}
        disorder = {{ strengths = {strengths}, realizations = {{ train = 2 }}, seed = 1 }}
        [spectrum]
        energy_densities = {energy_densities}
        states = 4
        indicators = ["gap_ratio"]"#
    );
    let machine = Machine {
        host: "test".to_owned(),
        cores: 1,
        memory: 1 << 34,
        free_disk: None,
    };
    let checked = check::parse(Path::new("case.toml"), deck, &[]).unwrap();
    let resources = Resources {
        machine,
        ranks: 1,
        ranks_on_node: 1,
    };
    checked.plan(resources, Knowledge::default()).unwrap()
}

/// The tables of a plan, unfinished.
fn assembly(plan: &Plan) -> Assembly {
    Assembly::new(&plan.sizes, plan.generation.as_ref().unwrap())
}

fn task(strength: f64, realization: u32) -> Task {
    Task {
        sites: 8,
        strength,
        split: Split::Train,
        realization,
    }
}

/// A realization whose second window is `second`.
fn record(task: Task, second: std::result::Result<f64, &str>) -> Record {
    let window = |value| WindowRecord {
        indicators: vec![value],
        undefined: None,
        states: 4,
        residual: 1e-13,
        missed: 0.0,
        energies: Vec::new(),
        observables: Vec::new(),
    };
    Record {
        task,
        field: vec![1.0; 8],
        energy_min: -10.0,
        energy_max: 10.0,
        levels: Vec::new(),
        windows: vec![
            (0.3, Ok(window(0.4))),
            (0.5, second.map(window).map_err(str::to_owned)),
        ],
        quench: None,
        account: Account::default(),
    }
}

fn values(assembled: &Assembly, name: &str) -> Vec<f64> {
    let quantity = &assembled.tables()[0].quantities[name];
    quantity.values.iter().copied().collect()
}

#[test]
fn a_window_that_failed_is_marked_beside_one_that_did_not() {
    let mut assembled = assembly(&plan("[2.0]", "[0.3, 0.5]"));
    let task = task(2.0, 1);
    assert_eq!(assembled.missing(&task, false).windows, [0, 1]);
    assert!(!assembled.holds_results());
    assembled.insert(&record(task, Err("dark"))).unwrap();
    assert!(assembled.failed(&task) && assembled.holds_results());
    assert!(assembled.missing(&task, false).is_empty());
    assert_eq!(assembled.missing(&task, true).windows, [1]);
    let nan = f64::NAN.to_string();
    let shown: Vec<String> = values(&assembled, "complete")
        .iter()
        .map(f64::to_string)
        .collect();
    assert_eq!(shown, [&nan, &nan, "1", "0"]);
    assert_eq!(values(&assembled, "gap_ratio")[2], 0.4);
    assert!(values(&assembled, "gap_ratio")[3].is_nan());
    let expected = BTreeMap::from([([0, 1, 1], "dark".to_owned())]);
    assert_eq!(assembled.tables()[0].failures, expected);

    // Solved after all, the failed window alone: no trace of the failure is left.
    let mut again = record(task, Ok(0.5));
    drop(again.windows.remove(0));
    assembled.insert(&again).unwrap();
    assert!(!assembled.failed(&task) && assembled.missing(&task, true).is_empty());
    assert_eq!(values(&assembled, "gap_ratio")[2..], [0.4, 0.5]);
    assert_eq!(values(&assembled, "complete")[3], 1.0);
}

/// A window that is solved stays solved where one of its indicators has no value.
#[test]
fn an_indicator_without_a_value_is_no_failure() {
    let mut assembled = assembly(&plan("[2.0]", "[0.3, 0.5]"));
    let task = task(2.0, 1);
    let mut record = record(task, Ok(f64::NAN));
    record.windows[1].1.as_mut().unwrap().undefined = Some("two levels".to_owned());
    assembled.insert(&record).unwrap();
    assert!(!assembled.failed(&task) && assembled.missing(&task, true).is_empty());
    assert_eq!(
        assembled.undefined(&task).collect::<Vec<_>>(),
        ["two levels"]
    );
    assert_eq!(values(&assembled, "complete")[2..], [1.0, 1.0]);
}

/// The results of the first deck, adopted by the second one.
fn adopted(old: &Plan, records: &[Record], new: &Plan) -> Result<Assembly> {
    let mut assembled = assembly(old);
    for record in records {
        assembled.insert(record)?;
    }
    let contents = Contents {
        attributes: BTreeMap::from([("deck_resolved".to_owned(), old.deck().resolved())]),
        tables: assembled.tables().to_vec(),
        others: Vec::new(),
    };
    let mut grown = assembly(new);
    grown.adopt(new.deck(), &contents).map(|()| grown)
}

/// Results and reasons move to their new places when a deck grows by a weaker disorder and more
/// energies. Only what is new is missing.
#[test]
fn results_are_adopted_in_their_new_place() {
    let old = plan("[2.0]", "[0.3, 0.5]");
    let new = plan("[1.0, 2.0]", "[0.1, 0.3, 0.4, 0.5]");
    let grown = adopted(&old, &[record(task(2.0, 1), Err("dark"))], &new).unwrap();
    assert_eq!(grown.missing(&task(2.0, 1), false).windows, [0, 2]);
    assert_eq!(grown.missing(&task(2.0, 1), true).windows, [0, 2, 3]);
    assert_eq!(grown.missing(&task(2.0, 0), false).windows, [0, 1, 2, 3]);
    assert!(grown.failed(&task(2.0, 1)) && !grown.failed(&task(1.0, 1)));
    let expected = BTreeMap::from([([1, 1, 3], "dark".to_owned())]);
    assert_eq!(grown.tables()[0].failures, expected);
    let gap_ratio = &grown.tables()[0].quantities["gap_ratio"].values;
    assert_eq!(gap_ratio[[1, 1, 1]], 0.4);
    let there = gap_ratio.iter().filter(|value| !value.is_nan()).count();
    assert_eq!(there, 1);
    assert_eq!(grown.tables()[0].quantities["field"].values[[1, 1, 3]], 1.0);
}

/// A file that was changed by hand gives an error, not a panic.
#[test]
fn a_result_without_a_place_is_refused() {
    let mut assembled = assembly(&plan("[2.0]", "[0.3, 0.5]"));
    assembled.tables[0].quantities.remove("residual");
    let refused = assembled.insert(&record(task(2.0, 1), Ok(0.5)));
    let message = refused.unwrap_err().to_string();
    assert!(
        message.contains("L08/train holds no \"residual\""),
        "{message}"
    );
}

#[test]
fn results_that_the_deck_no_longer_contains_are_not_dropped() {
    let old = plan("[2.0]", "[0.3, 0.5]");
    let records = [record(task(2.0, 1), Ok(0.5))];
    for (new, part) in [
        (
            plan("[1.0]", "[0.3, 0.5]"),
            "h = 2, train realization 1 is stored",
        ),
        (plan("[2.0]", "[0.5]"), "realization 1 at ε = 0.3 is stored"),
    ] {
        let refused = adopted(&old, &records, &new).err().unwrap().to_string();
        assert!(refused.contains(part), "{refused}");
        let mut assembled = assembly(&new);
        let refused = assembled.insert(&records[0]).unwrap_err().to_string();
        assert!(refused.contains(part), "{refused}");
    }
}

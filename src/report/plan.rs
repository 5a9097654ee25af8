//! What `check` prints: the plan, before a run.

use super::advice::advice;
use super::forecast;
use super::format::{count, duration, table};
use super::opened::{self, Opened};
use crate::chain::Fields;
use crate::deck::Source;
use crate::error::number;
use crate::learn;
use crate::plan::{Conditions, Forecast, PhaseTasks, Plan, SizePlan, most_ranks, report_bytes};

/// The plan as text: sizes, tasks, solvers, memory, time, what training will take if that is known, and
/// the files that the deck names.
pub fn plan(plan: &Plan, training: Option<&learn::Forecast>, files: &[Opened]) -> String {
    let deck = plan.deck();
    let mut text = format!(
        "{} ({}), {}\n",
        deck.name,
        plan.source.path.display(),
        count(plan.ranks, "rank")
    );
    if !plan.sizes.is_empty() {
        text += &generation(plan);
    }
    if let Some(learn) = &deck.learn {
        text += &format!(
            "\ntrain      {} of {} networks on L = {:?}, targets {}, {} epochs\n",
            learn.members,
            learn.model.kind,
            learn.train_sizes,
            learn.targets.join(", "),
            learn.epochs
        );
        text += &training.map_or(String::new(), |found| forecast::forecast(found, plan.ranks));
    }
    if let Some(predict) = &deck.predict {
        text += &match &predict.data {
            Some(file) => format!("\npredict    the test fields of {}\n", file.display()),
            None if matches!(plan.fields, Some(Fields::Given(_))) => {
                "\npredict    the test fields of disorder.data\n".to_owned()
            }
            None => format!(
                "\npredict    L = {:?}, {} realizations for each strength\n",
                predict.sizes, predict.realizations
            ),
        };
    }
    if let Some(scaling) = &deck.scaling {
        let sources: Vec<&str> = scaling.sources.iter().map(Source::name).collect();
        text += &format!(
            "\nscale      {} data, {} in h = {} to {} by {}, {} refits\n",
            sources.join(" and "),
            scaling.targets.join(", "),
            number(scaling.window[0]),
            number(scaling.window[1]),
            scaling.methods.join(", "),
            scaling.bootstrap
        );
    }
    text += &opened::opened(files);
    text += &format!("\noutput     {}", plan.paths.root().display());
    text
}

fn generation(plan: &Plan) -> String {
    let rows: Vec<Vec<String>> = plan
        .sizes
        .iter()
        .map(|size| {
            vec![
                size.sites.to_string(),
                size.workload.dimension.to_string(),
                size.workload.states.to_string(),
                size.workload.targets.to_string(),
                size.method.name.to_owned(),
                size.layout.ranks.to_string(),
                plan.tasks_of(size.sites).to_string(),
                duration(size.solver_seconds),
                duration(size.indicator_seconds),
                report_bytes(size.memory),
            ]
        })
        .collect();
    let header = [
        "L",
        "dimension",
        "states",
        "windows",
        "solver",
        "ranks",
        "tasks",
        "solving one",
        "indicators",
        "memory",
    ];
    format!(
        "\n{}\n\n{}{}{}speed      {}\n",
        table(&header, &rows),
        quenches(plan),
        forecast(plan),
        memory(plan),
        plan.knowledge.origin,
    )
}

/// What the quenches are, if there are any, and how long they take.
fn quenches(plan: &Plan) -> String {
    let quench = plan.generation.as_ref().and_then(|it| it.quench.as_ref());
    let Some(quench) = quench else {
        return String::new();
    };
    let of_size = |size: &SizePlan| {
        let one = duration(size.quench_seconds);
        format!("L = {} in {one}", size.sites)
    };
    let sizes: Vec<String> = plan.sizes.iter().map(of_size).collect();
    format!(
        "quenches   {} at {} up to t = {} for each realization, predicted for {}\n",
        count(quench.samples, "state"),
        count(quench.times.len(), "time"),
        number(quench.times[quench.times.len() - 1]),
        sizes.join(", ")
    )
}

/// What a rank has, and what rank 0 needs for the results of all.
fn memory(plan: &Plan) -> String {
    let (has, needs) = (plan.memory_per_rank as f64, plan.gather_bytes());
    let mut text = format!(
        "memory     {} for each rank; rank 0 gathers the results in {}\n",
        report_bytes(has),
        report_bytes(needs)
    );
    if needs > has {
        text += "warning    rank 0 has too little memory to gather the results;\n           \
                 split the deck by sizes or strengths, or use fewer ranks on a node\n";
    }
    text
}

/// Below this efficiency a warning says that the ranks are too many.
const LEAST_EFFICIENCY: f64 = 0.9;

/// The efficiency of the number of ranks that the warning recommends.
const GOOD_EFFICIENCY: f64 = 0.95;

/// The tasks, and their forecast on the plan's ranks.
fn forecast(plan: &Plan) -> String {
    let phases = plan.phases();
    let sum = |value: fn(&PhaseTasks) -> f64| phases.iter().map(value).sum::<f64>();
    let tasks = sum(PhaseTasks::tasks);
    let seconds = sum(PhaseTasks::seconds);
    let conditions = Conditions::default();
    let forecast = Forecast::of(&phases, plan.ranks, &conditions);
    let ranks = count(plan.ranks, "rank");
    let mut text = format!(
        "generate   {tasks} tasks, predicted {} on {ranks} ({} of work), {} of data\n\
         schedule   efficiency {:.1} %, {:.1} tasks and {:.2} claims a second for each rank\n",
        duration(forecast.makespan),
        duration(seconds),
        report_bytes(plan.data_bytes()),
        100.0 * forecast.efficiency,
        tasks / plan.ranks as f64,
        forecast.claim_rate,
    );
    if plan.ranks > 1 && forecast.efficiency < LEAST_EFFICIENCY {
        let better = most_ranks(&phases, plan.ranks, GOOD_EFFICIENCY, &conditions);
        text += &format!(
            "warning    {ranks} are too many for this deck: they would prepare or wait for {:.0} % of \
             their time;\n           {} would reach an efficiency of {:.0} %\n",
            100.0 * (1.0 - forecast.efficiency),
            count(better, "rank"),
            100.0 * GOOD_EFFICIENCY,
        );
    }
    text + &advice(plan, forecast.makespan)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::check;
    use crate::plan::{Knowledge, Machine, Resources};

    /// The paper's grid on the reference machine.
    fn paper(ranks: usize) -> Plan {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("input/paper/energies.toml");
        let machine = Machine {
            host: "test".to_owned(),
            cores: 2,
            memory: 24 << 30,
            free_disk: None,
        };
        let realizations = "{ train = { 10 = 1000, 12 = 1000 }, test = 100 }";
        let whole = [format!("disorder.realizations={realizations}")];
        let checked = check::load(&path, &whole).unwrap();
        let resources = Resources {
            machine,
            ranks,
            ranks_on_node: 2,
        };
        checked.plan(resources, Knowledge::default()).unwrap()
    }

    #[test]
    fn phases_are_the_tasks_in_their_order() {
        let plan = paper(1);
        let costs: Vec<f64> = (plan.tasks().iter())
            .map(|task| plan.size(task.sites).seconds())
            .collect();
        let kinds: Vec<f64> = (plan.phases().iter().flat_map(|phase| &phase.kinds))
            .flat_map(|kind| std::iter::repeat_n(kind.seconds, kind.tasks))
            .collect();
        assert_eq!(kinds, costs);
        // 30 strengths; 1000 + 100 realizations, of L = 14 the 100 alone.
        assert_eq!([10, 14].map(|sites| plan.tasks_of(sites)), [33_000, 3_000]);
    }

    #[test]
    fn rank_0_has_memory_for_the_results() {
        // 66,000 realizations of 19 windows and some 130 numbers.
        let enough = memory(&paper(1));
        let said = "memory     12.0 GiB for each rank; rank 0 gathers the results in";
        assert!(
            enough.starts_with(said) && !enough.contains("warning"),
            "{enough}"
        );
        let mut plan = paper(1);
        plan.memory_per_rank = plan.gather_bytes() as u64 - 1;
        assert!(memory(&plan).contains("warning    rank 0 has too little memory"));
    }

    #[test]
    fn too_many_ranks_are_warned_about() {
        let few = forecast(&paper(64));
        assert!(!few.contains("warning"), "{few}");
        assert!(few.contains(" 1078.1 tasks"), "{few}");
        let many = forecast(&paper(65_536));
        assert!(many.contains("65536 ranks are too many"), "{many}");
        let alone = forecast(&paper(1));
        assert!(!alone.contains("warning"), "{alone}");
    }
}

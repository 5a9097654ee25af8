//! What `check` prints: the plan, before anything is computed.

use super::{duration, table};
use crate::plan::{Plan, data_bytes, report_bytes};

/// The plan for people: sizes, tasks, solvers, memory, time.
pub fn plan(plan: &Plan) -> String {
    let deck = plan.deck();
    let mut text = format!(
        "{} ({}), {} rank{}\n",
        deck.name,
        plan.source.path.display(),
        plan.ranks,
        if plan.ranks == 1 { "" } else { "s" }
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
    }
    if let Some(predict) = &deck.predict {
        text += &format!(
            "\npredict    L = {:?}, {} realizations for each strength\n",
            predict.sizes, predict.realizations
        );
    }
    if let Some(scaling) = &deck.scaling {
        let sources: Vec<&str> = scaling.sources.iter().map(|source| source.name()).collect();
        text += &format!(
            "\nscale      {} data, {} in h = {:?}, {} refits\n",
            sources.join(" and "),
            scaling.targets.join(", "),
            scaling.window,
            scaling.bootstrap
        );
    }
    text += &format!("\noutput     {}", plan.paths.root().display());
    text
}

fn generation(plan: &Plan) -> String {
    let tasks = plan.tasks();
    let rows: Vec<Vec<String>> = plan
        .sizes
        .iter()
        .map(|size| {
            let count = tasks.iter().filter(|task| task.sites == size.sites).count();
            vec![
                size.sites.to_string(),
                size.workload.dimension.to_string(),
                size.workload.states.to_string(),
                size.workload.targets.to_string(),
                size.method.name.to_owned(),
                count.to_string(),
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
        "tasks",
        "solving one",
        "indicators",
        "memory",
    ];
    let seconds = plan.seconds(&tasks);
    let longest = tasks
        .first()
        .map_or(0.0, |task| plan.size(task.sites).seconds());
    format!(
        "\n{}\n\ngenerate   {} tasks, predicted {} on {} rank{} ({} of one), {} of data\n\
         memory     {} for each rank\nspeed      {}\n",
        table(&header, &rows),
        tasks.len(),
        duration((seconds / plan.ranks as f64).max(longest)),
        plan.ranks,
        if plan.ranks == 1 { "" } else { "s" },
        duration(seconds),
        report_bytes(data_bytes(plan.deck())),
        report_bytes(plan.memory_per_rank as f64),
        plan.knowledge.origin,
    )
}

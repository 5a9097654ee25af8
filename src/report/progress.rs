//! The progress of a stage: a bar on a terminal, or a line per minute in a batch log. Only rank 0
//! shows it.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::format::duration;
use super::terminal::draw_target;

/// The time between two lines in a batch log.
const LINE_INTERVAL: Duration = Duration::from_secs(60);

/// The progress of one stage. Its work may be counted in any unit.
pub struct Progress {
    stage: String,
    total: f64,
    started: Instant,
    display: Display,
}

enum Display {
    Bar(ProgressBar),
    Lines { last: Instant },
    Nothing,
}

/// The number of steps of a bar.
const STEPS: f64 = 1000.0;

impl Progress {
    /// Starts the display of `stage` on rank 0.
    pub fn new(stage: &str, total: f64, rank: usize) -> Self {
        let target = (rank == 0).then(draw_target);
        let display = match target {
            Some(Some(target)) => {
                let style = ProgressStyle::with_template(
                    "{prefix} {bar:32} {percent:>3}% {msg} [{elapsed}, {eta} left]",
                )
                .expect("the template is valid");
                let bar = ProgressBar::with_draw_target(Some(STEPS as u64), target);
                bar.set_style(style);
                bar.set_prefix(stage.to_owned());
                Display::Bar(bar)
            }
            Some(None) => Display::Lines {
                last: Instant::now(),
            },
            None => Display::Nothing,
        };
        Self {
            stage: stage.to_owned(),
            total,
            started: Instant::now(),
            display,
        }
    }

    /// Shows that `done` of the total is done, with `details`.
    pub fn show(&mut self, done: f64, details: impl FnOnce() -> String) {
        let fraction = if self.total > 0.0 {
            (done / self.total).min(1.0)
        } else {
            1.0
        };
        match &mut self.display {
            Display::Bar(bar) => {
                bar.set_position((fraction * STEPS) as u64);
                bar.set_message(details());
            }
            Display::Lines { last } if last.elapsed() >= LINE_INTERVAL => {
                *last = Instant::now();
                let elapsed = self.started.elapsed().as_secs_f64();
                let left = if fraction > 0.0 {
                    duration(elapsed * (1.0 - fraction) / fraction)
                } else {
                    "unknown time".to_owned()
                };
                log::info!(
                    "{} {:.0}% {} [{}, {left} left]",
                    self.stage,
                    100.0 * fraction,
                    details(),
                    duration(elapsed)
                );
            }
            Display::Lines { .. } | Display::Nothing => {}
        }
    }

    /// The time since the stage began.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Ends the display and logs the result of the stage.
    pub fn finish(self, result: &str) {
        if let Display::Bar(bar) = &self.display {
            bar.finish_and_clear();
        }
        if !matches!(self.display, Display::Nothing) {
            let elapsed = duration(self.started.elapsed().as_secs_f64());
            log::info!("{}: {result} [{elapsed}]", self.stage);
        }
    }
}

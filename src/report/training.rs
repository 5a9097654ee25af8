//! The progress of trainings: the loss of the last epoch, the speed, and the time left for all.

use super::progress::Progress;
use crate::error::fixed;
use crate::learn::Epoch;

/// The progress of a training stage.
pub struct TrainingProgress {
    progress: Progress,
    /// The work of this run. Early stopping and epochs of an earlier run reduce it.
    expected: f64,
    done: f64,
    last: Option<Last>,
}

/// The epoch that was shown last.
struct Last {
    training: String,
    epoch: usize,
    epochs: usize,
    work: f64,
}

impl TrainingProgress {
    /// Starts the display on rank 0.
    pub fn new(rank: usize) -> Self {
        Self {
            progress: Progress::new("train", 1.0, rank),
            expected: 0.0,
            done: 0.0,
            last: None,
        }
    }

    /// Sets the work of all trainings together, without early stopping.
    pub fn expect(&mut self, work: f64) {
        self.expected = work;
    }

    /// Shows an epoch that has ended.
    pub fn show(&mut self, epoch: &Epoch) {
        let mut before = 0;
        if let Some(last) = self.last.take() {
            if last.training == epoch.training {
                before = last.epoch;
            } else {
                self.expected -= (last.epochs - last.epoch) as f64 * last.work;
            }
        }
        self.expected -= (epoch.epoch - 1 - before) as f64 * epoch.work;
        self.done += epoch.work;
        self.last = Some(Last {
            training: epoch.training.clone(),
            epoch: epoch.epoch,
            epochs: epoch.epochs,
            work: epoch.work,
        });
        let fraction = self.done / self.expected.max(self.done);
        self.progress.show(fraction, || details(epoch));
    }

    /// Ends the display and logs the result of the stage.
    pub fn finish(self, result: &str) {
        self.progress.finish(result);
    }
}

/// An epoch in one line.
fn details(epoch: &Epoch) -> String {
    let held_out: Vec<String> = epoch
        .validation
        .iter()
        .map(|own| format!("L = {}: {}", own.sites, fixed(own.loss, 5)))
        .collect();
    let held_out = if held_out.is_empty() {
        String::new()
    } else {
        format!(" (held out {})", held_out.join(", "))
    };
    format!(
        "{}: epoch {} of {}, loss {}{held_out}, {} samples × members/s",
        epoch.training,
        epoch.epoch,
        epoch.epochs,
        fixed(epoch.loss, 5),
        rate(epoch.samples_per_second * epoch.active as f64)
    )
}

/// A rate with two or three figures, as in "1.6 million".
fn rate(value: f64) -> String {
    if value >= 1e6 {
        format!("{:.1} million", value / 1e6)
    } else if value >= 1e4 {
        format!("{:.0} thousand", value / 1e3)
    } else {
        format!("{value:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(training: &str, epoch: usize, epochs: usize, work: f64) -> Epoch {
        Epoch {
            training: training.to_owned(),
            epoch,
            epochs,
            loss: 0.01234,
            members: vec![0.01; 2],
            validation: Vec::new(),
            active: 2,
            learning_rate: 1e-3,
            seconds: 0.5,
            seconds_in_sums: 0.1,
            samples_per_second: 4e5,
            work,
        }
    }

    /// Epochs of an earlier run, and those that early stopping leaves out, are neither done nor left.
    #[test]
    fn the_rest_is_what_is_left() {
        let mut progress = TrainingProgress::new(0);
        progress.expect(10.0 * 3.0 + 4.0 * 5.0);
        // Resumed after 6 epochs of 10, stopped early after the 8th.
        progress.show(&epoch("one", 7, 10, 3.0));
        progress.show(&epoch("one", 8, 10, 3.0));
        assert_eq!((progress.done, progress.expected), (6.0, 32.0));
        progress.show(&epoch("two", 1, 4, 5.0));
        assert_eq!((progress.done, progress.expected), (11.0, 26.0));
    }

    #[test]
    fn an_epoch_is_a_line() {
        let line = "one: epoch 7 of 10, loss 0.01234, 800 thousand samples × members/s";
        assert_eq!(details(&epoch("one", 7, 10, 1.0)), line);
        let speeds = [999.4, 12_345.0, 1.56e6].map(rate);
        assert_eq!(speeds, ["999", "12 thousand", "1.6 million"]);
    }
}

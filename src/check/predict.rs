//! What `[predict]` may not say.

use super::complaints::Complaints;
use crate::chain::GivenFields;
use crate::deck::{Deck, DisorderKind, Predict, Split};

impl Complaints {
    /// Everything wrong with `[predict]`.
    pub fn predict(&mut self, predict: &Predict, deck: &Deck, given: Option<&GivenFields>) {
        let disorder = deck.disorder.as_ref();
        if let Some(data) = &predict.data {
            self.path("predict.data", data);
            self.fields_of_a_file(predict, "predict.data");
        } else if disorder.is_some_and(|it| it.kind == DisorderKind::Given) {
            self.fields_of_a_file(predict, "disorder.data");
            self.given_sizes(predict, given);
        } else {
            self.drawn_fields(predict, deck);
        }
        if let Some(energy_densities) = &predict.energy_densities {
            self.energy_densities("predict.energy_densities", &energy_densities.0);
        }
        if let Some(times) = &predict.times {
            self.times("predict.times", &times.0);
            self.refuse_if(
                times.0.first().is_some_and(|time| *time == 0.0),
                "predict.times",
                "0 has no logarithm",
                "name times after 0",
            );
        }
        self.refuse_if(
            deck.learn.is_none(),
            "predict",
            "there is no [learn] table to say which network",
            "add [learn]",
        );
    }

    fn fields_of_a_file(&mut self, predict: &Predict, file: &str) {
        self.once("predict.sizes", &predict.sizes);
        for (key, there) in [
            ("predict.realizations", predict.realizations > 0),
            ("predict.strengths", predict.strengths.is_some()),
        ] {
            self.refuse_if(
                there,
                key,
                format!("fields are those of {file}"),
                format!("take it out, or {file}"),
            );
        }
    }

    fn given_sizes(&mut self, predict: &Predict, given: Option<&GivenFields>) {
        let has_test =
            |&size: &usize| given.is_none_or(|given| given.group(size, Split::Test).is_some());
        let sizes = given.map_or(Vec::new(), GivenFields::sizes);
        self.refuse_if(
            predict.sizes.is_empty() && given.is_some() && !sizes.iter().any(has_test),
            "predict",
            "disorder.data has no test fields",
            "put them into groups such as L08/test",
        );
        for size in predict.sizes.iter().filter(|size| !has_test(size)) {
            self.refuse_if(
                true,
                "predict.sizes",
                format!("disorder.data has no test fields of {size} sites"),
                "name lengths of the file, or leave predict.sizes out",
            );
        }
    }

    fn drawn_fields(&mut self, predict: &Predict, deck: &Deck) {
        self.sizes("predict.sizes", &predict.sizes);
        self.refuse_if(
            predict.realizations == 0,
            "predict.realizations",
            "nothing is predicted",
            "write 1 or more",
        );
        if let Some(strengths) = &predict.strengths {
            self.strengths("predict.strengths", &strengths.0);
        }
        self.refuse_if(
            deck.disorder.is_none(),
            "predict",
            "there is no [disorder] table to draw fields from",
            "add [disorder], or name a file in predict.data",
        );
    }
}

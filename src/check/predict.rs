//! What `[predict]` may not say.

use super::complaints::Complaints;
use crate::deck::{Deck, Predict};

impl Complaints {
    /// Everything wrong with `[predict]`.
    pub fn predict(&mut self, predict: &Predict, deck: &Deck) {
        if let Some(data) = &predict.data {
            self.path("predict.data", data);
            self.fields_of_a_file(predict);
        } else {
            self.drawn_fields(predict, deck);
        }
        if let Some(energy_densities) = &predict.energy_densities {
            self.energy_densities("predict.energy_densities", &energy_densities.0);
        }
        self.refuse_if(
            deck.learn.is_none(),
            "predict",
            "there is no [learn] table to say which network",
            "add [learn]",
        );
    }

    fn fields_of_a_file(&mut self, predict: &Predict) {
        self.once("predict.sizes", &predict.sizes);
        for (key, there) in [
            ("predict.realizations", predict.realizations > 0),
            ("predict.strengths", predict.strengths.is_some()),
        ] {
            self.refuse_if(
                there,
                key,
                "fields are those of predict.data",
                "take it out, or predict.data",
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

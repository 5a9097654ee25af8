//! What several observables need of a window, computed once.

use std::any::{Any, TypeId};
use std::collections::HashMap;

/// Intermediate results of one window, one of each type.
#[derive(Default)]
pub struct Shared(HashMap<TypeId, Box<dyn Any>>);

impl Shared {
    /// The result of type `T`, which `make` makes when it is first asked for.
    pub fn get<T: 'static>(&mut self, make: impl FnOnce() -> T) -> &T {
        let known = self.0.entry(TypeId::of::<T>());
        let known = known.or_insert_with(|| Box::new(make()));
        known
            .downcast_ref()
            .expect("a result has the type of its key")
    }
}

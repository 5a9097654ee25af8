//! Result files. The only folder that knows HDF5.

mod table;

pub use table::{Dimension, Quantity, Table, group_name};

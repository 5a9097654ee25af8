//! Shared by the tests of several files.

pub mod fixture;

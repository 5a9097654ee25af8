//! Tests too long for the files that they test.

mod hamiltonian;

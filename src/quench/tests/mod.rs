//! Quenches against exact solutions.

mod dense;
mod fixture;
mod free_fermions;
mod interruption;
mod ranks;

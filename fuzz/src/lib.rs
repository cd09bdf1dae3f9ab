//! `cqrs-macros` as a library, and what is to be fed to it.
//!
//! The modules of the macros name each other from the root of their crate, so they stand in this root.
#![allow(dead_code, unused_imports, unused_variables)]

pub mod input;
pub mod mutation;

include!(concat!(env!("OUT_DIR"), "/macros.rs"));

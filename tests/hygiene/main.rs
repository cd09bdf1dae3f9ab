//! Domains in unusual surroundings: what the macros write leans on nothing around it.

mod cfg;
mod function_scope;
mod macro_rules;
mod names;
mod no_implicit_prelude;
mod raw_idents;
mod resources;
mod visibility;

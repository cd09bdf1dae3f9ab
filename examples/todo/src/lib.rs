//! To-do lists, and the reminders of all of them.
#![allow(missing_docs, reason = "the words of the domain say what they are")]

pub mod domain;

cqrs_core::events_lock!(); // `EVENTS_LOCK=write cargo test events_lock` writes it

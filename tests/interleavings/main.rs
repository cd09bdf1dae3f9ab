//! The memory store keeps its promises whatever the order in which threads come to it.
#![cfg(shuttle)]

mod appends;
mod once;
mod readers;

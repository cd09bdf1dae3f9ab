//! Verbs stand on plain `impl` blocks, and their helpers inside them.
use cqrs_core::prelude::*;

#[handle]
pub struct Account;

pub trait Acts {
    fn act(&self);
}

#[apply]
impl Acts for Account {
    fn act(&self) {}
}

pub struct Boxed<T>(T);

#[project]
impl<T> Boxed<T> {}

#[answer(balances)]
impl Account {}

impl Account {
    #[cqrs_core::key(event.customer)]
    fn placed(&mut self) {}
}

fn main() {}

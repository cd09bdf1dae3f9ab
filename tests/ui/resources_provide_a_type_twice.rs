//! A parameter `&Mailer` would be either field.
use cqrs_core::prelude::*;

pub struct Mailer;

#[derive(Resources)]
pub struct Deps {
    mailer: Mailer,
    fallback: Mailer,
}

#[derive(Resources)]
pub struct Pair(u8, Mailer, u8);

fn main() {}

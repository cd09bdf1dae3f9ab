//! A program of 10 commands, for the bench `service`.

#[macro_use]
mod program;

program! {
    of 10 commands, dispatches s00:
    s00 "s00"
}

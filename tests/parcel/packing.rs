//! What is put in and taken out.

use super::{Impossible, Pack, Packed, Parcel, Unpack, Unpacked};
use cqrs_core::prelude::*;

#[handle]
impl Parcel {
    fn pack(&self, command: &Pack) -> Result<Packed, Impossible> {
        ensure!(*self != Self::Gone, Impossible::NotHere);
        Ok(Packed {
            items: command.items,
        })
    }

    fn unpack(&self, _: &Unpack) -> Result<Unpacked, Impossible> {
        match self {
            Self::Full { .. } => Ok(Unpacked),
            Self::Empty => Err(Impossible::NothingInIt),
            Self::Gone => Err(Impossible::NotHere),
        }
    }
}

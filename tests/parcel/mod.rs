//! One aggregate, whose commands are decided in two files.

mod packing;
mod sending;

use cqrs_core::prelude::*;

#[commands("parcel", parcel: u64)]
pub enum ParcelCommand {
    Pack { items: u32 },
    Unpack,
    Send,
}

#[events("parcel")]
pub enum ParcelEvent {
    Packed { items: u32 },
    Unpacked,
    Sent,
}

/// A state machine: the aggregate is an enum, which begins as its default.
#[derive(Aggregate, Debug, Default, PartialEq)]
#[aggregate("parcel", id = u64)]
pub enum Parcel {
    #[default]
    Empty,
    Full {
        items: u32,
    },
    Gone,
}

#[derive(Debug, PartialEq)]
pub enum Impossible {
    NothingInIt,
    NotHere,
}

#[apply]
impl Parcel {
    fn packed(&mut self, event: &Packed) {
        *self = match self {
            Self::Full { items } => Self::Full {
                items: *items + event.items,
            },
            _ => Self::Full { items: event.items },
        };
    }

    fn unpacked(&mut self, _: &Unpacked) {
        *self = Self::Empty;
    }

    fn sent(&mut self, _: &Sent) {
        *self = Self::Gone;
    }
}

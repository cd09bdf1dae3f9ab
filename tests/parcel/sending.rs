//! What goes out.

use super::{Impossible, Parcel, Send, Sent};
use cqrs_core::prelude::*;

#[handle]
impl Parcel {
    fn send(&self, _: &Send) -> Result<Sent, Impossible> {
        ensure!(
            matches!(self, Self::Full { items: 1.. }),
            Impossible::NothingInIt
        );
        Ok(Sent)
    }
}

//! Snapshots: what is kept of a state, and how a state is had of it again.
//!
//! A snapshot decides nothing: one that is not certainly what the events lead to is as good as none.

use crate::aggregate::{Apply, Snapshots};
use crate::fnv::Fnv;
use crate::log::{Data, EventId, StreamId, Version};
use crate::store::{NewSnapshot, Snapshot};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Where a snapshot stands: after which event of which stream.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) stream: &'a StreamId,
    pub(super) version: Version,
    pub(super) event: EventId,
}

impl Place<'_> {
    /// The digest over all that a snapshot says.
    fn checksum(self, fingerprint: u64, state: &[u8]) -> u64 {
        Fnv::new()
            .text(self.stream.tenant().as_str())
            .text(self.stream.category())
            .text(self.stream.id())
            .number(self.version.get())
            .bytes(self.event.as_uuid().as_bytes())
            .number(fingerprint)
            .bytes(state)
            .digest()
    }
}

/// What is kept of the state; nothing of one that does not encode, or to too much.
#[cold]
pub(super) fn of<A: Apply>(
    state: &A,
    place: Place<'_>,
    snapshots: &Snapshots<A>,
) -> Option<Box<NewSnapshot>> {
    let encode = AssertUnwindSafe(|| Data::encode(A::NAME, state, &snapshots.stored));
    let data = catch_unwind(encode).ok()?.ok()?;
    let fingerprint = snapshots.fingerprint();
    Some(Box::new(NewSnapshot {
        fingerprint,
        checksum: place.checksum(fingerprint, data.as_bytes()?),
        data,
    }))
}

/// The state that was kept, if this fold made it, it is whole, and it decodes.
pub(super) fn read<A: Apply>(
    kept: &Snapshot,
    stream: &StreamId,
    snapshots: &Snapshots<A>,
) -> Option<A> {
    let place = Place {
        stream,
        version: kept.version,
        event: kept.event,
    };
    let state = kept.data.as_bytes()?;
    let trusted = kept.fingerprint == snapshots.fingerprint()
        && kept.checksum == place.checksum(kept.fingerprint, state);
    if !trusted {
        return None;
    }
    let read = AssertUnwindSafe(|| snapshots.stored.read(state));
    catch_unwind(read).ok()?.ok()
}

//! What stands on record: the envelope of an event, its data, its place.

mod data;
mod envelope;
mod fact;
mod filter;
mod identity;
mod json;
mod place;
mod round_trip;
mod stored;
mod stream;
mod tags;
mod text;
mod time;

pub use data::{Codec, Data, Decoded, EncodeError, Keeping, MAX_EVENT_BYTES};
pub use envelope::{DecodeError, EventPlace, Metadata, Recorded, RecordedEvent};
pub use fact::{BareFacts, Fact, Facts};
pub use filter::LogFilter;
pub use identity::{CommandId, EventId, Fingerprint, IdParts, StoreIdentity};
pub(crate) use json::{canonical, pretty, unordered};
pub use place::{Position, Version};
pub(crate) use round_trip::{Loss, Lossy, read_back, round_trip, same};
pub use stored::{Storable, Stored};
pub use stream::{StreamId, Tenant};
pub use tags::{Tag, Tags};
pub use text::Name;
pub use time::{Clock, Timestamp, microsecond, now, whole_microsecond};

use crate::log::{Data, RecordedEvent, Storable};
use crate::message::{Event, EventType};
use crate::schema::{self, Shape, sample};
use std::any::type_name;
use std::error::Error;

/// An event of the crate under test, as its lock's test needs it.
#[derive(Debug, Clone, Copy)]
pub struct Golden {
    pub(super) event: EventType,
    pub(super) shape: Shape,
    pub(super) type_name: fn() -> &'static str,
    read: fn(&RecordedEvent) -> Result<Data, Unread>,
    pub(super) samples: fn() -> Vec<String>,
}

/// The events of one definition or vocabulary; none, where the crate has no lock.
#[derive(Debug, Clone, Copy)]
pub struct Goldens(pub Option<&'static [Golden]>);

inventory::collect!(Goldens);

type Unread = Box<dyn Error + Send + Sync>;

impl Golden {
    /// That of `E`.
    pub const fn of<E: Event + Storable>() -> Self {
        Self {
            event: EventType::of::<E>(),
            shape: E::SHAPE,
            type_name: type_name::<E>,
            read: read::<E>,
            samples: sample::of::<E>,
        }
    }

    /// Reads a sample as what is on record is read, and writes it as it would be written today.
    pub(super) fn read(&self, name: &str, schema: u32, sample: &str) -> Result<Data, Unread> {
        (self.read)(&schema::on_record(name, schema, sample))
    }
}

fn read<E: Event>(event: &RecordedEvent) -> Result<Data, Unread> {
    let read = event.decode::<E>()?;
    Ok(Data::encode(E::NAME, &*read, &E::STORED)?)
}

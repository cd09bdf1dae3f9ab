use super::folds::{Folds, Slot};
use super::model::{Projection, Shape};
use super::{Change, Changes, ReadError};
use crate::id::IdError;
use crate::log::{DecodeError, Recorded, RecordedEvent};
use crate::message::Event;
use std::fmt;

/// The rows of `P`, as one event changes them: what a `#[project]` method takes that is for rows
/// of its own choice.
///
/// ```standalone_crate
/// use cqrs_core::prelude::*;
/// # #[commands("order", order: u64)]
/// # pub enum OrderCommand { PlaceOrder { lines: Vec<(String, u32)> } }
/// # #[events("order")]
/// # pub enum OrderEvent { Placed { lines: Vec<(String, u32)> } }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("order", id = u64)]
/// # pub struct Order;
/// # #[handle]
/// # impl Order {
/// #     fn place(&self, command: &PlaceOrder) -> Placed { Placed { lines: command.lines.clone() } }
/// # }
/// # #[apply]
/// # impl Order { fn placed(&mut self, _: &Placed) {} }
///
/// #[derive(Projection, Default, Serialize, Deserialize)]
/// #[projection("sales", key = String)] // a row for each product
/// pub struct Sales {
///     pub pieces: u32,
/// }
///
/// #[project]
/// impl Sales {
///     fn placed(rows: &mut RowsMut<Self>, event: &Placed) {
///         for (product, pieces) in &event.lines {
///             rows.change(product, |row| row.pieces += pieces);
///         }
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let bus = Bus::open(Memory::new()).await?;
/// # let lines = vec![("tea".into(), 2), ("pot".into(), 1), ("tea".into(), 3)];
/// # let receipt = bus.dispatch(PlaceOrder { order: 1, lines }).await?;
/// # assert_eq!(bus.find::<Sales>(&"tea".into()).after(&receipt).await?.unwrap().pieces, 5);
/// # Ok(())
/// # }
/// ```
///
/// A row that is not at hand yet is noted, and its part of the event is folded once it is: the
/// method is then called again, and changes that row alone.
pub struct RowsMut<'a, P: Projection> {
    event: &'a RecordedEvent,
    folds: &'a mut Folds<P>,
}

impl<'a, P: Projection> RowsMut<'a, P> {
    pub(crate) fn new(event: &'a RecordedEvent, folds: &'a mut Folds<P>) -> Self {
        Self { event, folds }
    }

    /// Changes the row of `key`; where there is none yet, from the default.
    ///
    /// `change` may return what a `#[project]` method may: nothing, a [`Change`], or a `Result` of either.
    #[inline]
    pub fn change<T: Changes>(&mut self, key: &P::Key, change: impl FnOnce(&mut P) -> T) {
        self.fold(key, None, |row| change(row).change());
    }

    /// Deletes the row of `key`.
    pub fn delete(&mut self, key: &P::Key) {
        self.fold(key, None, |_| Ok(Change::Delete));
    }

    /// Folds the event, as an `E`, into the row that its stream stands for.
    ///
    /// # Errors
    /// When the stream's id does not parse as the key.
    #[doc(hidden)]
    #[inline]
    pub fn of_stream<E: Event, T: Changes>(
        &mut self,
        change: impl FnOnce(&mut P, &E, &Recorded) -> T,
    ) -> Result<(), ProjectError> {
        let event = self.event;
        let key = P::Shape::stream_key::<P>(event)?;
        let schema = event.recorded().schema;
        let newer = (schema > E::VERSION).then_some(schema);
        self.fold(&key, newer, |row| {
            let decoded = event.decode::<E>().map_err(|error| error.to_string())?;
            change(row, &decoded, event.recorded()).change()
        });
        Ok(())
    }

    fn fold(
        &mut self,
        key: &P::Key,
        newer: Option<u32>,
        fold: impl FnOnce(&mut P) -> Result<Change, String>,
    ) {
        let folds = &mut *self.folds;
        if folds.only.as_ref().is_some_and(|only| !only.contains(key)) {
            return; // folded in an earlier pass
        }
        if !folds.parking.is_empty() && folds.waits(key, self.event) {
            return;
        }
        let folded = if let Some(slot) = folds.rows.get_mut(key) {
            slot.fold(fold)
        } else if folds.complete && folds.may_stand(key) {
            let absent = folds.rows.entry(key.clone());
            absent.or_insert_with(Slot::absent).fold(fold)
        } else {
            folds.lack(key, self.event);
            return;
        };
        let reason = match folded {
            Ok(()) if folds.careful.is_empty() => return,
            Ok(()) => match folds.unwritable(key) {
                None => return,
                Some(reason) => reason,
            },
            Err(reason) => reason,
        };
        folds.refuse(key, self.event, reason, newer);
    }
}

impl<P: Projection> fmt::Debug for RowsMut<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowsMut<{}>({})", P::NAME, self.event.place())
    }
}

/// An event that cannot be projected, whatever row it is for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// It does not decode, so its key is not known.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Its stream's id is no key of the projection.
    #[error(transparent)]
    Key(#[from] IdError),
    /// The row it concerns cannot be read.
    #[error(transparent)]
    Row(#[from] ReadError),
    /// The method that was to write to tables of its own says that it cannot.
    #[error("{0}")]
    Tables(String),
}

//! What became of a command, asked later: whether it was accepted, and what it led to.

use super::{Bus, LoadError, Receipt};
use crate::log::{CommandId, LogFilter, Position, RecordedEvent, StreamId, Tenant, Version};
use crate::message::Event;
use crate::store::{EventStore, LogQuery, MAX_BATCH_EVENTS, StoreError, StreamQuery};

/// How many events of a stream are looked through at first: most commands lead to a few.
const FEW: u64 = 8;

impl<S: EventStore, R> Bus<S, R> {
    /// The receipt of the command that was sent under that id, by `.id(..)`, if it was accepted; it says
    /// `repeated`.
    ///
    /// `None` says that it was refused, or did not come yet: a refusal is not kept. So of a use case
    /// that takes several commands, each with an id of its own, this tells how far it came.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn receipt(&self, id: impl Into<CommandId>) -> Result<Option<Receipt>, StoreError> {
        let id = id.into();
        let record = self.store.command(&Tenant::default(), id).await?;
        Ok(record.map(|record| Receipt {
            command_id: id,
            version: record.version,
            position: record.position,
            repeated: true,
        }))
    }

    /// The events that the command led to, in order; none, if it decided on nothing. Also of a
    /// command that was repeated: what it led to when it was accepted.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn recorded(&self, receipt: &Receipt) -> Result<Vec<RecordedEvent>, StoreError> {
        let Some(stream) = self.stream_at(receipt.position).await? else {
            return Ok(Vec::new());
        };
        let through = receipt.version.get();
        let mut back = FEW;
        loop {
            let after = through.saturating_sub(back);
            let page = StreamQuery {
                stream: stream.clone(),
                after: Version::from(after),
                limit: usize::try_from(through - after).unwrap_or(MAX_BATCH_EVENTS),
            };
            let mut events = self.store.stream(page).await?;
            let read = events.len();
            // the events of one command stand next to each other
            events.retain(|event| event.recorded().metadata.command_id == receipt.command_id);
            let all = events.len() < read || after == 0 || back >= MAX_BATCH_EVENTS as u64;
            if all {
                return Ok(events);
            }
            back = (back * 8).min(MAX_BATCH_EVENTS as u64);
        }
    }

    /// The events of type `E` that the command led to: what it decided, for whoever dispatched it.
    ///
    /// ```standalone_crate
    /// # use cqrs_core::prelude::*;
    /// # #[commands("copy", copy: String)]
    /// # pub enum CopyCommand { Return { days_late: u64 } }
    /// # #[events("copy")]
    /// # pub enum CopyEvent { Returned, Fined { cents: u64 } }
    /// # #[derive(Aggregate, Default)]
    /// # #[aggregate("copy", id = String)]
    /// # pub struct Copy;
    /// # #[handle]
    /// # impl Copy {
    /// #     fn take_back(&self, command: &Return) -> (Returned, Option<Fined>) {
    /// #         let days = command.days_late;
    /// #         (Returned, (days > 0).then_some(Fined { cents: 25 * days }))
    /// #     }
    /// # }
    /// # #[apply]
    /// # impl Copy {
    /// #     fn returned(&mut self, _: &Returned) {}
    /// #     fn fined(&mut self, _: &Fined) {}
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let bus = Bus::open(Memory::new()).await?;
    /// let receipt = bus.dispatch(Return { copy: "dune-1".into(), days_late: 3 }).await?;
    /// let fined = bus.decided::<Fined>(&receipt).await?;
    /// assert_eq!(fined.first().map(|fined| fined.cents), Some(75));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the store cannot be read, or such an event does not decode.
    pub async fn decided<E: Event + Clone>(&self, receipt: &Receipt) -> Result<Vec<E>, LoadError> {
        let events = self.recorded(receipt).await?;
        let of_type = events.iter().filter(|event| event.name() == E::NAME);
        let decoded = of_type.map(|event| Ok(event.decode::<E>()?.into_owned()));
        decoded.collect()
    }

    /// The stream of the event at that position.
    async fn stream_at(&self, position: Position) -> Result<Option<StreamId>, StoreError> {
        let query = LogQuery {
            after: Position::from(position.get().saturating_sub(1)),
            through: Some(position),
            filter: LogFilter::all(),
            limit: 1,
        };
        let page = self.store.log(query).await?;
        Ok(page
            .events
            .first()
            .map(|event| event.recorded().stream.clone()))
    }
}

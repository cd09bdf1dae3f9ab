//! A projection with tables of its own: what it does is done by the store, in the commit that moves its checkpoint.

use super::worker::{Folded, Step, Worker};
use crate::log::RecordedEvent;
use crate::message::EventType;
use crate::projection::parking::Parking;
use crate::projection::{Project, Shape};
use crate::store::{IndexedField, StoredRow, Table, TableWork, TransactionType};
use std::marker::PhantomData;
use std::sync::Arc;

/// It keeps nothing at hand, and parks no keys, since it has none.
pub(super) struct InTables<P>(PhantomData<fn() -> P>);

impl<P> InTables<P> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<P: Project> Worker for InTables<P> {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn table(&self) -> Table {
        Table::of::<P>()
    }

    fn row_shape(&self) -> u64 {
        P::ROW_SHAPE
    }

    fn indexes(&self) -> &'static [IndexedField] {
        &[]
    }

    fn is_inline(&self) -> bool {
        false
    }

    fn transaction(&self) -> Option<TransactionType> {
        P::Shape::transaction()
    }

    fn making(&self) -> Option<TableWork> {
        Some(TableWork::make(self.table(), P::make_tables))
    }

    fn another(&self) -> Box<dyn Worker> {
        Box::new(Self::new())
    }

    fn events(&self) -> &'static [EventType] {
        P::EVENTS
    }

    fn fold(&mut self, events: &[RecordedEvent], _: bool) -> Step {
        let fold = P::project_into_tables;
        let work = || TableWork::fold(self.table(), fold, events.to_vec());
        Step::Done(Folded {
            rows: Vec::new(),
            gathered: 0,
            at_hand: 0,
            tables: (!events.is_empty()).then(work),
            failed: None,
            parking: Arc::default(),
        })
    }

    fn retry(&mut self, _: &Arc<str>, _: &[RecordedEvent]) -> Step {
        self.fold(&[], false)
    }

    fn go_on(&mut self, events: &[RecordedEvent], _: Vec<Option<StoredRow>>) -> Step {
        self.fold(events, false)
    }

    fn give_up(&mut self) {}

    fn resume(&mut self, _: Arc<Parking>, _: bool) {}
}

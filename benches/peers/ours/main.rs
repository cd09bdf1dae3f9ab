//! This library: a bus over `SQLite`, without projections.

use cqrs_core::log::{CommandId, Data, EventId, Metadata, Name, StreamId, Tags, Tenant};
use cqrs_core::prelude::*;
use cqrs_core::store::{Append, Batch, EventStore, Expect, NewEvent};
use cqrs_sqlite::Sqlite;
use peers_harness::{Attempt, Bank, Error, Failure, text};
use peers_ours::{Account, AccountError, Deposit, Deposited, Open, Opened};
use serde::Serialize;
use std::path::Path;

/// How many events are recorded at a time.
const PAGE: usize = 1_000;

struct Ours(Bus<Sqlite>);

impl Bank for Ours {
    const NAME: &'static str = "cqrs-sqlite";

    async fn open(directory: &Path) -> Result<Self, Error> {
        let store = Sqlite::at(directory.join("bank.db"));
        let bus = Bus::builder(store).without_projections().open().await?;
        Ok(Self(bus))
    }

    async fn begin(&self, account: u64) -> Attempt {
        let owner = "Ada".to_owned();
        told(self.0.dispatch(Open { account, owner }).await)
    }

    async fn deposit(&self, account: u64, amount: u64) -> Attempt {
        told(self.0.dispatch(Deposit { account, amount }).await)
    }

    async fn fill(&self, account: u64, events: u64) -> Result<(), Error> {
        let stream = StreamId::new(Tenant::default(), "account", account.to_string())?;
        let owner = "Ada".to_owned();
        let mut all = vec![event("account.opened", &Opened { owner })?];
        for balance in 1..events {
            let deposited = Deposited { amount: 1, balance };
            all.push(event("account.deposited", &deposited)?);
        }
        while !all.is_empty() {
            let rest = all.split_off(all.len().min(PAGE));
            let append = Append {
                stream: stream.clone(),
                expect: Expect::Any,
                events: std::mem::replace(&mut all, rest).into_iter().collect(),
                occurred_at: None,
                metadata: Metadata::of(CommandId::generate()),
                snapshot: None,
            };
            let mut batch = Batch::default();
            batch.appends = [append].into_iter().collect();
            self.0.store().commit(batch).await?;
        }
        Ok(())
    }

    async fn load(&self, account: u64) -> Result<u64, Error> {
        let loaded = self.0.load::<Account>(&account).await?;
        Ok(loaded.state.balance)
    }
}

fn told(answer: Result<Receipt, DispatchError<AccountError>>) -> Attempt {
    match answer {
        Ok(_) => Ok(1),
        Err(DispatchError::Conflict { attempts, .. }) => Err(Failure::Conflict(attempts.into())),
        Err(error) => Err(Failure::Other(text(error))),
    }
}

fn event(name: &'static str, event: &impl Serialize) -> Result<NewEvent, Error> {
    Ok(NewEvent {
        id: EventId::generate(),
        name: Name::from_static(name),
        schema: 1,
        data: Data::from_bytes(serde_json::to_vec(event)?),
        tags: Tags::default(),
    })
}

fn main() -> Result<(), Error> {
    peers_harness::run::<Ours>()
}

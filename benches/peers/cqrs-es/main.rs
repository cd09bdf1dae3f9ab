//! cqrs-es on sqlite-es: its event store, which loads all events of the aggregate for each command.

use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::PersistedEventStore;
use cqrs_es::{Aggregate, AggregateContext, AggregateError, DomainEvent, EventStore};
use peers_harness::{Attempt, Bank, Error, Failure, text};
use serde::{Deserialize, Serialize};
use sqlite_es::{SqliteCqrs, SqliteEventRepository, sqlite_cqrs};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::collections::HashMap;
use std::path::Path;

#[derive(Debug, Default, Serialize, Deserialize)]
struct Account {
    open: bool,
    balance: u64,
}

enum Command {
    Open { owner: String },
    Deposit { amount: u64 },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Event {
    Opened { owner: String },
    Deposited { amount: u64, balance: u64 },
}

impl DomainEvent for Event {
    fn event_type(&self) -> String {
        match self {
            Self::Opened { .. } => "Opened".to_owned(),
            Self::Deposited { .. } => "Deposited".to_owned(),
        }
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

#[derive(Debug, thiserror::Error)]
enum AccountError {
    #[error("it is open")]
    AlreadyOpen,
    #[error("it is not open")]
    NotOpen,
}

impl Aggregate for Account {
    const TYPE: &'static str = "account";
    type Command = Command;
    type Event = Event;
    type Error = AccountError;
    type Services = ();

    async fn handle(
        &mut self,
        command: Command,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), AccountError> {
        let event = match command {
            Command::Open { .. } if self.open => return Err(AccountError::AlreadyOpen),
            Command::Deposit { .. } if !self.open => return Err(AccountError::NotOpen),
            Command::Open { owner } => Event::Opened { owner },
            Command::Deposit { amount } => {
                let balance = self.balance + amount;
                Event::Deposited { amount, balance }
            }
        };
        sink.write(event, self).await;
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Opened { .. } => self.open = true,
            Event::Deposited { amount, .. } => self.balance += amount,
        }
    }
}

/// As in its documentation.
const TABLE: &str = "CREATE TABLE events (
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    sequence integer CHECK (sequence >= 0) NOT NULL,
    event_type text NOT NULL,
    event_version text NOT NULL,
    payload text NOT NULL,
    metadata text NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)
) STRICT";

struct CqrsEs {
    cqrs: SqliteCqrs<Account>,
    /// The same store, to load from.
    store: PersistedEventStore<SqliteEventRepository, Account>,
}

impl Bank for CqrsEs {
    const NAME: &'static str = "sqlite-es 0.5.0";
    const NOTE: &'static str = "`default_sqlite_pool` sets synchronous=NORMAL, under which the last commits may be lost with the power; here the same pool with FULL";

    async fn open(directory: &Path) -> Result<Self, Error> {
        let options = SqliteConnectOptions::new()
            .filename(directory.join("bank.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(10)
            .connect_with(options)
            .await?;
        sqlx::raw_sql(TABLE).execute(&pool).await?;
        let repository = SqliteEventRepository::new(pool.clone());
        Ok(Self {
            cqrs: sqlite_cqrs(pool, vec![], ()),
            store: PersistedEventStore::new_event_store(repository),
        })
    }

    async fn begin(&self, account: u64) -> Attempt {
        let owner = "Ada".to_owned();
        self.execute(account, Command::Open { owner }).await
    }

    async fn deposit(&self, account: u64, amount: u64) -> Attempt {
        self.execute(account, Command::Deposit { amount }).await
    }

    async fn fill(&self, account: u64, events: u64) -> Result<(), Error> {
        let empty = self.store.load_aggregate(&account.to_string()).await;
        let owner = "Ada".to_owned();
        let mut all = vec![Event::Opened { owner }];
        all.extend((1..events).map(|balance| Event::Deposited { amount: 1, balance }));
        let committed = self.store.commit(all, empty.map_err(text)?, HashMap::new());
        committed.await.map_err(text)?;
        Ok(())
    }

    async fn load(&self, account: u64) -> Result<u64, Error> {
        let loaded = self.store.load_aggregate(&account.to_string()).await;
        Ok(loaded.map_err(text)?.aggregate().balance)
    }
}

impl CqrsEs {
    async fn execute(&self, account: u64, command: Command) -> Attempt {
        match self.cqrs.execute(&account.to_string(), command).await {
            Ok(()) => Ok(1),
            Err(AggregateError::AggregateConflict) => Err(Failure::Conflict(1)),
            Err(error) => Err(Failure::of(error)),
        }
    }
}

fn main() -> Result<(), Error> {
    peers_harness::run::<CqrsEs>()
}

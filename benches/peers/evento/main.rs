//! evento on its `SQLite` executor, with the write model of its documentation: a projection whose rows
//! are kept in memory, and commands that go on at the version that was loaded.

#![allow(clippy::unused_async, reason = "handlers of evento are async")]

use evento::metadata::Event;
use evento::migrator::{Migrate, Plan};
use evento::{Projection, ProjectionAggregate, WriteError};
use peers_harness::{Attempt, Bank, Error, Failure};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::sync::PoisonError;

#[evento::aggregate(name = "bank/Account")]
pub enum Account {
    #[evento(name = "Opened")]
    Opened { owner: String },
    #[evento(name = "Deposited")]
    Deposited { amount: u64, balance: u64 },
}

#[evento::projection(id = id)]
#[evento::snapshot(memory)]
pub struct Balance {
    pub id: String,
    pub amount: u64,
}

#[evento::handler]
async fn on_opened(event: Event<Opened>, row: &mut Balance) -> anyhow::Result<()> {
    event.aggregate_id.clone_into(&mut row.id);
    Ok(())
}

#[evento::handler]
async fn on_deposited(event: Event<Deposited>, row: &mut Balance) -> anyhow::Result<()> {
    row.amount += event.data.amount;
    Ok(())
}

fn balance() -> Projection<evento::Sqlite, Balance> {
    Projection::new::<Account>()
        .handler(on_opened())
        .handler(on_deposited())
        .strict()
}

/// How many events are recorded at a time.
const PAGE: u16 = 1_000;

struct Evento(evento::Sqlite);

impl Bank for Evento {
    const NAME: &'static str = "evento 2.0.0-alpha.38";
    const NOTE: &'static str = "its documentation opens sqlx's default pool, which keeps a rollback journal; here the same pool with WAL and FULL. Its stream is of 60 000 events: its versions are u16";
    const LONG: u64 = 60_000;

    async fn open(directory: &Path) -> Result<Self, Error> {
        let options = SqliteConnectOptions::new()
            .filename(directory.join("bank.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let pool = SqlitePoolOptions::new().connect_with(options).await?;
        let mut connection = pool.acquire().await?;
        evento::sql_migrator::new::<sqlx::Sqlite>()?
            .run(&mut *connection, &Plan::apply_all())
            .await?;
        drop(connection);
        Ok(Self(pool.into()))
    }

    /// A new account needs no load: the append is refused where its stream has begun.
    async fn begin(&self, account: u64) -> Attempt {
        let owner = "Ada".to_owned();
        let opened = evento::append(account.to_string())
            .original_version(0)
            .event(&Opened { owner })
            .commit(&self.0)
            .await;
        told(opened)
    }

    async fn deposit(&self, account: u64, amount: u64) -> Attempt {
        let loaded = balance().load(account.to_string()).execute(&self.0).await;
        let Some(row) = loaded.map_err(Failure::of)? else {
            return Err(Failure::Other("it is not open".into()));
        };
        let balance = row.amount + amount;
        let mut write = row.write().map_err(Failure::of)?;
        told(
            write
                .event(&Deposited { amount, balance })
                .commit(&self.0)
                .await,
        )
    }

    async fn fill(&self, account: u64, events: u64) -> Result<(), Error> {
        let events = u16::try_from(events)?;
        for first in (0..events).step_by(PAGE.into()) {
            let mut write = evento::append(account.to_string());
            write.original_version(first);
            for version in first..events.min(first + PAGE) {
                if version == 0 {
                    let owner = "Ada".to_owned();
                    write.event(&Opened { owner });
                } else {
                    let (amount, balance) = (1, version.into());
                    write.event(&Deposited { amount, balance });
                }
            }
            write.commit(&self.0).await?;
        }
        Ok(())
    }

    async fn load(&self, account: u64) -> Result<u64, Error> {
        Balance::snapshot_rows()
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        let loaded = balance().load(account.to_string()).execute(&self.0).await?;
        Ok(loaded.map_or(0, |row| row.amount))
    }
}

fn told<T>(written: Result<T, WriteError>) -> Attempt {
    match written {
        Ok(_) => Ok(1),
        Err(WriteError::InvalidOriginalVersion) => Err(Failure::Conflict(1)),
        Err(error) => Err(Failure::of(error)),
    }
}

fn main() -> Result<(), Error> {
    peers_harness::run::<Evento>()
}

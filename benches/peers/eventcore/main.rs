//! eventcore on eventcore-sqlite, without its optional snapshots, with its default retries.

use eventcore::{
    Command, CommandError, CommandLogic, Event, NewEvents, RetryPolicy, StreamId, execute,
};
use eventcore_sqlite::{SqliteConfig, SqliteEventStore};
use eventcore_types::{EventStore, StreamVersion, StreamWrites};
use peers_harness::{Attempt, Bank, Error, Failure};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum AccountEvent {
    Opened {
        account: StreamId,
        owner: String,
    },
    Deposited {
        account: StreamId,
        amount: u64,
        balance: u64,
    },
}

impl Event for AccountEvent {
    fn stream_id(&self) -> &StreamId {
        match self {
            Self::Opened { account, .. } | Self::Deposited { account, .. } => account,
        }
    }

    fn event_type_name() -> &'static str {
        "AccountEvent"
    }
}

#[derive(Clone, Default)]
struct Account {
    open: bool,
    balance: u64,
}

impl Account {
    fn after(mut self, event: &AccountEvent) -> Self {
        match event {
            AccountEvent::Opened { .. } => self.open = true,
            AccountEvent::Deposited { amount, .. } => self.balance += amount,
        }
        self
    }
}

#[derive(Command)]
struct Open {
    #[stream]
    account: StreamId,
    owner: String,
}

impl CommandLogic for Open {
    type Event = AccountEvent;
    type State = Account;

    fn apply(&self, state: Account, event: &AccountEvent) -> Account {
        state.after(event)
    }

    fn handle(&self, state: Account) -> Result<NewEvents<AccountEvent>, CommandError> {
        if state.open {
            return Err("it is open".into());
        }
        let (account, owner) = (self.account.clone(), self.owner.clone());
        Ok(vec![AccountEvent::Opened { account, owner }].into())
    }
}

#[derive(Command)]
struct Deposit {
    #[stream]
    account: StreamId,
    amount: u64,
}

impl CommandLogic for Deposit {
    type Event = AccountEvent;
    type State = Account;

    fn apply(&self, state: Account, event: &AccountEvent) -> Account {
        state.after(event)
    }

    fn handle(&self, state: Account) -> Result<NewEvents<AccountEvent>, CommandError> {
        if !state.open {
            return Err("it is not open".into());
        }
        Ok(vec![deposited(
            self.account.clone(),
            self.amount,
            state.balance + self.amount,
        )]
        .into())
    }
}

/// Decides nothing: tells what a command would be decided on.
#[derive(Command)]
struct Look {
    #[stream]
    account: StreamId,
    balance: Arc<AtomicU64>,
}

impl CommandLogic for Look {
    type Event = AccountEvent;
    type State = Account;

    fn apply(&self, state: Account, event: &AccountEvent) -> Account {
        state.after(event)
    }

    fn handle(&self, state: Account) -> Result<NewEvents<AccountEvent>, CommandError> {
        self.balance.store(state.balance, Ordering::Relaxed);
        Ok(vec![].into())
    }
}

struct Eventcore(SqliteEventStore);

impl Bank for Eventcore {
    const NAME: &'static str = "eventcore-sqlite 2.1.0";

    /// It sets WAL; FULL is what `SQLite` does unless it is told otherwise.
    async fn open(directory: &Path) -> Result<Self, Error> {
        let store = SqliteEventStore::new(SqliteConfig {
            path: directory.join("bank.db"),
            encryption_key: None,
        })?;
        store.migrate().await?;
        Ok(Self(store))
    }

    async fn begin(&self, account: u64) -> Attempt {
        let (account, owner) = (stream(account), "Ada".to_owned());
        self.execute(Open { account, owner }).await
    }

    async fn deposit(&self, account: u64, amount: u64) -> Attempt {
        let account = stream(account);
        self.execute(Deposit { account, amount }).await
    }

    async fn fill(&self, account: u64, events: u64) -> Result<(), Error> {
        let account = stream(account);
        let begun = StreamWrites::new().register_stream(account.clone(), StreamVersion::new(0))?;
        let mut writes = begun.append(AccountEvent::Opened {
            account: account.clone(),
            owner: "Ada".to_owned(),
        })?;
        for balance in 1..events {
            writes = writes.append(deposited(account.clone(), 1, balance))?;
        }
        self.0.append_events(writes).await?;
        Ok(())
    }

    async fn load(&self, account: u64) -> Result<u64, Error> {
        let balance = Arc::new(AtomicU64::new(0));
        let look = Look {
            account: stream(account),
            balance: Arc::clone(&balance),
        };
        execute(&self.0, look, RetryPolicy::new()).await?;
        Ok(balance.load(Ordering::Relaxed))
    }
}

impl Eventcore {
    async fn execute(&self, command: impl CommandLogic) -> Attempt {
        match execute(&self.0, command, RetryPolicy::new()).await {
            Ok(response) => Ok(response.attempts().into()),
            Err(CommandError::ConcurrencyError(retries)) => {
                Err(Failure::Conflict(u64::from(retries) + 1))
            }
            Err(error) => Err(Failure::of(error)),
        }
    }
}

fn stream(account: u64) -> StreamId {
    StreamId::try_new(account.to_string()).expect("a number is a name")
}

fn deposited(account: StreamId, amount: u64, balance: u64) -> AccountEvent {
    AccountEvent::Deposited {
        account,
        amount,
        balance,
    }
}

fn main() -> Result<(), Error> {
    peers_harness::run::<Eventcore>()
}

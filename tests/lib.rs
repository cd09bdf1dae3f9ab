//! The domain that the tests share: an account, as the README has it, and views of it.

use cqrs_core::prelude::*;

/// Names an account.
#[derive(Id)]
pub struct AccountId(String);

/// What may be asked of an account.
#[commands("account", account: AccountId)]
pub enum AccountCommand {
    /// Opens it.
    OpenAccount { owner: String },
    /// Adds to it.
    Deposit { amount: u64 },
    /// Takes from it.
    Withdraw { amount: u64 },
    /// Takes all that is there; nothing happens where nothing is there.
    Empty,
    /// Adds to it and takes the fee in one decision.
    DepositWithFee { amount: u64, fee: u64 },
    /// Panics in the handler.
    Explode,
}

/// What happens to an account.
#[events("account")]
pub enum AccountEvent {
    /// It was opened.
    Opened { owner: String },
    /// Money came.
    Deposited { amount: u64 },
    /// Money went.
    Withdrawn { amount: u64 },
}

/// Why an account refuses.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// It is open.
    #[error("the account is open already")]
    AlreadyOpen,
    /// It is not open.
    #[error("there is no such account")]
    NotOpen,
    /// It has too little.
    #[error("the balance does not cover the amount")]
    Insufficient,
}

/// An account.
#[derive(Aggregate, Debug, Default)]
#[aggregate("account", id = AccountId)]
pub struct Account {
    open: bool,
    balance: u64,
}

impl Account {
    /// How much is there.
    pub fn balance(&self) -> u64 {
        self.balance
    }
}

#[handle]
impl Account {
    fn open(&self, command: &OpenAccount) -> Result<Opened, AccountError> {
        ensure!(!self.open, AccountError::AlreadyOpen);
        Ok(Opened {
            owner: command.owner.clone(),
        })
    }

    fn deposit(&self, command: &Deposit) -> Result<Deposited, AccountError> {
        ensure!(self.open, AccountError::NotOpen);
        Ok(Deposited {
            amount: command.amount,
        })
    }

    fn withdraw(&self, command: &Withdraw) -> Result<Withdrawn, AccountError> {
        ensure!(self.balance >= command.amount, AccountError::Insufficient);
        Ok(Withdrawn {
            amount: command.amount,
        })
    }

    fn empty(&self, _: &Empty) -> Option<Withdrawn> {
        (self.balance > 0).then_some(Withdrawn {
            amount: self.balance,
        })
    }

    fn deposit_with_fee(
        &self,
        command: &DepositWithFee,
    ) -> Result<(Deposited, Withdrawn), AccountError> {
        ensure!(self.open, AccountError::NotOpen);
        Ok((
            Deposited {
                amount: command.amount,
            },
            Withdrawn {
                amount: command.fee,
            },
        ))
    }

    fn explode(&self, _: &Explode) -> Vec<AccountEvent> {
        panic!("boom at balance {}", self.balance)
    }
}

#[apply]
impl Account {
    fn opened(&mut self, _: &Opened) {
        self.open = true;
    }

    fn deposited(&mut self, event: &Deposited) {
        self.balance += event.amount;
    }

    fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.amount;
    }
}

/// One row an account.
#[derive(Projection, Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[projection("balances", key = AccountId)]
pub struct Balance {
    /// Whose.
    pub owner: String,
    /// How much.
    #[index]
    pub amount: u64,
}

#[project]
impl Balance {
    fn opened(&mut self, event: &Opened) {
        self.owner.clone_from(&event.owner);
    }

    fn deposited(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }

    fn withdrawn(&mut self, event: &Withdrawn) {
        self.amount -= event.amount;
    }
}

/// The richest accounts.
#[derive(Query)]
pub struct Richest {
    /// How many.
    pub limit: usize,
}

#[answer]
impl Balance {
    async fn richest(rows: &Rows<Self>, query: &Richest) -> Result<Vec<Row<Self>>, ReadError> {
        rows.by(Self::AMOUNT).descending().limit(query.limit).await
    }
}

/// One value: what the whole bank holds.
#[derive(Projection, Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[projection("holdings")]
pub struct Holdings {
    /// How many accounts.
    pub accounts: u64,
    /// How much they hold.
    pub total: u64,
    /// The business time of the last movement.
    pub last: Option<Timestamp>,
}

#[project]
impl Holdings {
    fn opened(&mut self, _: &Opened) {
        self.accounts += 1;
    }

    fn deposited(&mut self, event: &Deposited, at: &Recorded) {
        self.total += event.amount;
        self.last = Some(at.occurred_at);
    }

    fn withdrawn(&mut self, event: &Withdrawn, at: &Recorded) {
        self.total -= event.amount;
        self.last = Some(at.occurred_at);
    }
}

/// How much an account holds on average.
#[derive(Query)]
pub struct Average;

#[answer]
impl Holdings {
    fn average(&self, _: &Average) -> Option<u64> {
        self.total.checked_div(self.accounts)
    }
}

/// One row an owner, over all accounts, deleted when nothing is left.
#[derive(Projection, Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[projection("owners", key = String)]
pub struct Owner {
    /// The accounts.
    pub accounts: Vec<String>,
}

#[project]
impl Owner {
    #[key(event.owner)]
    fn opened(&mut self, event: &Opened, at: &Recorded) -> Change {
        self.accounts.push(at.stream.id().to_owned());
        if event.owner == "nobody" {
            Change::Delete
        } else {
            Change::Keep
        }
    }
}

/// One row an owner, and one for everyone: an event for two rows.
#[derive(Projection, Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
#[projection("register", key = String)]
pub struct Register {
    /// How many accounts.
    pub accounts: u64,
}

#[project]
impl Register {
    #[key(event.owner, "everyone".to_owned())]
    fn opened(&mut self, event: &Opened) {
        self.accounts += 1;
    }
}

/// An account's id.
pub fn account(id: &str) -> AccountId {
    AccountId::from(id)
}

/// A bus on a new memory store.
pub async fn open() -> Bus<Memory> {
    Bus::open(Memory::new())
        .await
        .expect("the shared domain opens")
}

/// Writes methods of an `EventStore` that only pass on to the store in that field: those of these names.
#[macro_export]
macro_rules! forward {
    ($inner:tt: $($method:ident)*) => { $($crate::forward!(@ $method $inner);)* };
    (@ keeping $inner:tt) => {
        fn keeping(&self) -> ::cqrs_core::log::Keeping {
            ::cqrs_core::store::EventStore::keeping(&self.$inner)
        }
    };
    (@ commit $inner:tt) => {
        fn commit(
            &self,
            batch: ::cqrs_core::store::Batch,
        ) -> impl Future<
            Output = Result<::cqrs_core::store::Committed, ::cqrs_core::store::CommitError>,
        > + Send
        + use<> {
            ::cqrs_core::store::EventStore::commit(&self.$inner, batch)
        }
    };
    (@ stream $inner:tt) => {
        async fn stream(
            &self,
            query: ::cqrs_core::store::StreamQuery,
        ) -> Result<Vec<::cqrs_core::log::RecordedEvent>, ::cqrs_core::store::StoreError> {
            ::cqrs_core::store::EventStore::stream(&self.$inner, query).await
        }
    };
    (@ log $inner:tt) => {
        async fn log(
            &self,
            query: ::cqrs_core::store::LogQuery,
        ) -> Result<::cqrs_core::store::LogPage, ::cqrs_core::store::StoreError> {
            ::cqrs_core::store::EventStore::log(&self.$inner, query).await
        }
    };
    (@ head $inner:tt) => {
        async fn head(&self) -> Result<::cqrs_core::Position, ::cqrs_core::store::StoreError> {
            ::cqrs_core::store::EventStore::head(&self.$inner).await
        }
    };
    (@ grown $inner:tt) => {
        async fn grown(
            &self,
            position: ::cqrs_core::Position,
        ) -> Result<(), ::cqrs_core::store::StoreError> {
            ::cqrs_core::store::EventStore::grown(&self.$inner, position).await
        }
    };
    (@ command $inner:tt) => {
        async fn command(
            &self,
            tenant: &::cqrs_core::log::Tenant,
            id: ::cqrs_core::CommandId,
        ) -> Result<Option<::cqrs_core::store::CommandRecord>, ::cqrs_core::store::StoreError> {
            ::cqrs_core::store::EventStore::command(&self.$inner, tenant, id).await
        }
    };
    (@ rows_of $inner:tt) => {
        async fn rows_of(
            &self,
            table: &::cqrs_core::store::Table,
            keys: &[String],
        ) -> Result<Vec<Option<::cqrs_core::store::StoredRow>>, ::cqrs_core::store::StoreError> {
            ::cqrs_core::store::EventStore::rows_of(&self.$inner, table, keys).await
        }
    };
    (@ rows $inner:tt) => {
        async fn rows(
            &self,
            query: ::cqrs_core::store::RowQuery,
        ) -> Result<Vec<::cqrs_core::store::StoredRow>, ::cqrs_core::store::StoreError> {
            ::cqrs_core::store::EventStore::rows(&self.$inner, query).await
        }
    };
    (@ count $inner:tt) => {
        async fn count(
            &self,
            table: &::cqrs_core::store::Table,
            within: &[::cqrs_core::store::IndexRange],
        ) -> Result<u64, ::cqrs_core::store::StoreError> {
            ::cqrs_core::store::EventStore::count(&self.$inner, table, within).await
        }
    };
    (@ checkpoint $inner:tt) => {
        async fn checkpoint(
            &self,
            table: &::cqrs_core::store::Table,
        ) -> Result<::cqrs_core::Position, ::cqrs_core::store::StoreError> {
            ::cqrs_core::store::EventStore::checkpoint(&self.$inner, table).await
        }
    };
    (@ snapshot $inner:tt) => {
        async fn snapshot(
            &self,
            stream: &::cqrs_core::log::StreamId,
        ) -> Result<Option<::cqrs_core::store::Snapshot>, ::cqrs_core::store::StoreError> {
            ::cqrs_core::store::EventStore::snapshot(&self.$inner, stream).await
        }
    };
    (@ queued $inner:tt) => {
        async fn queued(
            &self,
            query: ::cqrs_core::store::QueueQuery,
        ) -> Result<Vec<::cqrs_core::store::Queued>, ::cqrs_core::store::StoreError> {
            ::cqrs_core::store::EventStore::queued(&self.$inner, query).await
        }
    };
    (@ timers_due $inner:tt) => {
        async fn timers_due(
            &self,
            at: ::cqrs_core::log::Timestamp,
            limit: usize,
        ) -> Result<Vec<::cqrs_core::store::Timer>, ::cqrs_core::store::StoreError> {
            ::cqrs_core::store::EventStore::timers_due(&self.$inner, at, limit).await
        }
    };
    (@ identity $inner:tt) => {
        fn identity(&self) -> ::cqrs_core::log::StoreIdentity {
            ::cqrs_core::store::EventStore::identity(&self.$inner)
        }
    };
}

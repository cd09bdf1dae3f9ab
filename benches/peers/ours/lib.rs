//! The account, for both programs.

use cqrs_core::prelude::*;

/// What may be asked of an account.
#[commands("account", account: u64)]
pub enum AccountCommand {
    /// Opens it.
    Open { owner: String },
    /// Adds to it.
    Deposit { amount: u64 },
}

/// What happens to an account.
#[events("account")]
pub enum AccountEvent {
    /// It was opened.
    Opened { owner: String },
    /// Money came.
    Deposited { amount: u64, balance: u64 },
}

/// Why an account refuses.
#[derive(Debug, PartialEq, Eq)]
pub enum AccountError {
    /// It is open.
    AlreadyOpen,
    /// It is not open.
    NotOpen,
}

/// An account.
#[derive(Aggregate, Debug, Default, Clone)]
#[aggregate("account", id = u64)]
pub struct Account {
    /// Whether it is open.
    pub open: bool,
    /// What it holds.
    pub balance: u64,
}

#[handle]
impl Account {
    fn open(&self, command: &Open) -> Result<Opened, AccountError> {
        ensure!(!self.open, AccountError::AlreadyOpen);
        let owner = command.owner.clone();
        Ok(Opened { owner })
    }

    fn deposit(&self, command: &Deposit) -> Result<Deposited, AccountError> {
        ensure!(self.open, AccountError::NotOpen);
        let amount = command.amount;
        let balance = self.balance + amount;
        Ok(Deposited { amount, balance })
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
}

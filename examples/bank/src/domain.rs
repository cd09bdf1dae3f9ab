//! The whole domain of a bank account: what may be asked, what happens, who decides, what is shown.

use cqrs_core::prelude::*;

#[derive(Id)]
pub struct AccountId(String);

#[commands("account", account: AccountId)]
pub enum AccountCommand {
    OpenAccount { owner: String },
    Deposit { amount: u64 },
    Withdraw { amount: u64 },
}

#[events("account")]
pub enum AccountEvent {
    Opened { owner: String },
    Deposited { amount: u64 },
    Withdrawn { amount: u64 },
}

#[derive(Debug, PartialEq, thiserror::Error)]
pub enum AccountError {
    #[error("the account is open already")]
    AlreadyOpen,
    #[error("there is no such account")]
    NotOpen,
    #[error("the balance does not cover the amount")]
    Insufficient,
}

#[derive(Aggregate, Default)]
#[aggregate("account", id = AccountId)]
pub struct Account {
    open: bool,
    balance: u64,
}

#[handle]
impl Account {
    fn open(&self, command: &OpenAccount) -> Result<Opened, AccountError> {
        ensure!(!self.open, AccountError::AlreadyOpen);
        let owner = command.owner.clone();
        Ok(Opened { owner })
    }
    fn deposit(&self, command: &Deposit) -> Result<Deposited, AccountError> {
        ensure!(self.open, AccountError::NotOpen);
        let amount = command.amount;
        Ok(Deposited { amount })
    }
    fn withdraw(&self, command: &Withdraw) -> Result<Withdrawn, AccountError> {
        let amount = command.amount;
        ensure!(self.balance >= amount, AccountError::Insufficient);
        Ok(Withdrawn { amount })
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

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("balances", key = AccountId)]
pub struct Balance {
    pub owner: String,
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

pub async fn balance(bus: &Bus<Memory>, of: &AccountId) -> Result<Option<Balance>, ReadError> {
    bus.find::<Balance>(of).await
}

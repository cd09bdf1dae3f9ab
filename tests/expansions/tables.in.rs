//! `#[derive(Projection)]` and `#[project]` of a projection that keeps tables of its own: what makes them, and what
//! writes to them.
use super::*;

/// What a store lends.
#[derive(Debug)]
pub struct Transaction;

impl Transaction {
    fn execute(&self, sql: &str) -> Result<(), String> {
        let _ = self;
        if sql.is_empty() {
            Err("nothing".to_owned())
        } else {
            Ok(())
        }
    }
}

#[derive(Debug, Projection)]
#[projection("ledger", tables = Transaction)]
pub struct Ledger;

#[project]
impl Ledger {
    pub fn tables(tables: &Transaction) -> Result<(), String> {
        tables.execute("CREATE TABLE ledger (amount INTEGER)")
    }

    pub fn opened(_: &Transaction, event: &Opened) {
        debug_assert!(!event.owner.is_empty());
    }

    pub fn deposited(
        _: &Transaction,
        event: &Deposited,
        at: &Recorded,
        account: &AccountId,
    ) -> Result<(), String> {
        debug_assert_eq!(at.stream.id(), account.to_string());
        event
            .amount
            .checked_add(1)
            .map(|_| ())
            .ok_or("too much".to_owned())
    }
}

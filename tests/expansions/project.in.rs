//! `#[project]`: the row of the stream, those of keys, those of the method's own choice, and one value; with
//! the record of the event, and the id of what it happened to.
use super::*;

#[project]
impl Balance {
    pub fn opened(&mut self, event: &Opened, at: &Recorded) {
        self.owner = format!("{} at {}", event.owner, at.stream.category());
    }

    pub fn deposited(&mut self, event: &Deposited, account: &AccountId) -> Change {
        self.amount += event.amount;
        debug_assert!(!account.to_string().is_empty());
        Change::Keep
    }

    pub fn withdrawn(&mut self, event: &Withdrawn) -> Result<(), String> {
        let left = self.amount.checked_sub(event.amount);
        self.amount = left.ok_or("overdrawn")?;
        Ok(())
    }
}

#[project]
impl Turnover {
    #[key(event.branch, BranchId::from(0))]
    pub fn deposited(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }

    pub fn withdrawn(rows: &mut RowsMut<'_, Self>, event: &Withdrawn) {
        rows.change(&BranchId::from(0), |row| row.amount += event.amount);
    }
}

#[project]
impl Total {
    pub fn deposited(&mut self, event: &Deposited) {
        self.amount += event.amount;
    }
}

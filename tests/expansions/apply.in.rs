//! `#[apply]`, with the enum that it writes where that is asked.
use super::*;

#[apply(enum = AccountFact)]
impl Account {
    pub fn opened(&mut self, _: &Opened) {
        self.open = true;
    }

    pub fn deposited(&mut self, event: &Deposited) {
        self.balance += event.amount;
    }

    pub fn withdrawn(&mut self, event: &Withdrawn) {
        self.balance -= event.amount;
    }
}

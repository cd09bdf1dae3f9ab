//! `#[handle]`: of an aggregate, with what it may take, and of a service.
use super::*;

#[handle]
impl Account {
    pub fn open(&self, command: &OpenAccount) -> Result<Opened, AccountError> {
        ensure!(!self.open, AccountError::AlreadyOpen);
        let owner = command.owner.clone();
        Ok(Opened { owner })
    }

    pub async fn deposit(&self, command: &Deposit, limit: &Limit) -> Option<Deposited> {
        tokio::task::yield_now().await;
        let (amount, branch) = (command.amount, command.branch);
        (amount <= limit.0).then_some(Deposited { amount, branch })
    }

    pub fn withdraw(&self, command: &Withdraw) -> (Withdrawn, Noted) {
        let amount = command.amount;
        (Withdrawn { amount }, Noted)
    }

    pub fn note(&self, _: &Note, context: &Context) -> Vec<Noted> {
        context.actor().iter().map(|_| Noted).collect()
    }
}

#[handle]
impl Rates {
    pub fn set(&self, command: &SetRate) -> u64 {
        self.percent.swap(command.percent, Ordering::Relaxed)
    }

    pub fn forget(&self, _: &Forget) {
        self.percent.store(0, Ordering::Relaxed);
    }
}

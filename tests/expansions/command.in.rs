//! `#[derive(Command)]`: for an aggregate, and for a service.
use super::*;

#[derive(Debug, Clone, Command, Serialize, Deserialize)]
#[command("account.withdraw", version = 2)]
pub struct Withdraw {
    #[id]
    pub account: AccountId,
    pub amount: u64,
}

#[derive(Command, Serialize, Deserialize)]
pub struct SetRate {
    pub percent: u64,
}

#[derive(Command, Serialize, Deserialize)]
pub struct Forget;

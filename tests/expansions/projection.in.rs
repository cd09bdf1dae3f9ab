//! `#[derive(Projection)]`: rows by key, and one value.
use super::*;

#[derive(Debug, Clone, Default, PartialEq, Projection, Serialize, Deserialize)]
#[projection("balances", key = AccountId, version = 2)]
pub struct Balance {
    pub owner: String,
    #[index]
    pub amount: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Projection, Serialize, Deserialize)]
pub struct Total {
    pub amount: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Projection, Serialize, Deserialize)]
#[projection(key = BranchId, inline)]
pub struct Turnover {
    pub amount: u64,
}

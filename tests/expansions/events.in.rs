//! `#[events]`.
use super::*;

#[events("account")]
pub enum AccountEvent {
    Opened {
        owner: String,
    },
    #[event(version = 2)]
    Deposited {
        amount: u64,
        #[tag]
        branch: BranchId,
    },
}

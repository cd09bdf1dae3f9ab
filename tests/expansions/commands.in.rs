//! `#[commands]`.
use super::*;

#[commands("account", account: AccountId)]
#[derive(Eq)]
pub enum AccountCommand {
    /// Opens it.
    OpenAccount {
        owner: String,
    },
    #[command("account.pay_in", version = 2)]
    Deposit {
        amount: u64,
        branch: BranchId,
    },
    Note,
}

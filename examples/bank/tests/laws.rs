//! The account and its balance keep to the laws, whatever is asked.

#[path = "../src/domain.rs"]
#[allow(
    dead_code,
    missing_docs,
    reason = "of the bank, the account and its balance"
)]
mod domain;

use cqrs_core::testing::{laws, proptest::prelude::*};
use domain::{Account, AccountId, Balance, Deposit, OpenAccount, Withdraw};

#[test]
fn an_account_obeys_the_laws() {
    let account = || prop_oneof!["a", "b"].prop_map(AccountId::from);
    let payment = || (account(), 0..100_u64);
    let opening = (account(), "[a-z]{1,3}");
    laws::<Account>() // with the feature `proptest`
        .command(opening.prop_map(|(account, owner)| OpenAccount { account, owner }))
        .command(payment().prop_map(|(account, amount)| Deposit { account, amount }))
        .command(payment().prop_map(|(account, amount)| Withdraw { account, amount }))
        .projection::<Balance>()
        .hold();
}

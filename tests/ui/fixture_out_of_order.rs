use cqrs_core::testing::{Fixture, ProjectionFixture};
use cqrs_tests::*;

fn main() {
    let withdraw = || Withdraw { account: account("a"), amount: 1 };
    let withdrawn = || Withdrawn { amount: 1 };

    Account::given_nothing().then(withdrawn());
    Account::given_nothing().when(withdraw()).by("ada");
    Account::given_nothing().when(withdraw()).and_nothing_else();
    Account::given_nothing().when(withdraw()).then(withdrawn()).and_nothing_else().then(withdrawn());

    let row = || Balance::default();

    Balance::given(account("a"), withdrawn()).and_nothing_else();
    Balance::given(account("a"), withdrawn()).shows(&account("a"), row()).and(account("a"), withdrawn());
    Balance::given(account("a"), withdrawn()).shows_value(row());
    Holdings::given(account("a"), withdrawn()).shows(&account("a"), Holdings::default());
}

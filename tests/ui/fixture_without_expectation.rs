#![deny(unused_must_use)]

use cqrs_core::testing::{Fixture, ProjectionFixture};
use cqrs_tests::*;

fn main() {
    Account::given(Opened { owner: "Ada".into() });
    Account::given_nothing().when(Withdraw { account: account("a"), amount: 1 });
    Balance::given(account("a"), Withdrawn { amount: 1 });
}

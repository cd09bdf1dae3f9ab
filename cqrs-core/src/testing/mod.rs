//! Given, when, then: tests of an aggregate's decisions, and of projections, without a bus and
//! without a store of one's own.
//!
//! # Aggregates
//!
//! What happened is given, a command is what happens, and the events or the refusal that it leads
//! to are what is expected:
//!
//! ```standalone_crate
//! use cqrs_core::testing::Fixture;
//! # use cqrs_core::prelude::*;
//! #
//! # #[derive(Id)]
//! # pub struct AccountId(String);
//! #
//! # #[commands("account", account: AccountId)]
//! # pub enum AccountCommand {
//! #     Withdraw { amount: u64 },
//! # }
//! #
//! # #[events("account")]
//! # pub enum AccountEvent {
//! #     Opened { owner: String },
//! #     Deposited { amount: u64 },
//! #     Withdrawn { amount: u64 },
//! # }
//! #
//! # #[derive(Debug, PartialEq)]
//! # pub enum AccountError {
//! #     Insufficient,
//! # }
//! #
//! # #[derive(Aggregate, Default)]
//! # #[aggregate("account", id = AccountId)]
//! # pub struct Account {
//! #     balance: u64,
//! # }
//! #
//! # #[handle]
//! # impl Account {
//! #     fn withdraw(&self, command: &Withdraw) -> Result<Withdrawn, AccountError> {
//! #         ensure!(self.balance >= command.amount, AccountError::Insufficient);
//! #         Ok(Withdrawn { amount: command.amount })
//! #     }
//! # }
//! #
//! # #[apply]
//! # impl Account {
//! #     fn opened(&mut self, _: &Opened) {}
//! #     fn deposited(&mut self, event: &Deposited) {
//! #         self.balance += event.amount;
//! #     }
//! #     fn withdrawn(&mut self, event: &Withdrawn) {
//! #         self.balance -= event.amount;
//! #     }
//! # }
//! #
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let account = AccountId::from("a");
//!
//! Account::given((Opened { owner: "Ada".into() }, Deposited { amount: 50 }))
//!     .at("1997-01-01T12:00:00Z".parse()?) // the time that the handler sees
//!     .by("ada") // who asks
//!     .when(Withdraw { account: account.clone(), amount: 20 })
//!     .then(Withdrawn { amount: 20 })
//!     .and_nothing_else()
//!     .state(|account| assert_eq!(account.balance, 30));
//!
//! Account::given_nothing()
//!     .when(Withdraw { account, amount: 20 })
//!     .rejects(AccountError::Insufficient);
//! # Ok(())
//! # }
//! ```
//!
//! Each phase is a type: [`Given`], [`When`], [`Then`], [`End`]; what is out of order does not
//! compile. A failure panics at the line of the expectation that failed, and shows what was
//! expected beside what there is.
//!
//! Events are compared by what a store keeps of them: their stored name, version and JSON. They
//! need neither `PartialEq` nor `Debug`.
//!
//! ## Events come back from the log
//!
//! A durable store writes events and reads them again, so the fixture does the same with each
//! event, given or decided: it is encoded, decoded and encoded again, and must be the same JSON (in
//! whatever order an object has its keys); and what was decoded is what is applied to the state.
//! So a number that is NaN fails, and so does a field that is written but not read. What leaves no trace in the JSON, such
//! as a field with `#[serde(skip)]`, shows by its effect: in the [`state`](End::state), or in what is
//! decided on it. [`Given::without_round_trip`] turns this off.
//!
//! # Projections
//!
//! What happened is given, to one instance after the other, and rows are what is expected:
//!
//! ```
//! use cqrs_core::testing::ProjectionFixture;
//! # use cqrs_core::prelude::*;
//! #
//! # #[derive(Id)]
//! # pub struct AccountId(String);
//! #
//! # #[events("account")]
//! # pub enum AccountEvent {
//! #     Opened { owner: String },
//! #     Deposited { amount: u64 },
//! # }
//! #
//! # #[derive(Aggregate, Default)]
//! # #[aggregate("account", id = AccountId)]
//! # pub struct Account;
//! #
//! # #[apply]
//! # impl Account {
//! #     fn opened(&mut self, _: &Opened) {}
//! #     fn deposited(&mut self, _: &Deposited) {}
//! # }
//!
//! #[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
//! #[projection("balances", key = AccountId)]
//! pub struct Balance {
//!     owner: String,
//!     amount: u64,
//!     last: Option<Timestamp>,
//! }
//!
//! #[project]
//! impl Balance {
//!     fn opened(&mut self, event: &Opened) {
//!         self.owner.clone_from(&event.owner);
//!     }
//!     fn deposited(&mut self, event: &Deposited, at: &Recorded) {
//!         self.amount += event.amount;
//!         self.last = Some(at.occurred_at);
//!     }
//! }
//!
//! /// One value: no key.
//! #[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
//! #[projection("holdings")]
//! pub struct Holdings {
//!     total: u64,
//! }
//!
//! #[project]
//! impl Holdings {
//!     fn deposited(&mut self, event: &Deposited) {
//!         self.total += event.amount;
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let account = AccountId::from;
//! let monday: Timestamp = "1997-01-06T12:00:00Z".parse()?;
//!
//! Balance::given(account("a"), (Opened { owner: "Ada".into() }, Deposited { amount: 50 }))
//!     .at(monday) // when these were recorded; also `.occurred_at(..)` and `.by(..)`
//!     .and(account("b"), Opened { owner: "Bob".into() })
//!     .shows(&account("a"), Balance { owner: "Ada".into(), amount: 50, last: Some(monday) })
//!     .shows_nothing(&account("c"));
//!
//! Holdings::given(account("a"), Deposited { amount: 5 })
//!     .and(account("b"), Deposited { amount: 2 })
//!     .shows_value(Holdings { total: 7 });
//! # Ok(())
//! # }
//! ```
//!
//! The fold is that of the engine, on a store of its own. The phases are [`Happened`] and
//! [`Shown`]. Rows are compared by `PartialEq`, and shown as the JSON that a store keeps of them.
//!
//! Whatever is expected, it is checked that
//! - each event can be folded; one that cannot is named, with its row and the reason;
//! - events and rows come back from a store as they were, as above; [`Happened::without_round_trip`]
//!   turns this off;
//! - a second fold from the start leads to the same rows: a `#[project]` method that asks the clock,
//!   or a counter of the process, does not;
//! - so does a fold of one event at a time, where each row is read back before the next event, as it
//!   is after a restart.
//!
//! # Laws
//!
//! With the feature `proptest`, `laws::<Account>()` asks whatever commands strategies make, and
//! holds what happens against laws that every aggregate and every projection keeps to: that replay
//! leads to the live state, that handlers decide the same when asked twice, that events come back
//! from the log, that nothing panics, that rows do not depend on batches.

mod end;
mod fixture;
mod given;
#[cfg(feature = "proptest")]
mod laws;
mod loss;
mod projection;
mod replayed;
mod run;
mod scene;
mod table;
mod then;
mod upcast;
mod when;
mod written;

pub use end::End;
pub use fixture::{Fixture, NoHistory};
pub use given::Given;
#[cfg(feature = "proptest")]
pub use laws::{Laws, ProjectionLaws, laws, projection_laws};
pub use projection::{Happened, ProjectionFixture, Shown};
#[cfg(feature = "proptest")]
pub use proptest;
pub use then::Then;
pub use upcast::upcast;
pub use when::When;

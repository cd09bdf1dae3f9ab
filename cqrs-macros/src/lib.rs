//! The derives and attributes of `cqrs-core`, which re-exports them all: depend on that crate, not
//! on this one.
//!
//! Nouns are derived, verbs are attributes of `impl` blocks. Each macro reads its input into a
//! model of its own, checks that, and expands it. All errors of one call are reported together,
//! each at the token that it is about; the user's item and the impls that others rely on are
//! emitted all the same.
//!
//! Every macro takes the option `crate = ::path` for a dependency on `cqrs-core` under another
//! name.
#![forbid(unsafe_code)]

mod digest;
mod errors;
mod event_set;
mod fact;
mod lock;
mod names;
mod nouns;
mod options;
mod paths;
#[cfg(test)]
mod proofs;
mod registration;
mod shape;
mod syntax;
#[cfg(test)]
mod testing;
mod verbs;
mod vocabulary;
mod written;

use proc_macro::TokenStream;

/// A request to change state.
///
/// Its stored name is the type's name in snake case unless one is given; `version` counts the
/// changes of its stored shape, from 1. The field marked `#[id]` names the aggregate instance that
/// the command is for; a command without one is for a service. That some `#[handle]` method takes
/// it is checked here, at the definition.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[derive(Id)]
/// # pub struct AccountId(String);
/// # #[events("account")]
/// # pub enum AccountEvent { Deposited { amount: u64 } }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = AccountId)]
/// # pub struct Account;
/// # #[handle]
/// # impl Account {
/// #     fn deposit(&self, command: &Deposit) -> Deposited { Deposited { amount: command.amount } }
/// # }
/// # #[apply]
/// # impl Account { fn deposited(&mut self, _: &Deposited) {} }
/// #[derive(Command, Serialize, Deserialize)]
/// #[command("account.deposit", version = 2)]
/// pub struct Deposit {
///     #[id]
///     pub account: AccountId,
///     pub amount: u64,
/// }
/// # assert_eq!((Deposit::NAME, Deposit::VERSION), ("account.deposit", 2));
/// # let deposit = Deposit { account: "ada".into(), amount: 50 };
/// # assert_eq!(cqrs_core::message::Addressed::id(&deposit), &AccountId::from("ada"));
/// ```
#[proc_macro_derive(Command, attributes(command, id))]
pub fn derive_command(input: TokenStream) -> TokenStream {
    nouns::command::derive(input.into()).into()
}

/// A fact of one aggregate.
///
/// Its stored name is the type's name in snake case unless one is given; `version` counts the
/// changes of its stored shape, from 1. Fields marked `#[tag]` display; by them the log can be
/// queried and guarded. That some `#[apply]` method takes it is checked here, at the definition;
/// an event that is kept only for the record, which changes no state, says of which aggregate:
/// `record = Account`. The handlers of that return it as they do others.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = String)]
/// # pub struct Account;
/// # #[apply]
/// # impl Account { fn deposited(&mut self, _: &Deposited) {} }
/// #[derive(Event, Clone, Serialize, Deserialize)]
/// #[event("account.deposited", version = 2)]
/// pub struct Deposited {
///     pub amount: u64,
///     #[tag]
///     pub branch: u32,
/// }
/// # #[upcast]
/// # impl Deposited {
/// #     #[from(1)]
/// #     fn from_v1(old: Self) -> Self { old }
/// # }
/// # assert_eq!((Deposited::NAME, Deposited::VERSION), ("account.deposited", 2));
/// # let tags = Deposited { amount: 50, branch: 7 }.tags();
/// # let tags: Vec<_> = tags.as_slice().iter().map(|tag| (&*tag.name, &*tag.value)).collect();
/// # assert_eq!(tags, [("branch", "7")]);
/// ```
#[proc_macro_derive(Event, attributes(event, tag))]
pub fn derive_event(input: TokenStream) -> TokenStream {
    nouns::event::derive(input.into()).into()
}

/// A request to read, which never changes state.
///
/// Its name is the type's name in snake case unless one is given. That some `#[answer]` method
/// takes it is checked here, at the definition.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[events("account")]
/// # pub enum AccountEvent { Opened }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = String)]
/// # pub struct Account;
/// # #[apply]
/// # impl Account { fn opened(&mut self, _: &Opened) {} }
/// # #[derive(Projection, Default, Serialize, Deserialize)]
/// # #[projection("balances", key = String)]
/// # pub struct Balance;
/// # #[project]
/// # impl Balance { fn opened(&mut self, _: &Opened) {} }
/// # #[answer]
/// # impl Balance {
/// #     async fn richest(rows: &Rows<Self>, query: &Richest) -> Result<Vec<Row<Self>>, ReadError> {
/// #         rows.all().limit(query.limit).await
/// #     }
/// # }
/// #[derive(Query)]
/// #[query("richest")]
/// pub struct Richest {
///     pub limit: usize,
/// }
/// # assert_eq!(Richest::NAME, "richest");
/// ```
#[proc_macro_derive(Query, attributes(query))]
pub fn derive_query(input: TokenStream) -> TokenStream {
    nouns::query::derive(input.into()).into()
}

/// The write model: state that decides.
///
/// `id` is the type that names one instance: any that displays, parses and compares. The stored
/// name, of which its streams are, is the type's name in snake case unless one is given. The
/// default value is the state of an instance without events.
///
/// With `snapshot_every = 500` the state is kept with every 500th event of an instance, so that a
/// load need not read what came before; it is then `Serialize` and `Deserialize` as well. Where the
/// `#[apply]` methods change, the fields or the versions of the events, that is seen, and what was
/// kept is stale: all events are read. `version` is that of the fold, from 1: raise it when code that
/// the methods call has changed, or a type within a field.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[derive(Id)]
/// # pub struct AccountId(String);
/// #[derive(Aggregate, Default)]
/// #[aggregate("account", id = AccountId)]
/// pub struct Account {
///     open: bool,
///     balance: u64,
/// }
/// # assert_eq!(<Account as cqrs_core::Aggregate>::NAME, "account");
/// # let Account { open, balance } = Account::default();
/// # assert_eq!((open, balance), (false, 0));
///
/// #[derive(Aggregate, Default, Serialize, Deserialize)]
/// #[aggregate("ledger", id = u64, snapshot_every = 500, version = 2)]
/// pub struct Ledger {
///     balance: i64,
/// }
/// # assert_eq!(<Ledger as cqrs_core::Aggregate>::SNAPSHOTS.unwrap().every(), 500);
/// # assert_eq!(Ledger::default().balance, 0);
/// ```
#[proc_macro_derive(Aggregate, attributes(aggregate))]
pub fn derive_aggregate(input: TokenStream) -> TokenStream {
    nouns::aggregate::derive(input.into()).into()
}

/// A read model, folded from events: one row per `key`, or without that one value.
///
/// The stored name is the type's name in snake case unless one is given; raise `version` when the
/// methods change, and the rows are folded anew, beside those of before. With `inline` they are folded in the
/// transaction that appends the events. A field marked `#[index]` gets a constant, named
/// as the field in capitals, by which rows are ordered: `Balance::AMOUNT`. It is as visible as the
/// field, or as the type where the field is private. With `#[index(within = owner)]`, where `owner` is another
/// such field, the index is over both: rows of one owner are found in the order of the field. Where an event is
/// for a key of over 512 bytes, or an indexed text comes to over 1 KiB, that key is parked, and all others go on.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[derive(Id)]
/// # pub struct AccountId(String);
/// # #[events("account")]
/// # pub enum AccountEvent { Deposited { amount: u64 } }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = AccountId)]
/// # pub struct Account;
/// # #[apply]
/// # impl Account { fn deposited(&mut self, _: &Deposited) {} }
/// # #[project]
/// # impl Balance {
/// #     fn deposited(&mut self, event: &Deposited) { self.amount += event.amount; }
/// # }
/// #[derive(Projection, Default, Serialize, Deserialize)]
/// #[projection("balances", key = AccountId, version = 2)]
/// pub struct Balance {
///     pub owner: String,
///     #[index]
///     pub amount: u64,
/// }
/// # assert_eq!((Balance::NAME, Balance::VERSION), ("balances", 2));
/// # assert_eq!(Balance::AMOUNT.name(), "amount");
/// ```
///
/// With `tables = Transaction`, the type of transaction that a store lends, it keeps no rows but tables of
/// its own: a struct without fields, whose [`#[project]`](macro@project) methods take `tables: &Transaction`
/// in place of `&mut self`. See "Tables of its own" in the guide's chapter on read models.
#[proc_macro_derive(Projection, attributes(projection, index))]
pub fn derive_projection(input: TokenStream) -> TokenStream {
    nouns::projection::derive(input.into()).into()
}

/// Plain command handlers, without event sourcing.
///
/// Its value is a resource of the bus; a command of it is a call of its `#[handle]` method, answered
/// with what that returns, and carries no `#[id]`.
///
/// ```text
/// #[derive(Service)]
/// pub struct Catalog {
///     products: Mutex<Vec<Product>>,
/// }
///
/// #[handle]
/// impl Catalog {
///     async fn add(&self, command: &AddProduct) -> Result<ProductId, CatalogError> { .. }
/// }
/// ```
#[proc_macro_derive(Service, attributes(service))]
pub fn derive_service(input: TokenStream) -> TokenStream {
    nouns::service::derive(input.into()).into()
}

/// What a bus provides to handlers and answers: each field, by its type.
///
/// A parameter `&Mailer` of theirs is the field of type `Mailer`; no two fields have the same type.
/// A field marked `#[resource(skip)]` is none of them.
///
/// ```text
/// #[derive(Resources)]
/// pub struct Deps {
///     pub catalog: Catalog,
///     pub mailer: Arc<dyn Mail>,
///     #[resource(skip)]
///     pub name: String,
/// }
/// ```
#[proc_macro_derive(Resources, attributes(resources, resource))]
pub fn derive_resources(input: TokenStream) -> TokenStream {
    nouns::resources::derive(input.into()).into()
}

/// A newtype that names one instance.
///
/// It brings with it `Debug`, `Clone`, `PartialEq`, `Eq`, `PartialOrd`, `Ord` and `Hash`, so do not
/// derive them too (`Copy` may be); and `Display`, `FromStr`, `Serialize`, `Deserialize` and
/// `From`, all as the wrapped value does it, which must itself do it; its `FromStr::Err` displays.
/// Around a `String` it is made from `&str` as well.
///
/// `From` takes any value. One that cannot name an instance (an empty text, one of over 512 bytes,
/// one with a control character) is refused wherever it is written or read: by `Serialize`,
/// `Deserialize` and `FromStr`. So a command that decides on an event with such an id in it is an
/// error, and nothing is recorded; a typed command of a service is not written, so there nothing is refused:
/// `parse` what comes from outside. An id that may be absent is an `Option` of it.
/// Around a `String`, `Uuid`, `Timestamp`, `bool` or an integer (by that name,
/// and not `u128` or `isize`) it can be indexed; around anything else implement `IndexValue` where
/// that is wanted.
///
/// ```
/// # use cqrs_core::prelude::*;
/// #[derive(Id)]
/// pub struct AccountId(String);
///
/// let id = AccountId::from("ada");
/// assert_eq!(id.as_ref(), "ada"); // around a `String`
/// assert_eq!(id.to_string().parse(), Ok(id));
/// assert!("".parse::<AccountId>().is_err());
/// ```
#[proc_macro_derive(Id, attributes(id))]
pub fn derive_id(input: TokenStream) -> TokenStream {
    nouns::id::derive(input.into()).into()
}

/// A vocabulary of commands: an enum whose variants become structs.
///
/// Each variant becomes a struct of its name, as visible as the enum, with `Debug`, `Clone`,
/// `PartialEq`, `Serialize`, `Deserialize` and all that [`Command`] derives; it is stored as
/// `category.variant` in snake case, unless a `#[command("name", version = 2)]` on the variant says
/// otherwise. The enum stays, each variant holding its struct, with a `From` for each. `account:
/// AccountId` adds the field that names the instance to every command; without it a variant may
/// mark one of its own fields `#[id]`.
///
/// Further derives, which stand below the attribute, apply to the structs and the enum both.
/// `#[serde(..)]` on the enum goes to the structs; what stands on a variant goes to its struct.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[derive(Id, Copy)]
/// # pub struct AccountId(u64);
/// # #[events("account")]
/// # pub enum AccountEvent { Changed }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = AccountId)]
/// # pub struct Account;
/// # #[handle]
/// # impl Account {
/// #     fn open(&self, _: &OpenAccount) -> Changed { Changed }
/// #     fn deposit(&self, _: &Deposit) -> Changed { Changed }
/// #     fn close(&self, _: &Close) -> Changed { Changed }
/// # }
/// # #[apply]
/// # impl Account { fn changed(&mut self, _: &Changed) {} }
/// # let account = AccountId(7);
/// #[commands("account", account: AccountId)]
/// #[derive(Eq)]
/// pub enum AccountCommand {
///     OpenAccount { owner: String },
///     Deposit { amount: u64 },
///     Close,
/// }
///
/// assert_eq!(Deposit::NAME, "account.deposit");
/// let deposit: AccountCommand = Deposit { account, amount: 50 }.into();
/// # assert_eq!(deposit, AccountCommand::Deposit(Deposit { account, amount: 50 }));
/// ```
#[proc_macro_attribute]
pub fn commands(args: TokenStream, item: TokenStream) -> TokenStream {
    vocabulary::commands(args.into(), item.into()).into()
}

/// A vocabulary of events: an enum whose variants become structs.
///
/// As [`commands`](macro@commands), with all that [`Event`] derives. A handler may return the enum,
/// and the log is read as it: it is an `EventSet`.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = String)]
/// # pub struct Account;
/// # #[apply]
/// # impl Account {
/// #     fn opened(&mut self, _: &Opened) {}
/// #     fn deposited(&mut self, _: &Deposited) {}
/// # }
/// #[events("account")] // stored as `account.opened`, `account.deposited`
/// pub enum AccountEvent {
///     Opened { owner: String },
///     #[event(version = 2)]
///     Deposited { #[tag] branch: u32, amount: u64 },
/// }
/// # assert_eq!((Opened::NAME, Opened::VERSION), ("account.opened", 1));
/// # #[upcast]
/// # impl Deposited {
/// #     #[from(1)]
/// #     fn from_v1(old: Self) -> Self { old }
/// # }
/// # assert_eq!((Deposited::NAME, Deposited::VERSION), ("account.deposited", 2));
/// # let event = AccountEvent::from(Deposited { branch: 7, amount: 50 });
/// # assert_eq!(cqrs_core::message::EventSet::event_type(&event).name, "account.deposited");
/// ```
#[proc_macro_attribute]
pub fn events(args: TokenStream, item: TokenStream) -> TokenStream {
    vocabulary::events(args.into(), item.into()).into()
}

/// The methods of the block decide commands.
///
/// Each takes `&self` and a command by reference, and returns a named type: an event, a tuple,
/// array, `Vec` or `Option` of events, the event enum, or a `Result` of any of them. It may take
/// `context: &Context` and resources of the bus, by reference, and may be `async`. Helpers belong
/// in a plain `impl` block.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[commands("account", account: String)]
/// # pub enum AccountCommand { Deposit { amount: u64 } }
/// # #[events("account")]
/// # pub enum AccountEvent { Deposited { amount: u64 } }
/// # #[derive(Debug, PartialEq)]
/// # pub enum AccountError { NotOpen }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = String)]
/// # pub struct Account { open: bool }
/// # #[apply]
/// # impl Account { fn deposited(&mut self, _: &Deposited) {} }
/// #[handle]
/// impl Account {
///     fn deposit(&self, command: &Deposit) -> Result<Deposited, AccountError> {
///         ensure!(self.open, AccountError::NotOpen);
///         Ok(Deposited { amount: command.amount })
///     }
/// }
/// # let command = Deposit { account: "ada".into(), amount: 50 };
/// # assert_eq!(Account { open: false }.deposit(&command), Err(AccountError::NotOpen));
/// # assert_eq!(Account { open: true }.deposit(&command), Ok(Deposited { amount: 50 }));
/// ```
#[proc_macro_attribute]
pub fn handle(args: TokenStream, item: TokenStream) -> TokenStream {
    verbs::handle::handle(args.into(), item.into()).into()
}

/// The methods of the block fold events into an aggregate's state.
///
/// Each takes `&mut self` and an event by reference, and returns nothing. An aggregate has one such
/// block. `enum = AccountEvent` (or `enum = pub(crate) AccountEvent`; it is `pub` unless that is
/// said) writes the enum of these events where no `#[events]` wrote one; the events are then
/// `Clone`.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[derive(Event, Clone, Serialize, Deserialize)]
/// # pub struct Deposited { amount: u64 }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = String)]
/// # pub struct Account { balance: u64 }
/// #[apply(enum = AccountEvent)]
/// impl Account {
///     fn deposited(&mut self, event: &Deposited) {
///         self.balance += event.amount;
///     }
/// }
/// # let mut account = Account::default();
/// # let AccountEvent::Deposited(event) = Deposited { amount: 50 }.into();
/// # account.deposited(&event);
/// # assert_eq!(account.balance, 50);
/// ```
#[proc_macro_attribute]
pub fn apply(args: TokenStream, item: TokenStream) -> TokenStream {
    verbs::apply::apply(args.into(), item.into()).into()
}

/// The methods of the block fold events into the rows of a projection.
///
/// Each takes `&mut self`, the row, and an event by reference; it may take `at: &Recorded`, and
/// returns nothing, a `Change`, or a `Result` of either. The row is the one whose key is the id of
/// the event's stream, unless [`#[key(..)]`](macro@key) names others; or the method takes
/// `rows: &mut RowsMut<Self>` in place of `&mut self`, and changes rows of its own choice. A
/// projection has one such block.
///
/// An event that cannot be folded, by a panic or an error of its method, parks the key: its row
/// stands still, its later events wait, all other keys go on, and who asks for it is told.
///
/// Where the projection keeps tables of its own, each method takes `tables: &Transaction` in place of
/// `&mut self`, and returns nothing or a `Result` of nothing. One that takes no event besides makes the
/// tables, once for each version.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[events("account")]
/// # pub enum AccountEvent { Deposited { amount: u64 }, Closed }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = String)]
/// # pub struct Account;
/// # #[apply]
/// # impl Account {
/// #     fn deposited(&mut self, _: &Deposited) {}
/// #     fn closed(&mut self, _: &Closed) {}
/// # }
/// # #[derive(Projection, Default, Serialize, Deserialize)]
/// # #[projection("balances", key = String)]
/// # pub struct Balance { amount: u64, last: Option<Timestamp> }
/// #[project]
/// impl Balance {
///     fn deposited(&mut self, event: &Deposited, at: &Recorded) {
///         self.amount += event.amount;
///         self.last = Some(at.occurred_at);
///     }
///     fn closed(&mut self, _: &Closed) -> Change {
///         Change::Delete
///     }
/// }
/// # assert_eq!(Balance::default().closed(&Closed), Change::Delete);
/// ```
#[proc_macro_attribute]
pub fn project(args: TokenStream, item: TokenStream) -> TokenStream {
    verbs::project::project(args.into(), item.into()).into()
}

/// The rows that an event of a [`#[project]`](macro@project) method is for: one expression a key,
/// over the method's parameters.
///
/// A key that cannot name a row, of over 512 bytes, empty, or with a control character, is parked as one whose
/// event cannot be folded: it has no row, and all others go on.
///
/// ```standalone_crate
/// # use cqrs_core::prelude::*;
/// # #[commands("house", house: u64)]
/// # pub enum HouseCommand { Sell { seller: String, buyer: String } }
/// # #[events("house")]
/// # pub enum HouseEvent { Sold { seller: String, buyer: String } }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("house", id = u64)]
/// # pub struct House;
/// # #[handle]
/// # impl House {
/// #     fn sell(&self, command: &Sell) -> Sold {
/// #         Sold { seller: command.seller.clone(), buyer: command.buyer.clone() }
/// #     }
/// # }
/// # #[apply]
/// # impl House { fn sold(&mut self, _: &Sold) {} }
/// # #[derive(Projection, Default, Serialize, Deserialize)]
/// # #[projection("customers", key = String)]
/// # pub struct Customer { deals: u64 }
/// #[project]
/// impl Customer {
///     #[key(event.buyer, event.seller)]
///     fn sold(&mut self, event: &Sold) {
///         self.deals += 1;
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// #     let bus = Bus::open(Memory::new()).await?;
/// #     let sell = Sell { house: 7, seller: "Ada".into(), buyer: "Bob".into() };
/// #     let receipt = bus.dispatch(sell).await?;
/// #     for customer in ["Ada", "Bob"] {
/// #         let row = bus.find::<Customer>(&customer.into()).after(&receipt).await?;
/// #         assert_eq!(row.map(|row| row.deals), Some(1));
/// #     }
/// #     Ok(())
/// # }
/// ```
#[proc_macro_attribute]
pub fn key(_: TokenStream, item: TokenStream) -> TokenStream {
    verbs::key::misplaced(item.into()).into()
}

/// The methods of the block read what older versions of an event wrote.
///
/// What is on record stays as it was written. An event whose stored shape changed has a new
/// `version`, and an upcaster from each older one: `#[from(1)]` names the version whose data the
/// method takes, by value, as any type that deserializes from it. It returns `Self`, or what the
/// method from the next version takes, so that the steps make a chain; or a `Result` of either, whose
/// error says why this event cannot be read. It may take `at: &Recorded`, the event's record.
///
/// A version without a method is an error at the event's `version`.
///
/// ```
/// # use cqrs_core::prelude::*;
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = u64)]
/// # pub struct Account;
/// # #[apply]
/// # impl Account { fn deposited(&mut self, _: &Deposited) {} }
/// #[derive(Event, Debug, PartialEq, Serialize, Deserialize)]
/// #[event("account.deposited", version = 3)]
/// pub struct Deposited {
///     pub cents: u64,
///     pub note: Option<String>,
/// }
///
/// #[derive(Deserialize)]
/// struct WholeEuros {
///     amount: u64,
/// }
///
/// #[derive(Deserialize)]
/// struct WithoutNote {
///     cents: u64,
/// }
///
/// #[upcast]
/// impl Deposited {
///     #[from(1)]
///     fn in_cents(old: WholeEuros) -> WithoutNote {
///         WithoutNote { cents: old.amount * 100 }
///     }
///     #[from(2)]
///     fn noted(old: WithoutNote) -> Self {
///         Self { cents: old.cents, note: None }
///     }
/// }
/// # let today = cqrs_core::testing::upcast::<Deposited>(1, r#"{"amount":5}"#).unwrap();
/// # assert_eq!(today, Deposited { cents: 500, note: None });
/// ```
#[proc_macro_attribute]
pub fn upcast(args: TokenStream, item: TokenStream) -> TokenStream {
    verbs::upcast::upcast(args.into(), item.into()).into()
}

/// Holds the stored shapes of the crate's events to a committed file, `events.lock` beside its `Cargo.toml`
/// unless another is named. It stands once, in the root of the crate:
///
/// ```text
/// cqrs_core::events_lock!(); // `EVENTS_LOCK=write cargo test events_lock` writes it
/// ```
///
/// From then on a stored shape that changes without a new `version` is an error at the event, which says
/// the field and what to write. The macro also writes a test, `events_lock::holds`: that each event
/// and aggregate is in the file, that none which is has gone, and that samples of all versions, which the
/// file holds, are still read. This command writes the file, and adds to it what is new:
///
/// ```text
/// EVENTS_LOCK=write cargo test events_lock
/// ```
///
/// Where a test of another file does not compile yet, `cargo test --lib events_lock` does it, or `--bin` with a
/// name. Until the file is there the crate builds by that command only. What the compiler says then, `couldn't read`
/// the file, shows the line of the macro: so the command stands there, in a comment.
///
/// It never takes away or changes what is there. Types are compared as they are written, fields by their names.
#[proc_macro]
pub fn events_lock(args: TokenStream) -> TokenStream {
    lock::events_lock(args.into()).into()
}

/// The methods of the block answer queries from a projection.
///
/// Each takes `rows: &Rows<Self>` (of a singleton `&self`, its value) and a query by reference, and
/// returns a named type: a `Result`, under whatever alias that ends in `Result`, or a plain value.
/// It may take resources of the bus, by reference, and may be `async`. An error of its own has a variant
/// `Read(#[from] ReadError)` for what it reads; `QueryError` shows one whole.
///
/// ```standalone_crate
/// # use cqrs_core::prelude::*;
/// # #[commands("account", account: u64)]
/// # pub enum AccountCommand { Deposit { amount: u64 } }
/// # #[events("account")]
/// # pub enum AccountEvent { Deposited { amount: u64 } }
/// # #[derive(Aggregate, Default)]
/// # #[aggregate("account", id = u64)]
/// # pub struct Account;
/// # #[handle]
/// # impl Account {
/// #     fn deposit(&self, command: &Deposit) -> Deposited { Deposited { amount: command.amount } }
/// # }
/// # #[apply]
/// # impl Account { fn deposited(&mut self, _: &Deposited) {} }
/// # #[derive(Projection, Default, Serialize, Deserialize)]
/// # #[projection("balances", key = u64)]
/// # pub struct Balance { #[index] amount: u64 }
/// # #[project]
/// # impl Balance {
/// #     fn deposited(&mut self, event: &Deposited) { self.amount += event.amount; }
/// # }
/// # #[derive(Query)]
/// # pub struct Richest { limit: usize }
/// #[answer]
/// impl Balance {
///     async fn richest(rows: &Rows<Self>, query: &Richest) -> Result<Vec<Row<Self>>, ReadError> {
///         rows.by(Balance::AMOUNT).descending().limit(query.limit).await
///     }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// #     let bus = Bus::open(Memory::new()).await?;
/// #     bus.dispatch(Deposit { account: 1, amount: 20 }).await?;
/// #     let receipt = bus.dispatch(Deposit { account: 2, amount: 50 }).await?;
/// #     let richest = bus.query(Richest { limit: 1 }).after(&receipt).await?;
/// #     assert_eq!((richest[0].key, richest[0].amount), (2, 50));
/// #     Ok(())
/// # }
/// ```
#[proc_macro_attribute]
pub fn answer(args: TokenStream, item: TokenStream) -> TokenStream {
    verbs::answer::answer(args.into(), item.into()).into()
}

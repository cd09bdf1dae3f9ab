//! The embedded store of `cqrs`: one `SQLite` file, durable, as fast as its disk.
//!
//! ```no_run
//! use cqrs_core::prelude::*;
//! use cqrs_sqlite::Sqlite;
//!
//! # async fn opened() -> Result<(), cqrs_core::OpenError> {
//! let bus = Bus::open(Sqlite::at("bank.db")).await?;
//! # drop(bus);
//! # Ok(())
//! # }
//! ```
//!
//! One thread writes. It takes all that waits, judges each append by itself, commits them in one
//! transaction, and answers when that is on the disk: so many callers share one flush. A few threads
//! read beside it. No caller's task ever waits for the disk itself.
//!
//! # What is promised
//!
//! - What was acknowledged survives the loss of the process, of the system and of power
//!   ([`Durability::Full`], the default), if the disk keeps what it says it has kept.
//! - Several processes of one machine may use one file. Those that follow the log see what another
//!   one wrote within a tenth of a second.
//! - A file that is no store, or that a newer version of this crate has changed, is refused, and nothing in it
//!   is changed: see [`FileError`]. A store is a store, whichever program wrote it: the path says which is meant.
//! - When a commit breaks off, its outcome is unknown, and the file is opened again before the next.
//!   Every other failure says that nothing was written. What `SQLite` said is the source of a
//!   [`StoreError::Backend`](cqrs_core::store::StoreError::Backend), as a [`SqliteError`].
//!
//! # How fast
//!
//! A commit costs one flush of the disk, shared by all that wait. Build with the environment variable
//! `LIBSQLITE3_FLAGS=-DHAVE_FDATASYNC=1` (in `.cargo/config.toml`, under `[env]`) where the system has
//! `fdatasync`, as Linux does: `SQLite` is not told of it otherwise, and a flush then also waits for
//! the journal of the file system.
//!
//! # Tables of your own
//!
//! What rows by key cannot tell, tables can: a sum over all of them, a join, a search for a word. A projection
//! with `tables = Transaction` keeps no rows; its methods write to tables of its own, with SQL, through the
//! [`Transaction`] in which the store moves the projection's checkpoint. So each event counts once in them,
//! whatever is killed, and however many processes run the projection.
//!
//! ```
//! use cqrs_core::prelude::*;
//! use cqrs_sqlite::{Sqlite, SqliteError, Transaction};
//! # #[commands("order", order: u64)]
//! # pub enum OrderCommand { PlaceOrder { lines: Vec<Line> } }
//! # #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
//! # pub struct Line { product: String, pieces: u32 }
//! # #[events("order")]
//! # pub enum OrderEvent { Placed { lines: Vec<Line> } }
//! # #[derive(Aggregate, Default)]
//! # #[aggregate("order", id = u64)]
//! # pub struct Order;
//! # #[handle]
//! # impl Order {
//! #     fn place(&self, command: &PlaceOrder) -> Placed { Placed { lines: command.lines.clone() } }
//! # }
//! # #[apply]
//! # impl Order { fn placed(&mut self, _: &Placed) {} }
//!
//! #[derive(Projection)]
//! #[projection("sales", tables = Transaction)]
//! pub struct Sales;
//!
//! #[project]
//! impl Sales {
//!     /// Takes no event: it comes first, once for each version of the projection.
//!     fn tables(tables: &Transaction) -> Result<(), SqliteError> {
//!         tables.execute_batch(
//!             "CREATE TABLE sales (product TEXT PRIMARY KEY, pieces INTEGER NOT NULL) STRICT",
//!         )
//!     }
//!
//!     fn placed(tables: &Transaction, event: &Placed) -> Result<(), SqliteError> {
//!         for line in &event.lines {
//!             tables.execute(
//!                 "INSERT INTO sales VALUES (?1, ?2) ON CONFLICT DO UPDATE SET pieces = pieces + ?2",
//!                 (&line.product, line.pieces),
//!             )?;
//!         }
//!         Ok(())
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("shop.db");
//! # let line = |product: &str, pieces| Line { product: product.into(), pieces };
//! let bus = Bus::open(Sqlite::at(file)).await?;
//! let lines = vec![line("tea", 2), line("pot", 1), line("tea", 3)];
//! bus.dispatch(PlaceOrder { order: 1, lines }).wait_for::<Sales>().await?;
//!
//! let read = bus.store().read(|tables| {
//!     let sql = "SELECT product, pieces FROM sales ORDER BY pieces DESC LIMIT ?";
//!     tables.query(sql, [10], |row| Ok((row.get(0)?, row.get(1)?)))
//! });
//! let top: Vec<(String, u32)> = read.await?;
//! assert_eq!(top, [("tea".into(), 5), ("pot".into(), 1)]);
//! # bus.store().clone().close().await;
//! # Ok(())
//! # }
//! ```
//!
//! - **Waiting**: `.wait_for::<Sales>()` of a dispatch, `bus.wait_for::<Sales>(&receipt)` before a read;
//!   `progress`, `lag`, `caught_up` and `only_projections` are as for other projections.
//! - **A method that fails**, or panics, stops the projection at that event: the events before it are in the
//!   tables, nothing of it is. Others go on. `bus.retry::<Sales>()` tries it again.
//! - **A new version** (`version = 2`) makes its tables and folds all events anew. Give them other names,
//!   `sales_v2`: a program of the old version goes on with its own. To drop the tables of before and make others of
//!   the same name is for where no such program runs any more: it would go on in the new ones, and count twice.
//! - **What is refused**, with [`SqliteError::refused`]: what would end the transaction, write to a table of
//!   the store, open another file, set up the connection or make what is temporary; see [`Refused`]. Nor may a
//!   foreign key refer to a table of the store, since what it writes would then depend on yours.
//! - **Time**: the thread that commits all else waits while a method runs, up to 1 000 events a commit. Give
//!   the tables the indexes that its statements look for, and let a method wait for nothing.
//!
//! # What is in the file
//!
//! Each version of each projection has a table of its own, such as `balances_v1`, with the columns
//! `key`, `row` (JSON), and one for each `#[index]` field under its name, with an index; with one over two
//! where a field is indexed `within` another:
//!
//! ```text
//! $ sqlite3 bank.db 'SELECT key, amount, row FROM balances_v1 ORDER BY amount DESC LIMIT 3'
//! ```
//!
//! The names are those of the projections in `[a-z0-9_]`; `cqrs_projections` tells which is which.
//! The view `cqrs_log` shows the log. Read as much as you like; write to none of these tables, nor
//! to those whose names begin with `cqrs_`.
//!
//! Tables of your own are left alone, once the store has made the file: one that others made is refused.
//! Their connection waits for the store's commits with a `busy_timeout`, and commits soon itself, since the
//! store waits for it as well.
//!
//! The files whose names end in `-wal` and `-shm` beside it belong to it, with all that is new in them. A
//! bus's `close` leaves its store open; [`Sqlite::close`] closes that, and leaves the one file. Copy it with
//! [`Sqlite::backup_to`], and onto no path where a `-wal` of another store is left.

mod backup;
mod connection;
mod error;
mod events;
mod file;
mod gate;
mod growth;
mod guard;
mod json;
mod lent;
mod queue;
mod reader;
mod schema;
mod store;
mod tables;
mod writer;

pub use error::{FileError, SqliteError};
pub use guard::Refused;
pub use lent::{Tables, Transaction};
pub use rusqlite;
pub use rusqlite::{Params, Row, named_params, params};
pub use store::{Durability, Sqlite, SqliteFile};

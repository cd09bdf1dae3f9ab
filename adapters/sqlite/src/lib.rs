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
//! - A file that is no store, or not one of this program, is refused, and nothing in it is changed:
//!   see [`FileError`].
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
//! # What is in the file
//!
//! Each version of each projection has a table of its own, such as `balances_v1`, with the columns
//! `key`, `row` (JSON), and one for each `#[index]` field under its name, with an index:
//!
//! ```text
//! $ sqlite3 bank.db 'SELECT key, amount, row FROM balances_v1 ORDER BY amount DESC LIMIT 3'
//! ```
//!
//! The names are those of the projections in `[a-z0-9_]`; `cqrs_projections` tells which is which.
//! The view `cqrs_log` shows the log. Read as much as you like; write to none of these tables, nor
//! to those whose names begin with `cqrs_`. Tables of your own are left alone.
//!
//! The files whose names end in `-wal` and `-shm` beside it belong to it. Copy it with
//! [`Sqlite::backup_to`].

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

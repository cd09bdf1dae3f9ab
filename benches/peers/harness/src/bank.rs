//! What keeps the accounts.

use std::future::Future;
use std::path::Path;

/// What went wrong, in words.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// An error of whatever type, for its text.
pub fn text(error: impl std::fmt::Debug) -> Error {
    format!("{error:?}").into()
}

/// What came of sending a command once: how many times it was decided until it was accepted.
pub type Attempt = Result<u64, Failure>;

/// Why a command was not accepted.
#[derive(Debug)]
pub enum Failure {
    /// Others wrote first, after it was decided so many times: it is to be sent again.
    Conflict(u64),
    /// Anything else ends the round.
    Other(Error),
}

impl Failure {
    /// What is neither a version conflict nor a refusal. `SQLite` gives up where others hold its file
    /// for too long, and nothing was written then: that is sent again as well.
    pub fn of(error: impl std::fmt::Debug) -> Self {
        let error = text(error);
        if error.to_string().contains("database is locked") {
            Self::Conflict(1)
        } else {
            Self::Other(error)
        }
    }
}

/// A bank whose accounts are aggregates in a `SQLite` file, durable: WAL and `synchronous=FULL`.
///
/// A command is decided on the account's state, however the peer comes by it, and appended under the
/// peer's own check that nothing happened since.
pub trait Bank: Send + Sync + Sized + 'static {
    /// The peer, with its version.
    const NAME: &'static str;
    /// How it is set up otherwise than by itself, if it is.
    const NOTE: &'static str = "";
    /// How many events a stream is to have, or as many as it can.
    const LONG: u64 = 100_000;

    /// Makes the file in an empty directory.
    fn open(directory: &Path) -> impl Future<Output = Result<Self, Error>> + Send;

    /// Opens an account that is not open.
    fn begin(&self, account: u64) -> impl Future<Output = Attempt> + Send;

    /// Adds to an account that is open.
    fn deposit(&self, account: u64, amount: u64) -> impl Future<Output = Attempt> + Send;

    /// Records an opening and deposits of 1, so many events in all, however it is fastest.
    fn fill(&self, account: u64, events: u64) -> impl Future<Output = Result<(), Error>> + Send;

    /// Folds all events of an account, read from the file, into its balance.
    fn load(&self, account: u64) -> impl Future<Output = Result<u64, Error>> + Send;
}

use crate::guarded::{Broken, guarded};
use crate::store::EventStore;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

/// How long a store may take over one promise.
const PATIENCE: Duration = Duration::from_mins(2);

/// The names of the promises, each the name of a function of this module.
pub const PROMISES: &[&str] = crate::__conformance!(names());

/// All the promises, for the stores that `make` makes: each call is to give a fresh, empty one.
#[derive(Debug)]
pub struct Suite<F> {
    make: F,
}

/// A promise that a store broke.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrokenPromise {
    /// The promise: one of [`PROMISES`].
    pub promise: &'static str,
    /// What was seen instead.
    pub seen: String,
}

impl fmt::Display for BrokenPromise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` does not hold: {}", self.promise, self.seen)
    }
}

impl<F, S> Suite<F>
where
    F: AsyncFn() -> S,
    S: EventStore,
{
    /// The suite for those stores.
    pub fn new(make: F) -> Self {
        Self { make }
    }

    /// Runs every promise.
    ///
    /// # Panics
    /// If the store breaks any, once all have run; the message has a line for each.
    pub async fn run_all(&self) {
        let broken = self.broken().await;
        let lines: Vec<String> = broken.iter().map(ToString::to_string).collect();
        assert!(
            broken.is_empty(),
            "the store breaks {} of its promises:\n{}",
            broken.len(),
            lines.join("\n")
        );
    }

    /// Runs every promise, and tells which the store breaks.
    pub async fn broken(&self) -> Vec<BrokenPromise> {
        let mut run = Run {
            make: &self.make,
            broken: Vec::new(),
        };
        crate::__conformance!(suite run);
        run.broken
    }
}

/// The suite on its way.
struct Run<'a, F> {
    make: &'a F,
    broken: Vec<BrokenPromise>,
}

impl<F: AsyncFn() -> S, S> Run<'_, F> {
    async fn run<Fut>(&mut self, promise: &'static str, case: impl Fn(S) -> Fut)
    where
        Fut: Future<Output = ()>,
    {
        let store = (self.make)().await;
        self.broken.extend(tried(promise, case(store)).await.err());
    }
}

/// Runs one promise.
///
/// # Panics
/// If it is broken, or not kept within two minutes.
pub async fn hold(promise: &'static str, case: impl Future<Output = ()>) {
    if let Err(broken) = tried(promise, case).await {
        panic!("{broken}");
    }
}

async fn tried(promise: &'static str, case: impl Future<Output = ()>) -> Result<(), BrokenPromise> {
    let seen = match guarded(pin!(case), PATIENCE).await {
        Ok(()) => return Ok(()),
        Err(Broken::Panicked(message)) => message,
        Err(Broken::Late) => format!("it has not come to an end within {PATIENCE:?}"),
    };
    Err(BrokenPromise { promise, seen })
}

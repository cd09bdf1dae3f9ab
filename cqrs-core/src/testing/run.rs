//! Waiting for a handler, from a plain test as well as from within a runtime.

use crate::guarded::{Broken, guarded, message_of};
use std::future::Future;
use std::pin::pin;
use std::thread;
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};

/// Runs a future to its end, its panic or the deadline.
pub(super) fn run<F>(future: F, deadline: Duration) -> Result<F::Output, Broken>
where
    F: Future<Output: Send> + Send,
{
    if Handle::try_current().is_err() {
        return run_here(future, deadline);
    }
    // a runtime does not run within another
    thread::scope(|scope| scope.spawn(|| run_here(future, deadline)).join())
        .unwrap_or_else(|panic| Err(Broken::Panicked(message_of(&*panic))))
}

fn run_here<F: Future>(future: F, deadline: Duration) -> Result<F::Output, Broken> {
    runtime().block_on(guarded(pin!(future), deadline))
}

fn runtime() -> Runtime {
    match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("the fixture cannot start a runtime for the handler: {error}"),
    }
}

/// Runs one future after the other, on one runtime where that may be.
#[cfg(feature = "proptest")]
pub(super) struct Runner(Option<Runtime>);

#[cfg(feature = "proptest")]
impl Runner {
    pub(super) fn new() -> Self {
        Self(Handle::try_current().is_err().then(runtime))
    }

    /// Runs a future to its end, its panic or the deadline.
    pub(super) fn run<F>(&self, future: F, deadline: Duration) -> Result<F::Output, Broken>
    where
        F: Future<Output: Send> + Send,
    {
        match &self.0 {
            Some(runtime) => runtime.block_on(guarded(pin!(future), deadline)),
            None => run(future, deadline),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn slept() -> u8 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        7
    }

    #[test]
    fn a_future_that_waits_is_waited_for_up_to_the_deadline() {
        assert_eq!(run(slept(), Duration::from_secs(30)), Ok(7));
        let never = std::future::pending::<()>();
        assert_eq!(run(never, Duration::from_millis(1)), Err(Broken::Late));
    }

    #[tokio::test]
    async fn so_it_is_within_a_runtime() {
        assert_eq!(run(slept(), Duration::from_secs(30)), Ok(7));
    }
}

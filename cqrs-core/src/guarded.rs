//! Methods of the user's, called so that a panic or a wait without end is theirs alone.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// Why a guarded call has no output.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// It panicked, saying this.
    Panicked(String),
    /// It did not end in time.
    Late,
}

/// What a panic said.
pub(crate) fn message_of(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "it gave no message".to_owned())
}

/// Runs a future to its end, its panic or the deadline. One that is ready at once sets no timer.
///
/// The caller must not use what the future may have left half changed.
#[inline]
pub(crate) async fn guarded<F: Future>(
    mut future: Pin<&mut F>,
    deadline: Duration,
) -> Result<F::Output, Broken> {
    let mut late = pin!(None::<Sleep>);
    poll_fn(move |context| {
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Ready(output)) => return Poll::Ready(Ok(output)),
            Err(panic) => return Poll::Ready(Err(Broken::Panicked(message_of(&*panic)))),
            Ok(Poll::Pending) => {}
        }
        if late.is_none() {
            late.set(Some(sleep(deadline)));
        }
        match late.as_mut().as_pin_mut() {
            Some(late) => late.poll(context).map(|()| Err(Broken::Late)),
            None => Poll::Pending,
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    #[tokio::test(start_paused = true)]
    async fn a_future_ends_by_itself_by_its_panic_or_by_the_deadline() {
        assert_eq!(guarded(pin!(async { 7 }), LONG).await, Ok(7));
        let waits = async {
            sleep(Duration::from_secs(1)).await;
            7
        };
        assert_eq!(guarded(pin!(waits), LONG).await, Ok(7));
        let panics = async {
            sleep(Duration::from_secs(1)).await;
            assert!(LONG.is_zero(), "boom");
        };
        assert_eq!(
            guarded(pin!(panics), LONG).await,
            Err(Broken::Panicked("boom".into()))
        );
        assert_eq!(
            guarded(pin!(std::future::pending::<()>()), LONG).await,
            Err(Broken::Late)
        );
    }
}

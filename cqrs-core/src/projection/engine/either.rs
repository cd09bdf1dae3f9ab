use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// What of two came first.
pub(super) enum Either<A, B> {
    First(A),
    Second(B),
}

/// Waits for the first of two futures, and drops the other; if both are ready, the first counts.
pub(super) async fn either<A: Future, B: Future>(
    first: A,
    second: B,
) -> Either<A::Output, B::Output> {
    let (mut first, mut second) = (pin!(first), pin!(second));
    poll_fn(|context| {
        if let Poll::Ready(output) = first.as_mut().poll(context) {
            return Poll::Ready(Either::First(output));
        }
        second.as_mut().poll(context).map(Either::Second)
    })
    .await
}

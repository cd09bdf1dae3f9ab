use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::Notify;

/// Lets commands in until the bus closes, and knows when the last one is out.
#[derive(Debug, Default)]
pub(super) struct Gate {
    closed: AtomicBool,
    inside: AtomicUsize,
    emptied: Notify,
}

/// One command inside; dropping it lets it out.
#[derive(Debug)]
pub(super) struct Pass<'a>(&'a Gate);

impl Gate {
    /// Lets a command in, unless the gate is closed.
    pub(super) fn enter(&self) -> Option<Pass<'_>> {
        // counted before the look, so that whoever closes either sees it inside or keeps it out
        self.inside.fetch_add(1, Ordering::SeqCst);
        let pass = Pass(self);
        (!self.closed.load(Ordering::SeqCst)).then_some(pass)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// Lets nobody in any more, and waits until all are out.
    pub(super) async fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        loop {
            let emptied = self.emptied.notified();
            tokio::pin!(emptied);
            emptied.as_mut().enable();
            if self.inside.load(Ordering::SeqCst) == 0 {
                return;
            }
            emptied.await;
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let last = self.0.inside.fetch_sub(1, Ordering::SeqCst) == 1;
        if last && self.0.is_closed() {
            self.0.emptied.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Wake, Waker};

    /// Counts how often it is woken.
    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn closing_waits_for_those_inside_and_lets_nobody_in() {
        let gate = Gate::default();
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        let (one, two) = (gate.enter().unwrap(), gate.enter().unwrap());
        let mut closing = pin!(gate.close());
        assert!(closing.as_mut().poll(&mut context).is_pending());
        assert!(gate.enter().is_none());
        drop(one);
        assert_eq!(woken.0.load(Ordering::SeqCst), 0, "not for each of them");
        assert!(closing.as_mut().poll(&mut context).is_pending());
        drop(two);
        assert_eq!(woken.0.load(Ordering::SeqCst), 1);
        assert!(closing.as_mut().poll(&mut context).is_ready());
        assert!(gate.enter().is_none());
    }
}

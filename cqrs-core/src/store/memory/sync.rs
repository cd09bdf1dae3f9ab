//! The lock and the bell of the store: those of the standard library and of tokio; under `--cfg shuttle` those of
//! a scheduler, which tries the orders in which threads come to them. `tests/interleavings` runs it.

#[cfg(not(shuttle))]
pub(super) use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(not(shuttle))]
pub(super) use std::sync::{RwLock, RwLockReadGuard};
#[cfg(not(shuttle))]
pub(super) use tokio::sync::Notify;

#[cfg(shuttle)]
pub(super) use explored::Notify;
#[cfg(shuttle)]
pub(super) use shuttle::sync::atomic::{AtomicUsize, Ordering};
#[cfg(shuttle)]
pub(super) use shuttle::sync::{RwLock, RwLockReadGuard};

#[cfg(shuttle)]
mod explored {
    use shuttle::thread::yield_now;
    use tokio::sync::futures::Notified;

    /// Tokio's, with room for another thread before each of its steps.
    pub struct Notify(tokio::sync::Notify);

    impl Notify {
        pub fn new() -> Self {
            Self(tokio::sync::Notify::new())
        }

        pub fn notified(&self) -> Notified<'_> {
            yield_now();
            self.0.notified()
        }

        pub fn notify_waiters(&self) {
            yield_now();
            self.0.notify_waiters();
        }
    }
}

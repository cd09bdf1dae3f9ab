//! Tells whoever waits that the log has grown: by this process, which knows at once, or by another
//! one, for which a thread looks while someone waits.

use crate::connection::{data_version, to_read};
use crate::schema;
use rusqlite::Connection;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Thread};
use std::time::Duration;
use tokio::sync::watch;

/// How long lies between two looks: after something happened, and at most.
const INTERVAL: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(100));

/// How many looks in a row find nobody who waits, before the thread sleeps until someone does.
const PATIENCE: u32 = 20;

/// The head of the log as far as this process knows it, and who waits for it.
#[derive(Debug)]
pub(crate) struct Growth {
    head: watch::Sender<i64>,
    waiting: AtomicUsize,
    asleep: AtomicBool,
    closed: AtomicBool,
    looker: Mutex<Option<Thread>>,
}

/// One that waits.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Growth {
    pub(crate) fn from(head: i64) -> Self {
        Self {
            head: watch::Sender::new(head),
            waiting: AtomicUsize::new(0),
            asleep: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            looker: Mutex::new(None),
        }
    }

    /// The log goes up to there.
    pub(crate) fn reached(&self, head: i64) {
        self.head.send_if_modified(|known| {
            let grown = head > *known;
            if grown {
                *known = head;
            }
            grown
        });
    }

    /// Waits until the log goes beyond the position; `false` once the store is closed.
    pub(crate) async fn beyond(&self, position: i64) -> bool {
        if *self.head.borrow() > position {
            return true;
        }
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let _waiting = Waiting(&self.waiting);
        if self.asleep.load(Ordering::SeqCst) {
            self.wake();
        }
        let mut head = self.head.subscribe();
        let passed = |head: &i64| *head > position || self.closed.load(Ordering::SeqCst);
        let arrived = head.wait_for(passed).await;
        arrived.is_ok_and(|head| *head > position)
    }

    /// Ends the thread, and the waiting.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.head.send_modify(|_| {});
        self.wake();
    }

    fn wake(&self) {
        let looker = self.looker.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = &*looker {
            thread.unpark();
        }
    }

    /// Looks for growth until the store is closed: the work of a thread of its own.
    pub(crate) fn look(&self, path: &Path) {
        *self.looker.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread::current());
        let mut connection = None;
        let mut seen = None;
        let (mut interval, mut alone) = (INTERVAL.0, 0);
        while !self.closed.load(Ordering::SeqCst) {
            if self.waiting.load(Ordering::SeqCst) > 0 {
                alone = 0;
            } else {
                alone += 1;
            }
            if alone > PATIENCE {
                self.asleep.store(true, Ordering::SeqCst);
                // whoever comes to wait now sees that, or was counted before
                while self.waiting.load(Ordering::SeqCst) == 0
                    && !self.closed.load(Ordering::SeqCst)
                {
                    thread::park();
                }
                self.asleep.store(false, Ordering::SeqCst);
                (interval, alone) = (INTERVAL.0, 0);
            }
            let Ok(changed) = self.look_once(path, &mut connection, &mut seen) else {
                connection = None; // it may be there again later
                thread::park_timeout(INTERVAL.1);
                continue;
            };
            interval = if changed {
                INTERVAL.0
            } else {
                (interval * 2).min(INTERVAL.1)
            };
            thread::park_timeout(interval);
        }
    }

    /// Says whether anything was committed since the last look.
    fn look_once(
        &self,
        path: &Path,
        connection: &mut Option<Connection>,
        seen: &mut Option<i64>,
    ) -> rusqlite::Result<bool> {
        let connection = if let Some(connection) = connection {
            connection
        } else {
            *seen = None;
            connection.insert(to_read(path)?)
        };
        let version = data_version(connection)?;
        if *seen == Some(version) {
            return Ok(false);
        }
        self.reached(schema::head(connection)?);
        *seen = Some(version);
        Ok(true)
    }
}

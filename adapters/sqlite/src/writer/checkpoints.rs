//! When what stands in the write-ahead log is copied into the file: here alone, and after whoever
//! waited for a commit was answered.

use crate::connection::PATIENCE;
use crate::gate::Gate;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

/// How many pages may stand in the log before they are copied.
const COPY_AT: i32 = 1_000;

/// How many may stand in it before the readers of this process are made to wait, so that it can
/// begin anew: 64 MiB. Readers of which one always reads would else let it grow for ever.
const BEGIN_ANEW_AT: i32 = 16_384;

/// How long is waited for readers then: those of this process, and those of others.
const SHORT_PATIENCE: Duration = Duration::from_millis(100);

pub(super) struct Checkpoints {
    pages: Arc<AtomicI32>,
    copy_at: i32,
    begin_anew_at: i32,
}

impl Checkpoints {
    /// Watches how much stands in the log.
    pub(super) fn watch(connection: &mut Connection) -> rusqlite::Result<Self> {
        let pages = Arc::new(AtomicI32::new(0));
        let seen = Arc::clone(&pages);
        connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
            seen.store(pages, Ordering::Relaxed);
            Ok(())
        }))?;
        Ok(Self {
            pages,
            copy_at: COPY_AT,
            begin_anew_at: BEGIN_ANEW_AT,
        })
    }

    /// Copies, where there is enough. What fails here is tried again later: it loses nothing.
    pub(super) fn after_commit(&mut self, connection: &Connection, readers: &Gate) {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < self.copy_at {
            if pages < COPY_AT {
                self.copy_at = COPY_AT;
                self.begin_anew_at = BEGIN_ANEW_AT;
            }
            return;
        }
        let anew = pages >= self.begin_anew_at;
        let all = if anew {
            let begun = readers.shut(SHORT_PATIENCE, || begin_anew(connection));
            begun.unwrap_or(false)
        } else {
            copy(connection, "PASSIVE")
        };
        // a reader may need what stands in the log for a while: do not try at every commit
        if all {
            self.copy_at = COPY_AT;
            self.begin_anew_at = BEGIN_ANEW_AT;
        } else {
            self.copy_at = pages.saturating_add(COPY_AT);
            if anew {
                self.begin_anew_at = pages.saturating_mul(2);
            }
        }
    }
}

/// Copies all, and waits a little for the readers of other processes to end.
fn begin_anew(connection: &Connection) -> bool {
    connection.busy_timeout(SHORT_PATIENCE).ok();
    let all = copy(connection, "RESTART");
    connection.busy_timeout(PATIENCE).ok();
    all
}

/// Copies as far as readers allow, and says whether that was all.
fn copy(connection: &Connection, mode: &str) -> bool {
    let copied = connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
        let (busy, pages, copied): (i32, i32, i32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(busy == 0 && pages == copied)
    });
    copied.unwrap_or(false)
}

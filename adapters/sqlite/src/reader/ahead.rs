//! Whoever read a page of a stream that has more mostly asks for the next one once it has folded
//! this one, so a reader goes on meanwhile, a few pages ahead. Events never change: what was read of
//! a stream ahead is still so when it is asked for, and only what came behind it is missing.

use super::{Reader, Readers};
use cqrs_core::log::Facts;
use cqrs_core::store::{FactQuery, StoreError};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::{self, Receiver, Sender};

/// How many streams are read ahead at once.
const STREAMS: usize = 4;

/// How many pages a reader reads before it looks whether something else is to be read.
///
/// Not a few: each time that one of two threads waits for the other costs as much as many events.
const PAGES: usize = 16;

/// How many bytes of data it reads at most, but for the last page: so much is kept in memory.
const BYTES: usize = 1 << 20;

/// The smallest page that is worth it.
const SMALLEST: usize = 100;

/// Pages on their way, each with the query that the first of them answers.
#[derive(Default)]
pub(super) struct Ahead(Mutex<VecDeque<(FactQuery, Receiver<Facts>)>>);

impl Ahead {
    fn streams(&self) -> MutexGuard<'_, VecDeque<(FactQuery, Receiver<Facts>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, query: &FactQuery) -> Option<Receiver<Facts>> {
        if query.limit < SMALLEST {
            return None;
        }
        let mut streams = self.streams();
        let place = streams.iter().position(|(asked, _)| asked == query)?;
        streams.remove(place).map(|(_, pages)| pages)
    }

    fn keep(&self, query: FactQuery, pages: Receiver<Facts>) {
        let mut streams = self.streams();
        if streams.len() == STREAMS {
            streams.pop_front();
        }
        streams.push_back((query, pages));
    }
}

impl Readers {
    /// Reads a page of a stream for a fold.
    pub(crate) async fn facts(&self, query: FactQuery) -> Result<Facts, StoreError> {
        let mut ahead = self.ahead.take(&query);
        let read = match &mut ahead {
            Some(pages) => pages.recv().await,
            None => None,
        };
        let page = if let Some(page) = read {
            page
        } else {
            let query = query.clone();
            let read = move |reader: &mut Reader| reader.facts(&query);
            self.read("reading a stream", read).await?
        };
        if page.more()
            && query.limit >= SMALLEST
            && let Some(after) = page.last()
        {
            let next = FactQuery { after, ..query };
            let pages = match ahead {
                Some(pages) if !(pages.is_closed() && pages.is_empty()) => pages,
                _ => self.go_on(next.clone())?,
            };
            self.ahead.keep(next, pages);
        }
        Ok(page)
    }

    /// Has a thread read what comes next.
    fn go_on(&self, query: FactQuery) -> Result<Receiver<Facts>, StoreError> {
        let (pages, read) = mpsc::channel(PAGES);
        self.put(Box::new(move |path, reader| {
            if !pages.is_closed()
                && let Ok(reader) = Reader::at(reader, path)
            {
                reader.ahead(query, &pages);
            }
        }))?;
        Ok(read)
    }
}

impl Reader {
    /// Reads pages until the stream ends, or enough were read.
    ///
    /// Where that fails it ends as well: whoever asks for the page reads it then, and is told.
    fn ahead(&mut self, mut query: FactQuery, pages: &Sender<Facts>) {
        let mut bytes = 0;
        while bytes < BYTES
            && let Ok(place) = pages.try_reserve()
        {
            let Ok(page) = self.facts(&query) else {
                return;
            };
            let (Some(last), more) = (page.last(), page.more()) else {
                return;
            };
            bytes += page.bytes();
            // by the time it is asked for, there may be events behind it
            place.send(page.perhaps_more());
            if !more {
                return;
            }
            query.after = last;
        }
    }
}

//! Whoever read a full page of a stream mostly asks for the next one once it has folded this one, so
//! that is read meanwhile. Events never change: what was read of a stream ahead is still so when it
//! is asked for, and only what came behind it is missing.

use super::Readers;
use cqrs_core::log::RecordedEvent;
use cqrs_core::store::{StoreError, StreamQuery};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// How many pages are kept that nobody has asked for yet.
const PAGES: usize = 4;

/// The smallest page that is worth it.
const SMALLEST: usize = 100;

/// Pages on their way.
#[derive(Default)]
pub(super) struct Ahead(Mutex<VecDeque<(StreamQuery, Page)>>);

type Page = oneshot::Receiver<Result<Vec<RecordedEvent>, StoreError>>;

impl Ahead {
    fn pages(&self) -> MutexGuard<'_, VecDeque<(StreamQuery, Page)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, query: &StreamQuery) -> Option<Page> {
        if query.limit < SMALLEST {
            return None;
        }
        let mut pages = self.pages();
        let place = pages.iter().position(|(asked, _)| {
            asked.stream == query.stream && asked.after == query.after && asked.limit == query.limit
        })?;
        pages.remove(place).map(|(_, page)| page)
    }

    fn keep(&self, query: StreamQuery, page: Page) {
        let mut pages = self.pages();
        if pages.len() == PAGES {
            pages.pop_front();
        }
        pages.push_back((query, page));
    }
}

impl Readers {
    /// Reads a page of a stream.
    pub(crate) async fn stream(
        &self,
        query: StreamQuery,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        const DOING: &str = "reading a stream";
        let mut page = match self.ahead.take(&query) {
            Some(ahead) => ahead.await.ok().and_then(Result::ok).unwrap_or_default(),
            None => Vec::new(),
        };
        if page.len() < query.limit {
            let rest = StreamQuery {
                stream: query.stream.clone(),
                after: page
                    .last()
                    .map_or(query.after, |last| last.recorded().version),
                limit: query.limit - page.len(),
            };
            page.extend(self.read(DOING, move |reader| reader.stream(&rest)).await?);
        }
        if page.len() == query.limit
            && query.limit >= SMALLEST
            && let Some(last) = page.last()
        {
            let after = last.recorded().version;
            let next = StreamQuery { after, ..query };
            let asked = next.clone();
            let ahead = self.ask(DOING, move |reader| reader.ahead(&asked))?;
            self.ahead.keep(next, ahead);
        }
        Ok(page)
    }
}

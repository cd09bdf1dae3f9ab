use crate::store::{BoxFuture, DynStore, EventStore, LogPage, LogQuery, StoreError};
use std::task::{Context, Poll, Waker};

/// Has the next page of the log read while this one is folded: of what is on record up to some position,
/// nothing changes.
pub(super) struct Ahead<'s> {
    store: &'s DynStore,
    asked: Option<Asked<'s>>,
}

/// A page that was asked for.
struct Asked<'s> {
    query: LogQuery,
    page: Page<'s>,
}

enum Page<'s> {
    OnItsWay(BoxFuture<'s, Result<LogPage, StoreError>>),
    Here(Result<LogPage, StoreError>),
}

impl<'s> Ahead<'s> {
    pub(super) fn new(store: &'s DynStore) -> Self {
        Self { store, asked: None }
    }

    /// Asks for a page. A store that reads on a thread of its own has begun by then.
    pub(super) fn ask(&mut self, query: LogQuery) {
        let (store, of) = (self.store, query.clone());
        let mut page: BoxFuture<'s, _> = Box::pin(async move { store.log(of).await });
        let page = match page.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => Page::OnItsWay(page),
            Poll::Ready(page) => Page::Here(page),
        };
        self.asked = Some(Asked { query, page });
    }

    /// Reads a page: the one that was asked for, if it is that one.
    pub(super) async fn log(&mut self, query: LogQuery) -> Result<LogPage, StoreError> {
        match self.asked.take() {
            Some(asked) if asked.query == query => match asked.page {
                Page::OnItsWay(page) => page.await,
                Page::Here(page) => page,
            },
            _ => self.store.log(query).await,
        }
    }
}

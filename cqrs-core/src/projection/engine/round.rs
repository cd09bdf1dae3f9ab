//! The task of the engine: it follows the log for ever, in rounds.

use super::ahead::Ahead;
use super::either::{Either, either};
use super::runner::{Runner, Taken, failed};
use super::worker::Failure;
use crate::log::{LogFilter, Name, Position, RecordedEvent};
use crate::message::EventType;
use crate::store::{Batch, CommitError, DynStore, EventStore, LogPage, LogQuery, StoreError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

/// How many events are read at once: at first, and at most where there is much to catch up with.
const PAGE: (usize, usize) = (1_000, 8_000);

/// How many events at most one commit folds into tables of a projection's own: meanwhile the store writes
/// nothing else.
const PIECE: usize = 1_000;

/// How long the engine waits after a store failed, at first and at most; each failure doubles it.
const RETRY_AFTER: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(5));

/// What is asked of the engine.
#[derive(Debug)]
pub(super) enum Command {
    /// Fold again what could not be folded; the answer is the position to get past.
    Retry {
        projection: &'static str,
        done: oneshot::Sender<Result<Position, StoreError>>,
    },
}

/// Follows the log for ever: the projections that are furthest behind read on together, until they
/// stand where the next ones stand. So the log is read once for all that are abreast.
pub(super) async fn run(
    store: DynStore,
    mut runners: Vec<Runner>,
    mut commands: mpsc::UnboundedReceiver<Command>,
) {
    let mut pause = RETRY_AFTER.0;
    let mut limit = PAGE.0;
    let mut ahead = Ahead::new(&store);
    loop {
        let next = either(commands.recv(), something_to_read(&store, &runners)).await;
        let folded = match next {
            Either::First(None) => return,
            Either::First(Some(Command::Retry { projection, done })) => {
                let retried = retry(&store, &mut runners, projection).await;
                drop(done.send(retried));
                continue;
            }
            Either::Second(Err(error)) => Err(error),
            Either::Second(Ok(())) => round(&store, &mut ahead, &mut runners, limit).await,
        };
        if let Ok(next_limit) = folded {
            pause = RETRY_AFTER.0;
            limit = next_limit;
        } else {
            sleep(pause).await;
            pause = (pause * 2).min(RETRY_AFTER.1);
        }
    }
}

/// Waits until there may be something to read; for ever, if no projection goes on.
async fn something_to_read(store: &DynStore, runners: &[Runner]) -> Result<(), StoreError> {
    let Some(next) = next_read(runners, 0) else {
        return std::future::pending().await;
    };
    let unfinished = |it: &Runner| it.goes_on() && it.is_unfinished();
    if next.through.is_none() && !runners.iter().any(unfinished) {
        store.grown(next.after).await?;
    }
    Ok(())
}

/// What the projections that are furthest behind read next; `None` if none goes on.
fn next_read(runners: &[Runner], limit: usize) -> Option<LogQuery> {
    let going = || runners.iter().filter(|runner| runner.goes_on());
    let after = going().map(Runner::position).min()?;
    let through = going().map(Runner::position).filter(|&at| at > after).min();
    let mut names: Vec<Name> = going()
        .filter(|runner| runner.position() == after)
        .flat_map(Runner::events)
        .flat_map(EventType::names)
        .map(Name::from_static)
        .collect();
    names.sort_unstable();
    names.dedup();
    Some(LogQuery {
        after,
        through,
        filter: LogFilter {
            names: Some(names),
            tags: Vec::new(),
        },
        limit,
    })
}

/// Reads a page, lets all that stand before it fold it, and commits what they come to at once. What is folded
/// within commits is mostly done by then; and where it is not, it has a commit of its own, since others may come
/// before it. So has what is done in tables of a projection's own, since its methods may fail there. The answer is
/// how many events are to be read next.
async fn round(
    store: &DynStore,
    ahead: &mut Ahead<'_>,
    runners: &mut [Runner],
    limit: usize,
) -> Result<usize, StoreError> {
    for runner in runners
        .iter_mut()
        .filter(|it| it.is_inline() && it.goes_on())
    {
        runner.follow(store).await?;
    }
    let Some(query) = next_read(runners, limit) else {
        return Ok(PAGE.0);
    };
    let (from, to_the_head) = (query.after, query.through.is_none());
    let page = ahead.log(query.clone()).await?;
    let full = page.events.len() >= limit;
    let mut next_limit = PAGE.0;
    if full {
        next_limit = (limit * 4).min(PAGE.1);
        ahead.ask(LogQuery {
            after: page.through,
            limit: next_limit,
            ..query
        });
    }
    let is_last = to_the_head && !full;
    let mut together = Vec::new();
    let mut alone = Vec::new();
    let stand_there = |it: &&mut Runner| it.goes_on() && it.position() == from;
    for runner in runners.iter_mut().filter(stand_there) {
        let is_alone = runner.is_inline() || runner.keeps_tables();
        let of = if is_alone { &mut alone } else { &mut together };
        of.push(runner);
    }
    fold(store, together, &page, is_last).await?;
    for runner in alone {
        if runner.keeps_tables() {
            fold_into_tables(store, runner, &page, is_last).await?;
        } else {
            fold(store, vec![runner], &page, is_last).await?;
        }
    }
    Ok(next_limit)
}

/// Lets runners fold a page, and commits what they come to.
async fn fold(
    store: &DynStore,
    runners: Vec<&mut Runner>,
    page: &LogPage,
    is_last: bool,
) -> Result<(), StoreError> {
    let abreast = runners.len();
    let mut all: Vec<(&mut Runner, Taken)> = Vec::new();
    for runner in runners {
        match runner.fold(store, page, is_last, abreast).await {
            Ok(folded) => all.extend(folded.map(|folded| (runner, folded))),
            Err(error) => {
                for (runner, _) in all {
                    runner.forget();
                }
                return Err(error);
            }
        }
    }
    let mut batch = Batch::default();
    for (runner, taken) in &mut all {
        runner.put(taken, &mut batch);
    }
    if !batch.checkpoints.is_empty()
        && let Err(error) = store.commit(batch).await
    {
        for (runner, _) in &mut all {
            runner.forget(); // all of them first: to look up where one stands may fail
        }
        for (runner, _) in all {
            runner.reload(store).await?;
        }
        return refused(error);
    }
    for (runner, taken) in all {
        runner.arrive(taken);
    }
    Ok(())
}

/// Lets a runner fold a page into tables of its own, piece by piece.
async fn fold_into_tables(
    store: &DynStore,
    runner: &mut Runner,
    page: &LogPage,
    is_last: bool,
) -> Result<(), StoreError> {
    let (mut rest, mut size) = (&page.events[..], PIECE);
    loop {
        let (events, others) = rest.split_at(rest.len().min(size));
        let is_all = others.is_empty();
        let through = match events.last() {
            Some(last) if !is_all => last.recorded().position,
            _ => page.through,
        };
        let piece = LogPage {
            events: events.to_vec(),
            through,
        };
        match fold_piece(store, runner, &piece, is_last && is_all).await? {
            Piece::Done => rest = others,
            Piece::Smaller => {
                size = events.len() / 2;
                continue;
            }
        }
        // it has stopped, or another process has come before
        let is_over = !runner.goes_on() || runner.position() != through;
        if is_all || is_over {
            return Ok(());
        }
    }
}

/// What became of a piece.
enum Piece {
    Done,
    /// One of its events cannot be folded, and which is not known.
    Smaller,
}

/// Where an event cannot be folded, those before it are, and the projection stops there.
async fn fold_piece(
    store: &DynStore,
    runner: &mut Runner,
    page: &LogPage,
    is_last: bool,
) -> Result<Piece, StoreError> {
    let mut until = page.events.len();
    let mut failure = None;
    loop {
        let Some(mut taken) = runner.fold_until(page, failure.take(), is_last) else {
            return Ok(Piece::Done);
        };
        let mut batch = Batch::default();
        runner.put(&mut taken, &mut batch);
        if batch.checkpoints.is_empty() {
            runner.arrive(taken);
            return Ok(Piece::Done);
        }
        let (at, reason) = match store.commit(batch).await {
            Ok(_) => {
                runner.arrive(taken);
                return Ok(Piece::Done);
            }
            Err(CommitError::Tables { at, reason, .. }) if until > 0 => (at, reason),
            Err(error) => {
                runner.reload(store).await?;
                return refused(error).map(|()| Piece::Done);
            }
        };
        until = match at {
            None if until > 1 => return Ok(Piece::Smaller),
            None => 0,
            Some(at) => {
                let before = |event: &RecordedEvent| event.recorded().position < at;
                page.events[..until].partition_point(before).min(until - 1)
            }
        };
        failure = Some(Failure {
            at: page.events[until].recorded().position,
            reason: reason.into(),
        });
    }
}

/// What is to be said of a commit that was refused: nothing where another process came before, which is
/// further on.
fn refused(error: CommitError) -> Result<(), StoreError> {
    match error {
        CommitError::CheckpointMoved { .. } => Ok(()),
        error => Err(failed(error)),
    }
}

async fn retry(
    store: &DynStore,
    runners: &mut [Runner],
    projection: &str,
) -> Result<Position, StoreError> {
    let mut named = runners.iter_mut().filter(|it| it.name() == projection);
    match named.next() {
        None => Ok(Position::ZERO),
        Some(runner) => runner.retry(store).await,
    }
}

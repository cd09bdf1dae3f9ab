use super::progress::{Progress, State};
use super::worker::Worker;
use crate::log::{LogFilter, Name, Position};
use crate::projection::ReadError;
use crate::store::{
    Batch, CheckpointMove, CommitError, DynStore, EventStore, LogPage, LogQuery, StoreError,
};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// The most events that are folded into one commit.
const BATCH: usize = 1_000;

/// How long the engine waits after a store failed, at first and at most; each failure doubles it.
const RETRY_AFTER: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(5));

/// The projections of one bus, running. Dropping it stops them; what is committed stays.
#[derive(Debug)]
pub(crate) struct Engine {
    running: HashMap<&'static str, Running>,
    task: JoinHandle<()>,
}

/// One projection, seen from outside.
#[derive(Debug, Clone)]
pub(crate) struct Running {
    progress: watch::Receiver<Progress>,
}

impl Engine {
    /// Starts `workers` from their checkpoints.
    pub(crate) async fn start(
        store: DynStore,
        workers: Vec<Box<dyn Worker>>,
    ) -> Result<Self, StoreError> {
        let mut running = HashMap::new();
        let mut runners = Vec::new();
        for worker in workers {
            let checkpoint = store.checkpoint(&worker.table()).await?;
            let (announce, progress) = watch::channel(Progress::at(checkpoint));
            running.insert(worker.name(), Running { progress });
            runners.push(Runner {
                worker,
                checkpoint,
                announce,
                stopped: false,
            });
        }
        let task = tokio::spawn(run(store, runners));
        Ok(Self { running, task })
    }

    /// Waits until all that go on have folded the event at `position`.
    pub(crate) async fn all_reached(
        &self,
        position: Position,
        patience: Duration,
    ) -> Result<(), ReadError> {
        for (projection, running) in &self.running {
            if running.progress.borrow().state == State::Running {
                running.reached(projection, position, patience).await?;
            }
        }
        Ok(())
    }

    /// Stops all of them where they are committed.
    pub(crate) fn stop(&self) {
        self.task.abort();
    }

    /// Where the projection stands, if it runs here.
    pub(crate) fn progress(&self, projection: &str) -> Option<Progress> {
        self.running
            .get(projection)
            .map(|running| running.progress.borrow().clone())
    }

    /// Waits until the projections have folded the event at `position`.
    pub(crate) async fn reached(
        &self,
        projections: &'static [&'static str],
        position: Position,
        patience: Duration,
    ) -> Result<(), ReadError> {
        for projection in projections {
            let running = self
                .running
                .get(projection)
                .ok_or(ReadError::NotRunning { projection })?;
            running.reached(projection, position, patience).await?;
        }
        Ok(())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Running {
    async fn reached(
        &self,
        projection: &'static str,
        wanted: Position,
        patience: Duration,
    ) -> Result<(), ReadError> {
        let mut progress = self.progress.clone();
        let arrived = |now: &Progress| now.position >= wanted || now.state != State::Running;
        if !arrived(&progress.borrow()) {
            match timeout(patience, progress.wait_for(arrived)).await {
                Ok(Ok(_)) => {}
                Ok(Err(_)) => return Err(ReadError::Closed),
                Err(_) => {
                    let reached = self.progress.borrow().position;
                    return Err(ReadError::Late {
                        projection,
                        wanted,
                        reached,
                        waited: patience,
                    });
                }
            }
        }
        let now = self.progress.borrow();
        if now.position >= wanted {
            return Ok(());
        }
        Err(ReadError::of_state(projection, &now.state).unwrap_or(ReadError::Closed))
    }
}

/// One projection, seen from the engine.
struct Runner {
    worker: Box<dyn Worker>,
    checkpoint: Position,
    announce: watch::Sender<Progress>,
    stopped: bool,
}

/// Follows the log for ever, in rounds: the projections that are furthest behind read on together,
/// until they stand where the next ones stand. So the log is read once for all that are abreast.
async fn run(store: DynStore, mut runners: Vec<Runner>) {
    let mut pause = RETRY_AFTER.0;
    loop {
        match round(&store, &mut runners).await {
            Ok(Round::Folded) => pause = RETRY_AFTER.0,
            Ok(Round::NothingToRun) => return std::future::pending().await,
            Err(_) => {
                sleep(pause).await;
                pause = (pause * 2).min(RETRY_AFTER.1);
            }
        }
    }
}

enum Round {
    Folded,
    NothingToRun,
}

async fn round(store: &DynStore, runners: &mut [Runner]) -> Result<Round, StoreError> {
    let Some(next) = next_read(runners) else {
        return Ok(Round::NothingToRun);
    };
    let from = next.after;
    if next.through.is_none() {
        store.grown(from).await?;
    }
    let page = store.log(next).await?;
    for runner in runners.iter_mut().filter(|runner| runner.stands_at(from)) {
        runner.take(store, &page).await?;
    }
    Ok(Round::Folded)
}

/// What the projections that are furthest behind read next; `None` if none goes on.
fn next_read(runners: &[Runner]) -> Option<LogQuery> {
    let going = || runners.iter().filter(|runner| !runner.stopped);
    let after = going().map(|runner| runner.checkpoint).min()?;
    let through = going()
        .map(|runner| runner.checkpoint)
        .filter(|&at| at > after)
        .min();
    let mut names: Vec<Name> = going()
        .filter(|runner| runner.stands_at(after))
        .flat_map(|runner| runner.worker.events())
        .map(|event| Name::from_static(event.name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let filter = LogFilter {
        names: Some(names),
        tags: Vec::new(),
    };
    Some(LogQuery {
        after,
        through,
        filter,
        limit: BATCH,
    })
}

impl Runner {
    fn stands_at(&self, position: Position) -> bool {
        !self.stopped && self.checkpoint == position
    }

    /// Folds a page, and commits rows and checkpoint together.
    async fn take(&mut self, store: &DynStore, page: &LogPage) -> Result<(), StoreError> {
        let folded = self.worker.fold(store, &page.events).await?;
        let to = match &folded.failed {
            None => page.through,
            Some(failure) => before(page, failure.at, self.checkpoint),
        };
        if to > self.checkpoint {
            let batch = Batch {
                rows: folded.rows,
                checkpoints: vec![CheckpointMove {
                    table: self.worker.table(),
                    from: self.checkpoint,
                    to,
                }],
                ..Batch::default()
            };
            match store.commit(batch).await {
                Ok(_) => self.checkpoint = to,
                Err(error) => {
                    // whoever else moved the checkpoint, or whatever became of this commit: the
                    // store knows where the projection stands
                    self.worker.forget();
                    self.checkpoint = store.checkpoint(&self.worker.table()).await?;
                    self.announce.send_replace(Progress::at(self.checkpoint));
                    return match error {
                        CommitError::Store(error) => Err(error),
                        CommitError::OutcomeUnknown { source } => Err(StoreError::Backend {
                            doing: "committing rows",
                            source,
                        }),
                        CommitError::CheckpointMoved { .. } => Ok(()),
                        refused => Err(StoreError::Backend {
                            doing: "committing rows",
                            source: Box::new(refused),
                        }),
                    };
                }
            }
        }
        self.stopped = folded.failed.is_some();
        let state = match folded.failed {
            None => State::Running,
            Some(failure) => State::Stopped {
                at: failure.at,
                reason: Arc::clone(&failure.reason),
            },
        };
        self.announce.send_replace(Progress {
            position: self.checkpoint,
            state,
        });
        Ok(())
    }
}

/// How far a page was folded if the event at `failed` was not.
fn before(page: &LogPage, failed: Position, checkpoint: Position) -> Position {
    page.events
        .iter()
        .map(|event| event.recorded().position)
        .take_while(|&position| position < failed)
        .last()
        .unwrap_or(checkpoint)
}

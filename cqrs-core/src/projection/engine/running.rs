use super::elsewhere::Elsewhere;
use super::inline::Inlines;
use super::progress::{Progress, Rebuild, State};
use super::round::{Command, run};
use super::runner::Runner;
use super::worker::Worker;
use crate::bus::Receipt;
use crate::log::{CommandId, Position};
use crate::projection::ReadError;
use crate::projection::parking::Parkings;
use crate::store::{DynStore, EventStore, StoreError};
use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The projections of one bus, running. Dropping it stops them; what is committed stays.
#[derive(Debug)]
pub(crate) struct Engine {
    running: HashMap<&'static str, Running>,
    /// Those that do not run here.
    elsewhere: HashMap<&'static str, Elsewhere>,
    /// Those that are folded within commits. The store holds them for as long as the engine is there.
    inlines: Option<Arc<Inlines>>,
    commands: mpsc::UnboundedSender<Command>,
    task: JoinHandle<()>,
}

/// One projection, seen from outside.
#[derive(Debug, Clone)]
pub(crate) struct Running {
    progress: watch::Receiver<Progress>,
    changes: watch::Receiver<u64>,
    parkings: Parkings,
}

impl Engine {
    /// Starts `workers` from their checkpoints; `others` run elsewhere, if at all.
    pub(crate) async fn start(
        store: DynStore,
        workers: Vec<Box<dyn Worker>>,
        others: Vec<Box<dyn Worker>>,
    ) -> Result<Self, StoreError> {
        let inline = workers.iter().filter(|worker| worker.is_inline());
        let inlines = Inlines::of(inline.map(|worker| worker.another()));
        let mut running = HashMap::new();
        let mut runners = Vec::new();
        for worker in workers {
            let name = worker.name();
            let (runner, seen) = Runner::load(&store, worker).await?;
            running.insert(
                name,
                Running {
                    progress: seen.progress,
                    changes: seen.changes,
                    parkings: seen.parkings,
                },
            );
            runners.push(runner);
        }
        let (commands, asked) = mpsc::unbounded_channel();
        let task = tokio::spawn(run(store, runners, asked));
        let elsewhere = others.iter().map(|it| (it.name(), Elsewhere::of(&**it)));
        Ok(Self {
            running,
            elsewhere: elsewhere.collect(),
            inlines,
            commands,
            task,
        })
    }

    /// Has the store fold those that are folded within commits. The error names one, where it cannot.
    pub(crate) fn fold_within(&self, store: &DynStore) -> Result<(), &'static str> {
        let Some(inlines) = &self.inlines else {
            return Ok(());
        };
        let weak: Weak<Inlines> = Arc::downgrade(inlines);
        if store.fold_within(weak) {
            Ok(())
        } else {
            Err(inlines.first())
        }
    }

    /// Waits until all have folded the event at `position`, as far as they go on; the error is that
    /// of the first that did not.
    pub(crate) async fn all_reached(
        &self,
        position: Position,
        patience: Duration,
    ) -> Result<(), ReadError> {
        let mut all = Ok(());
        for (projection, running) in &self.running {
            let reached = running.reached(projection, position, patience).await;
            all = all.and(reached);
        }
        all
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

    /// The keys of the projection that are parked, if it runs here.
    pub(crate) fn parkings(&self, projection: &str) -> Option<&Parkings> {
        self.running
            .get(projection)
            .map(|running| &running.parkings)
    }

    /// Counts the commits that changed rows of the projection.
    pub(crate) fn changes(
        &self,
        projection: &'static str,
    ) -> Result<watch::Receiver<u64>, ReadError> {
        Ok(self.running(projection)?.changes.clone())
    }

    /// Waits until the projections show what the command did.
    pub(crate) async fn show(
        &self,
        projections: &'static [&'static str],
        receipt: &Receipt,
        patience: Duration,
    ) -> Result<(), ReadError> {
        for projection in projections {
            let running = self.running(projection)?;
            running
                .reached(projection, receipt.position, patience)
                .await?;
            running.went_on(projection, receipt.command_id)?;
        }
        Ok(())
    }

    /// What is to be read in place of the rows of a projection, if there is something. Refuses a read of one
    /// that has stopped, or is folded anew beside rows that cannot be read.
    pub(crate) async fn goes_on(
        &self,
        store: &DynStore,
        projection: &'static str,
    ) -> Result<Option<Rebuild>, ReadError> {
        let rebuild = if let Some(running) = self.running.get(projection) {
            let progress = running.progress.borrow();
            if let Some(stopped) = ReadError::of_state(projection, &progress.state) {
                return Err(stopped);
            }
            progress.rebuild
        } else if let Some(elsewhere) = self.elsewhere.get(projection) {
            elsewhere.rebuild(store).await?
        } else {
            None
        };
        match rebuild {
            Some(Rebuild {
                former,
                is_readable: false,
            }) => Err(ReadError::Rebuilding { projection, former }),
            other => Ok(other),
        }
    }

    /// Folds again what could not be folded.
    pub(crate) async fn retry(
        &self,
        projection: &'static str,
        patience: Duration,
    ) -> Result<(), ReadError> {
        let running = self.running(projection)?;
        let (done, answer) = oneshot::channel();
        let asked = Command::Retry { projection, done };
        self.commands.send(asked).map_err(|_| ReadError::Closed)?;
        let past = answer.await.map_err(|_| ReadError::Closed)??;
        running.reached(projection, past, patience).await?;
        match running.parkings.now().told().into_iter().next() {
            None => Ok(()),
            Some(first) => Err(ReadError::Parked {
                projection,
                key: first.key,
                at: first.at,
                event: first.event,
                reason: first.reason,
            }),
        }
    }

    fn running(&self, projection: &'static str) -> Result<&Running, ReadError> {
        self.running
            .get(projection)
            .ok_or(ReadError::NotRunning { projection })
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
        // while the rows of another version are read, these do not show it yet
        let shows = |now: &Progress| now.position >= wanted && now.rebuild.is_none();
        let arrived = |now: &Progress| shows(now) || now.state != State::Running;
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
        if shows(&now) {
            return Ok(());
        }
        Err(ReadError::of_state(projection, &now.state).unwrap_or(ReadError::Closed))
    }

    fn went_on(&self, projection: &'static str, command: CommandId) -> Result<(), ReadError> {
        self.parkings.command_went_on(projection, command)
    }
}

use super::cache::Caches;
use super::gate::Gate;
use super::{Bus, Core, ProjectionSet, Settings};
use crate::aggregate::Resources;
use crate::catalogue::TypeName;
use crate::log::{Clock, Position};
use crate::projection::{Engine, Worker};
use crate::registry::{DuplicateName, Missing, Registration, registered};
use crate::store::{DynStore, EventStore, IntoStore, StoreError};
use std::sync::Arc;
use std::time::Duration;

/// Sets up a [`Bus`].
#[derive(Debug)]
#[must_use = "a bus opens with `.open().await`"]
pub struct Builder<S, R = ()> {
    store: S,
    resources: R,
    projections: Projections,
    clock: Clock,
    settings: Settings,
}

/// Which of the registered projections run.
#[derive(Debug, Clone, Copy)]
enum Projections {
    All,
    Only(&'static [&'static str]),
}

impl<S: IntoStore> Builder<S> {
    pub(super) fn new(store: S) -> Self {
        Self {
            store,
            resources: (),
            projections: Projections::All,
            settings: Settings {
                cached_instances: 10_000,
                retries: 5,
                wait_timeout: Duration::from_secs(5),
                handler_deadline: Duration::from_secs(30),
            },
            clock: Clock::system(),
        }
    }
}

impl<S: IntoStore, R: Resources> Builder<S, R> {
    /// What the bus provides to handlers and answers.
    pub fn resources<T: Resources>(self, resources: T) -> Builder<S, T> {
        Builder {
            store: self.store,
            resources,
            projections: self.projections,
            clock: self.clock,
            settings: self.settings,
        }
    }

    /// Runs only these projections: one, or a tuple of them. By default all that are registered run.
    pub fn only_projections<P: ProjectionSet>(mut self) -> Self {
        self.projections = Projections::Only(P::NAMES);
        self
    }

    /// Runs no projections: a process that only takes commands, or reads what others fold.
    pub fn without_projections(mut self) -> Self {
        self.projections = Projections::Only(&[]);
        self
    }

    /// How many instances of each aggregate are kept in memory; 10 000 by default.
    pub fn cached_instances(mut self, instances: usize) -> Self {
        self.settings.cached_instances = instances;
        self
    }

    /// How many times a command is decided anew when another process wrote to its instance meanwhile; 5 by default.
    pub fn retries(mut self, retries: u32) -> Self {
        self.settings.retries = retries;
        self
    }

    /// How long `.wait_for` and `.after` wait for a projection; 5 seconds by default.
    pub fn wait_timeout(mut self, patience: Duration) -> Self {
        self.settings.wait_timeout = patience;
        self
    }

    /// How long a handler that waits may take to decide; 30 seconds by default. Meanwhile the other
    /// commands of its instance queue. A handler that never waits is not timed.
    pub fn handler_deadline(mut self, deadline: Duration) -> Self {
        self.settings.handler_deadline = deadline;
        self
    }

    /// Where handlers get the time from; the system's clock by default. A test turns its own, and
    /// events have then occurred at its time. They are recorded at the system's, whatever this clock says.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Opens the store and the bus, and starts its projections.
    ///
    /// # Errors
    /// When it is not called on a tokio runtime, two types are registered under one name, or the
    /// store cannot be opened or read or is not the log that the checkpoints were made for.
    pub async fn open(self) -> Result<Bus<S::Store, R>, OpenError> {
        tokio::runtime::Handle::try_current().map_err(|_| OpenError::NoRuntime)?;
        let store = Arc::new(self.store.into_store().await?);
        let erased = DynStore::new(Arc::clone(&store));
        let (workers, others) = chosen(self.projections)?;
        for worker in &workers {
            if let Some(transaction) = worker.transaction()
                && !EventStore::lends(&*store, transaction)
            {
                return Err(OpenError::NoTables {
                    projection: worker.name(),
                    transaction: transaction.name(),
                });
            }
            let checkpoint = EventStore::checkpoint(&*store, &worker.table()).await?;
            let head = EventStore::head(&*store).await?; // later: others may write meanwhile
            if checkpoint > head {
                return Err(OpenError::AheadOfLog {
                    projection: worker.name(),
                    checkpoint,
                    head,
                });
            }
        }
        let engine = Engine::start(erased.clone(), workers, others).await?;
        engine
            .fold_within(&erased)
            .map_err(|projection| OpenError::NotInline { projection })?;
        let core = Core {
            store: erased,
            caches: Caches::new(self.settings.cached_instances),
            engine,
            gate: Gate::default(),
            clock: self.clock,
            settings: self.settings,
        };
        Ok(Bus {
            store,
            resources: Arc::new(self.resources),
            core: Arc::new(core),
        })
    }
}

type Workers = Vec<Box<dyn Worker>>;

/// Those that are to run, and the others.
fn chosen(projections: Projections) -> Result<(Workers, Workers), OpenError> {
    let runs = |name: &str| match projections {
        Projections::All => true,
        Projections::Only(names) => names.contains(&name),
    };
    let entries = registered()?.into_iter();
    let workers = entries.filter_map(Registration::worker);
    Ok(workers.partition(|worker| runs(worker.name())))
}

/// Why a bus does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no tokio runtime to run the projections on.
    #[error(
        "a bus opens on a tokio runtime: call it in `#[tokio::main] async fn main`, or in `Runtime::block_on`"
    )]
    NoRuntime,
    /// Two types of one kind bear one stored name.
    #[error(transparent)]
    DuplicateName(#[from] DuplicateName),
    /// What runs by its name asks for resources that the bus does not provide.
    #[error("the bus does not provide {}", listed(missing))]
    MissingResources {
        /// Each that is missing, with who needs it.
        missing: Vec<Missing>,
    },
    /// A projection has seen more than the log holds: the log was restored from an older copy.
    #[error(
        "projection `{projection}` has seen position {checkpoint}, but the log ends at {head}: the store was restored from an older copy; rebuild the projection"
    )]
    AheadOfLog {
        /// The projection.
        projection: &'static str,
        /// Where it stands.
        checkpoint: Position,
        /// Where the log ends.
        head: Position,
    },
    /// A projection is marked `inline`, and the store folds nothing within its commits.
    #[error(
        "projection `{projection}` is marked `inline`, and this store folds no projections within its commits: take the mark away, or another store"
    )]
    NotInline {
        /// The projection.
        projection: &'static str,
    },
    /// A projection keeps tables of its own, and the store does not lend the transaction through which it
    /// writes to them.
    #[error(
        "projection `{projection}` keeps tables of its own through a `{}` of `{}`, which this store does not lend: open the bus on a store of that crate, or without the projection (`only_projections`)",
        TypeName::new(transaction),
        crate_of(transaction)
    )]
    NoTables {
        /// The projection.
        projection: &'static str,
        /// The type of the transaction, with its modules.
        transaction: &'static str,
    },
    /// The store cannot be opened or read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The crate that defines the type: its modules may be private, and that is what users know it by.
fn crate_of(full: &'static str) -> &'static str {
    full.split("::").next().unwrap_or(full)
}

fn listed(missing: &[Missing]) -> String {
    let each: Vec<String> = missing.iter().map(Missing::to_string).collect();
    each.join("; nor ")
}

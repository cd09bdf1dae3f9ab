use super::Apply;
use crate::fnv::Fnv;
use crate::log::Stored;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A state that can be kept: it is written and read again.
#[diagnostic::on_unimplemented(
    message = "aggregate `{Self}` has snapshots, so its state is written and read again",
    label = "lacks `Serialize` or `Deserialize`",
    note = "write `#[derive(Serialize, Deserialize)]` on it, or leave `snapshot_every = ..` out"
)]
#[doc(hidden)]
pub trait KeptState: Serialize + DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + DeserializeOwned> KeptState for T {}

/// How often a state of the aggregate `A` is kept, and how it is written and read again:
/// `snapshot_every = 500` of [`#[aggregate(..)]`](derive@crate::Aggregate).
#[derive(Debug)]
pub struct Snapshots<A> {
    every: u32,
    version: u32,
    definition: u64,
    pub(crate) stored: Stored<A>,
}

impl<A: KeptState> Snapshots<A> {
    /// One each so many events of an instance. The version is that of the fold, and the definition a digest
    /// of the type as it is written.
    #[doc(hidden)]
    pub const fn each(every: u32, version: u32, definition: u64) -> Self {
        Self {
            every,
            version,
            definition,
            stored: Stored::of(),
        }
    }
}

impl<A> Snapshots<A> {
    /// How many events of an instance lie between two snapshots.
    pub const fn every(&self) -> u64 {
        self.every as u64
    }

    /// Whether one is due when so many events of an instance have become so many.
    pub(crate) const fn is_due(&self, before: u64, after: u64) -> bool {
        before / self.every() != after / self.every()
    }
}

impl<A: Apply> Snapshots<A> {
    /// What tells the fold from what it was before it changed, or the state did.
    pub(crate) const fn fingerprint(&self) -> u64 {
        let mut digest = Fnv::new()
            .number(self.version as u64)
            .number(self.definition);
        let mut methods = A::FOLD;
        while let [method, others @ ..] = methods {
            digest = digest.number(*method);
            methods = others;
        }
        let mut events = A::EVENTS;
        while let [event, others @ ..] = events {
            digest = digest.text(event.name).number(event.version as u64);
            events = others;
        }
        digest.digest()
    }
}

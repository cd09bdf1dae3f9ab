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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregate::{Aggregate, EventSourced, Target};
    use crate::log::{DecodeError, Fact};
    use crate::message::EventType;
    use std::collections::BTreeSet;

    const EVENT: EventType = EventType {
        name: "e",
        version: 1,
        former: &[],
    };

    macro_rules! folds {
        ($($name:ident $fold:expr, $events:expr;)*) => {$(
            struct $name;

            impl Target for $name {
                type Kind = EventSourced;
            }

            impl Aggregate for $name {
                type Id = u64;
                const NAME: &'static str = "fold";

                fn initial() -> Self {
                    Self
                }
            }

            impl Apply for $name {
                const EVENTS: &'static [EventType] = $events;
                const FOLD: &'static [u64] = $fold;

                fn apply(&mut self, _: &Fact<'_>) -> Result<(), DecodeError> {
                    Ok(())
                }
            }
        )*};
    }

    folds! {
        Plain &[7], &[EVENT];
        Alike &[7], &[EventType { former: &["d"], ..EVENT }];
        Changed &[8], &[EVENT];
        Grown &[7, 8], &[EVENT, EVENT];
        Renamed &[7], &[EventType { name: "f", ..EVENT }];
        Newer &[7], &[EventType { version: 2, ..EVENT }];
    }

    fn fingerprint<A: Apply>(every: u32, version: u32, definition: u64) -> u64 {
        let snapshots = Snapshots::<A> {
            every,
            version,
            definition,
            stored: Stored::never(),
        };
        snapshots.fingerprint()
    }

    #[test]
    fn whatever_makes_another_state_makes_another_fingerprint() {
        let plain = fingerprint::<Plain>(500, 1, 9);
        let others = [
            fingerprint::<Changed>(500, 1, 9),
            fingerprint::<Grown>(500, 1, 9),
            fingerprint::<Renamed>(500, 1, 9),
            fingerprint::<Newer>(500, 1, 9),
            fingerprint::<Plain>(500, 2, 9),
            fingerprint::<Plain>(500, 1, 10),
        ];
        let apart: BTreeSet<u64> = others.into_iter().chain([plain]).collect();
        assert_eq!(apart.len(), 7);
        assert_eq!(fingerprint::<Alike>(500, 1, 9), plain);
        assert_eq!(
            fingerprint::<Plain>(7, 1, 9),
            plain,
            "how often one is taken is no matter"
        );
    }

    #[test]
    fn one_is_due_at_each_multiple_and_where_it_is_passed() {
        let snapshots = Snapshots::<u8>::each(5, 1, 0);
        for (before, after, due) in [
            (0, 4, false),
            (4, 5, true),
            (5, 5, false),
            (5, 9, false),
            (3, 12, true),
        ] {
            assert_eq!(snapshots.is_due(before, after), due, "{before} to {after}");
        }
    }
}

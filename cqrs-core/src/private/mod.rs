//! What expansions name. Nothing here is public API.

mod called;
pub mod ids;
pub mod vocabulary;

use std::any::{Any, TypeId};
use std::marker::PhantomData;
use std::ops::Deref;

pub use called::Called;
pub use core;
pub use inventory;
pub use serde;

pub use crate::aggregate::{
    Aggregate, Apply, Context, Decision, Direct, DynResources, Emit, Emits, EventSourced, FactOf,
    Initial, KeptState, Names, Provide, Resources, Snapshots, Target,
};
pub use crate::bus::Nothing;
pub use crate::id::IdError;
pub use crate::log::{DecodeError, Decoded, Fact, Recorded, RecordedEvent, Storable, Stored, Tags};
pub use crate::message::{
    Addressed, Answered, Applied, Command, Event, EventSet, EventType, Handled, Query,
};
pub use crate::projection::{
    Changes, Done, Fallible, HasRows, Index, IndexKey, IndexValue, InstanceOf, KeepsTables, KeyOf,
    Keyed, KeyedFor, Lent, ManyRows, OneValue, Project, ProjectError, Projection, QueryError,
    ReadError, ReadModel, RowType, RowValue, Rows, RowsMut, Single, Singleton, Tables, TextValue,
};
pub use crate::registry::{Need, Registration, Registrations};
pub use crate::schema::lock::{Golden, Goldens, Lock, Locked, count, index, verify};
pub use crate::schema::{Shape, UpcastError, UpcastFrom, Upcasted};
pub use crate::store::IndexedField;

/// Facts asserted where a type is defined: each holds only where the matching verb exists.
pub mod assert {
    use super::{
        Aggregate, Answered, Applied, Direct, EventSourced, Handled, KeepsTables, KeyedFor,
        ManyRows, Names, OneValue, Project, Projection, Target,
    };
    use std::marker::PhantomData;
    use std::ops::Deref;

    /// `C` has a handler.
    pub const fn handled<C: Handled>() {}

    /// What is asserted of the `#[id]` of the command `C`, once it has a handler.
    ///
    /// Without one, [`handled`] says so, and the assertions here are those of [`Unhandled`], which
    /// always hold: one mistake is one error.
    #[derive(Debug)]
    pub struct Id<C>(PhantomData<C>);

    impl<C> Id<C> {
        /// The id of `C`.
        #[allow(clippy::new_without_default)]
        pub const fn of() -> Self {
            Self(PhantomData)
        }
    }

    impl<C: Handled<By: Aggregate>> Id<C> {
        /// `I`, the type of the field, names instances of the handler.
        pub const fn is<I: Names<C::By>>(&self) {}
    }

    impl<C: Handled> Id<C> {
        /// There is none, and the handler needs none.
        pub const fn is_absent<Me>(&self)
        where
            <C::By as Target>::Kind: NeedsNoId,
        {
        }
    }

    impl<C> Deref for Id<C> {
        type Target = OfService<C>;

        fn deref(&self) -> &OfService<C> {
            &OfService(PhantomData)
        }
    }

    /// What is asserted of the `#[id]` of a command that a service handles: there is none.
    #[derive(Debug)]
    pub struct OfService<C>(PhantomData<C>);

    impl<C: Handled> OfService<C> {
        /// There is one: that is the error.
        pub const fn is<I>(&self)
        where
            <C::By as Target>::Kind: HasInstances,
        {
        }
    }

    impl<C> Deref for OfService<C> {
        type Target = Unhandled;

        fn deref(&self) -> &Unhandled {
            &Unhandled
        }
    }

    /// See [`Id`].
    #[derive(Debug)]
    pub struct Unhandled;

    impl Unhandled {
        /// Always.
        pub const fn is<I>(&self) {}

        /// Always.
        pub const fn is_absent<Me>(&self) {}
    }

    /// `E` is applied.
    pub const fn applied<E: Applied>() {}

    /// `Q` is answered.
    pub const fn answered<Q: Answered>() {}

    /// `P` projects something.
    pub const fn projected<P: Project>() {}

    /// What is asserted of the stream of the event `E`, once an aggregate applies it; else as with [`Id`].
    #[derive(Debug)]
    pub struct Stream<E>(PhantomData<E>);

    impl<E> Stream<E> {
        /// The stream of `E`.
        pub const fn of() -> Self {
            Self(PhantomData)
        }
    }

    impl<E: Applied> Stream<E> {
        /// Its id is the key of `P`.
        pub const fn is_key_of<P>(&self)
        where
            P: Projection,
            E: KeyedFor<P, P::Shape>,
        {
        }
    }

    impl<E> Deref for Stream<E> {
        type Target = Unapplied;

        fn deref(&self) -> &Unapplied {
            &Unapplied
        }
    }

    /// See [`Stream`].
    #[derive(Debug)]
    pub struct Unapplied;

    impl Unapplied {
        /// Always.
        pub const fn is_key_of<P>(&self) {}
    }

    /// What is asserted of rows that a method takes or a `#[key(..)]` names: the projection has a key.
    #[derive(Debug)]
    pub struct Keys<P>(PhantomData<P>);

    impl<P> Keys<P> {
        /// Those of `P`.
        pub const fn of() -> Self {
            Self(PhantomData)
        }
    }

    impl<P: Projection> Keys<P> {
        /// There are keys.
        pub const fn are_many(&self)
        where
            P::Shape: ManyRows,
        {
        }
    }

    impl<P> Deref for Keys<P> {
        type Target = Always;

        fn deref(&self) -> &Always {
            &Always
        }
    }

    /// What is asserted of the tables that a method writes to: the projection keeps such.
    #[derive(Debug)]
    pub struct TablesOf<P>(PhantomData<P>);

    impl<P> TablesOf<P> {
        /// Those of `P`.
        pub const fn of() -> Self {
            Self(PhantomData)
        }
    }

    impl<P: Projection> TablesOf<P> {
        /// They are written to through a `T`.
        pub const fn are_kept_by<T>(&self)
        where
            P: KeepsTables<T>,
        {
        }
    }

    impl<P> Deref for TablesOf<P> {
        type Target = Always;

        fn deref(&self) -> &Always {
            &Always
        }
    }

    /// What holds where the type is not of the noun, which is told elsewhere.
    #[derive(Debug)]
    pub struct Always;

    impl Always {
        /// Always.
        pub const fn are_many(&self) {}

        /// Always.
        pub const fn are_kept_by<T>(&self) {}
    }

    /// What is asserted of the `&self` of an `#[answer]` method: where it is a projection, it is one value.
    #[derive(Debug)]
    pub struct Value<P>(PhantomData<P>);

    impl<P> Value<P> {
        /// That of `P`.
        pub const fn of() -> Self {
            Self(PhantomData)
        }
    }

    impl<P: Projection> Value<P> {
        /// It is one value.
        pub const fn is_one(&self)
        where
            P::Shape: OneValue,
        {
        }
    }

    impl<P> Deref for Value<P> {
        type Target = Served;

        fn deref(&self) -> &Served {
            &Served
        }
    }

    /// See [`Value`].
    #[derive(Debug)]
    pub struct Served;

    impl Served {
        /// Always.
        pub const fn is_one(&self) {}
    }

    /// A kind of target whose commands need no `#[id]`.
    #[diagnostic::on_unimplemented(
        message = "this command is handled by an aggregate, but no field says for which instance",
        label = "no field is marked `#[id]`",
        note = "an aggregate's command carries the id of its instance: mark that field with `#[id]`"
    )]
    pub trait NeedsNoId {}

    impl NeedsNoId for Direct {}

    /// A kind of target that has instances.
    #[diagnostic::on_unimplemented(
        message = "this command is handled by a service, but a field is marked `#[id]`",
        label = "a service has no instances that this could name",
        note = "leave `#[id]` out: the field is one like the others"
    )]
    pub trait HasInstances {}

    impl HasInstances for EventSourced {}
}

/// How a message is written and read again; an error where its type is defined, if it cannot be.
pub const fn stored<T: Storable>() -> Stored<T> {
    Stored::of()
}

/// In place of [`stored`], where the type's definition is in error.
pub const fn never_stored<T>() -> Stored<T> {
    Stored::never()
}

/// What a row begins as, and how it is written and read again; an error as with [`stored`].
pub const fn row<P: RowValue>() -> RowType<P> {
    RowType::of()
}

/// How often the state of an aggregate is kept, and how it is written and read again; an error as with [`stored`].
pub const fn snapshots<A: KeptState>(
    every: u32,
    version: u32,
    definition: u64,
) -> Option<Snapshots<A>> {
    Some(Snapshots::each(every, version, definition))
}

/// What an aggregate begins as; an error as with [`stored`].
pub fn initial<A: Initial>() -> A {
    A::default()
}

/// The rows that a `#[key(..)]` names. Where the projection has no key, that is told, and not also that a
/// key is of another type: one mistake is one error.
#[derive(Debug)]
pub struct Keys<P>(PhantomData<P>);

impl<P> Keys<P> {
    /// Those of `P`.
    #[allow(clippy::new_without_default)]
    pub const fn of() -> Self {
        Self(PhantomData)
    }
}

impl<P: Projection<Shape = Keyed>> Keys<P> {
    /// Changes the row of `key`.
    #[inline]
    pub fn change<T: Changes>(
        &self,
        rows: &mut RowsMut<'_, P>,
        key: &P::Key,
        change: impl FnOnce(&mut P) -> T,
    ) {
        rows.change(key, change);
    }
}

impl<P> Deref for Keys<P> {
    type Target = NoKeys<P>;

    fn deref(&self) -> &NoKeys<P> {
        &NoKeys(PhantomData)
    }
}

/// See [`Keys`].
#[derive(Debug)]
pub struct NoKeys<P>(PhantomData<P>);

impl<P> NoKeys<P> {
    /// Never runs: the program does not compile.
    pub fn change<T: Changes>(&self, _: impl Sized, _: impl Sized, _: impl FnOnce(&mut P) -> T) {}
}

/// Decodes the event, and applies it by that method.
///
/// # Errors
/// When it does not decode.
#[inline]
pub fn apply<A, E: Event>(
    state: &mut A,
    event: &Fact<'_>,
    method: impl FnOnce(&mut A, &E),
) -> Result<(), DecodeError> {
    method(state, &*event.decode::<E>()?);
    Ok(())
}

/// Reads an event that an older version wrote: decodes it as an `Old`, and makes today's of that.
///
/// # Errors
/// When it does not decode, or a method on the way refuses it.
pub fn upcast<E, Old: serde::de::DeserializeOwned>(
    event: &RecordedEvent,
    steps: impl FnOnce(Old, &Recorded) -> Result<E, UpcastError>,
) -> Result<E, DecodeError> {
    crate::schema::upcast(event, steps)
}

/// The lock of the crate: the constant that `events_lock!` put into its root; that of [`unlocked`] where
/// there is none, since a glob import of a name that is not there is no error, and the inner one is tried first.
#[allow(
    clippy::crate_in_macro_def,
    reason = "the root of the crate that calls it is meant"
)]
#[doc(hidden)]
#[macro_export]
macro_rules! __lock {
    () => {{
        #[allow(unused_imports, clippy::wildcard_imports)]
        use $crate::__private::unlocked::*;
        {
            #[allow(unused_imports, clippy::wildcard_imports)]
            use crate::*;
            __EVENTS_LOCK
        }
    }};
}

pub use crate::__lock as lock;

/// The lock of a crate that has none: what the name means where no `events_lock!` gives it another meaning.
pub mod unlocked {
    /// None.
    pub const __EVENTS_LOCK: super::Lock = super::Lock::NONE;
}

/// The transaction that a store lends, as a method takes it.
///
/// # Errors
/// Never: that it is of this type is asserted where the method stands.
pub fn lent<T: 'static>(transaction: &dyn Any) -> Result<&T, ProjectError> {
    transaction.downcast_ref().ok_or_else(|| {
        let wanted = core::any::type_name::<T>();
        ProjectError::Tables(format!("the store lends no `{wanted}`"))
    })
}

/// The id of what the event happened to, which an aggregate of `E` has.
///
/// # Errors
/// When the stream's id is none.
pub fn instance<E, I: InstanceOf<E>>(event: &RecordedEvent) -> Result<I, ProjectError> {
    let stream = &event.recorded().stream;
    Ok(crate::id::read(stream.category(), stream.id())?)
}

/// The field whose type has that id: how `#[derive(Resources)]` finds one.
pub fn found<const N: usize>(
    id: TypeId,
    fields: [&(dyn Any + Send + Sync); N],
) -> Option<&(dyn Any + Send + Sync)> {
    fields.into_iter().find(|field| Any::type_id(*field) == id)
}

/// What stands for the output of a handler whose own signature is in error, so that one mistake is one error.
#[derive(Debug)]
pub enum Broken {}

impl<A: Aggregate> Emit<A> for Broken {
    type Error = core::convert::Infallible;
    const EMITS: Emits = Emits::NOTHING;

    fn emit(self, _: &mut Decision<'_, A>) -> Result<(), Self::Error> {
        match self {}
    }
}

/// What stands for an event of an enum that a `#[cfg]` leaves out.
#[derive(Debug)]
pub enum Absent {}

impl<A: Aggregate> Emit<A> for Absent {
    type Error = core::convert::Infallible;
    const EMITS: Emits = Emits::NOTHING;

    fn emit(self, _: &mut Decision<'_, A>) -> Result<(), Self::Error> {
        match self {}
    }
}

/// The future of a [`Broken`] handler.
pub fn broken<T>() -> core::future::Pending<T> {
    core::future::pending()
}

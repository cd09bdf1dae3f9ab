use super::{Aggregate, Emits};
use crate::log::{Data, EncodeError, EventId, Keeping, Lossy, Name, round_trip};
use crate::message::{Applied, Event};
use crate::store::NewEvent;
use smallvec::SmallVec;
use std::convert::Infallible;

/// What a handler of the aggregate `A` may return: an event that `A` applies, a tuple, array,
/// `Vec` or `Option` of such, the event enum, or a `Result` of any of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no event of `{A}`",
    label = "no `#[apply]` method of `{A}` takes a `&{Self}`",
    note = "write `fn ..(&mut self, event: &{Self})` in the `#[apply] impl {A}` block",
    note = "a handler returns an event, a tuple, array, `Vec` or `Option` of events, the event enum, or a `Result` of any of them"
)]
pub trait Emit<A: Aggregate>: Send {
    /// The handler's own error; [`Infallible`] where it cannot refuse.
    type Error: Send;
    /// The events that a value of this type may hold.
    const EMITS: Emits;

    /// Records the events in `decision`, in order.
    ///
    /// # Errors
    /// The handler's own refusal.
    fn emit(self, decision: &mut Decision<'_, A>) -> Result<(), Self::Error>;
}

/// That the event `E` is a fact of the aggregate `A`: one that `A` applies, or keeps for the record.
// said of `()`: of an event that a handler returns as it is, rustc would put the message of `Reply` in place of
// this; and where it was said of `A`, nobody could tell `A` from the event
#[diagnostic::on_unimplemented(
    message = "`{E}` is no event of `{A}`",
    label = "no `#[apply]` method of `{A}` takes a `&{E}`",
    note = "write `fn ..(&mut self, event: &{E})` in the `#[apply] impl {A}` block",
    note = "a handler returns an event, a tuple, array, `Vec` or `Option` of events, the event enum, or a `Result` of any of them"
)]
#[doc(hidden)]
pub trait FactOf<A, E> {
    /// Changes the state by it.
    fn change(state: &mut A, event: &E);
}

// not `FactOf<E::By, E>`: of another aggregate's event that would be a mismatch of types, which says nothing
#[diagnostic::do_not_recommend]
impl<A, E: Applied<By: Same<A>>> FactOf<A, E> for () {
    #[inline]
    fn change(state: &mut A, event: &E) {
        event.apply_to(Same::same(state));
    }
}

/// The type `T` itself.
#[doc(hidden)]
pub trait Same<T> {
    /// It.
    fn same(it: &mut T) -> &mut Self;
}

impl<T> Same<T> for T {
    #[inline]
    fn same(it: &mut T) -> &mut T {
        it
    }
}

/// An aggregate whose handlers may say nothing: none, which is why nothing implements it.
#[diagnostic::on_unimplemented(
    message = "a `#[handle]` method of an aggregate returns what happened, and `()` says nothing",
    label = "nothing would be recorded",
    note = "write `-> Result<Event, Error>`, or `-> Event` where it cannot refuse, with `Option<Event>` where sometimes nothing happens; what is returned is applied and recorded"
)]
#[doc(hidden)]
pub trait MayStaySilent {}

// there, so that `()` is told what to write, and not that no method applies it
impl<A: Aggregate + MayStaySilent> Emit<A> for () {
    type Error = Infallible;
    const EMITS: Emits = Emits::NOTHING;

    fn emit(self, _: &mut Decision<'_, A>) -> Result<(), Infallible> {
        Ok(())
    }
}

impl<A: Aggregate, X: Emit<A, Error = Infallible>, E: Send> Emit<A> for Result<X, E> {
    type Error = E;
    const EMITS: Emits = X::EMITS;

    fn emit(self, decision: &mut Decision<'_, A>) -> Result<(), E> {
        let Ok(()) = self?.emit(decision);
        Ok(())
    }
}

macro_rules! emit_each {
    ($([$($generics:tt)*] $collection:ty),* $(,)?) => {$(
        impl<A: Aggregate, X: Emit<A, Error = Infallible>, $($generics)*> Emit<A> for $collection {
            type Error = Infallible;
            const EMITS: Emits = X::EMITS;

            fn emit(self, decision: &mut Decision<'_, A>) -> Result<(), Infallible> {
                self.into_iter().try_for_each(|each| each.emit(decision))
            }
        }
    )*};
}

emit_each!([] Option<X>, [] Vec<X>, [const N: usize] [X; N]);

macro_rules! emit_tuple {
    ($($part:ident),+) => {
        impl<Agg: Aggregate, $($part: Emit<Agg, Error = Infallible>),+> Emit<Agg> for ($($part,)+) {
            type Error = Infallible;
            const EMITS: Emits = Emits::each(&[$($part::EMITS),+]);

            #[allow(non_snake_case, reason = "the type parameters name the parts")]
            fn emit(self, decision: &mut Decision<'_, Agg>) -> Result<(), Infallible> {
                let ($($part,)+) = self;
                $($part.emit(decision)?;)+
                Ok(())
            }
        }
    };
}

emit_tuple!(A);
emit_tuple!(A, B);
emit_tuple!(A, B, C);
emit_tuple!(A, B, C, D);
emit_tuple!(A, B, C, D, E);
emit_tuple!(A, B, C, D, E, F);
emit_tuple!(A, B, C, D, E, F, G);
emit_tuple!(A, B, C, D, E, F, G, H);

/// The events that one command leads to, as they are decided: each is encoded for the log and
/// applied to the state.
#[derive(Debug)]
pub struct Decision<'a, A> {
    state: &'a mut A,
    events: &'a mut SmallVec<[NewEvent; 1]>,
    recording: &'a mut Recording,
}

/// How [`Decision`] records events, and why it could not.
#[derive(Debug)]
pub(crate) struct Recording {
    keeping: Keeping,
    applying: Applying,
    /// The id of the first event; the next ones count on from it.
    first: EventId,
    pub(crate) failed: Option<EncodeError>,
    /// The first event that the log does not give back as it was, by its number from 1.
    pub(crate) lossy: Option<(usize, Lossy)>,
}

/// What of an event is applied to the state.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Applying {
    /// The event, as it was decided.
    Decided,
    /// The event as the log gives it back, which must be what it was.
    ReadBack,
    /// Nothing: the events are written down, and whether the log gives them back is noted.
    Checked,
    /// Nothing: the events are only written down.
    Nothing,
}

impl Recording {
    #[inline]
    pub(crate) fn new(keeping: Keeping, first: EventId) -> Self {
        Self {
            keeping,
            first,
            applying: Applying::Decided,
            failed: None,
            lossy: None,
        }
    }

    pub(crate) fn applying(applying: Applying) -> Self {
        Self {
            applying,
            ..Self::new(Keeping::Encoded, EventId::generate())
        }
    }
}

impl<'a, A: Aggregate> Decision<'a, A> {
    pub(crate) fn new(
        state: &'a mut A,
        events: &'a mut SmallVec<[NewEvent; 1]>,
        recording: &'a mut Recording,
    ) -> Self {
        Self {
            state,
            events,
            recording,
        }
    }

    /// Records `event` and applies it to the state.
    pub fn record<E: Event>(&mut self, event: E)
    where
        (): FactOf<A, E>,
    {
        if self.recording.failed.is_some() {
            return; // nothing of a decision is kept that cannot be kept whole
        }
        let tags = event.tags();
        match self.recording.applying {
            Applying::Decided => <()>::change(self.state, &event),
            Applying::ReadBack => {
                if let Some(event) = self.read_back(&event) {
                    <()>::change(self.state, &event);
                }
            }
            Applying::Checked => {
                self.read_back(&event);
            }
            Applying::Nothing => {}
        }
        match Data::of_event(event, self.recording.keeping) {
            Ok(data) => self.events.push(NewEvent {
                id: self.recording.first.counted_on(self.events.len()),
                name: const { Name::examined(E::NAME) },
                schema: E::VERSION,
                data,
                tags,
            }),
            Err(error) => self.recording.failed = Some(error),
        }
    }

    /// The event as the log gives it back. From the first on that it does not, nothing is.
    fn read_back<E: Event>(&mut self, event: &E) -> Option<E> {
        let lossy = &mut self.recording.lossy;
        if lossy.is_some() {
            return None;
        }
        round_trip(event)
            .map_err(|loss| *lossy = Some((self.events.len() + 1, loss)))
            .ok()
    }
}

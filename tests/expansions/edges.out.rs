//! Names, attributes and paths out of the ordinary: raw identifiers, `#[cfg]`, `#[deprecated]`, names that the
//! expansion would have taken, the dependency's path given.
use super::*;
pub struct R(Uuid);
#[automatically_derived]
impl ::core::fmt::Debug for R {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.debug_tuple("R").field(&self.0).finish()
    }
}
#[automatically_derived]
impl ::core::fmt::Display for R {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        <Uuid as ::core::fmt::Display>::fmt(&self.0, f)
    }
}
#[automatically_derived]
impl ::core::str::FromStr for R {
    type Err = ::cqrs_core::__private::IdError;
    fn from_str(
        text: &::core::primitive::str,
    ) -> ::core::result::Result<Self, Self::Err> {
        ::cqrs_core::__private::ids::parse::<Uuid>("R", text).map(Self)
    }
}
#[automatically_derived]
impl ::core::clone::Clone for R {
    fn clone(&self) -> Self {
        Self(::core::clone::Clone::clone(&self.0))
    }
}
#[automatically_derived]
impl ::core::cmp::PartialEq for R {
    fn eq(&self, other: &Self) -> ::core::primitive::bool {
        self.0 == other.0
    }
}
#[automatically_derived]
impl ::core::cmp::Eq for R {}
#[automatically_derived]
impl ::core::cmp::PartialOrd for R {
    fn partial_cmp(
        &self,
        other: &Self,
    ) -> ::core::option::Option<::core::cmp::Ordering> {
        ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
    }
}
#[automatically_derived]
impl ::core::cmp::Ord for R {
    fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
        ::core::cmp::Ord::cmp(&self.0, &other.0)
    }
}
#[automatically_derived]
impl ::core::hash::Hash for R {
    fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
        ::core::hash::Hash::hash(&self.0, state);
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::serde::Serialize for R {
    fn serialize<S: ::cqrs_core::__private::serde::Serializer>(
        &self,
        serializer: S,
    ) -> ::core::result::Result<S::Ok, S::Error> {
        ::cqrs_core::__private::ids::serialize::<Uuid, S>("R", &self.0, serializer)
    }
}
#[automatically_derived]
impl<'de> ::cqrs_core::__private::serde::Deserialize<'de> for R {
    fn deserialize<D: ::cqrs_core::__private::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> ::core::result::Result<Self, D::Error> {
        ::cqrs_core::__private::ids::deserialize::<Uuid, D>("R", deserializer).map(Self)
    }
}
#[automatically_derived]
impl ::core::convert::From<Uuid> for R {
    fn from(value: Uuid) -> Self {
        Self(value)
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::IndexValue for R {
    fn index_key(&self) -> ::cqrs_core::__private::IndexKey {
        ::cqrs_core::__private::IndexValue::index_key(&self.0)
    }
}
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq)]
#[allow(
    dead_code,
    clippy::enum_variant_names,
    reason = "a vocabulary stands, whoever uses it whole, and its words are names of structs"
)]
#[allow(deprecated)]
pub enum EdgeCommand {
    /// The command `edge.become`.
    r#Become(r#Become),
    /// The command `edge.never`.
    #[cfg(any())]
    Never(Never),
    /// The command `edge.leave`.
    #[deprecated]
    Leave(Leave),
}
#[allow(deprecated)]
#[allow(dead_code)]
#[automatically_derived]
impl ::core::convert::From<r#Become> for EdgeCommand {
    fn from(message: r#Become) -> Self {
        Self::r#Become(message)
    }
}
#[allow(deprecated)]
#[cfg(any())]
#[automatically_derived]
impl ::core::convert::From<Never> for EdgeCommand {
    fn from(message: Never) -> Self {
        Self::Never(message)
    }
}
#[allow(deprecated)]
#[allow(deprecated)]
#[automatically_derived]
impl ::core::convert::From<Leave> for EdgeCommand {
    fn from(message: Leave) -> Self {
        Self::Leave(message)
    }
}
/// The command `edge.become`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
)]
#[serde(crate = "::cqrs_core::__private::serde")]
#[allow(dead_code)]
pub struct r#Become {
    /// The instance that the command is for.
    pub r#type: R,
    /// The `as`.
    pub r#as: String,
}
#[allow(dead_code)]
#[automatically_derived]
impl ::cqrs_core::__private::Command for r#Become {
    const NAME: &'static ::core::primitive::str = "edge.become";
    const VERSION: ::core::primitive::u32 = 1;
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        r#Become,
    >();
}
#[allow(dead_code)]
#[automatically_derived]
impl ::cqrs_core::__private::Addressed for r#Become {
    type Id = R;
    fn id(&self) -> &Self::Id {
        &self.r#type
    }
}
#[allow(dead_code)]
const _: fn() = || {
    ::cqrs_core::__private::assert::handled::<r#Become>();
    ::cqrs_core::__private::assert::Id::<r#Become>::of().is::<R>();
};
/// The command `edge.never`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
)]
#[serde(crate = "::cqrs_core::__private::serde")]
#[cfg(any())]
pub struct Never {
    /// The instance that the command is for.
    pub r#type: R,
    /// The `at`.
    pub at: Missing,
}
#[cfg(any())]
#[automatically_derived]
impl ::cqrs_core::__private::Command for Never {
    const NAME: &'static ::core::primitive::str = "edge.never";
    const VERSION: ::core::primitive::u32 = 1;
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        Never,
    >();
}
#[cfg(any())]
#[automatically_derived]
impl ::cqrs_core::__private::Addressed for Never {
    type Id = R;
    fn id(&self) -> &Self::Id {
        &self.r#type
    }
}
#[cfg(any())]
const _: fn() = || {
    ::cqrs_core::__private::assert::handled::<Never>();
    ::cqrs_core::__private::assert::Id::<Never>::of().is::<R>();
};
/// The command `edge.leave`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
)]
#[serde(crate = "::cqrs_core::__private::serde")]
#[deprecated]
pub struct Leave {
    /// The instance that the command is for.
    pub r#type: R,
}
#[allow(deprecated)]
#[automatically_derived]
impl ::cqrs_core::__private::Command for Leave {
    const NAME: &'static ::core::primitive::str = "edge.leave";
    const VERSION: ::core::primitive::u32 = 1;
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        Leave,
    >();
}
#[allow(deprecated)]
#[automatically_derived]
impl ::cqrs_core::__private::Addressed for Leave {
    type Id = R;
    fn id(&self) -> &Self::Id {
        &self.r#type
    }
}
#[allow(deprecated)]
const _: fn() = || {
    ::cqrs_core::__private::assert::handled::<Leave>();
    ::cqrs_core::__private::assert::Id::<Leave>::of().is::<R>();
};
#[allow(deprecated)]
const _: () = {
    #[allow(unused_imports)]
    use ::cqrs_core::__private::vocabulary::Unowned as _;
    ::cqrs_core::__private::vocabulary::is_of(
        "commands",
        "edge",
        ::core::option::Option::None,
        &[
            ::cqrs_core::__private::vocabulary::CommandOf::<r#Become>::AGGREGATE,
            #[cfg(any())]
            ::cqrs_core::__private::vocabulary::CommandOf::<Never>::AGGREGATE,
            ::cqrs_core::__private::vocabulary::CommandOf::<Leave>::AGGREGATE,
        ],
    )
};
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::cmp::PartialEq)]
#[allow(
    dead_code,
    clippy::enum_variant_names,
    reason = "a vocabulary stands, whoever uses it whole, and its words are names of structs"
)]
pub enum EdgeEvent {
    /// The event `edge.became`.
    Became(Became),
    /// The event `edge.vanished`.
    #[cfg(any())]
    Vanished(Vanished),
    /// The event `edge.a`.
    A(A),
}
#[automatically_derived]
impl ::core::convert::From<Became> for EdgeEvent {
    fn from(message: Became) -> Self {
        Self::Became(message)
    }
}
#[cfg(any())]
#[automatically_derived]
impl ::core::convert::From<Vanished> for EdgeEvent {
    fn from(message: Vanished) -> Self {
        Self::Vanished(message)
    }
}
#[automatically_derived]
impl ::core::convert::From<A> for EdgeEvent {
    fn from(message: A) -> Self {
        Self::A(message)
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::EventSet for EdgeEvent {
    const EVENTS: &'static [::cqrs_core::__private::EventType] = &[
        ::cqrs_core::__private::EventType::of::<Became>(),
        #[cfg(any())]
        ::cqrs_core::__private::EventType::of::<Vanished>(),
        ::cqrs_core::__private::EventType::of::<A>(),
    ];
    fn decode(
        event: &::cqrs_core::__private::RecordedEvent,
    ) -> ::core::result::Result<Self, ::cqrs_core::__private::DecodeError> {
        ::core::result::Result::Ok(
            match event.name_among(Self::EVENTS) {
                <Became as ::cqrs_core::__private::Event>::NAME => {
                    Self::Became(event.decode::<Became>()?.into_owned())
                }
                #[cfg(any())]
                <Vanished as ::cqrs_core::__private::Event>::NAME => {
                    Self::Vanished(event.decode::<Vanished>()?.into_owned())
                }
                <A as ::cqrs_core::__private::Event>::NAME => {
                    Self::A(event.decode::<A>()?.into_owned())
                }
                _ => return ::core::result::Result::Err(event.not_in_set::<Self>()),
            },
        )
    }
    fn event_type(&self) -> ::cqrs_core::__private::EventType {
        match *self {
            Self::Became(_) => ::cqrs_core::__private::EventType::of::<Became>(),
            #[cfg(any())]
            Self::Vanished(_) => ::cqrs_core::__private::EventType::of::<Vanished>(),
            Self::A(_) => ::cqrs_core::__private::EventType::of::<A>(),
        }
    }
}
const _: () = {
    #[cfg(any())]
    type Conditional1 = Vanished;
    #[cfg(not(all(any())))]
    type Conditional1 = ::cqrs_core::__private::Absent;
    #[automatically_derived]
    impl<A2: ::cqrs_core::__private::Aggregate> ::cqrs_core::__private::Emit<A2>
    for EdgeEvent
    where
        Became: ::cqrs_core::__private::Emit<A2, Error = ::core::convert::Infallible>,
        Conditional1: ::cqrs_core::__private::Emit<
            A2,
            Error = ::core::convert::Infallible,
        >,
        A: ::cqrs_core::__private::Emit<A2, Error = ::core::convert::Infallible>,
    {
        type Error = ::core::convert::Infallible;
        const EMITS: ::cqrs_core::__private::Emits = ::cqrs_core::__private::Emits::any_of(
            <Self as ::cqrs_core::__private::EventSet>::EVENTS,
        );
        fn emit(
            self,
            decision: &mut ::cqrs_core::__private::Decision<'_, A2>,
        ) -> ::core::result::Result<(), Self::Error> {
            match self {
                Self::Became(event) => {
                    ::cqrs_core::__private::Emit::emit(event, decision)
                }
                #[cfg(any())]
                Self::Vanished(event) => {
                    ::cqrs_core::__private::Emit::emit(event, decision)
                }
                Self::A(event) => ::cqrs_core::__private::Emit::emit(event, decision),
            }
        }
    }
};
/// The event `edge.became`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
)]
#[serde(crate = "::cqrs_core::__private::serde")]
pub struct Became {
    /// The `as`.
    pub r#as: String,
}
#[automatically_derived]
impl ::cqrs_core::__private::Event for Became {
    const NAME: &'static ::core::primitive::str = "edge.became";
    const VERSION: ::core::primitive::u32 = 1;
    const SHAPE: ::cqrs_core::__private::Shape = ::cqrs_core::__private::Shape::of(
        &["as: String"],
    );
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        Became,
    >();
    fn tags(&self) -> ::cqrs_core::__private::Tags {
        ::cqrs_core::__private::Tags::of([("as", &self.r#as)])
    }
}
const _: () = ::cqrs_core::__private::assert::applied::<Became>();
#[automatically_derived]
impl<A: ::cqrs_core::__private::Aggregate> ::cqrs_core::__private::Emit<A> for Became
where
    (): ::cqrs_core::__private::FactOf<A, Self>,
{
    type Error = ::core::convert::Infallible;
    const EMITS: ::cqrs_core::__private::Emits = ::cqrs_core::__private::Emits::event::<
        Self,
    >();
    fn emit(
        self,
        decision: &mut ::cqrs_core::__private::Decision<'_, A>,
    ) -> ::core::result::Result<(), Self::Error> {
        decision.record(self);
        ::core::result::Result::Ok(())
    }
}
/// The event `edge.vanished`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
)]
#[serde(crate = "::cqrs_core::__private::serde")]
#[cfg(any())]
pub struct Vanished;
#[cfg(any())]
#[automatically_derived]
impl ::cqrs_core::__private::Event for Vanished {
    const NAME: &'static ::core::primitive::str = "edge.vanished";
    const VERSION: ::core::primitive::u32 = 1;
    const SHAPE: ::cqrs_core::__private::Shape = ::cqrs_core::__private::Shape::of(&[]);
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        Vanished,
    >();
}
#[cfg(any())]
const _: () = ::cqrs_core::__private::assert::applied::<Vanished>();
#[cfg(any())]
#[automatically_derived]
impl<A: ::cqrs_core::__private::Aggregate> ::cqrs_core::__private::Emit<A> for Vanished
where
    (): ::cqrs_core::__private::FactOf<A, Self>,
{
    type Error = ::core::convert::Infallible;
    const EMITS: ::cqrs_core::__private::Emits = ::cqrs_core::__private::Emits::event::<
        Self,
    >();
    fn emit(
        self,
        decision: &mut ::cqrs_core::__private::Decision<'_, A>,
    ) -> ::core::result::Result<(), Self::Error> {
        decision.record(self);
        ::core::result::Result::Ok(())
    }
}
/// The event `edge.a`.
#[derive(
    ::core::fmt::Debug,
    ::core::clone::Clone,
    ::core::cmp::PartialEq,
    ::cqrs_core::__private::serde::Serialize,
    ::cqrs_core::__private::serde::Deserialize,
)]
#[serde(crate = "::cqrs_core::__private::serde")]
pub struct A;
#[automatically_derived]
impl ::cqrs_core::__private::Event for A {
    const NAME: &'static ::core::primitive::str = "edge.a";
    const VERSION: ::core::primitive::u32 = 1;
    const SHAPE: ::cqrs_core::__private::Shape = ::cqrs_core::__private::Shape::of(&[]);
    const STORED: ::cqrs_core::__private::Stored<Self> = ::cqrs_core::__private::stored::<
        A,
    >();
}
const _: () = ::cqrs_core::__private::assert::applied::<A>();
#[automatically_derived]
impl<A2: ::cqrs_core::__private::Aggregate> ::cqrs_core::__private::Emit<A2> for A
where
    (): ::cqrs_core::__private::FactOf<A2, Self>,
{
    type Error = ::core::convert::Infallible;
    const EMITS: ::cqrs_core::__private::Emits = ::cqrs_core::__private::Emits::event::<
        Self,
    >();
    fn emit(
        self,
        decision: &mut ::cqrs_core::__private::Decision<'_, A2>,
    ) -> ::core::result::Result<(), Self::Error> {
        decision.record(self);
        ::core::result::Result::Ok(())
    }
}
const _: () = {
    const LOCK: ::cqrs_core::__private::Lock = ::cqrs_core::__private::lock!();
    const _: () = LOCK.hold::<Became>("Became");
    #[cfg(any())]
    const _: () = LOCK.hold::<Vanished>("Vanished");
    const _: () = LOCK.hold::<A>("A");
    #[cfg(test)]
    ::cqrs_core::__private::inventory::submit! {
        LOCK.goldens(& [::cqrs_core::__private::Golden::of:: < Became > (), #[cfg(any())]
        ::cqrs_core::__private::Golden::of:: < Vanished > (),
        ::cqrs_core::__private::Golden::of:: < A > ()])
    }
};
const _: () = {
    #[allow(unused_imports)]
    use ::cqrs_core::__private::vocabulary::Unowned as _;
    ::cqrs_core::__private::vocabulary::is_of(
        "events",
        "edge",
        ::core::option::Option::None,
        &[
            ::cqrs_core::__private::vocabulary::EventOf::<Became>::AGGREGATE,
            #[cfg(any())]
            ::cqrs_core::__private::vocabulary::EventOf::<Vanished>::AGGREGATE,
            ::cqrs_core::__private::vocabulary::EventOf::<A>::AGGREGATE,
        ],
    )
};
#[derive(Default)]
pub struct Edge {
    pub r#as: String,
}
#[automatically_derived]
impl ::cqrs_core::__private::Target for Edge {
    type Kind = ::cqrs_core::__private::EventSourced;
}
#[automatically_derived]
impl ::cqrs_core::__private::Aggregate for Edge {
    type Id = R;
    const NAME: &'static ::core::primitive::str = "edge";
    fn initial() -> Self {
        ::cqrs_core::__private::initial::<Edge>()
    }
}
#[automatically_derived]
impl ::cqrs_core::__private::Names<Edge> for R {}
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Edge {
    pub fn r#become(&self, command: &r#Become) -> Became {
        let r#as = command.r#as.clone();
        Became { r#as }
    }
    #[cfg(any())]
    pub fn never(&self, _: &Never) -> Became {
        Became
    }
    #[deprecated]
    #[cfg_attr(all(), allow(unused_variables, deprecated))]
    pub fn leave(&self, command: &Leave) -> EdgeEvent {
        A.into()
    }
}
/// Routes `r#Become` to `Edge`.
#[automatically_derived]
impl<R: ::cqrs_core::__private::Resources> ::cqrs_core::__private::Handled<R>
for r#Become {
    type By = Edge;
    type Output = Became;
    fn handle(
        &self,
        by: &Edge,
        _: &::cqrs_core::__private::Context,
        _: &R,
    ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
        ::core::future::ready(by.r#become(self))
    }
}
/// Routes `Never` to `Edge`.
#[cfg(any())]
#[automatically_derived]
impl<R: ::cqrs_core::__private::Resources> ::cqrs_core::__private::Handled<R> for Never {
    type By = Edge;
    type Output = Became;
    fn handle(
        &self,
        by: &Edge,
        _: &::cqrs_core::__private::Context,
        _: &R,
    ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
        ::core::future::ready(by.never(self))
    }
}
/// Routes `Leave` to `Edge`.
#[cfg_attr(all(), allow(unused_variables, deprecated))]
#[allow(deprecated)]
#[automatically_derived]
impl<R: ::cqrs_core::__private::Resources> ::cqrs_core::__private::Handled<R> for Leave {
    type By = Edge;
    type Output = EdgeEvent;
    fn handle(
        &self,
        by: &Edge,
        _: &::cqrs_core::__private::Context,
        _: &R,
    ) -> impl ::core::future::Future<Output = Self::Output> + ::core::marker::Send {
        ::core::future::ready(by.leave(self))
    }
}
#[cfg_attr(all(), allow(unused_variables, deprecated))]
#[allow(deprecated)]
const _: () = {
    ::cqrs_core::__private::inventory::submit! {
        ::cqrs_core::__private::Registrations(&
        [::cqrs_core::__private::Registration::command:: < r#Become >
        (::core::concat!(::core::file!(), ":", ::core::line!()), | call |
        ::cqrs_core::__private::Called:: < r#Become > ::of().call(call)), #[cfg(any())]
        ::cqrs_core::__private::Registration::command:: < Never >
        (::core::concat!(::core::file!(), ":", ::core::line!()), | call |
        ::cqrs_core::__private::Called:: < Never > ::of().call(call)),
        ::cqrs_core::__private::Registration::command:: < Leave >
        (::core::concat!(::core::file!(), ":", ::core::line!()), | call |
        ::cqrs_core::__private::Called:: < Leave > ::of().call(call))])
    }
};
#[allow(
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_ref_mut,
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self
)]
impl Edge {
    pub fn became(&mut self, event: &Became) {
        self.r#as.clone_from(&event.r#as);
    }
    #[cfg(any())]
    pub fn vanished(&mut self, _: &Vanished) {}
    pub fn a(&mut self, _: &A) {}
}
#[automatically_derived]
impl ::cqrs_core::__private::Apply for Edge {
    const EVENTS: &'static [::cqrs_core::__private::EventType] = &[
        ::cqrs_core::__private::EventType::of::<Became>(),
        #[cfg(any())]
        ::cqrs_core::__private::EventType::of::<Vanished>(),
        ::cqrs_core::__private::EventType::of::<A>(),
    ];
    const FOLD: &'static [::core::primitive::u64] = &[
        0xe45a_21b3_4576_df00, #[cfg(any())] 0xc978_898a_b323_4bc9, 0x95cb_7ffc_4d31_9117,
    ];
    fn apply(
        &mut self,
        event: &::cqrs_core::__private::Fact<'_>,
    ) -> ::core::result::Result<(), ::cqrs_core::__private::DecodeError> {
        match event.name_among(Self::EVENTS) {
            <Became as ::cqrs_core::__private::Event>::NAME => {
                ::cqrs_core::__private::apply(self, event, Edge::became)
            }
            #[cfg(any())]
            <Vanished as ::cqrs_core::__private::Event>::NAME => {
                ::cqrs_core::__private::apply(self, event, Edge::vanished)
            }
            <A as ::cqrs_core::__private::Event>::NAME => {
                ::cqrs_core::__private::apply(self, event, Edge::a)
            }
            _ => ::core::result::Result::Err(event.unexpected::<Self>()),
        }
    }
}
/// `Became` is a fact of `Edge`.
#[automatically_derived]
impl ::cqrs_core::__private::Applied for Became {
    type By = Edge;
    fn apply_to(&self, state: &mut Self::By) {
        Edge::became(state, self);
    }
}
/// `Vanished` is a fact of `Edge`.
#[cfg(any())]
#[automatically_derived]
impl ::cqrs_core::__private::Applied for Vanished {
    type By = Edge;
    fn apply_to(&self, state: &mut Self::By) {
        Edge::vanished(state, self);
    }
}
/// `A` is a fact of `Edge`.
#[automatically_derived]
impl ::cqrs_core::__private::Applied for A {
    type By = Edge;
    fn apply_to(&self, state: &mut Self::By) {
        Edge::a(state, self);
    }
}
::cqrs_core::__private::inventory::submit! {
    ::cqrs_core::__private::Registrations(&
    [::cqrs_core::__private::Registration::aggregate:: < Edge >
    (::core::concat!(::core::file!(), ":", ::core::line!())),
    ::cqrs_core::__private::Registration::event:: < Became >
    (::core::concat!(::core::file!(), ":", ::core::line!())), #[cfg(any())]
    ::cqrs_core::__private::Registration::event:: < Vanished >
    (::core::concat!(::core::file!(), ":", ::core::line!())),
    ::cqrs_core::__private::Registration::event:: < A > (::core::concat!(::core::file!(),
    ":", ::core::line!()))])
}

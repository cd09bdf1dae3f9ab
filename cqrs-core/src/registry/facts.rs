//! What the catalogue tells of a type beside its name, read when it is asked for.

use crate::aggregate::{Aggregate, Apply, Handling, Reply, Target};
use crate::message::{Answered, Applied, Handled};
use crate::projection::{Keyed, Project, Shape};
use crate::store::{IndexedField, TransactionType};
use std::any::{TypeId, type_name};

/// What there is to tell of a registered type, by its kind.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Facts {
    Command {
        handling: Handling,
        /// The type that the method returns.
        returns: &'static str,
    },
    Event {
        /// The stored name of the aggregate whose fact it is.
        aggregate: &'static str,
    },
    Query {
        /// The type of the answer.
        returns: &'static str,
        /// The type of the method's own error.
        error: &'static str,
    },
    Aggregate {
        /// The type of its ids.
        id: &'static str,
    },
    Projection {
        /// The type of its keys; none where it is one value.
        key: Option<&'static str>,
        indexes: &'static [IndexedField],
        /// The type of the transaction through which it keeps tables of its own, if it does.
        tables: Option<&'static str>,
    },
}

impl Facts {
    pub(super) fn of_command<C: Handled>() -> Self {
        Self::Command {
            handling: <C::Output as Reply<C::By, <C::By as Target>::Kind>>::HANDLING,
            returns: type_name::<C::Output>(),
        }
    }

    pub(super) fn of_event<E: Applied>() -> Self {
        Self::Event {
            aggregate: <E::By as Aggregate>::NAME,
        }
    }

    pub(super) fn of_query<Q: Answered>() -> Self {
        Self::Query {
            returns: type_name::<Q::Value>(),
            error: type_name::<Q::Error>(),
        }
    }

    pub(super) fn of_aggregate<A: Apply>() -> Self {
        Self::Aggregate {
            id: type_name::<A::Id>(),
        }
    }

    pub(super) fn of_projection<P: Project>() -> Self {
        let is_keyed = TypeId::of::<P::Shape>() == TypeId::of::<Keyed>();
        Self::Projection {
            tables: P::Shape::transaction().map(TransactionType::name),
            key: is_keyed.then(type_name::<P::Key>),
            indexes: P::INDEXES,
        }
    }
}

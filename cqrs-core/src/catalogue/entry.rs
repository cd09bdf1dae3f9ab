//! What the catalogue says of each type, by its kind.

use super::TypeName;
use serde::Serialize;
use std::any::TypeId;

/// A command, and who handles it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CommandEntry {
    /// The stored name.
    pub name: &'static str,
    /// The version of the stored shape.
    pub version: u32,
    /// The type.
    #[serde(rename = "type")]
    pub type_name: TypeName,
    /// Where its `#[handle]` method stands: file and line.
    pub place: &'static str,
    /// Who handles it.
    pub handled_by: Handler,
    /// What the method returns.
    pub returns: TypeName,
    /// An aggregate's refusal; none where it cannot refuse.
    pub error: Option<TypeName>,
    /// The events that may be recorded, in the order in which the return type says them.
    pub may_record: Vec<&'static str>,
    /// The resources that the method asks for.
    pub resources: Vec<TypeName>,
    #[serde(skip)]
    pub(super) id: TypeId,
}

/// Who handles a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Handler {
    /// The aggregate of that stored name.
    Aggregate(&'static str),
    /// The service of that type.
    Service(TypeName),
}

/// An event, and whose fact it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EventEntry {
    /// The stored name.
    pub name: &'static str,
    /// The version of the stored shape.
    pub version: u32,
    /// The names that it was stored under before.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub was: &'static [&'static str],
    /// The type.
    #[serde(rename = "type")]
    pub type_name: TypeName,
    /// Where its `#[apply]` method stands, or its definition if it has none: file and line.
    pub place: &'static str,
    /// The stored name of the aggregate whose fact it is.
    pub aggregate: &'static str,
    /// Whether it is kept for the record alone, and changes no state.
    pub record_only: bool,
    #[serde(skip)]
    pub(super) id: TypeId,
}

/// A query, and who answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct QueryEntry {
    /// The name.
    pub name: &'static str,
    /// The type.
    #[serde(rename = "type")]
    pub type_name: TypeName,
    /// Where its `#[answer]` method stands: file and line.
    pub place: &'static str,
    /// Who answers it.
    pub answered_by: Answerer,
    /// The answer.
    pub returns: TypeName,
    /// The method's own error; none where it has none.
    pub error: Option<TypeName>,
    #[serde(skip)]
    pub(super) id: TypeId,
}

/// Who answers a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Answerer {
    /// The projection of that stored name.
    Projection(&'static str),
    /// The service of that type.
    Service(TypeName),
}

/// An aggregate, and its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AggregateEntry {
    /// The stored name.
    pub name: &'static str,
    /// The type.
    #[serde(rename = "type")]
    pub type_name: TypeName,
    /// Where its `#[apply]` block stands: file and line.
    pub place: &'static str,
    /// What names an instance.
    pub id_type: TypeName,
    /// The events that it applies, in the order of its methods.
    pub applies: Vec<&'static str>,
    #[serde(skip)]
    pub(super) id: TypeId,
}

/// A service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ServiceEntry {
    /// The type.
    #[serde(rename = "type")]
    pub type_name: TypeName,
    #[serde(skip)]
    pub(super) id: TypeId,
}

/// A projection, and what it is folded from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProjectionEntry {
    /// The stored name.
    pub name: &'static str,
    /// The version of the fold.
    pub version: u32,
    /// The type.
    #[serde(rename = "type")]
    pub type_name: TypeName,
    /// Where its `#[project]` block stands: file and line.
    pub place: &'static str,
    /// What names a row; none where it is one value, or keeps tables of its own.
    pub key: Option<TypeName>,
    /// The transaction through which it writes to tables of its own; none where it has rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables: Option<TypeName>,
    /// The `#[index]` fields.
    pub indexes: Vec<&'static str>,
    /// The events that it projects, in the order of its methods.
    pub projects: Vec<&'static str>,
    #[serde(skip)]
    pub(super) id: TypeId,
}

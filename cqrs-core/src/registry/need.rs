use super::rust_type::RustType;
use crate::aggregate::Resources;
use std::any::Any;
use std::fmt;

/// A resource that what is registered asks of the bus.
#[derive(Clone, Copy)]
pub struct Need {
    resource: RustType,
}

impl Need {
    /// A `T` is needed.
    pub const fn of<T: Any + Send + Sync>() -> Self {
        Self {
            resource: RustType::of::<T>(),
        }
    }

    pub(super) fn is_met<R: Resources>(&self, resources: &R) -> bool {
        resources.find(self.resource.id()).is_some()
    }

    pub(crate) fn type_name(&self) -> &'static str {
        self.resource.name()
    }
}

impl fmt::Debug for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Need({})", self.type_name())
    }
}

/// A resource that is needed and that the bus does not provide.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a `{resource}`, which the handler of {needed_by} at {place} asks for: put a field of that type into the `#[derive(Resources)]` struct that the bus is opened with"
)]
pub struct Missing {
    /// The resource's type.
    pub resource: &'static str,
    /// What needs it, by its kind and stored name: ``command `mail.send` ``.
    pub needed_by: String,
    /// Where that stands: file and line.
    pub place: &'static str,
}

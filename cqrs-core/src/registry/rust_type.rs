use std::any::{TypeId, type_name};

/// A Rust type: known by its id, called by its name.
#[derive(Clone, Copy)]
pub(crate) struct RustType {
    id: TypeId,
    name: fn() -> &'static str,
}

impl RustType {
    pub(crate) const fn of<T: 'static>() -> Self {
        Self {
            id: TypeId::of::<T>(),
            name: type_name::<T>,
        }
    }

    pub(crate) const fn id(&self) -> TypeId {
        self.id
    }

    pub(crate) fn name(&self) -> &'static str {
        (self.name)()
    }
}

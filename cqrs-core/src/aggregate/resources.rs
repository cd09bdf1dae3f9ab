use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::sync::Arc;

/// What a bus provides to handlers and answers; `()` where they need nothing.
/// Derive it: [`#[derive(Resources)]`](derive@crate::Resources).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the resources of a bus",
    label = "not resources",
    note = "write `#[derive(Resources)]` on it"
)]
pub trait Resources: Send + Sync + 'static {
    /// The resource of that type, if there is one: for what runs by registration and knows no types.
    fn find(&self, _: TypeId) -> Option<&(dyn Any + Send + Sync)> {
        None
    }
}

impl Resources for () {}

/// Resources that hold a `T`: what a handler's or an answer's parameter `&T` asks of the bus.
///
/// [`#[derive(Resources)]`](derive@crate::Resources) implements it for the type of each field.
#[diagnostic::on_unimplemented(
    message = "the bus does not provide a `{T}`",
    label = "its resources, `{Self}`, hold no `{T}`",
    note = "put a field of type `{T}` into the `#[derive(Resources)]` struct that the bus is opened with: `Bus::builder(store).resources(..)`",
    note = "a fixture takes such a struct by `.with(..)`, before `.when(..)`"
)]
pub trait Provide<T> {
    /// The resource.
    fn provide(&self) -> &T;
}

/// Resources of whatever type, for what is found by registration, which knows no resources' type.
///
/// They provide every type, as far as types go; whether they hold one is to be checked, by
/// [`find`](Resources::find), before anything that needs it starts.
#[derive(Clone)]
pub struct DynResources(Arc<dyn Resources>);

impl DynResources {
    /// Erases the type of `resources`.
    pub fn new<R: Resources>(resources: Arc<R>) -> Self {
        Self(resources)
    }
}

impl fmt::Debug for DynResources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DynResources")
    }
}

impl Resources for DynResources {
    fn find(&self, id: TypeId) -> Option<&(dyn Any + Send + Sync)> {
        self.0.find(id)
    }
}

impl<T: Any + Send + Sync> Provide<T> for DynResources {
    /// # Panics
    /// When there is none, which is to be ruled out before anything starts.
    fn provide(&self) -> &T {
        match self
            .0
            .find(TypeId::of::<T>())
            .and_then(|found| found.downcast_ref())
        {
            Some(resource) => resource,
            None => panic!("the bus does not provide a `{}`", type_name::<T>()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_provided_is_not_shown() {
        let resources = DynResources::new(Arc::new(()));
        assert_eq!(format!("{resources:?}"), "DynResources");
    }
}

use super::{EventStore, StoreError};
use std::future::Future;

/// What a bus opens on: a store, or what becomes one, such as the name of a file.
///
/// Every [`EventStore`] is one. A store that has to be opened first is named by a type of its own,
/// which the bus opens: `Bus::open(Sqlite::at("bank.db"))`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no store",
    label = "not a store",
    note = "give one, such as `Memory::new()`, or what opens one, such as `Sqlite::at(\"bank.db\")`"
)]
pub trait IntoStore: Send + 'static {
    /// The store.
    type Store: EventStore;

    /// Opens it.
    ///
    /// # Errors
    /// When it cannot be opened: the error says why.
    fn into_store(self) -> impl Future<Output = Result<Self::Store, StoreError>> + Send;
}

#[diagnostic::do_not_recommend]
impl<S: EventStore> IntoStore for S {
    type Store = Self;

    async fn into_store(self) -> Result<Self, StoreError> {
        Ok(self)
    }
}

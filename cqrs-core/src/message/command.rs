use crate::aggregate::{Context, DynResources, Reply, Target};
use crate::id::Id;
use crate::log::Stored;
use std::future::Future;

/// A request to change state. Derive it: [`#[derive(Command)]`](derive@crate::Command), or write a
/// vocabulary with [`#[commands]`](macro@crate::commands).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a command",
    label = "not a command",
    note = "write `#[derive(Command)]` on it, or make it a variant of a `#[commands]` vocabulary"
)]
pub trait Command: Send + Sync + Sized + 'static {
    /// The stored name, unique among the program's commands; it never follows the Rust path.
    const NAME: &'static str;
    /// The version of the stored shape, from 1.
    const VERSION: u32;
    /// How it is written and read again.
    const STORED: Stored<Self>;
}

/// A command that names the instance it is for, by its `#[id]` field.
#[diagnostic::on_unimplemented(
    message = "command `{Self}` does not name the instance it is for",
    label = "no field of `{Self}` is marked `#[id]`",
    note = "an aggregate's command carries the id of its instance: mark that field with `#[id]`"
)]
pub trait Addressed: Command {
    /// The type of the `#[id]` field.
    type Id: Id;

    /// The instance that the command is for.
    fn id(&self) -> &Self::Id;
}

/// A command that an aggregate or a service handles: what a `#[handle]` method generates.
///
/// A command has one handler, so this is implemented once: a second handler is a conflict. `R` are
/// the resources of the bus; with [`DynResources`] it says that there is a handler, whatever it needs.
#[diagnostic::on_unimplemented(
    message = "command `{Self}` has no handler",
    label = "no `#[handle]` method takes a `&{Self}`",
    note = "write `fn ..(&self, command: &{Self}) -> Result<.., ..>` in the `#[handle] impl` block of its aggregate or service"
)]
pub trait Handled<R = DynResources>: Command {
    /// Who handles it.
    type By: Target;
    /// What the method returns, as written. The check of it is this bound.
    type Output: Reply<Self::By, <Self::By as Target>::Kind>;

    /// Whether the method asks for its [`Context`]: where it does not, a service's need not be made.
    const TAKES_CONTEXT: bool = false;

    /// Calls the method.
    fn handle(
        &self,
        by: &Self::By,
        context: &Context,
        resources: &R,
    ) -> impl Future<Output = Self::Output> + Send;
}

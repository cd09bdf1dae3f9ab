/// What a bus provides to handlers and answers; `()` where they need nothing.
pub trait Resources: Send + Sync + 'static {}

impl<T: Send + Sync + 'static> Resources for T {}

/// Resources that hold a `T`: what a handler's or an answer's parameter `&T` asks of the bus.
///
/// ```
/// use cqrs_core::aggregate::Provide;
///
/// struct Rates(f64);
/// struct Deps { rates: Rates }
///
/// impl Provide<Rates> for Deps {
///     fn provide(&self) -> &Rates {
///         &self.rates
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "the bus does not provide a `{T}`",
    label = "its resources, `{Self}`, hold no `{T}`",
    note = "open the bus with resources that do: `Bus::builder(store).resources(..)`, of a type that implements `Provide<{T}>`"
)]
pub trait Provide<T: ?Sized> {
    /// The resource.
    fn provide(&self) -> &T;
}

/// The resources that hold all there is, and so cannot be: where it is asked whether a command has
/// a handler at all, whatever that one needs.
#[derive(Debug, Clone, Copy)]
pub enum Everything {}

impl<T: ?Sized> Provide<T> for Everything {
    fn provide(&self) -> &T {
        match *self {}
    }
}

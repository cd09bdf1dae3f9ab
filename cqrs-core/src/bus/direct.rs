//! The way of a command to a service: a call.

use super::{Bus, DispatchOptions, Route};
use crate::aggregate::{Context, Direct, Provide, Resources, Target};
use crate::message::Handled;
use crate::store::EventStore;

impl<T, C, S, R> Route<C, S, R, Direct> for T
where
    T: Target,
    S: EventStore,
    R: Resources + Provide<T>,
    C: Handled<R, By = T>,
{
    /// What the method returns, as it returns it.
    type Result = C::Output;

    #[inline]
    async fn route(command: C, bus: &Bus<S, R>, options: DispatchOptions) -> C::Output {
        let service: &T = bus.resources.provide();
        if C::TAKES_CONTEXT {
            let context = options.context(&bus.core.clock, options.id);
            command.handle(service, &context, &bus.resources).await
        } else {
            let context = Context::unasked();
            command.handle(service, context, &bus.resources).await
        }
    }
}

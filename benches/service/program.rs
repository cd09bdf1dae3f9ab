//! A program of many commands, all alike: what `service` counts the dispatch of one of.

/// Writes a module for each category, with a service and ten commands, and a `main` that takes the last command
/// of one of them to its handler, by the way and as often as it is told to.
macro_rules! program {
    (of $commands:literal commands, dispatches $last:ident: $($module:ident $category:literal)*) => {
        use cqrs_core::prelude::*;
        use std::future::Future;
        use std::hint::black_box;
        use std::pin::pin;
        use std::task::{Context as Task, Poll, Waker};

        const _: () = assert!([$($category),*].len() * 10 == $commands);

        $(
            mod $module {
                use cqrs_core::prelude::*;

                #[derive(Service)]
                pub struct Prices {
                    pub each: u64,
                }

                #[commands($category)]
                pub enum Quote {
                    Q0 { items: u64 },
                    Q1 { items: u64 },
                    Q2 { items: u64 },
                    Q3 { items: u64 },
                    Q4 { items: u64 },
                    Q5 { items: u64 },
                    Q6 { items: u64 },
                    Q7 { items: u64 },
                    Q8 { items: u64 },
                    Q9 { items: u64 },
                }

                program!(@handles q0 Q0, q1 Q1, q2 Q2, q3 Q3, q4 Q4, q5 Q5, q6 Q6, q7 Q7, q8 Q8, q9 Q9);
            }
        )*

        #[derive(Resources)]
        struct Deps {
            $($module: $module::Prices,)*
        }

        /// What one writes by hand.
        trait Handler<C> {
            type Output;

            fn handle(&self, command: &C) -> impl Future<Output = Self::Output> + Send;
        }

        impl Handler<$last::Q9> for $last::Prices {
            type Output = Result<u64, &'static str>;

            async fn handle(&self, command: &$last::Q9) -> Self::Output {
                self.q9(command).await
            }
        }

        async fn by_trait<T: Handler<C>, C>(handler: &T, command: C) -> T::Output {
            handler.handle(&command).await
        }

        fn now<T>(future: impl Future<Output = T>) -> T {
            let mut future = pin!(future);
            match future.as_mut().poll(&mut Task::from_waker(Waker::noop())) {
                Poll::Ready(output) => output,
                Poll::Pending => unreachable!("nothing here waits"),
            }
        }

        #[inline(never)]
        fn calls(dispatched: bool, times: u64, bus: &Bus<Memory, Deps>, prices: &$last::Prices) -> u64 {
            let mut sum = 0;
            for items in 0..times {
                let command = $last::Q9 {
                    items: black_box(items),
                };
                let answer = if dispatched {
                    now(bus.dispatch(command).into_future())
                } else {
                    now(by_trait(prices, command))
                };
                sum += black_box(answer).unwrap_or(0);
            }
            sum
        }

        fn main() -> Result<(), Box<dyn std::error::Error>> {
            let arguments: Vec<String> = std::env::args().skip(1).collect();
            let [way, times] = &arguments[..] else {
                return Err("say by which way and how many times".into());
            };
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            let deps = Deps {
                $($module: $module::Prices { each: 3 },)*
            };
            let bus = runtime.block_on(Bus::builder(Memory::new()).resources(deps).open())?;
            let prices = $last::Prices { each: 3 };
            black_box(calls(way == "dispatch", times.parse()?, &bus, &prices));
            Ok(())
        }
    };
    (@handles $($method:ident $command:ident),*) => {
        #[handle]
        impl Prices {
            $(
                #[allow(clippy::unused_async, reason = "an async call is what is measured")]
                pub async fn $method(&self, command: &$command) -> Result<u64, &'static str> {
                    ensure!(command.items < 1_000_000, "too many");
                    Ok(self.each * command.items)
                }
            )*
        }
    };
}

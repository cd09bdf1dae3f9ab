//! What a fixture says when it fails, and where.

use std::cell::Cell;
use std::panic::{Location, UnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local!(static LINE: Cell<u32> = const { Cell::new(0) });

/// The line at which a fixture fails, and what it says.
pub fn failure_at<T>(fixture: impl FnOnce() -> T + UnwindSafe) -> (u32, String) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            let here = info
                .location()
                .filter(|at| at.file().ends_with("fixtures.rs")); // the tests' own
            LINE.set(here.map_or(0, Location::line));
            before(info);
        }));
    });
    let Err(panic) = catch_unwind(fixture) else {
        panic!("the fixture does not fail")
    };
    let text = panic.downcast_ref::<String>().expect("a text").clone();
    (LINE.get(), text)
}

/// What a fixture says when it fails.
pub fn failure<T>(fixture: impl FnOnce() -> T + UnwindSafe) -> String {
    failure_at(fixture).1
}

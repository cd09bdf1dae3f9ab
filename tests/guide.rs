//! The guide says what is so, also where no doc test can look: in its messages and its tables.

use cqrs_core::conformance::PROMISES;
use cqrs_core::prelude::*;
use cqrs_core::testing::{Fixture, ProjectionFixture};
use std::fs;
use std::panic::{UnwindSafe, catch_unwind};
use std::path::Path;

/// The order that the guide goes on with.
#[allow(missing_docs, reason = "it is shown in the guide as it is")]
mod order {
    include!("../cqrs-core/src/guide/order.rs");
}

use order::*;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn chapter(name: &str) -> String {
    read(&format!("cqrs-core/src/guide/{name}.md"))
}

/// The blocks of text in a chapter.
fn texts(name: &str) -> Vec<String> {
    let chapter = chapter(name);
    let blocks = chapter.split("```text\n").skip(1);
    blocks
        .map(|block| block.split("\n```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_messages_of_the_guide_are_the_compilers() {
    let blocks = texts("compiler");
    assert!(blocks.len() > 1);
    for block in blocks {
        let case = block.split("--> ui/").nth(1).unwrap();
        let case = case.split(".rs").next().unwrap();
        let stderr = read(&format!("tests/ui/{case}.stderr"));
        let told: Vec<&str> = stderr.lines().collect();
        for line in block.lines() {
            assert!(told.contains(&line), "{case} says nowhere {line:?}");
        }
    }
}

#[test]
fn the_lock_of_the_guide_is_the_banks() {
    let lock = read("examples/bank/events.lock");
    assert!(texts("changing").contains(&lock.trim_end().to_owned()));
}

/// What a fixture says when it fails.
fn failure<T>(fixture: impl FnOnce() -> T + UnwindSafe) -> String {
    let Err(panic) = catch_unwind(fixture) else {
        panic!("the fixture does not fail")
    };
    panic.downcast_ref::<String>().expect("a text").clone()
}

/// What is still to be paid.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("open-orders", key = OrderId)]
struct Open {
    cents: u64,
}

#[project]
impl Open {
    fn line_added(&mut self, event: &LineAdded) {
        self.cents += event.line.cents;
    }

    fn payment_received(&mut self, event: &PaymentReceived) {
        self.cents -= event.cents;
    }
}

fn placed() -> (Placed, LineAdded) {
    let line = Line {
        product: "kettle".into(),
        cents: 5_000,
    };
    (Placed, LineAdded { line })
}

#[test]
fn the_failures_of_the_guide_are_those_of_fixtures() {
    let order = || OrderId::from("1007");
    let [different, rejected, lossy, counted, stuck, unkept, untested] = &texts("testing")[..]
    else {
        panic!("the chapter shows seven failures")
    };
    let pay = || {
        Order::given((placed(), PaymentReceived { cents: 2_000 }))
            .when(Pay {
                order: order(),
                cents: 3_000,
            })
            .then(PaymentReceived { cents: 5_000 })
    };
    assert_eq!(failure(pay).trim_end(), different);
    let ship = || {
        Order::given(placed())
            .when(Ship { order: order() })
            .then(Shipped)
    };
    assert_eq!(failure(ship).trim_end(), rejected);
    for (text, tests) in [
        (lossy, "fixtures"),
        (counted, "projection_fixtures"),
        (unkept, "laws"),
    ] {
        let proved = read(&format!("tests/{tests}.rs"));
        for line in text.lines() {
            assert!(proved.contains(line), "no fixture says {line:?}");
        }
    }
    let laws = read("tests/laws.rs"); // there, of another aggregate
    for said in [
        ": not every command was tested, since it was never accepted:",
        " was refused ",
        "; at last the clock stood at 2000-01-01T00:",
    ] {
        assert!(untested.contains(said), "the guide does not say {said:?}");
        assert!(laws.contains(said), "no law says {said:?}");
    }
    let pay = || {
        Open::given(order(), (placed(), PaymentReceived { cents: 5_001 })).shows_nothing(&order())
    };
    assert_eq!(failure(pay), *stuck);
}

/// The variants of an enum in a file of the library.
fn variants(path: &str, of: &str) -> Vec<String> {
    let source = read(path);
    let body = source.split(&format!("pub enum {of}")).nth(1).unwrap();
    let body = body.split("\n}").next().unwrap();
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    let names = lines.filter(|line| line.starts_with(char::is_uppercase));
    names
        .map(|line| {
            let end = line.find(|c: char| !c.is_alphanumeric());
            line[..end.unwrap_or(line.len())].to_owned()
        })
        .collect()
}

#[test]
fn every_error_has_its_row_in_the_guide() {
    let dispatching = chapter("dispatching");
    let errors = variants("cqrs-core/src/bus/error.rs", "DispatchError");
    assert!(errors.len() > 10, "{errors:?}");
    for error in errors {
        let row = format!("\n| `{error}");
        assert!(dispatching.contains(&row), "no row for `{error}`");
    }
    let stores = chapter("stores");
    let errors = variants("cqrs-core/src/store/error.rs", "CommitError");
    assert!(errors.len() > 10, "{errors:?}");
    for error in errors {
        let told = [format!("`{error}`"), format!("`{error}(")];
        let told = told.iter().any(|word| stores.contains(word));
        assert!(told, "not a word of `{error}`");
    }
}

#[test]
fn every_promise_has_its_place_in_the_order_of_building() {
    let stores = chapter("stores");
    let prose = stores.split("```").step_by(2);
    let words: Vec<&str> = prose
        .flat_map(|part| part.split('`').skip(1).step_by(2))
        .collect();
    let is = |word: &str, promise: &str| match word.strip_suffix("_..") {
        Some(begin) => promise.starts_with(&format!("{begin}_")),
        None => word == promise,
    };
    for promise in PROMISES {
        let named = words.iter().any(|word| is(word, promise));
        assert!(named, "no step says when `{promise}` is to hold");
    }
    for word in words.iter().filter(|word| word.ends_with("_..")) {
        let kept = PROMISES.iter().any(|promise| is(word, promise));
        assert!(kept, "no promise begins with `{word}`");
    }
}

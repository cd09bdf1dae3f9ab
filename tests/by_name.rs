//! Commands by their stored names, with JSON for a body, as a web page or a queue sends them.

use cqrs_core::bus::{ByName, ByNameError, Outcome};
use cqrs_core::log::MAX_EVENT_BYTES;
use cqrs_core::prelude::*;
use cqrs_core::{DispatchError, OpenError};
use serde::Serializer;
use serde_json::json;
use std::sync::Mutex;
use std::time::Duration;

#[commands("door", door: String)]
enum DoorCommand {
    Knock { times: u32 },
    Kick,
    Lock,
}

#[events("door")]
enum DoorEvent {
    Knocked { times: u32 },
    Kicked { by: Option<String> },
    Locked,
}

#[derive(Aggregate, Default)]
#[aggregate("door", id = String)]
struct Door {
    knocks: u32,
    locked: bool,
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("after {knocks} knocks nobody listens")]
struct Tired {
    knocks: u32,
}

/// It says nothing: it is no [`std::error::Error`].
struct Silence;

#[handle]
impl Door {
    fn knock(&self, command: &Knock) -> Result<Knocked, Tired> {
        let knocks = self.knocks;
        ensure!(knocks < 3, Tired { knocks });
        Ok(Knocked {
            times: command.times,
        })
    }
    fn kick(&self, _: &Kick, context: &Context) -> Result<Kicked, Silence> {
        ensure!(!self.locked, Silence);
        let by = context.actor().map(str::to_owned);
        Ok(Kicked { by })
    }
    fn lock(&self, _: &Lock, log: &Log, again: &Log) -> Locked {
        log.0.lock().unwrap().push("locked");
        assert!(std::ptr::eq(log, again));
        Locked
    }
}

#[apply]
impl Door {
    fn knocked(&mut self, event: &Knocked) {
        self.knocks += event.times;
    }
    fn kicked(&mut self, _: &Kicked) {}
    fn locked(&mut self, _: &Locked) {
        self.locked = true;
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("knocks", key = String)]
struct Knocks {
    times: u32,
}

#[project]
impl Knocks {
    fn knocked(&mut self, event: &Knocked) {
        self.times += event.times;
    }
}

/// A service whose answers have every shape.
#[derive(Service, Default)]
struct Bell;

#[commands("bell")]
enum BellCommand {
    Ring { loud: bool },
    Oil { well: bool },
    Mount { well: bool },
    Swing { well: bool },
    Polish,
    Listen,
    Crack,
    Tune { to: String },
}

#[derive(Debug, thiserror::Error)]
#[error("it cannot be tuned")]
struct Untuned(#[from] std::num::ParseIntError);

struct Unsaid;

struct Sound;

struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("no words"))
    }
}

#[handle]
impl Bell {
    async fn ring(&self, command: &Ring, context: &Context) -> Result<String, Tired> {
        tokio::task::yield_now().await;
        ensure!(!command.loud, Tired { knocks: 9 });
        Ok(format!("ding, {}", context.actor().unwrap_or("stranger")))
    }
    fn oil(&self, command: &Oil) -> Result<u8, Unsaid> {
        ensure!(command.well, Unsaid);
        Ok(7)
    }
    fn mount(&self, command: &Mount) -> Result<Sound, Tired> {
        ensure!(command.well, Tired { knocks: 1 });
        Ok(Sound)
    }
    fn swing(&self, command: &Swing) -> Result<Sound, Unsaid> {
        ensure!(command.well, Unsaid);
        Ok(Sound)
    }
    fn polish(&self, _: &Polish) -> [u8; 2] {
        [1, 2]
    }
    fn listen(&self, _: &Listen) -> Sound {
        Sound
    }
    fn crack(&self, _: &Crack) -> Unwritable {
        Unwritable
    }
    fn tune(&self, command: &Tune) -> Result<u32, Untuned> {
        Ok(command.to.parse()?)
    }
}

#[derive(Default)]
struct Log(Mutex<Vec<&'static str>>);

#[derive(Resources, Default)]
struct House {
    bell: Bell,
    log: Log,
}

async fn house() -> Bus<Memory, House> {
    let builder = Bus::builder(Memory::new()).resources(House::default());
    builder.open().await.unwrap()
}

async fn commands() -> ByName {
    house().await.by_name().unwrap()
}

fn returned(outcome: Outcome) -> serde_json::Value {
    match outcome {
        Outcome::Returned(value) => value,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_command_goes_to_its_aggregate_by_its_name() {
    let bus = house().await;
    let commands = bus.by_name().unwrap();
    let door = "front".to_owned();

    let body = json!({ "door": door, "times": 2 }).to_string();
    let outcome = commands.dispatch("door.knock", body).await.unwrap();
    let Outcome::Recorded(first) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(first.version.get(), 1);

    // the same instance, whichever way its commands come
    let second = bus
        .dispatch(Knock {
            door: door.clone(),
            times: 1,
        })
        .await
        .unwrap();
    assert_eq!(second.version.get(), 2);

    let refused = commands
        .dispatch("door.knock", r#"{ "door": "front", "times": 1 }"#)
        .await
        .unwrap_err();
    assert_eq!(refused.to_string(), "after 3 knocks nobody listens");
    let rejection = refused.rejection().unwrap();
    assert_eq!(
        rejection.downcast_ref::<Tired>(),
        Some(&Tired { knocks: 3 })
    );
}

#[tokio::test]
async fn its_options_are_those_of_a_typed_one() {
    let bus = house().await;
    let commands = bus.by_name().unwrap();
    let request = CommandId::derived(["front", "knock"]);
    let knock = |times: u32| {
        let body = json!({ "door": "front", "times": times }).to_string();
        commands
            .dispatch("door.knock", body)
            .id(request)
            .actor("ada")
            .occurred_at(Timestamp::UNIX_EPOCH)
            .wait_for::<Knocks>()
    };
    let Outcome::Recorded(first) = knock(1).await.unwrap() else {
        panic!()
    };
    let Outcome::Recorded(again) = knock(1).await.unwrap() else {
        panic!()
    };
    assert!(again.repeated && !first.repeated);
    assert_eq!(again.position, first.position);
    assert!(matches!(
        knock(2).await.unwrap_err(),
        ByNameError::Dispatched(DispatchError::CommandIdReused { .. })
    ));
    let shown = bus.find::<Knocks>(&"front".to_owned()).await.unwrap();
    assert_eq!(shown.map(|row| row.times), Some(1));

    let story = bus.history::<Door>(&"front".to_owned()).await.unwrap();
    let event = story[0].recorded();
    assert_eq!(event.metadata.actor.as_deref(), Some("ada"));
    assert_eq!(event.occurred_at, Timestamp::UNIX_EPOCH);

    let kick = commands.dispatch("door.kick", r#"{ "door": "front" }"#);
    kick.actor("bob").await.unwrap();
    let story = bus.history::<Door>(&"front".to_owned()).await.unwrap();
    let kicked = story[1].decode::<Kicked>().unwrap();
    assert_eq!(kicked.by.as_deref(), Some("bob"), "the handler is told");

    let late = commands
        .dispatch("door.knock", r#"{ "door": "front", "times": 1 }"#)
        .expect_version(7)
        .await
        .unwrap_err();
    assert!(matches!(
        late,
        ByNameError::Dispatched(DispatchError::WrongVersion { .. })
    ));
}

#[tokio::test]
async fn what_a_service_returns_is_told_as_far_as_it_can_be() {
    let commands = commands().await;
    let ask = |name: &str, body: &str| commands.dispatch(name, body).actor("ada");

    let rung = ask("bell.ring", r#"{"loud":false}"#).await.unwrap();
    assert_eq!(returned(rung), json!("ding, ada"));
    let refused = ask("bell.ring", r#"{"loud":true}"#).await.unwrap_err();
    let rejection = refused.rejection().unwrap();
    assert_eq!(
        rejection.downcast_ref::<Tired>(),
        Some(&Tired { knocks: 9 })
    );

    let well = r#"{"well":true}"#;
    assert_eq!(returned(ask("bell.oil", well).await.unwrap()), json!(7));
    for untold in ["bell.mount", "bell.swing"] {
        assert_eq!(returned(ask(untold, well).await.unwrap()), json!(null));
    }
    assert_eq!(
        returned(ask("bell.polish", "null").await.unwrap()),
        json!([1, 2])
    );
    assert_eq!(
        returned(ask("bell.listen", "null").await.unwrap()),
        json!(null)
    );

    let badly = r#"{"well":false}"#;
    let refused = ask("bell.mount", badly).await.unwrap_err();
    assert_eq!(refused.to_string(), "after 1 knocks nobody listens");
    for muted in ["bell.oil", "bell.swing"] {
        let refused = ask(muted, badly).await.unwrap_err();
        assert_eq!(
            refused.to_string(),
            "refused with a `by_name::Unsaid`, which is no `std::error::Error` that says more"
        );
    }
    let cause = |refused: &ByNameError| {
        let source = std::error::Error::source(refused.rejection().unwrap());
        source.map(ToString::to_string)
    };
    let refused = ask("bell.tune", r#"{"to":"a"}"#).await.unwrap_err();
    let digit = "invalid digit found in string".to_owned();
    assert_eq!(cause(&refused), Some(digit));
    let refused = ask("bell.oil", badly).await.unwrap_err();
    assert_eq!(cause(&refused), None);
    let unwritable = ask("bell.crack", "null").await.unwrap_err();
    assert!(matches!(
        unwritable,
        ByNameError::Untold {
            command: "bell.crack",
            ..
        }
    ));
}

#[tokio::test]
async fn a_rejection_that_is_no_error_is_still_a_rejection() {
    let commands = commands().await;
    let door = r#"{ "door": "front" }"#;
    commands.dispatch("door.lock", door).await.unwrap();
    let refused = commands.dispatch("door.kick", door).await.unwrap_err();
    let ByNameError::Dispatched(DispatchError::Rejected(rejection)) = refused else {
        panic!("{refused:?}")
    };
    assert!(rejection.to_string().contains("Silence"), "{rejection}");
}

#[tokio::test]
async fn a_resource_that_is_missing_is_told_before_any_command_is_taken() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    let error = bus.by_name().unwrap_err();
    let OpenError::MissingResources { missing } = &error else {
        panic!("{error:?}")
    };
    let lock = missing
        .iter()
        .find(|it| it.needed_by == "command `door.lock`")
        .unwrap();
    assert_eq!(lock.resource, "by_name::Log");
    let line = lock.place.strip_prefix("tests/by_name.rs:").unwrap();
    assert!(
        include_str!("by_name.rs")
            .lines()
            .nth(line.parse::<usize>().unwrap() - 1)
            .unwrap()
            .contains("fn lock")
    );
    assert_eq!(
        missing.len(),
        9,
        "the log once, the bell for each of its commands"
    );
    assert!(
        error
            .to_string()
            .starts_with("the bus does not provide a `by_name::Bell`, which the handler of command `bell.crack` at "),
        "{error}"
    );
}

#[tokio::test]
async fn bad_input_is_refused_and_changes_nothing() {
    let bus = house().await;
    let commands = bus.by_name().unwrap();
    let refused = async |name: &str, body: String| commands.dispatch(name, body).await.unwrap_err();

    let unknown = refused("door.open", "{}".to_owned()).await;
    assert_eq!(
        unknown.to_string(),
        "no command of this program is stored as `door.open`: `ByName::names` lists those that are"
    );
    for body in [
        "",
        "{",
        "[]",
        r#"{ "door": "front" }"#,
        r#"{ "door": "front", "times": -1 }"#,
        r#"{ "door": "front", "times": 4294967296 }"#,
    ] {
        let error = refused("door.knock", body.to_owned()).await;
        let ByNameError::Body { command, source } = &error else {
            panic!("{body}: {error:?}")
        };
        assert_eq!(*command, "door.knock");
        assert!(error.to_string().ends_with(&source.to_string()), "{error}");
    }
    let deep = "[".repeat(100_000);
    assert!(matches!(
        refused("door.knock", deep).await,
        ByNameError::Body { .. }
    ));
    let huge = format!(r#"{{ "door": "{}", "times": 1 }}"#, "x".repeat(1 << 20));
    assert!(matches!(
        refused("door.knock", huge).await,
        ByNameError::TooLarge { .. }
    ));
    let hostile = refused(
        "door.knock",
        r#"{ "door": "a\u0000b", "times": 1 }"#.to_owned(),
    )
    .await;
    assert!(matches!(
        hostile,
        ByNameError::Dispatched(DispatchError::Id(_))
    ));
    let of_a_service = commands
        .dispatch("bell.polish", "null")
        .expect_version(1)
        .await
        .unwrap_err();
    assert!(matches!(
        of_a_service,
        ByNameError::NotLogged {
            command: "bell.polish"
        }
    ));
    let head = bus.store().head().await.unwrap();
    assert_eq!(head.get(), 0, "nothing was recorded");

    bus.close().await.unwrap();
    let closed = refused("door.knock", r#"{ "door": "a", "times": 1 }"#.to_owned()).await;
    assert!(matches!(
        closed,
        ByNameError::Dispatched(DispatchError::Closed {
            command: "door.knock"
        })
    ));
}

#[tokio::test]
async fn a_body_may_be_as_large_as_is_allowed() {
    let commands = commands().await;
    let of_length = |bytes: usize| {
        let body = r#"{ "door": "front", "times": 1 }"#;
        [body, &" ".repeat(bytes - body.len())].concat()
    };
    let largest = of_length(MAX_EVENT_BYTES);
    let outcome = commands.dispatch("door.knock", largest).await.unwrap();
    assert!(matches!(outcome, Outcome::Recorded(_)), "{outcome:?}");
    let larger = of_length(MAX_EVENT_BYTES + 1);
    let refused = commands.dispatch("door.knock", larger).await.unwrap_err();
    assert!(
        matches!(refused, ByNameError::TooLarge { bytes, .. } if bytes == MAX_EVENT_BYTES + 1),
        "{refused}"
    );
}

#[tokio::test]
async fn all_commands_are_listed_and_can_be_sent_from_any_task() {
    let commands = commands().await;
    assert_eq!(format!("{commands:?}"), "ByName(11 commands)");
    let names: Vec<_> = commands.names().collect();
    assert_eq!(
        names,
        [
            "bell.crack",
            "bell.listen",
            "bell.mount",
            "bell.oil",
            "bell.polish",
            "bell.ring",
            "bell.swing",
            "bell.tune",
            "door.kick",
            "door.knock",
            "door.lock"
        ]
    );
    let tasks: Vec<_> = (0..3)
        .map(|_| {
            let commands = commands.clone();
            tokio::spawn(async move {
                let body = r#"{ "door": "front", "times": 1 }"#;
                commands.dispatch("door.knock", body).await
            })
        })
        .collect();
    let mut versions = Vec::new();
    for task in tasks {
        match tokio::time::timeout(Duration::from_mins(1), task).await {
            Ok(Ok(Ok(Outcome::Recorded(receipt)))) => versions.push(receipt.version.get()),
            other => panic!("{other:?}"),
        }
    }
    versions.sort_unstable();
    assert_eq!(versions, [1, 2, 3]);
}

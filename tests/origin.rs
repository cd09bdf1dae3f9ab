//! Who asked, when and why: told to the handler, kept with the events.

use cqrs_core::bus::Request;
use cqrs_core::log::{Clock, LogFilter, Position};
use cqrs_core::prelude::*;
use cqrs_core::store::{EventStore, LogQuery};
use cqrs_core::{RecordedEvent, Uuid};
use std::time::Duration;

#[commands("note", note: String)]
enum NoteCommand {
    /// Writes down what the handler was told of its call.
    WriteDown,
    /// Waits for so long before it decides.
    Wait { seconds: u64 },
}

#[events("note")]
enum NoteEvent {
    /// What it was told.
    WrittenDown {
        id: String,
        now: Timestamp,
        occurred_at: Timestamp,
        actor: Option<String>,
        correlation: Uuid,
    },
    /// It waited.
    Waited,
}

#[derive(Aggregate, Default)]
#[aggregate("note", id = String)]
struct Note {
    events: u32,
}

#[handle]
impl Note {
    fn write_down(&self, _: &WriteDown, context: &Context) -> WrittenDown {
        assert_eq!(context.now(), context.now(), "the time of a call is one");
        WrittenDown {
            id: context.command_id().to_string(),
            now: context.now(),
            occurred_at: context.occurred_at(),
            actor: context.actor().map(str::to_owned),
            correlation: context.correlation_id(),
        }
    }

    async fn wait(&self, command: &Wait) -> Waited {
        tokio::time::sleep(Duration::from_secs(command.seconds)).await;
        Waited
    }
}

#[apply]
impl Note {
    fn written_down(&mut self, _: &WrittenDown) {
        self.events += 1;
    }

    fn waited(&mut self, _: &Waited) {
        self.events += 1;
    }
}

async fn log(store: &Memory) -> Vec<RecordedEvent> {
    let query = LogQuery {
        after: Position::ZERO,
        through: None,
        filter: LogFilter::all(),
        limit: 100,
    };
    store.log(query).await.unwrap().events
}

fn note() -> String {
    "n".to_owned()
}

#[tokio::test]
async fn the_origin_of_a_command_is_told_and_kept() {
    let clock = Clock::turned_to("2026-01-02T03:04:05Z".parse().unwrap());
    let bus = Bus::builder(Memory::new())
        .clock(clock.clone())
        .open()
        .await
        .unwrap();
    let (correlation, cause) = (Uuid::from_u128(7), Uuid::from_u128(8));
    let then: Timestamp = "1997-01-01T00:00:00Z".parse().unwrap();
    let receipt = bus
        .dispatch(WriteDown { note: note() })
        .actor("ada")
        .correlation(correlation)
        .caused_by(cause)
        .occurred_at(then)
        .await
        .unwrap();
    clock.advance(Duration::from_mins(1));
    let plain = bus.dispatch(WriteDown { note: note() }).await.unwrap();

    let log = log(bus.store()).await;
    let told = log[0].decode::<WrittenDown>().unwrap();
    assert_eq!(told.id, receipt.command_id.to_string());
    assert_eq!(told.now.to_string(), "2026-01-02T03:04:05Z");
    assert_eq!((told.occurred_at, told.correlation), (then, correlation));
    assert_eq!(told.actor.as_deref(), Some("ada"));
    let kept = &log[0].recorded().metadata;
    assert_eq!(kept.command_id, receipt.command_id);
    assert_eq!(kept.actor.as_deref(), Some("ada"));
    assert_eq!(
        (kept.correlation_id, kept.causation_id),
        (correlation, Some(cause))
    );

    let told = log[1].decode::<WrittenDown>().unwrap();
    assert_eq!(
        told.now.to_string(),
        "2026-01-02T03:05:05Z",
        "the clock was turned"
    );
    assert_eq!(log[1].recorded().occurred_at, told.now);
    assert_eq!(told.occurred_at, told.now);
    assert_eq!(
        told.correlation,
        *plain.command_id.as_uuid(),
        "it is the first of its kind"
    );
    assert_eq!(log[1].recorded().metadata.actor, None);
}

#[tokio::test]
async fn a_request_carries_who_and_when_to_each_step_and_a_reaction_is_its_own() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    let then: Timestamp = "1997-01-01T00:00:00Z".parse().unwrap();
    let request = Request::new(CommandId::derived(("form", 7)))
        .actor("ada")
        .occurred_at(then);
    for part in [&request, &request.step("next")] {
        let write = bus.dispatch(WriteDown { note: note() });
        write.request(part).await.unwrap();
    }
    let asked = log(bus.store()).await;
    let reaction = Request::reaction(asked[1].recorded(), "react");
    let write = bus.dispatch(WriteDown { note: note() });
    write.request(&reaction).await.unwrap();

    let told: Vec<_> = log(bus.store())
        .await
        .iter()
        .map(|event| event.decode::<WrittenDown>().unwrap().into_owned())
        .collect();
    for part in &told[..2] {
        assert_eq!(part.actor.as_deref(), Some("ada"));
        assert_eq!(part.occurred_at, then);
    }
    assert_eq!(told[2].correlation, told[1].correlation);
    assert_eq!(told[2].actor, None);
    assert_eq!(told[2].occurred_at, told[2].now);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_waits_too_long_is_given_up_and_its_instance_goes_on() {
    let bus = Bus::builder(Memory::new())
        .handler_deadline(Duration::from_secs(10))
        .open()
        .await
        .unwrap();
    bus.dispatch(Wait {
        note: note(),
        seconds: 9,
    })
    .await
    .unwrap();
    match bus
        .dispatch(Wait {
            note: note(),
            seconds: 11,
        })
        .await
        .unwrap_err()
    {
        DispatchError::Late { command, deadline } => {
            assert_eq!((command, deadline), ("note.wait", Duration::from_secs(10)));
        }
        other => panic!("{other:?}"),
    }
    bus.dispatch(WriteDown { note: note() }).await.unwrap();
    assert_eq!(log(bus.store()).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn closing_answers_what_is_under_way_and_takes_nothing_more() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    let under_way = tokio::spawn({
        let bus = bus.clone();
        async move {
            bus.dispatch(Wait {
                note: note(),
                seconds: 5,
            })
            .await
        }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = tokio::time::Instant::now();
    bus.close().await.unwrap();
    assert_eq!(before.elapsed().as_secs(), 4, "it waited for the command");
    under_way.await.unwrap().unwrap();
    match bus.dispatch(WriteDown { note: note() }).await.unwrap_err() {
        DispatchError::Closed { command } => assert_eq!(command, "note.write_down"),
        other => panic!("{other:?}"),
    }
    assert_eq!(log(bus.store()).await.len(), 1);
    bus.close().await.unwrap();
}

#[tokio::test]
async fn what_caused_a_command_is_known_by_its_receipt_or_by_its_event() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    let write = || bus.dispatch(WriteDown { note: note() });
    let first = write().await.unwrap();
    let event = log(bus.store()).await.remove(0);
    write().caused_by(&first).await.unwrap();
    write().caused_by(&event).await.unwrap();
    write().caused_by(event.recorded()).await.unwrap();
    let log = log(bus.store()).await;
    let causes: Vec<_> = log
        .iter()
        .map(|event| event.recorded().metadata.causation_id)
        .collect();
    let (command, event) = (*first.command_id.as_uuid(), *event.recorded().id.as_uuid());
    assert_eq!(causes, [None, Some(command), Some(event), Some(event)]);
}

//! Two spellings of messages, one model behind them.

use cqrs_core::message::{Addressed, Command, Event, EventSet, EventType, Query};
use cqrs_core::prelude::*;
use cqrs_core::projection::Projection;

mod spelled_as_vocabularies {
    use cqrs_core::prelude::*;

    #[commands("door", door: u64)]
    pub enum DoorCommand {
        /// Opens it.
        OpenDoor,
        #[command("door.shut", version = 2)]
        CloseDoor {
            slam: bool,
        },
        NameDoor {
            name: String,
        },
    }

    #[events("door")]
    pub enum DoorEvent {
        DoorOpened,
        #[event("door.shut", version = 3)]
        DoorClosed {
            #[tag]
            slammed: bool,
        },
        Painted(String, u8),
        Named {
            #[tag]
            name: String,
        },
    }

    #[upcast]
    impl DoorClosed {
        #[from(1)]
        fn from_v1(old: Self) -> Self {
            old
        }

        #[from(2)]
        fn from_v2(old: Self) -> Self {
            old
        }
    }

    #[derive(Aggregate, Default)]
    #[aggregate("door", id = u64)]
    pub struct Door {
        open: bool,
    }

    #[handle]
    impl Door {
        fn open(&self, _: &OpenDoor) -> Vec<DoorEvent> {
            if self.open {
                vec![]
            } else {
                vec![DoorOpened.into(), Painted("red".into(), 1).into()]
            }
        }

        fn name(&self, command: &NameDoor) -> Named {
            Named {
                name: command.name.clone(),
            }
        }

        fn close(&self, command: &CloseDoor) -> [DoorClosed; 1] {
            [DoorClosed {
                slammed: command.slam,
            }]
        }
    }

    #[apply]
    impl Door {
        fn opened(&mut self, _: &DoorOpened) {
            self.open = true;
        }

        fn closed(&mut self, _: &DoorClosed) {
            self.open = false;
        }

        fn painted(&mut self, _: &Painted) {}

        fn named(&mut self, _: &Named) {}
    }
}

mod spelled_as_structs {
    use cqrs_core::prelude::*;

    #[derive(Command, Serialize, Deserialize)]
    pub struct OpenWindow {
        #[id]
        pub window: u64,
    }

    #[derive(Command, Serialize, Deserialize)]
    #[command("window.shut", version = 2)]
    pub struct CloseWindow {
        pub slam: bool,
        #[id]
        pub window: u64,
    }

    #[derive(Event, Debug, Clone, PartialEq, Serialize, Deserialize)]
    pub struct WindowOpened {}

    #[derive(Event, Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[event("window.shut", version = 3)]
    pub struct WindowClosed {
        #[tag]
        pub slammed: bool,
    }

    #[upcast]
    impl WindowClosed {
        #[from(1)]
        fn from_v1(old: Self) -> Self {
            old
        }

        #[from(2)]
        fn from_v2(old: Self) -> Self {
            old
        }
    }

    #[derive(Aggregate, Default)]
    #[aggregate(id = u64)]
    pub struct Window {
        open: bool,
    }

    #[handle]
    impl Window {
        fn open(&self, _: &OpenWindow) -> Option<WindowEvent> {
            (!self.open).then(|| WindowOpened {}.into())
        }

        async fn close(
            &self,
            command: &CloseWindow,
            context: &Context,
        ) -> Result<WindowClosed, String> {
            tokio::task::yield_now().await;
            ensure!(context.now() > Timestamp::UNIX_EPOCH, "the clock stands");
            Ok(WindowClosed {
                slammed: command.slam,
            })
        }
    }

    #[apply(enum = WindowEvent)]
    impl Window {
        fn opened(&mut self, _: &WindowOpened) {
            self.open = true;
        }

        fn closed(&mut self, _: &WindowClosed) {
            self.open = false;
        }
    }

    #[derive(Query)]
    pub struct HowManyOpen;

    #[derive(Projection, Default, Serialize, Deserialize)]
    pub struct OpenWindows {
        count: i64,
    }

    #[project]
    impl OpenWindows {
        fn opened(&mut self, _: &WindowOpened) {
            self.count += 1;
        }
    }

    type CountResult = Result<i64, String>;

    #[answer]
    impl OpenWindows {
        fn count(&self, _: &HowManyOpen) -> CountResult {
            if self.count > 0 {
                Ok(self.count)
            } else {
                Err("none".into())
            }
        }
    }
}

use spelled_as_structs::*;
use spelled_as_vocabularies::*;

#[test]
fn names_and_versions_are_as_declared_or_made_from_the_rust_names_once() {
    assert_eq!((OpenDoor::NAME, OpenDoor::VERSION), ("door.open_door", 1));
    assert_eq!((CloseDoor::NAME, CloseDoor::VERSION), ("door.shut", 2));
    assert_eq!(
        (DoorOpened::NAME, DoorOpened::VERSION),
        ("door.door_opened", 1)
    );
    assert_eq!((DoorClosed::NAME, DoorClosed::VERSION), ("door.shut", 3));
    assert_eq!(
        (OpenWindow::NAME, CloseWindow::NAME),
        ("open_window", "window.shut")
    );
    assert_eq!(
        (WindowOpened::NAME, WindowClosed::VERSION),
        ("window_opened", 3)
    );
    assert_eq!(HowManyOpen::NAME, "how_many_open");
    assert_eq!(
        (OpenWindows::NAME, OpenWindows::VERSION),
        ("open_windows", 1)
    );
    assert_eq!(<Window as cqrs_core::Aggregate>::NAME, "window");
}

#[test]
fn a_command_names_its_instance() {
    assert_eq!(OpenDoor { door: 7 }.id(), &7);
    assert_eq!(
        CloseWindow {
            slam: true,
            window: 8
        }
        .id(),
        &8
    );
}

#[test]
fn the_structs_of_a_vocabulary_serialize_as_written() {
    let json = |value: &dyn erased::Json| value.json();
    assert_eq!(
        json(&CloseDoor {
            door: 7,
            slam: true
        }),
        r#"{"door":7,"slam":true}"#
    );
    assert_eq!(json(&DoorClosed { slammed: true }), r#"{"slammed":true}"#);
    assert_eq!(json(&Painted("red".into(), 1)), r#"["red",1]"#);
    assert_eq!(
        DoorClosed { slammed: true }.clone(),
        DoorClosed { slammed: true }
    );
}

mod erased {
    pub trait Json {
        fn json(&self) -> String;
    }

    impl<T: serde::Serialize> Json for T {
        fn json(&self) -> String {
            serde_json::to_string(self).unwrap()
        }
    }
}

#[test]
fn the_event_enum_knows_its_events() {
    let types: Vec<EventType> = DoorEvent::EVENTS.to_vec();
    assert_eq!(
        types[1],
        EventType {
            name: "door.shut",
            version: 3,
            former: &[],
        }
    );
    assert_eq!(
        DoorEvent::from(DoorOpened).event_type().name,
        "door.door_opened"
    );
    assert_eq!(WindowEvent::EVENTS.len(), 2);
    let WindowEvent::WindowOpened(opened) = WindowOpened {}.into() else {
        panic!("another variant")
    };
    assert_eq!(opened, WindowOpened {});
}

#[test]
fn tags_are_the_marked_fields() {
    let tags = WindowClosed { slammed: true }.tags();
    assert_eq!(tags.as_slice().len(), 1);
    assert_eq!(
        (&*tags.as_slice()[0].name, &*tags.as_slice()[0].value),
        ("slammed", "true")
    );
    assert_eq!(DoorClosed { slammed: false }.tags().as_slice().len(), 1);
    assert!(WindowOpened {}.tags().as_slice().is_empty());
}

#[tokio::test]
async fn both_spellings_run() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    assert_eq!(
        bus.dispatch(OpenDoor { door: 1 })
            .await
            .unwrap()
            .version
            .get(),
        2
    );
    assert_eq!(
        bus.dispatch(OpenDoor { door: 1 })
            .await
            .unwrap()
            .version
            .get(),
        2
    );
    assert_eq!(
        bus.dispatch(CloseDoor {
            door: 1,
            slam: true
        })
        .await
        .unwrap()
        .version
        .get(),
        3
    );
    let opened = bus.dispatch(OpenWindow { window: 1 }).await.unwrap();
    bus.dispatch(CloseWindow {
        window: 1,
        slam: true,
    })
    .await
    .unwrap();
    assert_eq!(bus.query(HowManyOpen).after(&opened).await.unwrap(), 1);
}

#[tokio::test]
async fn an_answer_keeps_its_own_error() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    match bus.query(HowManyOpen).await {
        Err(QueryError::Failed(error)) => assert_eq!(error, "none"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_tag_that_cannot_be_recorded_is_a_typed_error() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    let name = "x".repeat(513);
    match bus.dispatch(NameDoor { door: 9, name }).await {
        Err(DispatchError::Unrecordable { source }) => {
            assert!(source.to_string().contains("513 bytes"), "{source}");
        }
        other => panic!("{other:?}"),
    }
    bus.dispatch(NameDoor {
        door: 9,
        name: "front".into(),
    })
    .await
    .unwrap();
}

#[test]
fn an_id_brings_what_an_id_needs() {
    #[derive(Id, Copy)]
    struct Seat(u32);

    let seat: Seat = "12".parse().unwrap();
    let copy = seat;
    assert_eq!(
        (seat.to_string(), format!("{copy:?}")),
        ("12".into(), "Seat(12)".into())
    );
    assert!("x".parse::<Seat>().is_err() && Seat::from(1) < seat);
    assert_eq!(serde_json::to_string(&seat).unwrap(), "12");
    assert_eq!(serde_json::from_str::<Seat>("12").unwrap(), seat);
    assert_eq!(std::collections::HashSet::from([seat, copy]).len(), 1);
}

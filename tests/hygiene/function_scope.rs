//! A whole domain within the body of a function.

use cqrs_core::prelude::*;

#[tokio::test]
async fn a_domain_of_vocabularies_runs() {
    #[derive(Id)]
    struct GateId(String);

    #[commands("gate", gate: GateId)]
    enum GateCommand {
        Lift,
        Lower { slowly: bool },
    }

    #[events("gate")]
    enum GateEvent {
        Lifted,
        Lowered {
            #[tag]
            slowly: bool,
        },
    }

    #[derive(Aggregate, Default)]
    #[aggregate("gate", id = GateId)]
    struct Gate {
        up: bool,
    }

    #[handle]
    impl Gate {
        fn lift(&self, _: &Lift) -> Option<Lifted> {
            (!self.up).then_some(Lifted)
        }

        #[allow(clippy::unused_async)]
        async fn lower(&self, command: &Lower) -> Result<GateEvent, String> {
            ensure!(self.up, "it is down");
            let slowly = command.slowly;
            Ok(Lowered { slowly }.into())
        }
    }

    #[apply]
    impl Gate {
        fn lifted(&mut self, _: &Lifted) {
            self.up = true;
        }

        fn lowered(&mut self, _: &Lowered) {
            self.up = false;
        }
    }

    #[derive(Projection, Default, Serialize, Deserialize)]
    #[projection("gates", key = GateId)]
    struct Passage {
        #[index]
        times: u64,
    }

    #[project]
    impl Passage {
        fn lifted(&mut self, _: &Lifted) {
            self.times += 1;
        }

        #[key(GateId::from(at.stream.id()), GateId::from("any"))]
        fn lowered(&mut self, event: &Lowered, at: &Recorded) {
            self.times += u64::from(event.slowly) * at.version.get();
        }
    }

    #[derive(Query)]
    #[query("gates.busiest")]
    struct Busiest;

    #[answer]
    impl Passage {
        async fn busiest(rows: &Rows<Self>, _: &Busiest) -> Result<Vec<Row<Self>>, ReadError> {
            rows.by(Self::TIMES).descending().await
        }
    }

    let bus = Bus::open(Memory::new()).await.unwrap();
    let gate = || GateId::from("north");
    let slowly = true;
    let early = bus
        .dispatch(Lower {
            gate: gate(),
            slowly,
        })
        .await;
    assert!(matches!(early, Err(DispatchError::Rejected(_))));
    bus.dispatch(Lift { gate: gate() }).await.unwrap();
    let receipt = bus
        .dispatch(Lower {
            gate: gate(),
            slowly,
        })
        .await
        .unwrap();
    let busiest = bus.query(Busiest).after(&receipt).await.unwrap();
    let busiest: Vec<_> = busiest.iter().map(|row| (&row.key, row.times)).collect();
    assert_eq!(busiest, [(&gate(), 3), (&GateId::from("any"), 2)]);
}

#[tokio::test]
async fn a_domain_of_structs_runs() {
    #[derive(Command, Serialize, Deserialize)]
    #[command("valve.turn")]
    struct Turn {
        #[id]
        valve: u64,
    }

    #[derive(Event, Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[event("valve.turned")]
    struct Turned {
        #[tag]
        open: bool,
    }

    #[derive(Aggregate, Default, Serialize, Deserialize)]
    #[aggregate("valve", id = u64, snapshot_every = 1)]
    enum Valve {
        #[default]
        Shut,
        Open,
    }

    #[handle]
    impl Valve {
        fn turn(&self, _: &Turn) -> Vec<ValveEvent> {
            let open = matches!(self, Self::Shut);
            vec![Turned { open }.into()]
        }
    }

    #[apply(enum = pub(self) ValveEvent)]
    impl Valve {
        fn turned(&mut self, event: &Turned) {
            *self = if event.open { Self::Open } else { Self::Shut };
        }
    }

    #[derive(Projection, Default, Serialize, Deserialize)]
    #[projection("valves")]
    struct Turns(u64);

    #[project]
    impl Turns {
        fn turned(&mut self, _: &Turned) {
            self.0 += 1;
        }
    }

    #[derive(Query)]
    #[query("valves.turns")]
    struct HowOften;

    #[answer]
    impl Turns {
        fn how_often(&self, _: &HowOften) -> u64 {
            self.0
        }
    }

    let bus = Bus::open(Memory::new()).await.unwrap();
    bus.dispatch(Turn { valve: 1 }).await.unwrap();
    let receipt = bus.dispatch(Turn { valve: 1 }).await.unwrap();
    assert_eq!(bus.query(HowOften).after(&receipt).await.unwrap(), 2);
    let ValveEvent::Turned(turned) = Turned { open: true }.into();
    assert_eq!(turned, Turned { open: true });
}

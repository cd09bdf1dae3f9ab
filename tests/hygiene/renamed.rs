//! The dependency under other names, given by `crate = ..`, where `cqrs_core` means another crate.

// whatever names `::cqrs_core` in spite of the option does not compile
#[allow(unused_extern_crates)]
extern crate core as cqrs_core;
extern crate cqrs_core as renamed;

use renamed::prelude::*;

mod named_by_extern_crate {
    use renamed::prelude::*;

    #[derive(renamed::Id)]
    #[id(crate = ::renamed)]
    pub struct LampId(String);

    #[commands("lamp", lamp: LampId, crate = ::renamed)]
    pub enum LampCommand {
        Light,
        #[command("lamp.out", version = 2)]
        PutOut {
            by: String,
        },
    }

    #[events("lamp", crate = ::renamed)]
    pub enum LampEvent {
        Lit,
        WentOut {
            #[tag]
            by: String,
        },
    }

    #[derive(Aggregate, Default, Serialize, Deserialize)]
    #[aggregate("lamp", id = LampId, snapshot_every = 1, version = 2, crate = ::renamed)]
    pub struct Lamp {
        lit: bool,
    }

    #[handle(crate = ::renamed)]
    impl Lamp {
        #[allow(clippy::unused_async)]
        async fn light(&self, _: &Light, context: &Context) -> Result<Option<LampEvent>, String> {
            ensure!(context.now() > Timestamp::UNIX_EPOCH, "the clock stands");
            Ok((!self.lit).then(|| Lit.into()))
        }

        fn put_out(&self, command: &PutOut) -> (WentOut,) {
            let by = command.by.clone();
            (WentOut { by },)
        }
    }

    #[apply(crate = ::renamed)]
    impl Lamp {
        fn lit(&mut self, _: &Lit) {
            self.lit = true;
        }

        fn went_out(&mut self, _: &WentOut) {
            self.lit = false;
        }
    }

    #[derive(Projection, Default, Serialize, Deserialize)]
    #[projection("lamps", key = LampId, crate = ::renamed)]
    pub struct Lights {
        #[index]
        pub times: u64,
    }

    #[project(crate = ::renamed)]
    impl Lights {
        #[renamed::key(LampId::from(at.stream.id()))]
        fn lit(&mut self, _: &Lit, at: &Recorded) {
            self.times += at.version.get();
        }

        fn went_out(&mut self, _: &WentOut) -> Change {
            Change::Delete
        }
    }

    #[derive(Query)]
    #[query("lamps.burning", crate = ::renamed)]
    pub struct Burning;

    #[answer(crate = ::renamed)]
    impl Lights {
        async fn burning(rows: &Rows<Self>, _: &Burning) -> Result<Vec<Row<Self>>, ReadError> {
            rows.by(Self::TIMES).await
        }
    }
}

mod named_by_path {
    use renamed::prelude::*;

    #[derive(Command, Serialize, Deserialize)]
    #[command("bell.ring", crate = crate::facade::cqrs)]
    pub struct Ring {
        #[id]
        pub bell: u64,
    }

    #[derive(Event, Clone, Serialize, Deserialize)]
    #[event("bell.rang", crate = crate::facade::cqrs)]
    pub struct Rang {
        #[tag]
        pub times: u64,
    }

    #[derive(Aggregate, Default)]
    #[aggregate("bell", id = u64, crate = crate::facade::cqrs)]
    pub struct Bell {
        times: u64,
    }

    #[handle(crate = crate::facade::cqrs)]
    impl Bell {
        fn ring(&self, _: &Ring) -> BellEvent {
            let times = self.times + 1;
            Rang { times }.into()
        }
    }

    #[apply(enum = BellEvent, crate = crate::facade::cqrs)]
    impl Bell {
        fn rang(&mut self, event: &Rang) {
            self.times = event.times;
        }
    }

    #[derive(Projection, Default, Serialize, Deserialize)]
    #[projection("bells", crate = crate::facade::cqrs)]
    pub struct Rings {
        times: u64,
    }

    #[project(crate = crate::facade::cqrs)]
    impl Rings {
        fn rang(&mut self, _: &Rang) {
            self.times += 1;
        }
    }

    #[derive(Query)]
    #[query("bells.how_often", crate = crate::facade::cqrs)]
    pub struct HowOften;

    #[answer(crate = crate::facade::cqrs)]
    impl Rings {
        fn how_often(&self, _: &HowOften) -> u64 {
            self.times
        }
    }
}

/// What a crate that wraps the library for its domains passes on.
mod facade {
    pub mod cqrs {
        pub use renamed::__private;
    }
}

#[tokio::test]
async fn a_domain_runs_under_another_name_of_the_crate() {
    use named_by_extern_crate::{Burning, LampId, Light, PutOut};

    let bus = Bus::open(Memory::new()).await.unwrap();
    let [hall, attic] = ["hall", "attic"].map(LampId::from);
    let lamp = hall.clone();
    bus.dispatch(Light { lamp }).await.unwrap();
    let lamp = attic.clone();
    bus.dispatch(Light { lamp }).await.unwrap();
    let by = "wind".into();
    let receipt = bus.dispatch(PutOut { lamp: hall, by }).await.unwrap();
    let burning = bus.query(Burning).after(&receipt).await.unwrap();
    let burning: Vec<_> = burning.into_iter().map(|row| row.key).collect();
    assert_eq!(burning, [attic]);
}

#[tokio::test]
async fn a_domain_runs_under_a_path_to_the_crate() {
    use named_by_path::{HowOften, Ring};

    let bus = Bus::open(Memory::new()).await.unwrap();
    bus.dispatch(Ring { bell: 1 }).await.unwrap();
    let receipt = bus.dispatch(Ring { bell: 1 }).await.unwrap();
    assert_eq!(bus.query(HowOften).after(&receipt).await.unwrap(), 2);
}

//! Without a prelude, and where the names that an expansion could lean on mean something else.
#![no_implicit_prelude]
#![allow(non_camel_case_types, reason = "primitive types are shadowed too")]

use ::core::convert::From as _;
use ::std::string::ToString as _;

macro_rules! shadow {
    ($($name:ident)*) => {$(
        #[allow(dead_code, clippy::upper_case_acronyms)]
        struct $name;
    )*};
}

// what the preludes hold
shadow!(Result Option Vec String Box Ok Err Some None Send Sync Sized Fn FnOnce Future);
shadow!(Into From Default Clone Copy Drop Iterator Debug Display PartialEq Eq Ord Hash);
shadow!(u16 u32 i64 bool char);
// what the core calls its own
shadow!(Aggregate Command Event Query Projection Id Rows Row Context Recorded Change);
shadow!(EventSet Decision Registration Resources Tags Index Infallible Arc);
// what expansions may call their type parameters
shadow!(A R T E H S D F P Q);

#[allow(dead_code)]
mod core {}
#[allow(dead_code)]
mod std {}
#[allow(dead_code)]
mod serde {}
#[allow(dead_code)]
mod cqrs_core {}

#[derive(::cqrs_core::Id)]
struct PlantId(::std::string::String);

#[::cqrs_core::commands("plant", plant: PlantId)]
enum PlantCommand {
    Sow { kind: ::std::string::String },
    Water { litres: ::core::primitive::u64 },
}

#[::cqrs_core::events("plant")]
enum PlantEvent {
    Sown {
        #[tag]
        kind: ::std::string::String,
    },
    Watered {
        litres: ::core::primitive::u64,
    },
}

#[derive(::cqrs_core::Command, ::serde::Serialize, ::serde::Deserialize)]
#[command("plant.reap")]
struct Reap {
    #[id]
    plant: PlantId,
}

#[derive(::cqrs_core::Event, ::core::clone::Clone, ::serde::Serialize, ::serde::Deserialize)]
#[event("plant.reaped")]
struct Reaped {
    #[tag]
    weight: ::core::primitive::u64,
}

#[derive(
    ::cqrs_core::Aggregate, ::core::default::Default, ::serde::Serialize, ::serde::Deserialize,
)]
#[aggregate("plant", id = PlantId, snapshot_every = 1)]
struct Plant {
    sown: ::core::primitive::bool,
    litres: ::core::primitive::u64,
}

#[derive(::core::fmt::Debug)]
struct Barren;

#[::cqrs_core::handle]
impl Plant {
    fn sow(&self, command: &Sow) -> ::core::option::Option<PlantEvent> {
        let sown = Sown {
            kind: ::core::clone::Clone::clone(&command.kind),
        };
        (!self.sown).then_some(PlantEvent::from(sown))
    }

    #[allow(clippy::unused_async)]
    async fn water(&self, command: &Water) -> ::core::result::Result<Watered, Barren> {
        ::cqrs_core::ensure!(self.sown, Barren);
        ::core::result::Result::Ok(Watered {
            litres: command.litres,
        })
    }

    fn reap(&self, _: &Reap, context: &::cqrs_core::Context) -> ::std::vec::Vec<Reaped> {
        ::std::assert_eq!(context.now(), context.occurred_at());
        ::std::vec![Reaped {
            weight: self.litres * 2,
        }]
    }
}

#[::cqrs_core::apply(enum = pub(self) Life)]
impl Plant {
    fn sown(&mut self, _: &Sown) {
        self.sown = true;
    }

    fn watered(&mut self, event: &Watered) {
        self.litres += event.litres;
    }

    fn reaped(&mut self, _: &Reaped) {
        *self = <Self as ::core::default::Default>::default();
    }
}

#[derive(
    ::cqrs_core::Projection, ::core::default::Default, ::serde::Serialize, ::serde::Deserialize,
)]
#[projection("plants", key = PlantId)]
struct Bed {
    #[index]
    litres: ::core::primitive::u64,
    reaped: ::core::primitive::u64,
}

#[::cqrs_core::project]
impl Bed {
    fn watered(&mut self, event: &Watered) {
        self.litres += event.litres;
    }

    #[::cqrs_core::key(PlantId::from(at.stream.id()))]
    fn reaped(&mut self, event: &Reaped, at: &::cqrs_core::Recorded) -> ::cqrs_core::Change {
        self.reaped += event.weight * ::core::primitive::u64::from(at.schema);
        ::cqrs_core::Change::Keep
    }
}

#[derive(::cqrs_core::Query)]
#[query("plants.wettest")]
struct Wettest;

#[derive(::cqrs_core::Query)]
#[query("plants.harvest")]
struct Harvest;

#[::cqrs_core::answer]
impl Bed {
    async fn wettest(
        rows: &::cqrs_core::Rows<Self>,
        _: &Wettest,
    ) -> ::core::result::Result<::std::vec::Vec<::cqrs_core::Row<Self>>, ::cqrs_core::ReadError>
    {
        rows.by(Bed::LITRES).descending().limit(1).await
    }
}

#[derive(
    ::cqrs_core::Projection, ::core::default::Default, ::serde::Serialize, ::serde::Deserialize,
)]
#[projection("plants.barn")]
enum Barn {
    #[default]
    Empty,
    Holds(::core::primitive::u64),
}

#[::cqrs_core::project]
impl Barn {
    fn reaped(&mut self, event: &Reaped) {
        *self = Self::Holds(event.weight);
    }
}

#[::cqrs_core::answer]
impl Barn {
    fn harvest(&self, _: &Harvest) -> ::core::primitive::u64 {
        match *self {
            Self::Empty => 0,
            Self::Holds(weight) => weight,
        }
    }
}

#[test]
fn a_domain_runs() {
    let runtime = ::tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let bus = ::cqrs_core::Bus::open(::cqrs_core::Memory::new())
            .await
            .unwrap();
        let plant = || PlantId::from("tomato");
        let refused = bus
            .dispatch(Water {
                plant: plant(),
                litres: 1,
            })
            .await;
        ::std::assert!(::std::matches!(
            refused,
            ::core::result::Result::Err(::cqrs_core::DispatchError::Rejected(Barren))
        ));
        let kind = "red".to_string();
        bus.dispatch(Sow {
            plant: plant(),
            kind,
        })
        .await
        .unwrap();
        bus.dispatch(Water {
            plant: plant(),
            litres: 3,
        })
        .await
        .unwrap();
        let receipt = bus.dispatch(Reap { plant: plant() }).await.unwrap();
        ::std::assert_eq!(receipt.version.get(), 3);

        let wettest = bus.query(Wettest).after(&receipt).await.unwrap();
        let wettest = wettest.first().unwrap();
        ::std::assert_eq!((wettest.litres, wettest.reaped), (3, 6));
        ::std::assert_eq!(wettest.key, plant());
        ::std::assert_eq!(bus.query(Harvest).after(&receipt).await.unwrap(), 6);
    });
    let life = Life::from(Watered { litres: 1 });
    ::std::assert!(::std::matches!(life, Life::Watered(_)));
}

/// Where those primitive types are shadowed too that serde names for structs with named fields.
mod primitives {
    shadow!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 isize f64 bool char str);

    #[derive(::cqrs_core::Id, ::core::marker::Copy)]
    pub struct StoneId(::core::primitive::u64);

    #[derive(::cqrs_core::Command, ::serde::Serialize, ::serde::Deserialize)]
    #[command("stone.throw", version = 2)]
    pub struct Throw(#[id] pub StoneId);

    #[::cqrs_core::events("stone")]
    pub enum StoneEvent {
        Thrown,
        Sunk(::core::primitive::u32),
    }

    #[derive(::cqrs_core::Aggregate, ::core::default::Default)]
    #[aggregate("stone", id = StoneId)]
    pub struct Stone(::core::primitive::u32);

    #[::cqrs_core::handle]
    impl Stone {
        fn throw(&self, _: &Throw) -> (Thrown, [Sunk; 1]) {
            (Thrown, [Sunk(self.0 + 1)])
        }
    }

    #[::cqrs_core::apply]
    impl Stone {
        fn thrown(&mut self, _: &Thrown) {}

        fn sunk(&mut self, event: &Sunk) {
            self.0 = event.0;
        }
    }

    #[derive(
        ::cqrs_core::Projection, ::core::default::Default, ::serde::Serialize, ::serde::Deserialize,
    )]
    #[projection("stones", key = StoneId, version = 3)]
    pub struct Depth(pub ::core::primitive::u32);

    #[::cqrs_core::project]
    impl Depth {
        fn sunk(&mut self, event: &Sunk) {
            self.0 = event.0;
        }
    }

    #[derive(::cqrs_core::Query)]
    #[query("stones.depth")]
    pub struct HowDeep(pub StoneId);

    #[::cqrs_core::answer]
    impl Depth {
        async fn how_deep(
            rows: &::cqrs_core::Rows<Self>,
            query: &HowDeep,
        ) -> ::core::result::Result<::core::option::Option<Self>, ::cqrs_core::ReadError> {
            rows.get(&query.0).await
        }
    }
}

#[test]
fn a_domain_runs_without_primitive_types() {
    use primitives::{HowDeep, StoneId, Throw};

    let runtime = ::tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let depth = runtime.block_on(async {
        let bus = ::cqrs_core::Bus::open(::cqrs_core::Memory::new())
            .await
            .unwrap();
        let stone = StoneId::from(1);
        bus.dispatch(Throw(stone)).await.unwrap();
        let receipt = bus.dispatch(Throw(stone)).await.unwrap();
        bus.query(HowDeep(stone)).after(&receipt).await.unwrap()
    });
    ::std::assert_eq!(depth.unwrap().0, 2);
}

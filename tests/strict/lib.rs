//! A user's crate under lints that are as strict as they come. What the macros write passes them all: here it
//! is compiled, `.ci/run` puts it to clippy, and its own test uses it.
#![deny(
    warnings,
    missing_docs,
    unsafe_code,
    missing_debug_implementations,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    let_underscore_drop,
    meta_variable_misuse,
    redundant_lifetimes,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unreachable_pub,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]

use cqrs_core::prelude::*;

/// Names a parcel.
#[derive(Id)]
pub struct ParcelId(String);

/// Names a truck.
#[derive(Id, Copy)]
pub struct TruckId(u64);

/// What may be asked of a parcel.
#[commands("parcel", parcel: ParcelId)]
#[derive(Eq)]
pub enum ParcelCommand {
    /// Takes it in.
    Accept {
        /// What it weighs.
        grams: u64,
    },
    Load {
        truck: TruckId,
    },
    Deliver,
    Lose,
}

/// What happens to a parcel.
#[events("parcel")]
#[derive(Eq)]
pub enum ParcelEvent {
    /// It was taken in.
    Accepted {
        grams: u64,
    },
    Loaded {
        #[tag]
        truck: TruckId,
        parcels: u64,
        note: Option<String>,
    },
    Delivered,
}

/// Sends it back.
#[derive(Command, Debug, Serialize, Deserialize)]
pub struct ReturnParcel {
    /// Which.
    #[id]
    pub parcel: ParcelId,
}

/// It went back.
#[derive(Event, Debug, Clone, Serialize, Deserialize)]
pub struct ParcelReturned {
    /// To whom.
    #[tag]
    pub to: String,
}

/// Why a parcel stays.
#[derive(Debug, thiserror::Error)]
pub enum ParcelError {
    /// It is too heavy.
    #[error("it weighs {0} g")]
    TooHeavy(u64),
}

/// A parcel.
#[derive(Aggregate, Debug, Default, Serialize, Deserialize)]
#[aggregate("parcel", id = ParcelId, snapshot_every = 1)]
pub struct Parcel {
    grams: u64,
}

#[handle]
impl Parcel {
    fn accept(&self, command: &Accept) -> Accepted {
        Accepted {
            grams: command.grams,
        }
    }

    fn load(&self, command: &Load) -> Result<(Loaded,), ParcelError> {
        ensure!(self.grams < 1000, ParcelError::TooHeavy(self.grams));
        Ok((Loaded {
            truck: command.truck,
            parcels: 1,
            note: None,
        },))
    }

    async fn deliver(&self, _: &Deliver, context: &Context) -> Vec<ParcelEvent> {
        tokio::task::yield_now().await;
        let late = context.now() < context.occurred_at();
        if late { vec![] } else { vec![Delivered.into()] }
    }

    fn lose(&self, _: &Lose) -> Option<Delivered> {
        None
    }

    fn send_back(&self, command: &ReturnParcel) -> ParcelHistory {
        let to = command.parcel.to_string();
        ParcelReturned { to }.into()
    }
}

#[apply(enum = ParcelHistory)]
impl Parcel {
    fn accepted(&mut self, event: &Accepted) {
        self.grams = event.grams;
    }

    fn loaded(&mut self, _: &Loaded) {}

    fn delivered(&mut self, _: &Delivered) {}

    fn returned(&mut self, _: &ParcelReturned) {
        self.grams = 0;
    }
}

/// One row a truck.
#[derive(Projection, Debug, Default, Serialize, Deserialize)]
#[projection("parcel.trucks", key = TruckId)]
pub struct Truck {
    /// How many parcels it carried.
    #[index]
    pub parcels: u64,
    #[index]
    last: Option<Timestamp>,
}

#[project]
impl Truck {
    #[key(event.truck)]
    fn loaded(&mut self, event: &Loaded, at: &Recorded) {
        self.parcels += event.parcels;
        self.last = Some(at.occurred_at);
    }
}

/// One row a parcel.
#[derive(Projection, Debug, Default, Serialize, Deserialize)]
#[projection("parcel.track", key = ParcelId)]
pub struct Track {
    /// What happened.
    pub steps: Vec<String>,
}

#[project]
impl Track {
    fn accepted(&mut self, event: &Accepted) {
        self.steps.push(format!("{} g", event.grams));
    }

    fn loaded(&mut self, event: &Loaded) {
        self.steps.push(event.truck.to_string());
    }

    fn delivered(&mut self, _: &Delivered) -> Change {
        Change::Delete
    }

    fn returned(&mut self, _: &ParcelReturned) -> Change {
        Change::Keep
    }
}

/// How many were delivered.
#[derive(Projection, Debug, Default, Serialize, Deserialize)]
#[projection("parcel.deliveries")]
pub struct Deliveries(u64);

#[project]
impl Deliveries {
    fn delivered(&mut self, _: &Delivered) {
        self.0 += 1;
    }
}

/// The trucks that carried the most.
#[derive(Query, Debug)]
pub struct BusiestTrucks {
    /// How many.
    pub limit: usize,
}

/// How many were delivered.
#[derive(Query, Debug, Clone, Copy)]
#[query("parcel.how_many_delivered")]
pub struct HowManyDelivered;

#[answer]
impl Truck {
    async fn busiest(
        rows: &Rows<Self>,
        query: &BusiestTrucks,
    ) -> Result<Vec<Row<Self>>, ReadError> {
        let rows = rows.by(Self::PARCELS).descending();
        rows.limit(query.limit).await
    }
}

#[answer]
impl Deliveries {
    fn how_many(&self, _: &HowManyDelivered) -> u64 {
        self.0
    }
}

/// What a store lends.
#[derive(Debug)]
pub struct Transaction;

/// What was delivered, in tables of its own.
#[derive(Projection, Debug)]
#[projection("parcel.delivered", tables = Transaction)]
pub struct DeliveredIn;

#[project]
impl DeliveredIn {
    fn tables(_: &Transaction) {}

    fn accepted(_: &Transaction, event: &Accepted, at: &Recorded) -> Result<(), ParcelError> {
        let heavy = event.grams > at.position.get();
        heavy
            .then_some(())
            .ok_or(ParcelError::TooHeavy(event.grams))
    }

    fn delivered(_: &Transaction, _: &Delivered, parcel: &ParcelId) {
        drop(parcel.to_string());
    }
}

#[events("crate")]
enum CrateEvent {
    CratePacked,
    CrateOpened,
    CrateWeighed,
}

#[derive(Aggregate, Default)]
#[aggregate("crate", id = u64)]
struct Crate;

#[apply(enum = pub(self) CrateHistory)]
impl Crate {
    fn packed(&mut self, _: &CratePacked) {}
    fn opened(&mut self, _: &CrateOpened) {}
    fn weighed(&mut self, _: &CrateWeighed) {}
}

#[tokio::test]
#[allow(
    clippy::future_not_send,
    reason = "the macro of the runtime blocks on it"
)]
async fn a_domain_runs() {
    let bus = Bus::builder(Memory::new()).only_projections::<(Track, Truck, Deliveries)>();
    let bus = bus.open().await.unwrap();
    let parcel = || ParcelId::from("p");
    let truck = TruckId::from(7);
    let accept = |grams| Accept {
        parcel: parcel(),
        grams,
    };
    let load = || Load {
        parcel: parcel(),
        truck,
    };
    let accepted = bus.dispatch(accept(1000)).await.unwrap();
    assert_eq!(accepted.version.get(), 1);
    match bus.dispatch(load()).await.unwrap_err() {
        DispatchError::Rejected(ParcelError::TooHeavy(grams)) => assert_eq!(grams, 1000),
        other => panic!("{other:?}"),
    }
    _ = bus.dispatch(accept(10)).await.unwrap();
    _ = bus.dispatch(load()).await.unwrap();
    let receipt = bus.dispatch(Lose { parcel: parcel() }).await.unwrap();
    assert_eq!(receipt.version.get(), 3);
    let row = bus.find::<Track>(&parcel()).after(&receipt).await.unwrap();
    assert_eq!(row.unwrap().steps, ["1000 g", "10 g", "7"]);
    let returned = bus.dispatch(ReturnParcel { parcel: parcel() });
    _ = returned.await.unwrap();
    let receipt = bus.dispatch(Deliver { parcel: parcel() }).await.unwrap();
    let busiest = bus.query(BusiestTrucks { limit: 1 }).after(&receipt);
    assert_eq!(busiest.await.unwrap()[0].key, truck);
    let delivered = bus.query(HowManyDelivered).after(&receipt).await.unwrap();
    assert_eq!(delivered, 1);
}

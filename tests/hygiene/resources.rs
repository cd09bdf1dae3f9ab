//! What a bus provides to handlers and answers.

use cqrs_core::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Sends mail.
pub trait Mail: Send + Sync {
    /// Sends it.
    fn send(&self, to: &str);
}

/// Keeps what was sent.
#[derive(Default)]
pub struct Outbox(Mutex<Vec<String>>);

impl Mail for Outbox {
    fn send(&self, to: &str) {
        self.0.lock().unwrap().push(to.to_owned());
    }
}

/// Gives out numbers.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Counter {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// How many cents a unit costs.
pub struct Prices<T>(Vec<T>);

/// What the bus provides.
#[derive(Resources)]
pub struct Deps {
    mail: Arc<dyn Mail>,
    counter: Counter,
    prices: Prices<u64>,
}

#[commands("order", order: u64)]
pub enum OrderCommand {
    Place { to: String },
    Pay,
    Ship,
    Cancel,
}

#[events("order")]
pub enum OrderEvent {
    Placed { number: u64, to: String },
    Paid { cents: u64, at: Timestamp },
    Shipped,
}

#[derive(Aggregate, Default)]
#[aggregate("order", id = u64)]
pub struct Order {
    to: Option<String>,
}

#[handle]
impl Order {
    fn place(&self, command: &Place, counter: &Counter) -> Placed {
        Placed {
            number: counter.next(),
            to: command.to.clone(),
        }
    }

    async fn pay(
        &self,
        command: &Pay,
        prices: &Prices<u64>,
        context: &Context,
        all: &Prices<u64>,
        again: &Prices<u64>,
    ) -> Result<Paid, String> {
        tokio::task::yield_now().await;
        ensure!(std::ptr::eq(prices, again), "two price lists");
        ensure!(prices.0 == all.0, "two price lists");
        let cents = all.0.get(usize::try_from(command.order).unwrap_or(0));
        Ok(Paid {
            cents: *cents.ok_or("no price")?,
            at: context.occurred_at(),
        })
    }

    async fn ship(
        &self,
        _: &Ship,
        context: &cqrs_core::Context,
        mail: &Arc<dyn Mail>,
    ) -> Result<Option<OrderEvent>, String> {
        let Some(to) = &self.to else { return Ok(None) };
        ensure!(context.now() > Timestamp::UNIX_EPOCH, "the clock stands");
        tokio::task::yield_now().await;
        mail.send(to);
        Ok(Some(Shipped.into()))
    }

    fn cancel(&self, _: &Cancel, mail: &Arc<dyn Mail>) -> Vec<OrderEvent> {
        mail.send("nobody");
        vec![]
    }
}

#[apply]
impl Order {
    fn placed(&mut self, event: &Placed) {
        self.to = Some(event.to.clone());
    }

    fn paid(&mut self, _: &Paid) {}

    fn shipped(&mut self, _: &Shipped) {
        self.to = None;
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("orders", key = u64)]
pub struct Orders {
    #[index]
    number: u64,
    cents: u64,
    paid_at: Option<Timestamp>,
}

#[project]
impl Orders {
    fn placed(&mut self, event: &Placed) {
        self.number = event.number;
    }

    fn paid(&mut self, event: &Paid) {
        self.cents = event.cents;
        self.paid_at = Some(event.at);
    }
}

#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("orders.shipped")]
pub struct Shipments(u64);

#[project]
impl Shipments {
    fn shipped(&mut self, _: &Shipped) {
        self.0 += 1;
    }
}

#[derive(Query)]
#[query("orders.takings")]
pub struct Takings;

#[derive(Query)]
#[query("orders.shipped")]
pub struct HowManyShipped;

#[derive(Query)]
#[query("orders.prices")]
pub struct HowManyPrices;

#[answer]
impl Orders {
    async fn takings(
        rows: &Rows<Self>,
        _: &Takings,
        counter: &Counter,
        mail: &Arc<dyn Mail>,
    ) -> Result<(u64, u64), ReadError> {
        let rows = rows.by(Self::NUMBER).await?;
        mail.send("accounts");
        Ok((rows.iter().map(|row| row.cents).sum(), counter.next()))
    }
}

#[answer]
impl Shipments {
    async fn how_many(&self, _: &HowManyShipped, counter: &Counter) -> (u64, u64) {
        tokio::task::yield_now().await;
        (self.0, counter.next())
    }

    fn prices(&self, _: &HowManyPrices, prices: &Prices<u64>) -> Option<usize> {
        (self.0 > 0).then_some(prices.0.len())
    }
}

#[derive(Query)]
#[query("orders.counted")]
pub struct Counted;

#[answer]
impl Orders {
    async fn counted(rows: &Rows<Self>, _: &Counted) -> Result<usize, ReadError> {
        Ok(rows.all().await?.len())
    }
}

#[tokio::test]
async fn handlers_and_answers_take_what_the_bus_provides() {
    let outbox = Arc::new(Outbox::default());
    let deps = Deps {
        mail: outbox.clone(),
        counter: Counter::default(),
        prices: Prices(vec![0, 250]),
    };
    let opened = Bus::builder(Memory::new()).resources(deps).open().await;
    let bus: Bus<Memory, Deps> = opened.unwrap();

    let (order, to) = (1, "Ada".to_owned());
    bus.dispatch(Place { order, to }).await.unwrap();
    let then: Timestamp = "1997-01-01T12:00:00Z".parse().unwrap();
    let paid = bus.dispatch(Pay { order }).occurred_at(then);
    paid.await.unwrap();
    match bus.dispatch(Pay { order: 2 }).await.unwrap_err() {
        DispatchError::Rejected(reason) => assert_eq!(reason, "no price"),
        other => panic!("{other:?}"),
    }
    bus.dispatch(Cancel { order }).await.unwrap();
    bus.dispatch(Ship { order }).await.unwrap();
    let receipt = bus.dispatch(Ship { order }).await.unwrap();
    assert_eq!(receipt.version.get(), 3);

    let takings = bus.query(Takings).after(&receipt).await.unwrap();
    assert_eq!(takings, (250, 2));
    let shipped = bus.query(HowManyShipped).after(&receipt).await.unwrap();
    assert_eq!(shipped, (1, 3));
    assert_eq!(bus.query(HowManyPrices).await.unwrap(), Some(2));
    let row = bus.find::<Orders>(&order).after(&receipt).await.unwrap();
    assert_eq!(row.unwrap().paid_at, Some(then));
    assert_eq!(*outbox.0.lock().unwrap(), ["nobody", "Ada", "accounts"]);
}

#[tokio::test]
async fn what_needs_none_runs_on_a_bus_without() {
    let bus = Bus::open(Memory::new()).await.unwrap();
    assert_eq!(bus.query(Counted).await.unwrap(), 0);
}

#[tokio::test]
async fn a_dispatch_with_resources_may_be_spawned() {
    let deps = Deps {
        mail: Arc::new(Outbox::default()),
        counter: Counter::default(),
        prices: Prices(vec![7]),
    };
    let opened = Bus::builder(Memory::new()).resources(deps).open().await;
    let bus = opened.unwrap();
    let pay = async move { bus.dispatch(Pay { order: 0 }).await.is_ok() };
    assert!(tokio::spawn(pay).await.unwrap());
}

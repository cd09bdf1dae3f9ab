//! Queries that services answer: in every shape of method, beside projections that answer others.

use cqrs_core::message::Query as _;
use cqrs_core::prelude::*;
use cqrs_tests::*;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// A service that knows prices.
#[derive(Service, Debug, Default)]
struct Prices {
    cents: Mutex<BTreeMap<String, u32>>,
}

/// In which currency they are told.
#[derive(Debug)]
struct Currency(&'static str);

#[derive(Resources, Debug)]
struct Deps {
    prices: Prices,
    currency: Currency,
    signs: Arc<str>,
}

#[derive(Debug, PartialEq, Eq)]
struct Unknown(String);

#[commands("price")]
enum PriceCommand {
    SetPrice { of: String, cents: u32 },
}

#[handle]
impl Prices {
    fn set(&self, command: &SetPrice) -> Option<u32> {
        let SetPrice { of, cents } = command;
        self.cents.lock().unwrap().insert(of.clone(), *cents)
    }
}

#[derive(Query)]
struct PriceOf {
    of: String,
}

#[derive(Query)]
struct Dearest;

#[derive(Query)]
struct HowMany;

#[derive(Query)]
struct Label {
    of: String,
}

#[derive(Query)]
struct Told {
    account: AccountId,
}

/// Plain, and not async.
#[answer]
impl Prices {
    fn dearest(&self, _: &Dearest) -> Option<String> {
        let cents = self.cents.lock().unwrap();
        let dearest = cents.iter().max_by_key(|(_, cents)| **cents);
        dearest.map(|(of, _)| of.clone())
    }

    fn how_many(&self, _: &HowMany) -> usize {
        self.cents.lock().unwrap().len()
    }
}

/// A `Result`, under an alias as well, with resources and without.
type Priced<T> = Result<T, Unknown>;
type PricedResult<T> = Priced<T>;

#[answer]
impl Prices {
    fn price_of(&self, query: &PriceOf) -> PricedResult<u32> {
        let cents = self.cents.lock().unwrap();
        let found = cents.get(&query.of).copied();
        found.ok_or_else(|| Unknown(query.of.clone()))
    }

    async fn label(
        &self,
        query: &Label,
        currency: &Currency,
        signs: &Arc<str>,
    ) -> Result<String, Unknown> {
        tokio::task::yield_now().await;
        let of = query.of.clone();
        let cents = self.price_of(&PriceOf { of })?;
        let Currency(name) = currency;
        Ok(format!("{signs} {}: {cents} {name}", query.of))
    }

    /// Async and plain; the service is a resource of another's methods too.
    async fn told(&self, query: &Told, itself: &Prices) -> String {
        tokio::task::yield_now().await;
        let same = std::ptr::eq(self, itself);
        format!("{} {same}", query.account)
    }
}

async fn open() -> Bus<Memory, Deps> {
    let deps = Deps {
        prices: Prices::default(),
        currency: Currency("cents"),
        signs: "*".into(),
    };
    let bus = Bus::builder(Memory::new()).resources(deps);
    bus.open().await.unwrap()
}

async fn set(bus: &Bus<Memory, Deps>, of: &str, cents: u32) {
    let of = of.into();
    bus.dispatch(SetPrice { of, cents }).await;
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[tokio::test]
async fn a_service_answers_what_its_methods_return() {
    let bus = open().await;
    assert_eq!(bus.query(Dearest).await.unwrap(), None);
    set(&bus, "tea", 300).await;
    set(&bus, "pot", 2_490).await;
    assert_eq!(bus.query(Dearest).await.unwrap(), Some(text("pot")));
    assert_eq!(bus.query(HowMany).await.unwrap(), 2);
    let price = |of: &str| bus.query(PriceOf { of: of.into() });
    assert_eq!(price("tea").await.unwrap(), 300);
    set(&bus, "tea", 301).await;
    assert_eq!(price("tea").await.unwrap(), 301, "at once");
}

#[tokio::test]
async fn the_error_of_a_method_is_the_querys_own() {
    let bus = open().await;
    let failed = bus.query(PriceOf { of: text("gin") }).await.unwrap_err();
    assert!(matches!(failed, QueryError::Failed(Unknown(of)) if of == "gin"));
    let failed = bus.query(Label { of: text("rum") }).await.unwrap_err();
    assert!(matches!(failed, QueryError::Failed(Unknown(of)) if of == "rum"));
}

#[tokio::test]
async fn a_method_is_waited_for_and_takes_what_the_bus_provides() {
    let bus = Arc::new(open().await);
    set(&bus, "tea", 300).await;
    let label = bus.query(Label { of: text("tea") }).await;
    assert_eq!(label.unwrap(), "* tea: 300 cents");
    let account = account("a");
    let in_a_task = {
        let bus = Arc::clone(&bus);
        tokio::spawn(async move { bus.query(Told { account }).await.unwrap() })
    };
    assert_eq!(in_a_task.await.unwrap(), "a true");
}

#[tokio::test]
async fn services_and_projections_are_asked_alike() {
    let bus = open().await;
    set(&bus, "tea", 300).await;
    let open_account = OpenAccount {
        account: account("a"),
        owner: text("Ada"),
    };
    let receipt = bus.dispatch(open_account).await.unwrap();
    let richest = bus.query(Richest { limit: 9 }).after(&receipt).await;
    assert_eq!(richest.unwrap()[0].owner, "Ada");
    assert_eq!(bus.query(HowMany).await.unwrap(), 1);
}

#[tokio::test]
async fn a_service_answers_before_anything_is_on_record_and_after_the_bus_is_closed() {
    let bus = open().await;
    set(&bus, "tea", 300).await;
    let head = cqrs_core::EventStore::head(bus.store()).await.unwrap();
    assert_eq!(head.get(), 0);
    bus.close().await.unwrap();
    assert_eq!(bus.query(HowMany).await.unwrap(), 1, "as before");
}

#[test]
fn a_query_of_a_service_has_a_name_as_any_other() {
    assert_eq!((PriceOf::NAME, HowMany::NAME), ("price_of", "how_many"));
}

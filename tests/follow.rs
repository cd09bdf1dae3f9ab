//! The log and the answers to queries, followed live; and how far read models are behind.

use cqrs_core::log::{LogFilter, Position};
use cqrs_core::prelude::*;
use cqrs_tests::*;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How many deposits there were to an account.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection(key = AccountId)]
struct Deposits {
    count: u64,
}

#[project]
impl Deposits {
    fn deposited(&mut self, _: &Deposited) {
        self.count += 1;
    }
}

/// Asks how many there were to all, and takes its time with what it has read.
#[derive(Query, Clone)]
struct HowMany {
    read: Arc<Semaphore>,
    answered: Arc<Semaphore>,
}

#[answer]
impl Deposits {
    async fn how_many(rows: &Rows<Self>, query: &HowMany) -> Result<u64, ReadError> {
        let all = rows.all().await?;
        query.read.add_permits(1);
        query.answered.acquire().await.unwrap().forget();
        Ok(all.iter().map(|row| row.count).sum())
    }
}

async fn open_account(bus: &Bus<Memory>, id: &str, owner: &str) -> Receipt {
    bus.dispatch(OpenAccount {
        account: account(id),
        owner: owner.into(),
    })
    .await
    .unwrap()
}

async fn deposit(bus: &Bus<Memory>, id: &str, amount: u64) -> Receipt {
    let account = account(id);
    bus.dispatch(Deposit { account, amount }).await.unwrap()
}

/// That nothing comes.
async fn waits<T>(next: impl Future<Output = T>) {
    assert!(timeout(Duration::from_millis(20), next).await.is_err());
}

#[tokio::test]
async fn a_subscription_gives_what_is_there_and_then_what_comes() {
    let bus = open().await;
    open_account(&bus, "a", "Ada").await;
    for amount in 1..=700 {
        deposit(&bus, "a", amount).await;
    }
    let mut all = bus.subscribe(LogFilter::all());
    let mut deposits = bus.subscribe(LogFilter::names(["account.deposited"]));
    for at in 1..=701 {
        let event = all.next().await.unwrap();
        assert_eq!(event.recorded().position, Position::from(at));
        assert_eq!(all.position(), Position::from(at));
    }
    for amount in 1..=700 {
        let event = deposits.next().await.unwrap();
        assert_eq!(event.decode::<Deposited>().unwrap().amount, amount);
    }
    waits(all.next()).await;
    waits(deposits.next()).await;
    open_account(&bus, "b", "Bob").await;
    waits(deposits.next()).await;
    assert_eq!(deposits.position(), Position::from(702), "it looked at all");
    deposit(&bus, "b", 7).await;
    assert_eq!(
        deposits
            .next()
            .await
            .unwrap()
            .decode::<Deposited>()
            .unwrap()
            .amount,
        7
    );
    assert_eq!(all.next().await.unwrap().name(), "account.opened");
}

#[tokio::test]
async fn it_goes_on_where_another_one_stood() {
    let bus = open().await;
    open_account(&bus, "a", "Ada").await;
    for amount in 1..=10 {
        deposit(&bus, "a", amount).await;
    }
    let filter = || LogFilter::names(["account.deposited"]);
    let mut first = bus.subscribe(filter());
    for _ in 0..4 {
        first.next().await.unwrap();
    }
    let mut second = bus.subscribe(filter()).after(first.position());
    for amount in 5..=10 {
        let event = second.next().await.unwrap();
        assert_eq!(event.decode::<Deposited>().unwrap().amount, amount);
    }
}

#[tokio::test]
async fn a_slow_subscriber_holds_nobody_up_and_misses_nothing() {
    let bus = open().await;
    open_account(&bus, "a", "Ada").await;
    let mut slow = bus.subscribe(LogFilter::names(["account.deposited"]));
    for amount in 1..=2_000 {
        deposit(&bus, "a", amount).await;
    }
    bus.caught_up().await.unwrap();
    for amount in 1..=2_000 {
        let event = slow.next().await.unwrap();
        assert_eq!(event.decode::<Deposited>().unwrap().amount, amount);
    }
}

#[tokio::test]
async fn a_query_is_answered_now_and_again_on_each_change() {
    let bus = open().await;
    let names = |rows: Vec<Row<Balance>>| -> Vec<_> {
        rows.into_iter()
            .map(|row| (row.key.to_string(), row.amount))
            .collect()
    };
    let mut richest = bus.watch(Richest { limit: 2 }).unwrap();
    assert_eq!(names(richest.next().await.unwrap()), []);
    waits(richest.next()).await;

    open_account(&bus, "a", "Ada").await;
    deposit(&bus, "a", 5).await;
    bus.caught_up().await.unwrap();
    // two commits, and one answer: the last
    assert_eq!(names(richest.next().await.unwrap()), [("a".to_owned(), 5)]);
    waits(richest.next()).await;

    let waiting = async { names(richest.next().await.unwrap()) };
    let changing = async {
        tokio::task::yield_now().await;
        deposit(&bus, "a", 2).await;
    };
    let (answer, ()) = tokio::join!(waiting, changing);
    assert_eq!(answer, [("a".to_owned(), 7)]);
}

#[tokio::test]
async fn a_change_while_a_watch_is_answered_is_shown_by_the_next_answer() {
    let bus = open().await;
    open_account(&bus, "a", "Ada").await;
    bus.caught_up().await.unwrap();
    let query = HowMany {
        read: Arc::new(Semaphore::new(0)),
        answered: Arc::new(Semaphore::new(0)),
    };
    let mut watch = bus.watch(query.clone()).unwrap();
    let changing = async {
        query.read.acquire().await.unwrap().forget();
        deposit(&bus, "a", 5).await;
        bus.caught_up().await.unwrap();
        query.answered.add_permits(2);
    };
    let (answer, ()) = tokio::join!(watch.next(), changing);
    assert_eq!(answer.unwrap(), 0, "it had read before the change");
    let next = timeout(Duration::from_secs(10), watch.next()).await;
    assert_eq!(next.expect("rows have changed").unwrap(), 1);
}

#[tokio::test]
async fn only_another_answer_counts_where_that_is_asked() {
    let bus = open().await;
    open_account(&bus, "a", "Ada").await;
    deposit(&bus, "a", 100).await;
    open_account(&bus, "b", "Bob").await;
    bus.caught_up().await.unwrap();
    let mut richest = bus.watch(Richest { limit: 1 }).unwrap();
    let first = richest.next().await.unwrap();
    assert_eq!(first[0].key, account("a"));
    deposit(&bus, "b", 1).await;
    bus.caught_up().await.unwrap();
    waits(richest.next_other(&first)).await;
    deposit(&bus, "b", 100).await;
    let second = richest.next_other(&first).await.unwrap();
    assert_eq!((&second[0].key, second[0].amount), (&account("b"), 101));
}

#[tokio::test]
async fn a_watch_ends_with_what_it_watches() {
    let bus = open().await;
    let mut average = bus.watch(Average).unwrap();
    assert_eq!(average.next().await.unwrap(), None);
    open_account(&bus, "a", "Ada").await;
    deposit(&bus, "a", u64::MAX).await;
    open_account(&bus, "b", "Bob").await;
    deposit(&bus, "b", 1).await; // the sum of all overflows
    let error = loop {
        match average.next().await {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error, QueryError::Read(ReadError::Stopped { .. })),
        "{error:?}"
    );

    let mut richest = bus.watch(Richest { limit: 1 }).unwrap();
    richest.next().await.unwrap();
    bus.close().await.unwrap_err(); // of the projection that has stopped
    let error = loop {
        match richest.next().await {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert!(
        matches!(error, QueryError::Read(ReadError::Closed)),
        "{error:?}"
    );

    let none = Bus::builder(Memory::new()).without_projections();
    let bus = none.open().await.unwrap();
    let error = bus.watch(Average).unwrap_err();
    assert!(matches!(error, ReadError::NotRunning { .. }), "{error:?}");
}

#[tokio::test]
async fn a_watch_that_waits_is_told_of_a_stop() {
    let bus = open().await;
    open_account(&bus, "a", "Ada").await;
    deposit(&bus, "a", u64::MAX).await;
    open_account(&bus, "b", "Bob").await;
    bus.caught_up().await.unwrap();
    let mut average = bus.watch(Average).unwrap();
    average.next().await.unwrap();
    let stops = async {
        tokio::task::yield_now().await;
        deposit(&bus, "b", 1).await; // the sum of all overflows, and no row changes
    };
    let (answer, ()) = tokio::join!(timeout(Duration::from_mins(1), average.next()), stops);
    assert!(
        matches!(answer, Ok(Err(QueryError::Read(ReadError::Stopped { .. })))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn how_far_a_projection_is_behind_is_told_in_events_and_in_time() {
    let bus = open().await;
    open_account(&bus, "a", "Ada").await;
    bus.caught_up().await.unwrap();
    let none = bus.lag::<Balance>().await.unwrap();
    assert_eq!((none.events, none.time), (0, Duration::ZERO));

    deposit(&bus, "a", u64::MAX).await;
    open_account(&bus, "b", "Bob").await;
    let stops = deposit(&bus, "b", 1).await; // the sum of all overflows
    deposit(&bus, "b", 1).await;
    bus.value::<Holdings>().after(&stops).await.unwrap_err();
    tokio::time::sleep(Duration::from_millis(5)).await;
    let lag = bus.lag::<Holdings>().await.unwrap();
    assert_eq!(lag.events, 2);
    assert!(lag.time >= Duration::from_millis(5), "{lag:?}");

    let none = Bus::builder(Memory::new()).without_projections();
    let error = none.open().await.unwrap().lag::<Balance>().await;
    assert!(matches!(error, Err(ReadError::NotRunning { .. })));
}

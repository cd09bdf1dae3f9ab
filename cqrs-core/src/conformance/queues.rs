//! Messages in queues.

use super::given::{
    accepted, ack, alike, at, commit, key, one, put, puts, queued, race, read, time,
};
use crate::log::{Data, Name, Timestamp};
use crate::store::{Batch, EventStore, QueueQuery, Queued};
use std::sync::Arc;
use uuid::Uuid;

fn number(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn acks(ids: impl IntoIterator<Item = u128>) -> Batch {
    Batch {
        acks: ids.into_iter().map(|id| ack("queue", number(id))).collect(),
        ..Batch::default()
    }
}

fn ids(messages: &[Queued]) -> Vec<u128> {
    messages
        .iter()
        .map(|message| message.id.as_u128())
        .collect()
}

/// Messages come in the order in which they were put, page by page; what was put is read again.
pub async fn messages_come_in_the_order_of_the_puts<S: EventStore>(store: S) {
    assert!(
        queued(&store, "queue", Timestamp::MAX).await.is_empty(),
        "a queue that nothing was put into is empty"
    );
    // ids that do not grow with the order
    let order = [9, 2, 7, 1, 8, 3, 0, 5, 4, 6];
    for pair in order.chunks(2) {
        let messages = pair
            .iter()
            .map(|&id| put("queue", number(id), &format!("k{}", id % 2), None));
        commit(&store, puts(messages)).await;
    }
    let mut odd = put("queue", number(u128::MAX), "", Some(1));
    odd.body = Data::from_bytes(*b"\0\xff");
    commit(&store, puts([odd.clone()])).await;

    let messages = queued(&store, "queue", Timestamp::MAX).await;
    assert_eq!(
        ids(&messages[..10]),
        order,
        "messages come in the order in which they were put"
    );
    assert!(
        messages
            .windows(2)
            .all(|pair| pair[0].place < pair[1].place)
            && messages[0].place > 0,
        "the places of messages grow"
    );
    for message in &messages[..10] {
        let expected = format!("k{}", message.id.as_u128() % 2);
        assert_eq!(
            (&message.key, message.body.as_bytes(), message.due),
            (&expected, Some(expected.as_bytes()), None),
            "a message is read as it was put"
        );
    }
    let last = &messages[10];
    assert_eq!(
        (&last.key, &last.body, last.due),
        (&odd.key, &odd.body, odd.due),
        "a message is read as it was put"
    );
    for limit in [1, 3, 100] {
        let mut seen: Vec<Queued> = Vec::new();
        loop {
            let query = QueueQuery {
                queue: Name::from("queue"),
                after: seen.last().map_or(0, |message| message.place),
                at: Timestamp::MAX,
                limit,
            };
            let page = read(store.queued(query).await);
            assert!(page.len() <= limit, "a page has its limit at most");
            if page.is_empty() {
                break;
            }
            seen.extend(page);
        }
        assert_eq!(seen, messages, "pages of a queue leave nothing out");
    }
}

/// A message is there until it is acknowledged; to acknowledge it again, or what never was there,
/// changes nothing. Queues are apart.
pub async fn a_message_is_there_until_it_is_acknowledged<S: EventStore>(store: S) {
    commit(
        &store,
        puts((1..=5).map(|id| put("queue", number(id), "k", None))),
    )
    .await;
    commit(&store, puts([put("Queue", number(2), "k", None)])).await;
    for _ in 0..2 {
        assert_eq!(
            ids(&queued(&store, "queue", Timestamp::MAX).await),
            [1, 2, 3, 4, 5],
            "reading takes nothing out"
        );
    }
    for _ in 0..2 {
        commit(&store, acks([2, 4, 99])).await;
        assert_eq!(
            ids(&queued(&store, "queue", Timestamp::MAX).await),
            [1, 3, 5],
            "what is acknowledged is gone, once and for all"
        );
    }
    assert_eq!(
        ids(&queued(&store, "Queue", Timestamp::MAX).await),
        [2],
        "queues are apart"
    );
    commit(&store, acks([1, 3, 5])).await;
    assert!(
        queued(&store, "queue", Timestamp::MAX).await.is_empty(),
        "what is acknowledged is gone"
    );
}

/// A put whose id is there is the same message: the first stays where it is. Acknowledgements come
/// before puts, so one batch can put a message off.
pub async fn a_message_is_put_once<S: EventStore>(store: S) {
    commit(
        &store,
        puts([
            put("queue", number(1), "first", None),
            put("queue", number(2), "k", None),
        ]),
    )
    .await;
    let first = queued(&store, "queue", Timestamp::MAX).await;
    let again = [
        put("queue", number(1), "second", Some(9)),
        put("queue", number(3), "k", None),
        put("queue", number(3), "twice", None),
    ];
    commit(&store, puts(again)).await;
    let messages = queued(&store, "queue", Timestamp::MAX).await;
    assert_eq!(
        messages[..2],
        first[..],
        "a put whose id is there changes nothing"
    );
    assert_eq!(
        ids(&messages),
        [1, 2, 3],
        "a put whose id is there changes nothing"
    );
    assert_eq!(messages[2].key, "k", "of puts of one id the first counts");

    let mut put_off = acks([1]);
    put_off.puts = vec![put("queue", number(1), "later", Some(9))];
    commit(&store, put_off).await;
    let messages = queued(&store, "queue", Timestamp::MAX).await;
    assert_eq!(
        ids(&messages),
        [2, 3, 1],
        "in one batch, acknowledgements come before puts"
    );
    assert!(
        messages[2].place > messages[1].place,
        "a place is never given twice"
    );
    commit(&store, acks([1, 3])).await;
    commit(&store, puts([put("queue", number(4), "k", None)])).await;
    let last = queued(&store, "queue", Timestamp::MAX).await;
    assert!(
        last[1].place > messages[2].place,
        "a place is never given twice, also not of a message that is gone"
    );

    let store = Arc::new(store);
    let results = race(&store, 16, |_| puts([put("queue", number(5), "k", None)])).await;
    for result in results {
        accepted(result);
    }
    assert_eq!(
        ids(&queued(&*store, "queue", Timestamp::MAX).await),
        [2, 4, 5],
        "of one message that many put at once, one is there"
    );
}

/// A message cannot be read before it is due, and holds no other back.
pub async fn a_message_waits_until_it_is_due<S: EventStore>(store: S) {
    let fraction = Timestamp::from_nanosecond(2_000_000_001).expect("it is within time");
    let mut precise = put("queue", number(4), "k", None);
    precise.due = Some(fraction);
    commit(
        &store,
        puts([
            put("queue", number(1), "k", Some(5)),
            put("queue", number(2), "k", None),
            put("queue", number(3), "k", Some(-5)),
            precise,
        ]),
    )
    .await;
    for (at, expected) in [
        (Timestamp::MIN, vec![2]),
        (time(-6), vec![2]),
        (time(-5), vec![2, 3]),
        (time(2), vec![2, 3]),
        (time(3), vec![2, 3, 4]),
        (time(5), vec![1, 2, 3, 4]),
        (Timestamp::MAX, vec![1, 2, 3, 4]),
    ] {
        assert_eq!(
            ids(&queued(&store, "queue", at).await),
            expected,
            "a message is there when it is due, at {at}"
        );
    }
    let late = queued(&store, "queue", time(3)).await[2].due;
    assert!(
        late.is_some_and(|due| due >= fraction),
        "a message is due to the microsecond, and never early"
    );
}

/// No message is lost where many put, and each is taken by one of those that race for it with its
/// effect under a command's id.
pub async fn messages_that_many_put_at_once_are_all_there<S: EventStore>(store: S) {
    let store = Arc::new(store);
    let results = race(&store, 32, |racer| {
        puts((0..10).map(|n| put("queue", number((racer * 10 + n) as u128), "k", None)))
    })
    .await;
    for result in results {
        accepted(result);
    }
    let messages = queued(&*store, "queue", Timestamp::MAX).await;
    let mut seen = ids(&messages);
    seen.sort_unstable();
    alike(
        &seen,
        &(0..320).collect::<Vec<_>>(),
        "no message is lost where many put at once",
    );
    for message in &messages[..5] {
        let command = key("", message.id.into(), "effect");
        let results = race(&store, 8, |racer| {
            let mut batch = one(&format!("{}", message.id), at(0), "e");
            batch.acks = vec![ack("queue", message.id)];
            batch.command = (racer < 4).then(|| command.clone());
            batch
        })
        .await;
        let first = results.iter().flatten().filter(|it| !it.repeated).count();
        assert_eq!(first, 1, "a message has its effect once");
    }
    assert_eq!(
        queued(&*store, "queue", Timestamp::MAX).await.len(),
        315,
        "what is acknowledged is gone"
    );
}

//! Snapshots: what they spare, and that they decide nothing.

#[path = "ahead/slow_store.rs"]
#[allow(dead_code, reason = "each test takes what it needs")]
mod slow_store;

use cqrs_core::aggregate::Apply;
use cqrs_core::log::{
    CommandId, Data, EventId, Keeping, RecordedEvent, StoreIdentity, StreamId, Tenant, now,
};
use cqrs_core::prelude::*;
use cqrs_core::store::{
    Batch, CommandRecord, CommitError, Committed, IndexRange, LogPage, LogQuery, QueueQuery,
    Queued, RowQuery, Snapshot, StoreError, StoredRow, StreamQuery, Table, Timer,
};
use cqrs_core::{Position, Version};
use proptest::prelude::*;
use slow_store::Slow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

#[commands("counter", counter: String)]
enum CounterCommand {
    Count { by: u64 },
    CountTwice,
    Look,
}

#[events("counter")]
enum CounterEvent {
    Counted { by: u64 },
}

#[derive(Debug, PartialEq, thiserror::Error)]
#[error("it is at {0}")]
struct At(u64);

#[derive(Aggregate, Debug, Default, PartialEq, Serialize, Deserialize)]
#[aggregate("counter", id = String, snapshot_every = 10)]
struct Counter {
    total: u64,
    sevens: Vec<u64>,
}

#[handle]
impl Counter {
    fn count(&self, command: &Count) -> Counted {
        let by = command.by;
        Counted { by }
    }
    fn count_twice(&self, _: &CountTwice) -> [Counted; 2] {
        [Counted { by: 1 }, Counted { by: 1 }]
    }
    fn look(&self, _: &Look) -> Result<Counted, At> {
        Err(At(self.total))
    }
}

#[apply]
impl Counter {
    fn counted(&mut self, event: &Counted) {
        self.total += event.by;
        if self.total.is_multiple_of(7) {
            self.sevens.push(self.total);
        }
    }
}

/// A memory store that counts what is read of streams, and shows another snapshot than it keeps where it is
/// told to.
#[derive(Clone, Default)]
struct Watched {
    store: Memory,
    events: Arc<AtomicUsize>,
    looks: Arc<AtomicUsize>,
    shown: Arc<Mutex<Option<Snapshot>>>,
}

impl Watched {
    /// Another handle on the store, as another process has one.
    fn elsewhere(&self) -> Self {
        Self {
            store: self.store.clone(),
            ..Self::default()
        }
    }

    /// How many events of streams were read since this was asked last.
    fn read(&self) -> usize {
        self.events.swap(0, Ordering::SeqCst)
    }

    /// Shows this snapshot of every stream.
    fn show(&self, snapshot: Snapshot) {
        *self.shown.lock().unwrap() = Some(snapshot);
    }

    async fn kept(&self, counter: &str) -> Option<Snapshot> {
        self.store.snapshot(&stream(counter)).await.unwrap()
    }

    /// The version of what is kept.
    async fn kept_at(&self, counter: &str) -> Option<u64> {
        self.kept(counter).await.map(|kept| kept.version.get())
    }
}

fn stream(counter: &str) -> StreamId {
    StreamId::new(Tenant::default(), "counter", counter).unwrap()
}

impl EventStore for Watched {
    fn keeping(&self) -> Keeping {
        self.store.keeping()
    }

    fn commit(
        &self,
        batch: Batch,
    ) -> impl Future<Output = Result<Committed, CommitError>> + Send + use<> {
        self.store.commit(batch)
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, StoreError> {
        self.looks.fetch_add(1, Ordering::SeqCst);
        let shown = self.shown.lock().unwrap().clone();
        match shown {
            None => self.store.snapshot(stream).await,
            shown => Ok(shown),
        }
    }

    async fn log(&self, query: LogQuery) -> Result<LogPage, StoreError> {
        self.store.log(query).await
    }

    async fn stream(&self, query: StreamQuery) -> Result<Vec<RecordedEvent>, StoreError> {
        let page = self.store.stream(query).await?;
        self.events.fetch_add(page.len(), Ordering::SeqCst);
        Ok(page)
    }

    async fn head(&self) -> Result<Position, StoreError> {
        self.store.head().await
    }

    async fn grown(&self, position: Position) -> Result<(), StoreError> {
        self.store.grown(position).await
    }

    async fn command(
        &self,
        tenant: &Tenant,
        id: CommandId,
    ) -> Result<Option<CommandRecord>, StoreError> {
        self.store.command(tenant, id).await
    }

    async fn rows_of(
        &self,
        table: &Table,
        keys: &[String],
    ) -> Result<Vec<Option<StoredRow>>, StoreError> {
        self.store.rows_of(table, keys).await
    }

    async fn rows(&self, query: RowQuery) -> Result<Vec<StoredRow>, StoreError> {
        self.store.rows(query).await
    }

    async fn count(&self, table: &Table, within: &[IndexRange]) -> Result<u64, StoreError> {
        self.store.count(table, within).await
    }

    async fn checkpoint(&self, table: &Table) -> Result<Position, StoreError> {
        self.store.checkpoint(table).await
    }

    async fn queued(&self, query: QueueQuery) -> Result<Vec<Queued>, StoreError> {
        self.store.queued(query).await
    }

    async fn timers_due(&self, at: Timestamp, limit: usize) -> Result<Vec<Timer>, StoreError> {
        self.store.timers_due(at, limit).await
    }

    fn identity(&self) -> StoreIdentity {
        self.store.identity()
    }
}

async fn open(store: &Watched) -> Bus<Watched> {
    Bus::open(store.clone()).await.unwrap()
}

/// Counts on by one, so many times.
async fn count<S: EventStore>(bus: &Bus<S>, counter: &str, times: u64) {
    for _ in 0..times {
        let counter = counter.to_owned();
        bus.dispatch(Count { counter, by: 1 }).await.unwrap();
    }
}

async fn loaded<S: EventStore>(bus: &Bus<S>, counter: &str) -> Counter {
    let loaded = bus.load::<Counter>(&counter.to_owned()).await.unwrap();
    loaded.state
}

/// The counter that was counted on by one so many times.
fn counted(times: u64) -> Counter {
    Counter {
        total: times,
        sevens: (1..=times / 7).map(|seven| seven * 7).collect(),
    }
}

/// A store with a counter of 25, and its snapshot at 20.
async fn at_25() -> (Watched, Snapshot) {
    let store = Watched::default();
    count(&open(&store).await, "a", 25).await;
    let kept = store.kept("a").await.unwrap();
    assert_eq!(kept.version, Version::from(20));
    (store.elsewhere(), kept)
}

/// The snapshot with the checksum that it would have were it true, which is stored and so stays as it is: FNV-1a
/// over the stream's tenant, category and id, each after its length, then version, event, fingerprint and state,
/// numbers in big-endian order.
fn sealed(mut snapshot: Snapshot, counter: &str) -> Snapshot {
    let mut all = Vec::new();
    for text in ["", "counter", counter] {
        all.extend((text.len() as u64).to_be_bytes());
        all.extend(text.as_bytes());
    }
    all.extend(snapshot.version.get().to_be_bytes());
    all.extend(snapshot.event.as_uuid().as_bytes());
    all.extend(snapshot.fingerprint.to_be_bytes());
    all.extend(snapshot.data.as_bytes().unwrap());
    snapshot.checksum = all.into_iter().fold(0xcbf2_9ce4_8422_2325, |digest, byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    snapshot
}

/// The snapshot with another state, which `sealed` makes one to be trusted.
fn with_state(snapshot: &Snapshot, state: &str) -> Snapshot {
    Snapshot {
        data: Data::from_bytes(state.as_bytes()),
        ..snapshot.clone()
    }
}

#[tokio::test]
async fn a_load_reads_the_snapshot_and_what_came_after() {
    let (store, _) = at_25().await;
    let bus = open(&store).await;
    let all = bus.load::<Counter>(&"a".to_owned()).await.unwrap();
    assert_eq!(all.state, counted(25));
    assert_eq!(
        (all.version, all.position),
        (Version::from(25), Position::from(25))
    );
    assert_eq!(store.read(), 6, "the last event in it, and five after it");

    let counter = "a".to_owned();
    let refused = bus.dispatch(Look { counter }).await.unwrap_err();
    assert!(matches!(refused, DispatchError::Rejected(At(25))));
    assert_eq!(store.read(), 6, "a command loads as well");
    count(&bus, "a", 1).await;
    assert_eq!(store.read(), 0, "and finds the state in the cache then");
    assert_eq!(loaded(&bus, "a").await, counted(26));
}

#[tokio::test]
async fn a_state_of_before_is_had_from_a_snapshot_that_is_older_still() {
    let (store, _) = at_25().await;
    let bus = open(&store).await;
    let id = "a".to_owned();
    for (version, read) in [(25, 6), (21, 2), (20, 1), (19, 19), (1, 1), (0, 0)] {
        let then = bus.load::<Counter>(&id).at_version(version).await.unwrap();
        assert_eq!(then.state, counted(version), "at {version}");
        assert_eq!(then.version, Version::from(version));
        assert_eq!(then.position, Position::from(version));
        assert_eq!(store.read(), read, "at {version}");
    }
    let beyond = bus.load::<Counter>(&id).at_version(99).await.unwrap();
    assert_eq!(beyond.state, counted(25));
    store.read();
    // which events are in a state of some time their times decide, those in a snapshot among them
    let times = [now(), Timestamp::UNIX_EPOCH];
    for (time, expected) in times.into_iter().zip([25, 0]) {
        let then = bus.load::<Counter>(&id).recorded_until(time).await.unwrap();
        assert_eq!(then.state, counted(expected));
        assert_eq!(store.read(), 25);
        let then = bus.load::<Counter>(&id).occurred_until(time).await.unwrap();
        assert_eq!(then.state, counted(expected));
        assert_eq!(store.read(), 25);
    }
}

#[tokio::test]
async fn who_takes_an_instance_over_a_multiple_leaves_a_snapshot_with_the_events() {
    let store = Watched::default();
    let bus = open(&store).await;
    count(&bus, "a", 9).await;
    assert_eq!(store.kept("a").await, None);
    let counter = || "a".to_owned();
    bus.dispatch(Look { counter: counter() }).await.unwrap_err();
    assert_eq!(store.kept("a").await, None);
    let twice = CountTwice { counter: counter() };
    let receipt = bus.dispatch(twice).id(CommandId::derived(["twice"])).await;
    assert_eq!(receipt.unwrap().version, Version::from(11));
    let kept = store.kept("a").await.unwrap();
    let events = bus.history::<Counter>(&counter()).await.unwrap();
    assert_eq!(
        (kept.version, kept.event),
        (Version::from(11), events[10].recorded().id)
    );
    assert_eq!(
        kept.data.as_bytes().unwrap(),
        br#"{"total":11,"sevens":[7]}"#
    );
    assert_eq!(sealed(kept.clone(), "a"), kept);

    count(&bus, "a", 8).await;
    assert_eq!(store.kept_at("a").await, Some(11));
    let twice = CountTwice { counter: counter() };
    let again = bus.dispatch(twice).id(CommandId::derived(["twice"])).await;
    assert!(again.unwrap().repeated);
    assert_eq!(store.kept_at("a").await, Some(11));
    bus.by_name()
        .unwrap()
        .dispatch("counter.count", br#"{"counter":"a","by":1}"#)
        .await
        .unwrap();
    assert_eq!(store.kept_at("a").await, Some(20), "by name as well");
    assert_eq!(store.kept("b").await, None);
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_trusted_is_none() {
    let (store, kept) = at_25().await;
    let wrong = with_state(&kept, r#"{"total":70,"sevens":[]}"#);
    let sealed = |snapshot: Snapshot| sealed(snapshot, "a");
    store.show(sealed(wrong.clone()));
    let trusted = loaded(&open(&store).await, "a").await;
    assert_eq!(trusted.total, 75, "what is made well enough is trusted");
    store.read();

    let others = [
        ("one that decayed", wrong.clone()),
        (
            "one of another fold",
            sealed(Snapshot {
                fingerprint: kept.fingerprint ^ 1,
                ..wrong.clone()
            }),
        ),
        ("one of another stream", self::sealed(wrong.clone(), "b")),
        (
            "one of another history",
            sealed(Snapshot {
                event: EventId::generate(),
                ..wrong.clone()
            }),
        ),
        (
            "one of another version",
            sealed(Snapshot {
                version: Version::from(19),
                ..wrong.clone()
            }),
        ),
        (
            "one of no version",
            sealed(Snapshot {
                version: Version::ZERO,
                ..wrong.clone()
            }),
        ),
        (
            "one that is newer than the stream",
            sealed(Snapshot {
                version: Version::from(26),
                ..wrong.clone()
            }),
        ),
        (
            "one that is newer than any",
            sealed(Snapshot {
                version: Version::from(u64::MAX),
                ..wrong.clone()
            }),
        ),
        (
            "one that does not decode",
            sealed(with_state(&kept, r#"{"total":"70"}"#)),
        ),
        ("one that is no JSON", sealed(with_state(&kept, "\0"))),
        ("one without bytes", sealed(with_state(&kept, ""))),
    ];
    for (what, other) in others {
        store.show(other);
        let bus = open(&store).await;
        assert_eq!(loaded(&bus, "a").await, counted(25), "{what}");
        assert!(store.read() >= 25, "{what}");
        let counter = "a".to_owned();
        let refused = bus.dispatch(Look { counter }).await.unwrap_err();
        assert!(
            matches!(refused, DispatchError::Rejected(At(25))),
            "{what}: {refused:?}"
        );
    }
}

/// Every byte of what is kept, changed in every bit of it.
#[tokio::test]
async fn a_snapshot_that_lost_one_bit_is_none() {
    let (store, kept) = at_25().await;
    let bus = open(&store).await;
    let state = kept.data.as_bytes().unwrap().to_vec();
    let mut decayed = Vec::new();
    for bit in 0..64 {
        let flip = 1_u64 << bit;
        decayed.push(Snapshot {
            fingerprint: kept.fingerprint ^ flip,
            ..kept.clone()
        });
        decayed.push(Snapshot {
            checksum: kept.checksum ^ flip,
            ..kept.clone()
        });
        decayed.push(Snapshot {
            version: Version::from(kept.version.get() ^ flip),
            ..kept.clone()
        });
    }
    for bit in 0..state.len() * 8 {
        let mut state = state.clone();
        state[bit / 8] ^= 1 << (bit % 8);
        decayed.push(Snapshot {
            data: Data::from_bytes(state),
            ..kept.clone()
        });
    }
    for snapshot in decayed {
        store.show(snapshot.clone());
        store.read();
        assert_eq!(loaded(&bus, "a").await, counted(25), "{snapshot:?}");
        assert!(store.read() >= 25, "{snapshot:?} is trusted");
    }
}

#[tokio::test]
async fn a_tail_that_does_not_fold_on_a_snapshot_is_folded_from_the_start() {
    let (store, kept) = at_25().await;
    let overflow = format!(r#"{{"total":{},"sevens":[]}}"#, u64::MAX);
    store.show(sealed(with_state(&kept, &overflow), "a"));
    assert_eq!(loaded(&open(&store).await, "a").await, counted(25));
}

#[tokio::test]
async fn what_cannot_be_used_is_replaced_by_the_next_command_that_loaded() {
    let (store, kept) = at_25().await;
    for (what, wrong) in [
        ("none that is readable", with_state(&kept, "")),
        (
            "a stale one",
            sealed(
                Snapshot {
                    fingerprint: !kept.fingerprint,
                    ..kept.clone()
                },
                "a",
            ),
        ),
        (
            "one of a longer history",
            sealed(
                Snapshot {
                    version: Version::from(1_000),
                    ..kept.clone()
                },
                "a",
            ),
        ),
    ] {
        store.show(wrong);
        let bus = open(&store).await;
        let counter = "a".to_owned();
        bus.dispatch(Look { counter }).await.unwrap_err();
        let before = store.kept_at("a").await.unwrap();
        count(&bus, "a", 1).await;
        let after = loaded(&bus, "a").await.total;
        assert!(after > before);
        assert_eq!(store.kept_at("a").await, Some(after), "{what}");
        count(&bus, "a", 1).await;
        assert_eq!(store.kept_at("a").await, Some(after), "once: {what}");
    }
}

#[tokio::test]
async fn a_short_replay_owes_no_snapshot() {
    let store = Watched::default();
    count(&open(&store).await, "a", 19).await;
    count(&open(&store).await, "a", 2).await;
    count(&open(&store).await, "a", 8).await;
    assert_eq!(store.kept_at("a").await, Some(20), "of nine or less none");
    let kept = store.kept("a").await.unwrap();
    store.show(with_state(&kept, ""));
    count(&open(&store).await, "a", 2).await;
    assert_eq!(store.kept_at("a").await, Some(30), "of 29 one");
    store.show(kept);
    count(&open(&store).await, "a", 2).await;
    assert_eq!(store.kept_at("a").await, Some(32), "and of 11 after one");
}

#[tokio::test]
async fn a_commit_that_is_lost_leaves_no_snapshot_and_what_follows_it_none_of_its_events() {
    let store = Slow::new();
    let bus = Arc::new(Bus::open(store.clone()).await.unwrap());
    let ask = |by: u64| {
        let (bus, counter) = (Arc::clone(&bus), "a".to_owned());
        tokio::spawn(async move { bus.dispatch(Count { counter, by }).await })
    };
    let kept = async || store.beside().snapshot(&stream("a")).await.unwrap();
    for _ in 0..9 {
        let asked = ask(1);
        store.settled().await;
        store.land().await;
        asked.await.unwrap().unwrap();
    }
    let lost = ask(100);
    assert_eq!(store.settled().await, 1);
    let next = ask(1);
    assert_eq!(
        store.settled().await,
        2,
        "it is decided on what is in flight"
    );
    store.lose();
    let lost = lost.await.unwrap().unwrap_err();
    assert!(matches!(lost, DispatchError::OutcomeUnknown { .. }));
    assert_eq!(kept().await, None);
    store.land().await; // the second is refused, and decided again
    assert_eq!(kept().await, None);
    store.land_all().await;
    assert_eq!(next.await.unwrap().unwrap().version, Version::from(10));
    let kept = kept().await.unwrap();
    assert_eq!(kept.version, Version::from(10));
    assert_eq!(
        kept.data.as_bytes().unwrap(),
        br#"{"total":10,"sevens":[7]}"#
    );
}

#[tokio::test]
async fn two_processes_share_the_snapshots_of_an_instance() {
    let store = Watched::default();
    let handles = [store.elsewhere(), store.elsewhere()];
    let [one, other] = [open(&handles[0]).await, open(&handles[1]).await];
    for round in 0..30 {
        count(&one, "a", 1).await;
        count(&other, "a", 2).await;
        let total = (round + 1) * 3;
        assert_eq!(loaded(&one, "a").await, counted(total));
        assert_eq!(loaded(&other, "a").await, counted(total));
        let last = total / 10 * 10;
        assert_eq!(store.kept_at("a").await, (last > 0).then_some(last));
    }
    handles[0].read();
    assert_eq!(loaded(&one, "a").await, counted(90));
    assert_eq!(handles[0].read(), 1);
}

#[tokio::test]
async fn a_store_of_typed_events_keeps_snapshots_as_others_do() {
    let store = Watched {
        store: Memory::typed(),
        ..Watched::default()
    };
    count(&open(&store).await, "a", 25).await;
    assert!(store.kept("a").await.unwrap().data.as_bytes().is_some());
    let store = store.elsewhere();
    assert_eq!(loaded(&open(&store).await, "a").await, counted(25));
    assert_eq!(store.read(), 6);
}

#[derive(Event, Debug, Clone, Serialize, Deserialize)]
#[event("odd.set")]
struct Set {
    to: String,
}

#[derive(Command, Debug, Serialize, Deserialize)]
#[command("odd.set_to")]
struct SetTo {
    #[id]
    odd: u64,
    to: String,
}

/// What cannot always be kept.
#[derive(Aggregate, Debug, Default, Serialize, Deserialize)]
#[aggregate("odd", id = u64, snapshot_every = 1)]
struct Odd {
    number: f64,
    text: String,
    grumpy: Grumpy,
}

#[derive(Debug, Default, Deserialize)]
struct Grumpy(bool);

impl Serialize for Grumpy {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        assert!(!self.0, "it does not want to");
        serializer.serialize_bool(self.0)
    }
}

#[handle]
impl Odd {
    fn set(&self, command: &SetTo) -> Set {
        let to = command.to.clone();
        Set { to }
    }
}

#[apply]
impl Odd {
    fn was_set(&mut self, event: &Set) {
        match &*event.to {
            "NaN" => self.number = f64::NAN,
            "grumpy" => self.grumpy.0 = true,
            "plain" => *self = Self::default(),
            more => self.text += more,
        }
    }
}

#[tokio::test]
async fn where_a_state_cannot_be_kept_the_command_goes_on() {
    let store = Memory::new();
    let bus = Bus::open(store.clone()).await.unwrap();
    let id = StreamId::new(Tenant::default(), "odd", "1").unwrap();
    let half = "x".repeat(600_000);
    let mut version = 0;
    for to in [&["NaN"][..], &["grumpy"], &[&half, &half]] {
        bus.dispatch(SetTo {
            odd: 1,
            to: "plain".into(),
        })
        .await
        .unwrap();
        version += 1;
        for to in to {
            let set = SetTo {
                odd: 1,
                to: (*to).to_owned(),
            };
            let receipt = bus.dispatch(set).await.unwrap();
            version += 1;
            assert_eq!(receipt.version, Version::from(version));
        }
        let kept = store.snapshot(&id).await.unwrap().unwrap();
        assert_eq!(kept.version, Version::from(version - 1));
        let again = Bus::open(store.clone()).await.unwrap();
        let loaded = again.load::<Odd>(&1).await.unwrap();
        assert_eq!(loaded.version, Version::from(version));
    }
}

#[events("plain")]
enum PlainEvent {
    Happened,
}

#[commands("plain", plain: String)]
enum PlainCommand {
    Happen,
}

#[derive(Aggregate, Debug, Default)]
#[aggregate("plain", id = String)]
struct Plain;

#[handle]
impl Plain {
    fn happen(&self, _: &Happen) -> Happened {
        Happened
    }
}

#[apply]
impl Plain {
    fn happened(&mut self, _: &Happened) {}
}

#[tokio::test]
async fn without_the_option_nobody_looks_for_snapshots() {
    let store = Watched::default();
    let bus = open(&store).await;
    let plain = "a".to_owned();
    bus.dispatch(Happen {
        plain: plain.clone(),
    })
    .await
    .unwrap();
    bus.load::<Plain>(&plain).await.unwrap();
    assert_eq!(store.looks.load(Ordering::SeqCst), 0);
    count(&bus, "a", 1).await;
    assert_eq!(store.looks.load(Ordering::SeqCst), 1);
}

/// Folds that are written alike but for comments and spaces, and one that is not.
mod folds {
    use super::*;

    macro_rules! fold {
        ($module:ident, $name:literal, $($fold:tt)*) => {
            pub mod $module {
                use super::*;

                #[derive(Event, Debug, Clone, Serialize, Deserialize)]
                #[event($name)]
                pub struct Came(u64);

                #[derive(Aggregate, Debug, Default, Serialize, Deserialize)]
                #[aggregate($name, id = String, snapshot_every = 5)]
                pub struct Sum(u64);

                #[apply]
                impl Sum {
                    $($fold)*
                }
            }
        };
    }

    fold!(
        one,
        "sum.one",
        fn came(&mut self, event: &Came) {
            self.0 += event.0;
        }
    );
    fold!(
        same,
        "sum.same",
        /// Adds.
        fn came(&mut self, event: &Came) {
            // what came
            self.0 += event.0; /* and no more */
        }
    );
    fold!(
        other,
        "sum.other",
        fn came(&mut self, event: &Came) {
            self.0 -= event.0;
        }
    );
}

#[test]
fn the_digest_of_a_fold_is_that_of_its_tokens() {
    let one = folds::one::Sum::FOLD;
    assert_eq!(one.len(), 1);
    assert_eq!(one, folds::same::Sum::FOLD);
    assert_ne!(one, folds::other::Sum::FOLD);
}

/// What is done to a counter.
#[derive(Debug, Clone)]
enum Step {
    Count(u64),
    Twice,
    Refuse,
    Restart,
    /// The snapshot loses a byte.
    Decay(usize),
    /// The other process counts.
    Elsewhere,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..20_u64).prop_map(Step::Count),
        3 => Just(Step::Twice),
        1 => Just(Step::Refuse),
        2 => Just(Step::Restart),
        1 => (0..200_usize).prop_map(Step::Decay),
        2 => Just(Step::Elsewhere),
    ];
    proptest::collection::vec(step, 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever happens to snapshots, a state is what all events lead to.
    #[test]
    fn a_state_is_what_all_events_lead_to(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let store = Watched::default();
            let (mut bus, other) = (open(&store).await, open(&store.elsewhere()).await);
            let mut whole = Counter::default();
            let mut events = 0;
            let mut expect = |by: u64| {
                events += 1;
                whole.counted(&Counted { by });
            };
            for step in steps {
                let counter = "a".to_owned();
                match step {
                    Step::Count(by) => {
                        bus.dispatch(Count { counter, by }).await.unwrap();
                        expect(by);
                    }
                    Step::Twice => {
                        bus.dispatch(CountTwice { counter }).await.unwrap();
                        expect(1);
                        expect(1);
                    }
                    Step::Refuse => drop(bus.dispatch(Look { counter }).await.unwrap_err()),
                    Step::Restart => {
                        *store.shown.lock().unwrap() = None;
                        bus = open(&store).await;
                    }
                    Step::Decay(place) => if let Some(mut kept) = store.kept("a").await {
                        let mut state = kept.data.as_bytes().unwrap().to_vec();
                        let place = place % state.len();
                        state[place] ^= 1;
                        kept.data = Data::from_bytes(state);
                        store.show(kept);
                        bus = open(&store).await;
                    },
                    Step::Elsewhere => {
                        count(&other, "a", 1).await;
                        expect(1);
                    }
                }
            }
            let all = bus.load::<Counter>(&"a".to_owned()).await.unwrap();
            assert_eq!((&all.state, all.version.get()), (&whole, events));
            let new = open(&store.elsewhere()).await;
            assert_eq!(loaded(&new, "a").await, whole);
        });
    }
}

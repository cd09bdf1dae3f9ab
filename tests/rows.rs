//! The rows of a projection as its answers read them: by key, in an order, in ranges, in pages.

use cqrs_core::log::{Data, Name};
use cqrs_core::prelude::*;
use cqrs_core::projection::{CursorError, RowsBy};
use cqrs_core::store::{Batch, RowData, RowWrite, Table};
use cqrs_core::{Cursor, IndexKey, Page};
use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::LazyLock;

/// Names a parcel.
#[derive(Id)]
pub struct ParcelId(String);

/// Names a customer.
#[derive(Id)]
pub struct CustomerId(u64);

/// What may be asked of a parcel.
#[commands("parcel", parcel: ParcelId)]
pub enum ParcelCommand {
    /// Sends it, or sends it anew.
    Post {
        customer: CustomerId,
        status: String,
        grams: i64,
        sent: Timestamp,
        paid: Option<u32>,
    },
}

/// What happens to a parcel.
#[events("parcel")]
pub enum ParcelEvent {
    /// It was sent.
    Sent {
        customer: CustomerId,
        status: String,
        grams: i64,
        sent: Timestamp,
        paid: Option<u32>,
    },
}

/// A parcel.
#[derive(Aggregate, Default)]
#[aggregate("parcel", id = ParcelId)]
pub struct Parcel;

#[handle]
impl Parcel {
    fn post(&self, command: &Post) -> Sent {
        Sent {
            customer: command.customer.clone(),
            status: command.status.clone(),
            grams: command.grams,
            sent: command.sent,
            paid: command.paid,
        }
    }
}

#[apply]
impl Parcel {
    fn sent(&mut self, _: &Sent) {}
}

/// One row a parcel, with an index of each kind.
#[derive(Projection, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[projection("parcels", key = ParcelId)]
pub struct Shown {
    #[index]
    customer: CustomerId,
    #[index]
    status: String,
    #[index]
    grams: i64,
    #[index]
    sent: Timestamp,
    #[index]
    paid: Option<u32>,
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            customer: CustomerId::from(0),
            status: String::new(),
            grams: 0,
            sent: Timestamp::UNIX_EPOCH,
            paid: None,
        }
    }
}

#[project]
impl Shown {
    fn sent(&mut self, event: &Sent) {
        *self = Self {
            customer: event.customer.clone(),
            status: event.status.clone(),
            grams: event.grams,
            sent: event.sent,
            paid: event.paid,
        };
    }
}

/// The same rows in another projection.
#[derive(Projection, Default, Serialize, Deserialize)]
#[projection("others", key = ParcelId)]
pub struct Other {
    #[index]
    grams: i64,
}

#[project]
impl Other {
    fn sent(&mut self, event: &Sent) {
        self.grams = event.grams;
    }
}

/// How many parcels of a customer came since one was paid.
#[derive(Projection, Debug, Default, PartialEq, Serialize, Deserialize)]
#[projection("unpaid", key = CustomerId)]
pub struct Unpaid {
    parcels: u32,
    /// What the projection was shown last.
    shown: String,
}

#[project]
impl Unpaid {
    fn sent(rows: &mut RowsMut<'_, Self>, event: &Sent) {
        let shown = format!("{rows:?}");
        match event.paid {
            Some(_) => rows.delete(&event.customer),
            None => rows.change(&event.customer, |row| {
                row.parcels += 1;
                row.shown = shown;
            }),
        }
    }
}

type Asks = Box<dyn for<'a> Fn(&'a Rows<Shown>) -> RowsBy<'a, Shown> + Send + Sync>;

fn asks(
    ask: impl for<'a> Fn(&'a Rows<Shown>) -> RowsBy<'a, Shown> + Send + Sync + 'static,
) -> Asks {
    Box::new(ask)
}

/// Whatever may be asked of the rows.
#[derive(Query)]
pub struct Read(Asks);

/// A page of it.
#[derive(Query)]
pub struct ReadPage(Asks);

/// How many there are.
#[derive(Query)]
pub struct Count(Asks);

/// The weights of those parcels.
#[derive(Query)]
pub struct Weights(Vec<ParcelId>);

/// How what is read is shown for debugging.
#[derive(Query)]
pub struct Debugged;

/// The other projection, read with a cursor.
#[derive(Query)]
pub struct OthersAfter(Cursor);

#[answer]
impl Shown {
    async fn read(rows: &Rows<Self>, query: &Read) -> Result<Vec<Row<Self>>, ReadError> {
        (query.0)(rows).await
    }

    async fn page(rows: &Rows<Self>, query: &ReadPage) -> Result<Page<Self>, ReadError> {
        (query.0)(rows).page().await
    }

    async fn count(rows: &Rows<Self>, query: &Count) -> Result<u64, ReadError> {
        (query.0)(rows).count().await
    }

    async fn debugged(rows: &Rows<Self>, _: &Debugged) -> Result<[String; 3], ReadError> {
        let (all, some) = (rows.all(), rows.by(Self::GRAMS).limit(2));
        let (by, page) = (format!("{some:?}"), some.page().await?);
        assert_eq!(all.await?.len(), 6);
        Ok([format!("{rows:?}"), by, format!("{page:?}")])
    }

    async fn weights(rows: &Rows<Self>, query: &Weights) -> Result<Vec<Option<i64>>, ReadError> {
        let found = rows.many(&query.0).await?;
        Ok(found.into_iter().map(|row| Some(row?.grams)).collect())
    }
}

#[answer]
impl Other {
    async fn after(rows: &Rows<Self>, query: &OthersAfter) -> Result<usize, ReadError> {
        Ok(rows.by(Self::GRAMS).after(&query.0).await?.len())
    }
}

fn day(day: i64) -> Timestamp {
    Timestamp::from_second(day * 86_400).unwrap()
}

async fn send(bus: &Bus<Memory>, id: &str, (customer, grams): (u64, i64), paid: Option<u32>) {
    bus.dispatch(Post {
        parcel: ParcelId::from(id),
        customer: CustomerId::from(customer),
        status: if paid.is_some() { "paid" } else { "open" }.to_owned(),
        grams,
        sent: day(grams),
        paid,
    })
    .wait_for::<Shown>()
    .await
    .unwrap();
}

/// Six parcels: two customers, weights with ties.
async fn opened() -> Bus<Memory> {
    let bus = Bus::open(Memory::new()).await.unwrap();
    for (id, customer, grams, paid) in [
        ("a", 1, 30, None),
        ("b", 2, 10, Some(3)),
        ("c", 1, 20, Some(0)),
        ("d", 1, 20, None),
        ("e", 2, 20, Some(9)),
        ("f", 1, -5, Some(3)),
    ] {
        send(&bus, id, (customer, grams), paid).await;
    }
    bus
}

fn keys(rows: &[Row<Shown>]) -> String {
    rows.iter().map(|row| row.key.to_string()).collect()
}

macro_rules! read {
    ($bus:expr, $ask:expr) => {
        keys(&$bus.query(Read(asks($ask))).await.unwrap())
    };
}

#[tokio::test]
async fn many_rows_are_found_in_the_order_of_their_keys() {
    let bus = opened().await;
    let ids = ["f", "none", "a", "f"].map(ParcelId::from);
    let found = bus.query(Weights(ids.to_vec())).await.unwrap();
    assert_eq!(found, [Some(-5), None, Some(30), Some(-5)]);
    assert_eq!(bus.query(Weights(Vec::new())).await.unwrap(), []);
    let refused = bus.query(Weights(vec![ParcelId::from("a\n")])).await;
    assert!(
        matches!(refused, Err(QueryError::Failed(ReadError::Key(_)))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn rows_come_in_each_order_and_direction() {
    let bus = opened().await;
    assert_eq!(read!(bus, Rows::all), "abcdef");
    assert_eq!(read!(bus, |rows| rows.all().descending().limit(2)), "fe");
    assert_eq!(read!(bus, |rows| rows.by(Shown::GRAMS)), "fbcdea");
    assert_eq!(
        read!(bus, |rows| rows.by(Shown::GRAMS).descending()),
        "acdebf"
    );
    assert_eq!(read!(bus, |rows| rows.by(Shown::PAID)), "adcbfe");
    assert_eq!(read!(bus, |rows| rows.by(Shown::CUSTOMER).limit(0)), "");
}

#[tokio::test]
async fn rows_are_taken_by_values_and_ranges() {
    let bus = opened().await;
    let customer = CustomerId::from(2);
    assert_eq!(
        read!(bus, move |rows| rows.all().with(Shown::CUSTOMER, &customer)),
        "be"
    );
    assert_eq!(
        read!(bus, |rows| rows.all().with(Shown::STATUS, "open")),
        "ad"
    );
    assert_eq!(read!(bus, |rows| rows.all().with(Shown::GRAMS, &20)), "cde");
    assert_eq!(
        read!(bus, |rows| rows.all().with(Shown::PAID, &Some(3))),
        "bf"
    );
    assert_eq!(read!(bus, |rows| rows.all().with(Shown::PAID, &3)), "bf");
    assert_eq!(read!(bus, |rows| rows.all().with(Shown::PAID, &None)), "ad");
    assert_eq!(read!(bus, |rows| rows.all().present(Shown::PAID)), "bcef");

    let above = (Bound::Excluded(20), Bound::Unbounded);
    let seen = [
        read!(bus, |rows| rows.all().within(Shown::GRAMS, 10..20)),
        read!(bus, |rows| rows.all().within(Shown::GRAMS, 10..=20)),
        read!(bus, |rows| rows.all().within(Shown::GRAMS, 20..)),
        read!(bus, |rows| rows.all().within(Shown::GRAMS, ..=10)),
        read!(bus, |rows| rows.all().within(Shown::GRAMS, ..)),
        read!(bus, move |rows| rows.all().within(Shown::GRAMS, above)),
    ];
    assert_eq!(seen, ["b", "bcde", "acde", "bf", "abcdef", "a"]);

    let (first, last) = (day(10), day(20));
    assert_eq!(
        read!(bus, move |rows| rows
            .all()
            .within(Shown::SENT, first..=last)),
        "bcde"
    );
    assert_eq!(
        read!(bus, |rows| rows.all().within(Shown::PAID, ..=Some(3))),
        "abcdf",
        "`None` stands before all others"
    );
    assert_eq!(
        read!(bus, |rows| rows
            .all()
            .within(Shown::STATUS, "open".to_owned().."p".to_owned())),
        "ad"
    );
}

#[tokio::test]
async fn of_several_conditions_all_hold_whatever_the_order() {
    let bus = opened().await;
    let customer = CustomerId::from(1);
    assert_eq!(
        read!(bus, move |rows| rows
            .by(Shown::GRAMS)
            .descending()
            .with(Shown::CUSTOMER, &customer)
            .within(Shown::SENT, day(0)..day(30))),
        "cd"
    );
    assert_eq!(
        read!(bus, move |rows| rows
            .by(Shown::SENT)
            .present(Shown::PAID)
            .within(Shown::PAID, ..Some(9))
            .limit(2)),
        "fb"
    );
    assert_eq!(
        read!(bus, |rows| rows
            .all()
            .with(Shown::GRAMS, &20)
            .with(Shown::GRAMS, &30)),
        ""
    );
}

#[tokio::test]
#[expect(clippy::reversed_empty_ranges, reason = "that is what is tried")]
async fn an_empty_range_and_one_that_is_the_wrong_way_round_have_no_rows() {
    let bus = opened().await;
    assert_eq!(
        read!(bus, |rows| rows.all().within(Shown::GRAMS, 20..20)),
        ""
    );
    assert_eq!(
        read!(bus, |rows| rows
            .by(Shown::GRAMS)
            .within(Shown::GRAMS, 30..=10)),
        ""
    );
    let none = (Bound::Excluded(20), Bound::Excluded(20));
    assert_eq!(
        read!(bus, move |rows| rows
            .by(Shown::GRAMS)
            .within(Shown::GRAMS, none)),
        ""
    );
    let count = bus.query(Count(asks(move |rows| {
        rows.all().within(Shown::GRAMS, 30..=10)
    })));
    assert_eq!(count.await.unwrap(), 0);
}

#[tokio::test]
async fn rows_are_counted_whatever_the_limit() {
    let bus = opened().await;
    let count = async |ask: Asks| bus.query(Count(ask)).await.unwrap();
    assert_eq!(count(asks(Rows::all)).await, 6);
    assert_eq!(count(asks(|rows| rows.by(Shown::PAID).limit(2))).await, 6);
    let open = asks(|rows| rows.all().with(Shown::STATUS, "open"));
    assert_eq!(count(open).await, 2);
    let both = asks(|rows| rows.all().present(Shown::PAID).within(Shown::GRAMS, 15..));
    assert_eq!(count(both).await, 2);
}

fn by_grams(after: Option<Cursor>) -> Asks {
    asks(move |rows| {
        let rows = rows.by(Shown::GRAMS).descending();
        rows.after(&after).limit(2)
    })
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended() {
    let bus = opened().await;
    let page = async |after| {
        let page = bus.query(ReadPage(by_grams(after))).await.unwrap();
        (keys(&page.rows), page.next)
    };
    let (first, next) = page(None).await;
    assert_eq!(first, "ac");
    // a row goes at the place itself, one comes before it, one after it among its equals
    send(&bus, "c", (1, 99), None).await;
    send(&bus, "b2", (1, 25), None).await;
    send(&bus, "dd", (1, 20), None).await;
    let text = next.unwrap().to_string();
    assert!(
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
    let (second, next) = page(Some(text.parse().unwrap())).await;
    assert_eq!(second, "ddd");
    let (third, next) = page(next).await;
    assert_eq!(third, "eb");
    let (fourth, next) = page(next).await;
    assert_eq!((&*fourth, next), ("f", None));
}

#[tokio::test]
async fn a_next_page_is_given_only_if_there_is_one() {
    let bus = opened().await;
    let page = async |ask: Asks| bus.query(ReadPage(ask)).await.unwrap();
    for (limit, more) in [
        (5, true),
        (6, false),
        (7, false),
        (usize::MAX, false),
        (0, false),
    ] {
        let page = page(asks(move |rows| rows.all().limit(limit))).await;
        assert_eq!(page.rows.len(), limit.min(6));
        assert_eq!(page.next.is_some(), more, "{limit}");
    }
    let whole = page(asks(|rows| rows.by(Shown::GRAMS))).await;
    assert_eq!((whole.rows.len(), whole.next), (6, None));
}

async fn cursor(bus: &Bus<Memory>, ask: Asks) -> Cursor {
    bus.query(ReadPage(ask)).await.unwrap().next.unwrap()
}

#[tokio::test]
async fn a_cursor_of_other_rows_is_refused() {
    let bus = opened().await;
    let down = cursor(&bus, by_grams(None)).await;
    let keyed = cursor(&bus, asks(|rows| rows.all().limit(1))).await;
    let read = async |ask: Asks| match bus.query(Read(ask)).await {
        Err(QueryError::Failed(ReadError::Cursor(error))) => error,
        other => panic!("{other:?}"),
    };
    let (a, b, c, d) = (down.clone(), down.clone(), down.clone(), keyed.clone());
    let errors = [
        read(asks(move |rows| rows.by(Shown::GRAMS).after(&a))).await,
        read(asks(move |rows| {
            rows.by(Shown::SENT).after(&b).descending()
        }))
        .await,
        read(asks(move |rows| rows.all().descending().after(&c))).await,
        read(asks(move |rows| rows.all().after(&d).descending())).await,
    ];
    for error in &errors {
        assert!(matches!(error, CursorError::Elsewhere { .. }), "{error:?}");
    }
    assert_eq!(
        errors[0].to_string(),
        "the cursor is one of \"parcels\" (version 1) by \"grams\", descending, and here are \"parcels\" (version 1) by \"grams\": begin again with the first page, without a cursor"
    );
    let foreign = bus.query(OthersAfter(down.clone())).await;
    assert!(
        matches!(foreign, Err(QueryError::Failed(ReadError::Cursor(_)))),
        "{foreign:?}"
    );
    // the conditions may change, and the direction be said after the cursor
    let fewer = asks(move |rows| {
        rows.by(Shown::GRAMS)
            .after(&down)
            .descending()
            .with(Shown::PAID, &Some(3))
    });
    assert_eq!(keys(&bus.query(Read(fewer)).await.unwrap()), "bf");
}

#[tokio::test]
async fn a_method_deletes_rows_of_its_choice() {
    let bus = opened().await;
    for id in ["g", "h"] {
        send(&bus, id, (1, 10), None).await;
    }
    bus.caught_up().await.unwrap();
    let of = async |customer: u64| bus.find::<Unpaid>(&CustomerId::from(customer)).await;
    let row = of(1).await.unwrap().unwrap();
    assert_eq!(row.parcels, 2, "since the last one that was paid");
    assert!(row.shown.starts_with("RowsMut<unpaid>("), "{}", row.shown);
    assert!(row.shown.contains("parcel.sent"), "{}", row.shown);
    assert_eq!(of(2).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_read_is_shown_by_its_name_for_debugging() {
    assert_eq!(format!("{:?}", Shown::GRAMS), "Index(grams)");
    let bus = opened().await;
    let [rows, by, page] = bus.query(Debugged).await.unwrap();
    assert!(
        rows.starts_with("Rows<") && rows.contains("Shown"),
        "{rows}"
    );
    assert!(by.starts_with("RowsBy {") && by.contains("parcels"), "{by}");
    assert!(
        page.starts_with("Page {") && page.contains("grams: -5"),
        "{page}"
    );
}

#[tokio::test]
async fn hostile_texts_are_no_cursors() {
    let bus = opened().await;
    let text = cursor(&bus, by_grams(None)).await.to_string();
    let longer = format!("{text}{text}");
    for odd in [
        "",
        "0",
        "2",
        "' or 1=1",
        "../..",
        &text[1..],
        &text[..text.len() - 1],
        &longer,
    ] {
        assert_eq!(odd.parse::<Cursor>(), Err(CursorError::NoCursor), "{odd:?}");
        let json = serde_json::to_string(odd).unwrap();
        assert!(serde_json::from_str::<Cursor>(&json).is_err());
    }
    let json = serde_json::to_string(&text).unwrap();
    assert_eq!(
        serde_json::from_str::<Cursor>(&json).unwrap().to_string(),
        text
    );
}

#[tokio::test]
async fn a_row_that_does_not_decode_is_said_by_name() {
    let bus = opened().await;
    let mut batch = Batch::default();
    batch.rows.push(RowWrite {
        table: Table {
            projection: Name::from_static("parcels"),
            version: 1,
        },
        key: "bad".to_owned(),
        row: Some(RowData {
            data: Data::from_bytes(*b"{}"),
            index: vec![IndexKey::Null; 5],
        }),
    });
    bus.store().commit(batch).await.unwrap();
    let read = bus.query(Read(asks(Rows::all))).await.map(drop);
    let page = bus
        .query(ReadPage(asks(|rows| rows.all().limit(9))))
        .await
        .map(drop);
    let many = bus
        .query(Weights(vec![ParcelId::from("bad")]))
        .await
        .map(drop);
    for result in [read, page, many] {
        assert!(
            matches!(&result, Err(QueryError::Failed(ReadError::Undecodable { key, .. })) if key == "bad"),
            "{result:?}"
        );
    }
    let counted = bus.query(Count(asks(Rows::all))).await;
    assert_eq!(counted.unwrap(), 7, "counting reads no row");
}

/// Any weight and payment of a few parcels.
fn parcels() -> impl Strategy<Value = BTreeMap<String, (i64, Option<u32>)>> {
    let grams = prop_oneof![4 => 0..4_i64, 1 => any::<i64>()];
    btree_map("[a-c]{1,2}", (grams, option::of(0..3_u32)), 0..9)
}

static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Runtime::new().unwrap());

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_pages_of_any_rows_are_all_of_them(
        parcels in parcels(),
        limit in 1..4_usize,
        order in 0..3_u8,
        descending in any::<bool>(),
    ) {
        RUNTIME.block_on(async {
            let bus = Bus::open(Memory::new()).await.unwrap();
            for (id, (grams, paid)) in &parcels {
                bus.dispatch(Post {
                    parcel: ParcelId::from(id.as_str()),
                    customer: CustomerId::from(1),
                    status: String::new(),
                    grams: *grams,
                    sent: day(0),
                    paid: *paid,
                })
                .wait_for::<Shown>()
                .await
                .unwrap();
            }
            let ask = |after: Option<Cursor>| asks(move |rows| {
                let rows = match order {
                    0 => rows.all(),
                    1 => rows.by(Shown::GRAMS),
                    _ => rows.by(Shown::PAID),
                };
                let rows = if descending { rows.descending() } else { rows };
                rows.after(&after).limit(limit)
            });
            let mut expected: Vec<_> = parcels
                .iter()
                .map(|(id, (grams, paid))| match order {
                    0 => ((0, None), id.clone()),
                    1 => ((*grams, None), id.clone()),
                    _ => ((0, *paid), id.clone()),
                })
                .collect();
            match (order, descending) {
                (_, false) => expected.sort(),
                (0, true) => expected.reverse(),
                (_, true) => expected.sort_by(|(one, a), (two, b)| two.cmp(one).then(a.cmp(b))),
            }
            let mut seen = Vec::new();
            let mut after = None;
            loop {
                let page = bus.query(ReadPage(ask(after))).await.unwrap();
                prop_assert!(!page.rows.is_empty() || parcels.is_empty());
                seen.extend(page.rows.iter().map(|row| row.key.to_string()));
                prop_assert!(seen.len() <= parcels.len(), "it goes round in circles");
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();
            prop_assert_eq!(seen, expected);
            Ok(())
        })?;
    }
}

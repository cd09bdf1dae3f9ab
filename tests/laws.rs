//! The laws of aggregates and projections: what keeps to them passes, and each convicts who does not.

mod failure;

use cqrs_core::__private::{Provide, Resources};
use cqrs_core::log::{Version, now};
use cqrs_core::prelude::*;
use cqrs_core::testing::{Laws, laws, projection_laws};
use cqrs_tests::*;
use failure::failure;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::process::Command;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

fn accounts() -> impl Strategy<Value = AccountId> {
    prop_oneof!["a", "b"].prop_map(AccountId::from)
}

fn opening() -> impl Strategy<Value = OpenAccount> {
    accounts().prop_map(|account| OpenAccount {
        account,
        owner: "Ada".into(),
    })
}

fn depositing(most: u64) -> impl Strategy<Value = Deposit> {
    (accounts(), 0..=most).prop_map(|(account, amount)| Deposit { account, amount })
}

fn withdrawing() -> impl Strategy<Value = Withdraw> {
    (accounts(), 0..100_u64).prop_map(|(account, amount)| Withdraw { account, amount })
}

fn account_laws() -> Laws<Account> {
    laws::<Account>()
        .command(opening())
        .command(depositing(99))
        .command(withdrawing())
        .command(accounts().prop_map(|account| Empty { account }))
}

#[test]
fn sound_code_keeps_to_the_laws() {
    let events = prop_oneof![
        "[a-z]{0,3}".prop_map(|owner| AccountEvent::from(Opened { owner })),
        (0..9_u64).prop_map(|amount| Deposited { amount }.into()),
    ];
    account_laws()
        .history(accounts(), proptest::collection::vec(events, 0..4))
        .projection::<Balance>()
        .projection::<Holdings>()
        .hold();
}

#[tokio::test]
async fn so_it_does_within_a_runtime() {
    account_laws().cases(4).hold();
}

/// Where a meter gets its numbers from.
#[derive(Clone, Default)]
struct Gauge(u32);

struct Deps(Gauge);

impl Resources for Deps {}

impl Provide<Gauge> for Deps {
    fn provide(&self) -> &Gauge {
        &self.0
    }
}

/// One that asks all that may be asked, and whose state can be kept.
#[derive(Aggregate, Debug, Default, PartialEq, Serialize, Deserialize)]
#[aggregate("meter", id = String)]
struct Meter {
    last: Option<(u32, Timestamp)>,
}

#[commands("meter", meter: String)]
enum MeterCommand {
    Read,
}

#[events("meter")]
enum MeterEvent {
    HasRead {
        value: u32,
        at: Timestamp,
        by: String,
    },
}

#[handle]
impl Meter {
    async fn read(&self, _: &Read, context: &Context, gauge: &Gauge) -> HasRead {
        tokio::task::yield_now().await;
        HasRead {
            value: self.last.map_or(gauge.0, |(value, _)| value + 1),
            at: context.now(),
            by: context.command_id().to_string(),
        }
    }
}

#[apply]
impl Meter {
    fn has_read(&mut self, event: &HasRead) {
        self.last = Some((event.value, event.at));
    }
}

#[test]
fn a_handler_may_wait_and_ask_for_resources_time_and_ids() {
    laws::<Meter>()
        .with(Deps(Gauge(7)))
        .command("[ab]".prop_map(|meter| Read { meter }))
        .equal_states()
        .snapshots()
        .hold();
}

/// A guest of a house, one of whose events is kept only for the record.
#[derive(Aggregate, Debug, Default, PartialEq, Serialize, Deserialize)]
#[aggregate("guest", id = String)]
struct Guest {
    booked: Option<Timestamp>,
    nights: u32,
}

#[commands("guest", guest: String)]
enum GuestCommand {
    Book { day: Timestamp },
    CheckIn,
    Complain { about: String },
}

#[events("guest")]
enum GuestEvent {
    Booked {
        day: Timestamp,
    },
    CheckedIn,
    #[event(record = Guest)]
    Complained {
        about: String,
        nights: u32,
    },
}

#[derive(Debug, PartialEq)]
enum NotNow {
    NotBooked,
    NotTheDay,
}

#[handle]
impl Guest {
    fn book(&self, command: &Book) -> Booked {
        Booked { day: command.day }
    }

    fn check_in(&self, _: &CheckIn, context: &Context) -> Result<CheckedIn, NotNow> {
        let day = self.booked.ok_or(NotNow::NotBooked)?;
        ensure!(context.now() >= day, NotNow::NotTheDay);
        Ok(CheckedIn)
    }

    fn complain(&self, command: &Complain) -> Complained {
        Complained {
            about: command.about.clone(),
            nights: self.nights,
        }
    }
}

#[apply]
impl Guest {
    fn booked(&mut self, event: &Booked) {
        self.booked = Some(event.day);
    }

    fn checked_in(&mut self, _: &CheckedIn) {
        self.booked = None;
        self.nights += 1;
    }
}

/// What guests complain about, and when they came.
#[derive(Projection, Debug, Default, Serialize, Deserialize)]
#[projection("complaints", key = String)]
struct Complaints {
    about: Vec<String>,
    came: Vec<Timestamp>,
}

#[project]
impl Complaints {
    fn complained(&mut self, event: &Complained) {
        self.about.push(event.about.clone());
    }

    fn checked_in(&mut self, _: &CheckedIn, recorded: &Recorded) {
        self.came.push(recorded.recorded_at);
    }
}

/// All that happened to a guest, which holds the envelopes against each other.
#[derive(Projection, Debug, Default, Serialize, Deserialize)]
#[projection("chronicle", key = String)]
struct Chronicle {
    events: u64,
    last: Option<Timestamp>,
}

impl Chronicle {
    fn happened(&mut self, recorded: &Recorded) {
        self.events += 1;
        assert_eq!(recorded.version, Version::from(self.events));
        let begin = time("1999-12-31T23:58:00Z"); // of two histories, a minute each
        assert!(self.last.unwrap_or(begin) <= recorded.recorded_at);
        self.last = Some(recorded.recorded_at);
    }
}

#[project]
impl Chronicle {
    fn booked(&mut self, _: &Booked, recorded: &Recorded) {
        self.happened(recorded);
    }

    fn checked_in(&mut self, _: &CheckedIn, recorded: &Recorded) {
        self.happened(recorded);
    }

    fn complained(&mut self, _: &Complained, recorded: &Recorded) {
        self.happened(recorded);
    }
}

const NEW_YEAR: &str = "2026-01-01T00:00:00Z";

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn guests() -> impl Strategy<Value = String> {
    "[ab]"
}

fn booking(day: &str) -> impl Strategy<Value = Book> + use<> {
    let day = time(day);
    guests().prop_map(move |guest| Book { guest, day })
}

fn checking_in() -> impl Strategy<Value = CheckIn> {
    guests().prop_map(|guest| CheckIn { guest })
}

fn complaining() -> impl Strategy<Value = Complain> {
    (guests(), "[a-z]{0,3}").prop_map(|(guest, about)| Complain { guest, about })
}

#[test]
fn an_event_for_the_record_keeps_to_the_laws() {
    let complaint = |about: String| Complained { about, nights: 0 };
    let guest = || laws::<Guest>().command(complaining()).cases(32);
    guest().hold();
    guest()
        .command(booking("1999-01-01T00:00:00Z"))
        .command(checking_in())
        .history(guests(), "[a-z]{0,3}".prop_map(complaint))
        .projection::<Complaints>()
        .projection::<Chronicle>()
        .equal_states()
        .snapshots()
        .hold();
    projection_laws::<Complaints>()
        .happens(guests(), "[a-z]{0,3}".prop_map(complaint))
        .hold();
}

#[test]
fn a_rule_of_ones_own_holds_of_every_state() {
    let guest = || laws::<Guest>().command(booking(NEW_YEAR));
    let booked = || guest().always("a guest stays a night at most", |guest| guest.nights < 2);
    booked().hold();
    let never = |guest: &Guest| guest.booked.is_none();
    let seen = failure(move || guest().always("nobody books", never).hold());
    let start = "`guest` breaks a law: nobody books\n\n  > 1. `";
    assert!(seen.starts_with(start), "{seen}");
    assert!(
        seen.contains("it does not hold of\n\nGuest {\n    booked: Some("),
        "{seen}"
    );
}

#[test]
fn a_command_that_is_never_accepted_is_told_unless_that_is_meant() {
    let guest = || laws::<Guest>().command(booking(NEW_YEAR)).cases(4);
    let seen = failure(move || guest().command(checking_in()).hold());
    let start = "`guest`: not every command was tested, since it was never accepted:\n\n  \
                 guest.check_in was refused ";
    assert!(seen.starts_with(start), "{seen}");
    let told = seen.lines().nth(2).expect("the command");
    let counts = told.split(' ').filter_map(|word| {
        let word = word.trim_end_matches(':');
        word.parse::<u32>().ok()
    });
    let counts: Vec<u32> = counts.collect();
    assert!(counts[0] >= 1_000, "it tries on: {seen}");
    assert_eq!(counts[0], counts[1..].iter().sum::<u32>(), "{seen}");
    assert!(counts[1..].is_sorted(), "the rarest first: {seen}");
    assert!(
        told.contains(" with NotBooked") && told.contains(" with NotTheDay"),
        "{seen}"
    );
    assert!(
        told.contains("; at last the clock stood at 2000-01-01T00:"),
        "{seen}"
    );
    assert!(!seen.contains("guest.book"), "{seen}");
    guest().attempt(checking_in()).hold();
    let seen = failure(|| laws::<Guest>().attempt(checking_in()).hold());
    let part = "`guest`: no command was accepted, so nothing was tested:\n\n  guest.check_in was";
    assert!(seen.starts_with(part), "{seen}");
    let seen = failure(|| {
        let guest = laws::<Guest>().command(checking_in()).longest(1);
        guest.cases(1_000).hold();
    });
    let part = "guest.check_in was refused 1000 times: 1000 with NotBooked;";
    assert!(seen.contains(part), "a thousand times is enough: {seen}");
}

#[test]
fn a_command_that_is_seldom_accepted_is_asked_until_it_is() {
    let seldom = (0..20_u32).prop_map(|day| Book {
        guest: "a".to_owned(),
        day: time(if day == 0 {
            "1999-01-01T00:00:00Z"
        } else {
            NEW_YEAR
        }),
    });
    let checking_in = Just(()).prop_map(|()| CheckIn { guest: "a".into() });
    laws::<Guest>()
        .command(seldom)
        .command(checking_in)
        .cases(1)
        .hold();
}

#[test]
fn the_clock_starts_and_goes_on_as_it_is_told() {
    let guest = |day| {
        laws::<Guest>()
            .command(booking(day))
            .command(checking_in())
            .projection::<Complaints>()
    };
    guest("2000-01-01T00:05:00Z").hold(); // a minute a command, twelve commands
    guest(NEW_YEAR).at(time(NEW_YEAR)).hold();
    let hours = || prop_oneof![Just(0), Just(24)].prop_map(Duration::from_hours);
    let late = "2026-01-02T00:00:00Z";
    guest(late).at(time(NEW_YEAR)).steps(hours()).hold();
    let seen = failure(move || guest(late).at(time(NEW_YEAR)).hold());
    let part = "; at last the clock stood at 2026-01-01T00:";
    assert!(seen.contains(part), "{seen}");
}

#[test]
fn a_story_tells_the_time_where_the_clock_was_set() {
    let text = r#"`fuse` breaks a law: a handler decides, or refuses: it does not panic

    1. at 2026-01-01T00:00:00Z `1` is asked fuse.burn {"fuse":1}
       and records fuse.burnt null
    2. at 2026-01-01T12:00:00Z `1` is asked fuse.burn {"fuse":1}
       and nothing happens
  > 3. at 2026-01-02T00:00:00Z `1` is asked fuse.burn {"fuse":1}

the handler panicked: a day has passed"#;
    let fuse = || laws::<Fuse>().command(Just(()).prop_map(|()| Burn { fuse: 1 }));
    let hours = |hours| Just(Duration::from_hours(hours));
    let both = move || fuse().at(time(NEW_YEAR)).steps(hours(12)).hold();
    assert_eq!(failure(both), text);
    let started = failure(move || fuse().at(time("2026-01-02T00:00:00Z")).hold());
    let part = "\n  > 1. at 2026-01-02T00:00:00Z `1` is asked fuse.burn ";
    assert!(started.contains(part), "{started}");
    let stepped = failure(move || fuse().steps(hours(27 * 366 * 24)).hold());
    let part = "\n    1. at 2000-01-01T00:00:00Z `1` is asked fuse.burn ";
    assert!(stepped.contains(part), "{stepped}");
}

/// One that breaks after a day.
#[derive(Aggregate, Debug, Default)]
#[aggregate("fuse", id = u32)]
struct Fuse {
    lit: bool,
}

#[commands("fuse", fuse: u32)]
enum FuseCommand {
    Burn,
}

#[events("fuse")]
enum FuseEvent {
    Burnt,
}

#[handle]
impl Fuse {
    fn burn(&self, _: &Burn, context: &Context) -> Option<Burnt> {
        let day = Duration::from_hours(24);
        assert!(context.now() < time(NEW_YEAR) + day, "a day has passed");
        (!self.lit).then_some(Burnt)
    }
}

#[apply]
impl Fuse {
    fn burnt(&mut self, _: &Burnt) {
        self.lit = true;
    }
}

#[test]
fn an_apply_that_panics_is_told_with_the_shortest_way_to_it() {
    let account = || AccountId::from("a");
    let fixture = move || {
        laws::<Account>()
            .command(Just(OpenAccount {
                account: account(),
                owner: "Ada".into(),
            }))
            .command(
                (0..99_u64, 0..99_u64).prop_map(move |(amount, fee)| DepositWithFee {
                    account: account(),
                    amount,
                    fee,
                }),
            )
            .hold();
    };
    let text = r#"`account` breaks a law: what was decided can be applied: no `#[apply]` panics

    1. `a` is asked account.open_account {"account":"a","owner":"Ada"}
       and records account.opened {"owner":"Ada"}
  > 2. `a` is asked account.deposit_with_fee {"account":"a","amount":0,"fee":1}

panic while event 2 was written and applied: attempt to subtract with overflow"#;
    assert_eq!(failure(fixture), text);
}

#[test]
fn a_handler_that_panics_is_told() {
    let fixture = || {
        account_laws()
            .command(accounts().prop_map(|account| Explode { account }))
            .hold();
    };
    let text = r#"`account` breaks a law: a handler decides, or refuses: it does not panic

  > 1. `a` is asked account.explode {"account":"a"}

the handler panicked: boom at balance 0"#;
    assert_eq!(failure(fixture), text);
}

/// One for each way to break a law.
#[derive(Aggregate, Debug, Default, PartialEq, Serialize, Deserialize)]
#[aggregate("culprit", id = u32)]
struct Culprit {
    sum: u64,
    #[serde(skip)]
    unkept: u64,
    born: u64,
}

#[commands("culprit", culprit: u32)]
enum CulpritCommand {
    AskTheClock,
    AskACounter,
    AskANumber { high: bool },
    Add { number: u64 },
    Tell,
    BeBorn,
    LoseSomething { number: u64 },
    Refuse,
    GrowUnkept,
    TellUnkept,
    Waver,
    Collect { numbers: BTreeSet<u8> },
    GoUnwritten,
}

#[events("culprit")]
enum CulpritEvent {
    Stamped {
        at: Timestamp,
    },
    Counted {
        count: u32,
    },
    Added {
        number: u64,
        #[serde(skip)]
        twice: u64,
    },
    Told {
        sum: u64,
    },
    Born,
    Lost {
        #[serde(skip_deserializing)]
        number: u64,
    },
    Grown,
    Collected {
        numbers: HashSet<u8>,
    },
    Unwritten {
        /// Sets are no keys in JSON.
        shelves: BTreeMap<BTreeSet<u8>, u8>,
    },
}

static COUNTER: AtomicU32 = AtomicU32::new(0);
static WAVERING: AtomicU32 = AtomicU32::new(0);
static UNWRITTEN: AtomicU32 = AtomicU32::new(0);
static BIRTHS: AtomicU64 = AtomicU64::new(0);

#[handle]
impl Culprit {
    fn ask_the_clock(&self, _: &AskTheClock) -> Stamped {
        std::thread::sleep(std::time::Duration::from_micros(2)); // a clock may be coarse
        Stamped { at: now() }
    }

    fn ask_a_counter(&self, _: &AskACounter) -> Result<Counted, String> {
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        Err(format!("the {count}th time"))
    }

    fn ask_a_number(&self, command: &AskANumber) -> Option<Counted> {
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        command.high.then_some(Counted { count })
    }

    fn add(&self, command: &Add) -> Added {
        Added {
            number: command.number,
            twice: command.number * 2,
        }
    }

    fn tell(&self, _: &Tell) -> Told {
        Told { sum: self.sum }
    }

    fn be_born(&self, _: &BeBorn) -> Born {
        Born
    }

    fn lose_something(&self, command: &LoseSomething) -> Lost {
        Lost {
            number: command.number,
        }
    }

    fn refuse(&self, _: &Refuse) -> Result<Born, &'static str> {
        Err("never")
    }

    fn grow_unkept(&self, _: &GrowUnkept) -> Grown {
        Grown
    }

    fn tell_unkept(&self, _: &TellUnkept) -> Told {
        Told { sum: self.unkept }
    }

    fn waver(&self, _: &Waver) -> Option<Born> {
        let odd = WAVERING.fetch_add(1, Ordering::Relaxed) % 2 == 1;
        odd.then_some(Born)
    }

    fn collect(&self, command: &Collect) -> Collected {
        Collected {
            numbers: command.numbers.iter().copied().collect(),
        }
    }

    fn go_unwritten(&self, _: &GoUnwritten) -> Unwritten {
        // each is asked three times
        let last = UNWRITTEN.fetch_add(1, Ordering::Relaxed) % 3 == 2;
        let row = last.then(|| (BTreeSet::new(), 0));
        Unwritten {
            shelves: row.into_iter().collect(),
        }
    }
}

#[apply]
impl Culprit {
    fn stamped(&mut self, _: &Stamped) {}

    fn counted(&mut self, _: &Counted) {}

    fn added(&mut self, event: &Added) {
        self.sum += event.number + event.twice;
    }

    fn told(&mut self, _: &Told) {}

    fn born(&mut self, _: &Born) {
        self.born = BIRTHS.fetch_add(1, Ordering::Relaxed);
    }

    fn lost(&mut self, _: &Lost) {}

    fn grown(&mut self, _: &Grown) {
        self.unkept += 1;
    }

    fn collected(&mut self, _: &Collected) {}

    fn unwritten(&mut self, _: &Unwritten) {}
}

const CULPRIT: u32 = 1;

#[test]
fn a_handler_that_asks_the_clock_is_convicted() {
    let seen = failure(|| {
        laws::<Culprit>()
            .command(Just(()).prop_map(|()| AskTheClock { culprit: CULPRIT }))
            .hold();
    });
    for part in [
        "`culprit` breaks a law: asked twice, a handler decides the same\n",
        "\n  > 1. `1` is asked culprit.ask_the_clock {\"culprit\":1}\n",
        "the first time",
        "the second time",
        "the time is `context.now()`",
    ] {
        assert!(seen.contains(part), "{part:?} in {seen}");
    }
    assert!(!seen.contains("2. "), "one command is enough: {seen}");
}

#[test]
fn a_handler_that_asks_a_counter_is_convicted_by_events_and_by_refusals() {
    let by_refusal = failure(|| {
        laws::<Culprit>()
            .command(Just(()).prop_map(|()| AskACounter { culprit: CULPRIT }))
            .hold();
    });
    let by_event = failure(|| {
        laws::<Culprit>()
            .command(any::<bool>().prop_map(|high| AskANumber {
                culprit: CULPRIT,
                high,
            }))
            .hold();
    });
    for seen in [by_refusal, by_event] {
        let law = "asked twice, a handler decides the same\n";
        assert!(seen.contains(law), "{seen}");
    }
}

#[test]
fn that_nothing_was_decided_is_shown_beside_what_was() {
    let seen = failure(|| {
        laws::<Culprit>()
            .command(Just(()).prop_map(|()| Waver { culprit: CULPRIT }))
            .hold();
    });
    assert!(seen.contains("(no event)"), "{seen}");
    assert!(seen.contains("1. culprit.born"), "{seen}");
}

#[test]
fn sets_are_the_same_in_whatever_order() {
    let numbers = || proptest::collection::btree_set(any::<u8>(), 0..16);
    laws::<Culprit>()
        .command(numbers().prop_map(|numbers| Collect {
            culprit: CULPRIT,
            numbers,
        }))
        .hold();
}

#[test]
fn an_event_that_cannot_be_written_is_not_laid_on_an_apply() {
    let seen = failure(|| {
        laws::<Culprit>()
            .command(Just(()).prop_map(|()| GoUnwritten { culprit: CULPRIT }))
            .hold();
    });
    for part in [
        "`culprit` breaks a law: an event comes back from the log as it was\n",
        "event 1 cannot be written: ",
    ] {
        assert!(seen.contains(part), "{part:?} in {seen}");
    }
}

#[test]
fn an_event_that_is_not_kept_whole_is_convicted_by_what_is_decided_on_it() {
    let text = r#"`culprit` breaks a law: on a state replayed from the log a handler decides as on the live one

    1. `1` is asked culprit.add {"culprit":1,"number":1}
       and records culprit.added {"number":1}
  > 2. `1` is asked culprit.tell {"culprit":1}

    on the live state    on the replayed state
    1. culprit.told      1. culprit.told
       {                    {
  >      "sum": 3             "sum": 1
       }                    }

an `#[apply]` method must depend on nothing but the state and the event, and the event must keep all that it reads: is there a `#[serde(skip)]`?"#;
    let fixture = || {
        laws::<Culprit>()
            .command((0..9_u64).prop_map(|number| Add {
                culprit: CULPRIT,
                number,
            }))
            .command(Just(()).prop_map(|()| Tell { culprit: CULPRIT }))
            .hold();
    };
    assert_eq!(failure(fixture), text);
}

#[test]
fn an_event_that_is_lost_on_its_way_is_convicted_unless_that_is_meant() {
    let losing = || {
        laws::<Culprit>().command((0..9_u64).prop_map(|number| LoseSomething {
            culprit: CULPRIT,
            number,
        }))
    };
    let seen = failure(move || losing().hold());
    for part in [
        "`culprit` breaks a law: an event comes back from the log as it was\n",
        "event 1, `culprit.lost`, does not come back",
    ] {
        assert!(seen.contains(part), "{part:?} in {seen}");
    }
    losing().without_round_trip().hold();
    let lost = || Just(Lost { number: 1 });
    let born = || laws::<Culprit>().command(Just(()).prop_map(|()| BeBorn { culprit: CULPRIT }));
    let having_lost = move || born().history(Just(CULPRIT), lost());
    let seen = failure(move || having_lost().hold());
    for part in [
        "`culprit` breaks a law: an event comes back from the log as it was\n",
        "\n    1. `1` has culprit.lost {\"number\":1}\n",
        "event 1, `culprit.lost`, does not come back",
    ] {
        assert!(seen.contains(part), "{part:?} in {seen}");
    }
    having_lost().without_round_trip().hold();
    let unwritten = || Unwritten {
        shelves: BTreeMap::from([(BTreeSet::new(), 0)]),
    };
    let unkept = move || born().history(Just(CULPRIT), Just(()).prop_map(move |()| unwritten()));
    let seen = failure(move || unkept().without_round_trip().hold());
    assert!(seen.contains("event 1 cannot be written: "), "{seen}");
}

#[test]
fn an_apply_that_asks_a_counter_is_convicted_by_the_state() {
    let being_born =
        || laws::<Culprit>().command(Just(()).prop_map(|()| BeBorn { culprit: CULPRIT }));
    being_born().hold(); // nothing is decided on it
    let seen = failure(move || being_born().equal_states().hold());
    for part in [
        "`culprit` breaks a law: a state replayed from the log is the live one\n",
        "\n    1. `1` is asked culprit.be_born {\"culprit\":1}\n       and records culprit.born",
        "live",
        "born: ",
    ] {
        assert!(seen.contains(part), "{part:?} in {seen}");
    }
}

#[test]
fn a_state_that_a_snapshot_does_not_keep_is_convicted_by_what_is_decided_on_it() {
    let growing = || {
        laws::<Culprit>()
            .command(Just(()).prop_map(|()| GrowUnkept { culprit: CULPRIT }))
            .command(Just(()).prop_map(|()| TellUnkept { culprit: CULPRIT }))
    };
    growing().equal_states().hold(); // whole replays lead to it
    let seen = failure(move || growing().snapshots().hold());
    for part in [
        "`culprit` breaks a law: a snapshot and the events after it lead to the whole state\n",
        "\n\nasked culprit.tell_unkept {\"culprit\":1}\n",
        "the snapshot and the rest",
        "what a state says must survive `Serialize` and `Deserialize`",
    ] {
        assert!(seen.contains(part), "{part:?} in {seen}");
    }
}

/// An account whose snapshots do not keep what it decides by.
#[derive(Aggregate, Debug, Default, Serialize, Deserialize)]
#[aggregate("vault", id = String, snapshot_every = 100)]
struct Vault {
    #[serde(skip)]
    locked: bool,
    /// Sets are no keys in JSON.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    shelves: BTreeMap<BTreeSet<u8>, u8>,
}

#[commands("vault", vault: String)]
enum VaultCommand {
    Lock,
    Shelve,
}

#[events("vault")]
enum VaultEvent {
    Locked,
    Shelved,
}

#[handle]
impl Vault {
    fn lock(&self, _: &Lock) -> Option<Locked> {
        (!self.locked).then_some(Locked)
    }
    fn shelve(&self, _: &Shelve) -> Shelved {
        Shelved
    }
}

#[apply]
impl Vault {
    fn locked(&mut self, _: &Locked) {
        self.locked = true;
    }
    fn shelved(&mut self, _: &Shelved) {
        self.shelves.insert(BTreeSet::new(), 0);
    }
}

#[test]
fn of_an_aggregate_with_snapshots_they_are_checked_unasked() {
    let vault = || Just("a".to_owned());
    let seen = failure(move || {
        laws::<Vault>()
            .command(vault().prop_map(|vault| Lock { vault }))
            .hold();
    });
    for part in [
        "`vault` breaks a law: a snapshot and the events after it lead to the whole state\n",
        "a snapshot after event 1\n\nasked vault.lock",
        "what a state says must survive `Serialize` and `Deserialize`",
    ] {
        assert!(seen.contains(part), "{part:?} in {seen}");
    }
    let seen = failure(move || {
        laws::<Vault>()
            .command(vault().prop_map(|vault| Shelve { vault }))
            .hold();
    });
    let part = "the state of `vault` is lost in a snapshot: `vault` does not encode as JSON";
    assert!(seen.contains(part), "{seen}");
}

/// A row that counts on a field that is not kept.
#[derive(Projection, Debug, Default, Serialize, Deserialize)]
#[projection("forgetful", key = AccountId)]
struct Forgetful {
    deposits: u32,
    #[serde(skip)]
    seen: u32,
}

#[project]
impl Forgetful {
    fn deposited(&mut self, _: &Deposited) {
        self.seen += 1;
        self.deposits = self.seen;
    }
}

/// A value that numbers what comes by a count of the whole process.
#[derive(Projection, Debug, Default, Serialize, Deserialize)]
#[projection("numbering")]
struct Numbering {
    last: u32,
}

#[project]
impl Numbering {
    fn deposited(&mut self, _: &Deposited) {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        self.last = NUMBER.fetch_add(1, Ordering::Relaxed);
    }
}

/// A row that cannot take all that may happen.
#[derive(Projection, Debug, Default, Serialize, Deserialize)]
#[projection("narrow", key = AccountId)]
struct Narrow {
    sum: u8,
}

#[project]
impl Narrow {
    fn deposited(&mut self, event: &Deposited) {
        self.sum = u8::try_from(event.amount).expect("a small amount");
    }
}

/// A row that goes wrong where it is read back and then kept at hand.
#[derive(Projection, Debug, Default, Serialize, Deserialize)]
#[projection("resumed", key = AccountId)]
struct Resumed {
    deposits: u32,
    wrong: bool,
    #[serde(skip)]
    seen: u32,
}

#[project]
impl Resumed {
    fn deposited(&mut self, _: &Deposited) {
        self.deposits += 1;
        self.seen += 1;
        self.wrong |= (2..self.deposits).contains(&self.seen);
    }
}

#[test]
fn a_projection_that_depends_on_batches_is_convicted() {
    let seen = failure(|| account_laws().projection::<Forgetful>().hold());
    for part in [
        "`account` breaks a law: a projection comes to the same rows, in whatever batches the events come\n",
        "`forgetful`, folded one event at a time: the row `",
        "  >   \"deposits\": 2      \"deposits\": 1",
        "a `#[project]` method must depend on nothing but",
    ] {
        assert!(seen.contains(part), "{part:?} in {seen}");
    }
    let asked = seen.matches("is asked").count();
    assert_eq!(asked, 3, "to open and to deposit twice is enough: {seen}");
    let seen = failure(|| {
        projection_laws::<Resumed>()
            .happens(Just("a".into()), Just(Deposited { amount: 1 }))
            .hold();
    });
    let part = "`resumed`, folded in batches of 1, 1 (rows read back), and the rest: the row `a` is another\n";
    assert!(seen.contains(part), "{seen}");
}

#[test]
fn a_projection_that_counts_in_a_static_is_convicted() {
    let seen = failure(|| account_laws().projection::<Numbering>().hold());
    let part = "`numbering`, folded a second time from the start: the value is another\n";
    assert!(seen.contains(part), "{seen}");
}

#[test]
fn a_projection_that_cannot_fold_an_event_is_convicted() {
    let fixture = || {
        laws::<Account>()
            .command(Just(()).prop_map(|()| OpenAccount {
                account: "a".into(),
                owner: String::new(),
            }))
            .command((0..999_u64).prop_map(|amount| Deposit {
                account: "a".into(),
                amount,
            }))
            .projection::<Narrow>()
            .hold();
    };
    let seen = failure(fixture);
    for part in [
        "`account` breaks a law: a projection folds every event\n",
        "\n       and records account.deposited {\"amount\":256}\n",
        "`narrow`: given event 2, `account.deposited`, cannot be folded into the row `a`",
    ] {
        assert!(seen.contains(part), "{part:?} in {seen}");
    }
}

/// Of every aggregate that a test may name.
#[derive(Projection, Debug, Default, Serialize, Deserialize)]
#[projection("bystander", key = String)]
struct Bystander {
    events: u32,
    #[serde(skip)]
    meters: u32,
}

#[project]
impl Bystander {
    #[key("all".to_owned())]
    fn deposited(&mut self, _: &Deposited) {
        self.events += 1;
    }

    #[key("all".to_owned())]
    fn has_read(&mut self, _: &HasRead) {
        self.meters += 1;
        self.events += self.meters;
    }
}

#[test]
fn a_projection_of_several_aggregates_is_held_against_events() {
    let deposited = || (0..9_u64).prop_map(|amount| Deposited { amount });
    projection_laws::<Holdings>()
        .happens(accounts(), deposited())
        .happens(
            accounts(),
            Just(()).prop_map(|()| Opened {
                owner: String::new(),
            }),
        )
        .hold();
    let has_read = (0..9_u32).prop_map(|value| HasRead {
        value,
        at: Timestamp::UNIX_EPOCH,
        by: String::new(),
    });
    let seen = failure(move || {
        projection_laws::<Bystander>()
            .happens(accounts(), deposited())
            .happens("[ab]", has_read)
            .hold();
    });
    for part in [
        "`bystander` breaks a law: a projection comes to the same rows",
        "1. `a` has meter.has_read {\"value\":0",
        "folded one event at a time: the row `all` is another\n",
    ] {
        assert!(seen.contains(part), "{part:?} in {seen}");
    }
    assert!(!seen.contains("3. "), "two events are enough: {seen}");
    assert_eq!(
        failure(|| projection_laws::<Holdings>().hold()),
        "`holdings`: nothing happens: say what with `.happens(..)`"
    );
}

#[test]
fn laws_say_whose_they_are() {
    assert_eq!(format!("{:?}", laws::<Culprit>()), "Laws(culprit)");
    assert_eq!(
        format!("{:?}", projection_laws::<Holdings>()),
        "ProjectionLaws(holdings)"
    );
}

/// All that a test says whose aggregate breaks a law, as loud as proptest is asked to be.
fn said(verbose: &str) -> String {
    let mut program = Command::new(std::env::current_exe().expect("this program"));
    let output = program
        .args(["--exact", "--nocapture", "a_handler_that_panics_is_told"])
        .env("PROPTEST_VERBOSE", verbose)
        .env("RUST_BACKTRACE", "0")
        .output()
        .expect("it runs");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn proptest_says_nothing_of_its_own_unless_it_is_asked_to() {
    let quiet = said("0");
    assert!(quiet.contains("`account` breaks a law: "), "{quiet}");
    assert!(!quiet.contains("proptest: "), "{quiet}");
    let loud = said("2");
    let tried = "(account.explode {\"account\":\"a\"}, ";
    assert!(loud.contains(tried), "{loud}");
}

#[test]
fn laws_that_are_held_against_nothing_fail() {
    assert_eq!(
        failure(|| laws::<Culprit>().hold()),
        "`culprit`: there is nothing to ask: name its commands with `.command(..)`"
    );
    let refusing = || Just(()).prop_map(|()| Refuse { culprit: CULPRIT });
    let seen = failure(move || laws::<Culprit>().command(refusing()).hold());
    let part = "`culprit`: no command was accepted, so nothing was tested";
    assert!(seen.starts_with(part), "{seen}");
}

#[commands("diary", diary: String)]
enum DiaryCommand {
    Write,
}

#[events("diary")]
enum DiaryEvent {
    Written { by: String },
}

/// Whoever writes first is whose it is.
#[derive(Aggregate, Debug, Default)]
#[aggregate("diary", id = String)]
struct Diary {
    of: Option<String>,
    entries: u32,
}

#[derive(Debug)]
enum DiaryError {
    Anonymous,
    OfSomebodyElse,
}

#[handle]
impl Diary {
    fn write(&self, _: &Write, context: &Context) -> Result<Written, DiaryError> {
        let by = context.actor().ok_or(DiaryError::Anonymous)?.to_owned();
        let is_theirs = self.of.as_ref().is_none_or(|of| *of == by);
        ensure!(is_theirs, DiaryError::OfSomebodyElse);
        Ok(Written { by })
    }
}

#[apply]
impl Diary {
    fn written(&mut self, event: &Written) {
        self.of = Some(event.by.clone());
        self.entries += 1;
    }
}

fn diary_laws() -> Laws<Diary> {
    let diaries = prop_oneof!["a", "b"];
    laws::<Diary>().command(diaries.prop_map(|diary| Write { diary }))
}

#[test]
fn commands_are_asked_by_whoever_is_said() {
    let by = || prop_oneof!["ada", "bob"];
    diary_laws().by(by()).hold();
    let told = failure(|| diary_laws().hold());
    assert!(told.contains("with Anonymous"), "{told}");
    assert!(told.contains("`.by(actors)` says who asks"), "{told}");
    let few = |diary: &Diary| diary.entries < 2;
    let told = failure(|| {
        diary_laws()
            .by(by())
            .always("one entry is enough", few)
            .hold();
    });
    // whichever of the two wrote the first entry wrote all: each diary is one person's
    let by = |who: &str| told.matches(&format!("}} by {who}\n")).count();
    assert_eq!([by("ada"), by("bob")].iter().max(), Some(&2), "{told}");
    assert_eq!([by("ada"), by("bob")].iter().min(), Some(&0), "{told}");
}

//! A purchase log, as anyone may hand it to the shop.
//!
//! It is refused as a whole, or each line of it is a purchase or refused with its place; the import records the purchases
//! and nothing else: the totals are those of a count that shares no code with the shop.
#![no_main]

use cqrs_core::{Bus, Memory};
use libfuzzer_sys::{Corpus, fuzz_target};
use shop::domain::Totals;
use shop::import::{BadLines, ImportError, Watch, import};
use shop::purchases::{BadLine, Log};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tokio::runtime::Runtime;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().build().expect("a runtime")
});

#[derive(Default)]
struct Seen {
    recorded: usize,
    skipped: Vec<String>,
}

impl Watch for Seen {
    fn recorded(&mut self, _: bool) {
        self.recorded += 1;
    }
    fn skipped(&mut self, line: &BadLine) {
        self.skipped.push(line.to_string());
    }
}

/// What a log comes to, in cents and days as YYYYMMDD.
#[derive(Debug, Default, PartialEq)]
struct Count {
    customers: BTreeSet<String>,
    orders: u64,
    items: u64,
    cents: i128,
    first: Option<u32>,
    last: Option<u32>,
    bad: usize,
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let log = match Log::parse("log.txt", data.to_vec()) {
        Ok(log) => log,
        Err(error) => {
            assert!(error.to_string().starts_with("log.txt"));
            assert_eq!(count(data), None, "refused as a whole: {error}");
            return Corpus::Keep;
        }
    };
    assert_eq!(log.lines().count(), log.purchases());
    let counted = count(data).expect("what is read can be counted");
    RUNTIME.block_on(imported(&log, &counted));
    Corpus::Keep
});

async fn imported(log: &Log, counted: &Count) {
    let bus = Bus::open(Memory::new()).await.expect("memory opens");
    let mut seen = Seen::default();
    let imported = import(&bus, log, BadLines::Skip, &mut seen)
        .await
        .expect("no good line is refused");
    assert_eq!(
        (imported.purchases as u64, imported.skipped),
        (counted.orders, counted.bad)
    );
    assert_eq!(
        (seen.recorded, seen.skipped.len()),
        (imported.purchases, imported.skipped)
    );
    assert!(seen.skipped.iter().all(|line| line.starts_with("log.txt:")));
    if let Some(last) = &imported.last {
        let totals = bus
            .query(Totals)
            .after(last)
            .await
            .expect("totals are answered");
        assert_eq!(
            (totals.orders, totals.items),
            (counted.orders, counted.items)
        );
        assert_eq!(totals.customers, counted.customers.len() as u64);
        assert_eq!(totals.revenue.cents(), counted.cents);
        let day = |date: jiff::civil::Date| {
            i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
        };
        let days = (counted.first.map(i64::from), counted.last.map(i64::from));
        assert_eq!((totals.first.map(day), totals.last.map(day)), days);
    }

    // once more: the same lines are the same commands
    let again = import(&bus, log, BadLines::Skip, &mut Seen::default())
        .await
        .expect("again");
    assert_eq!(again.purchases, imported.purchases);
    if let Some(last) = &again.last {
        let totals = bus
            .query(Totals)
            .after(last)
            .await
            .expect("totals are answered");
        assert_eq!(
            (totals.orders, totals.items),
            (counted.orders, counted.items)
        );
    }

    // and where bad lines are not passed over, it stops before the first
    let bus = Bus::open(Memory::new()).await.expect("memory opens");
    match import(&bus, log, BadLines::Stop, &mut Seen::default()).await {
        Ok(imported) => assert_eq!(
            (imported.purchases as u64, counted.bad),
            (counted.orders, 0)
        ),
        Err(ImportError::BadLine { line, .. }) => {
            assert_eq!(Some(&line.to_string()), seen.skipped.first())
        }
        Err(other) => panic!("{other:?}"),
    }
}

/// The independent count; `None` of what is no log.
fn count(data: &[u8]) -> Option<Count> {
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    let text = str::from_utf8(data).ok()?;
    let text = text.trim_end_matches(['\u{1a}', '\n', '\r', '\t', ' ']);
    if text
        .chars()
        .any(|c| c.is_control() && !"\n\r\t".contains(c))
    {
        return None;
    }
    let mut lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| {
            line.split([' ', '\t', '\r'])
                .filter(|word| !word.is_empty())
                .collect()
        })
        .filter(|words: &Vec<&str>| !words.is_empty())
        .collect();
    let header = "customer_id date number_of_cds dollar_value";
    let mut fields = None;
    if lines.first()?.join(" ").eq_ignore_ascii_case(header) {
        lines.remove(0);
        fields = Some(4);
    }
    lines.first()?;
    let is_date =
        |word: Option<&&str>| word.is_some_and(|word| word.len() == 8 && digits(word).is_some());
    let fields = fields.or_else(|| {
        lines.iter().find_map(|words| {
            if is_date(words.get(1)) {
                Some(4)
            } else if is_date(words.get(2)) {
                Some(5)
            } else {
                None
            }
        })
    })?;

    let mut count = Count::default();
    for words in lines {
        if let Some((customer, date, items, cents)) = purchase(&words, fields) {
            count.customers.insert(customer.to_owned());
            count.orders += 1;
            count.items += items;
            count.cents += cents;
            count.first = Some(count.first.map_or(date, |first| first.min(date)));
            count.last = Some(count.last.map_or(date, |last| last.max(date)));
        } else {
            count.bad += 1;
        }
    }
    Some(count)
}

fn purchase<'a>(words: &[&'a str], fields: usize) -> Option<(&'a str, u32, u64, i128)> {
    if words.len() != fields {
        return None;
    }
    if fields == 5 {
        digits_alone(words[1])?;
    }
    let [customer, .., date, items, amount] = words else {
        return None;
    };
    let named =
        (1..=32).contains(&customer.len()) && customer.chars().all(|c| c.is_ascii_alphanumeric());
    if !named || date.len() != 8 {
        return None;
    }
    let date = u32::try_from(digits(date)?).ok()?;
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    // a timestamp ends before the last day of the last year does
    if !(1..=days).contains(&day) || date == 9999_12_31 {
        return None;
    }
    let items = digits(items)?;
    let (dollars, cents) = amount.split_once('.')?;
    if !(1..=10_000).contains(&items) || cents.len() != 2 {
        return None;
    }
    let cents = digits(dollars)?
        .checked_mul(100)?
        .checked_add(digits(cents)?)?;
    let items = u64::try_from(items).ok()?;
    (cents <= 100_000_000).then_some((customer, date, items, i128::try_from(cents).ok()?))
}

fn digits_alone(word: &str) -> Option<()> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then_some(())
}

/// The number that digits and nothing else are, zeros before it or not.
fn digits(word: &str) -> Option<u128> {
    digits_alone(word)?;
    if word.is_empty() {
        return None;
    }
    let number = word.trim_start_matches('0');
    if number.is_empty() {
        Some(0)
    } else {
        number.parse().ok()
    }
}

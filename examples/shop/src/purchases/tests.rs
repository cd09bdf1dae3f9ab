use super::*;
use crate::money::Money;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::HashSet;
use std::path::Path;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/cdnow_sample.txt");

const TWO_LINES: &str = " 00004 0001 19970101  2   29.33\r\n 00021 0002 19970101  3   63.34\r\n";

fn log(bytes: impl AsRef<[u8]>) -> Result<Log, ReadError> {
    Log::parse("some.txt", bytes.as_ref().to_vec())
}

/// The message that the file as a whole is refused with.
fn refused(bytes: impl AsRef<[u8]>) -> String {
    log(bytes).unwrap_err().to_string()
}

fn customers(log: &Log) -> Vec<String> {
    log.lines().map(|line| line.unwrap().customer).collect()
}

#[test]
fn the_sample_is_read_whole() {
    let log = Log::read(SAMPLE).unwrap();
    let purchases: Vec<_> = log.lines().collect::<Result<_, _>>().unwrap();
    assert_eq!(log.layout(), Layout::Sample);
    assert_eq!((log.purchases(), purchases.len()), (6919, 6919));
    assert_eq!(purchases[0].date, date(1997, 1, 1));
    assert_eq!(purchases[6918].line, 6919);
    assert_eq!(purchases[6918].amount, Money::from_cents(2574));
    assert!(
        purchases
            .iter()
            .any(|purchase| purchase.amount == Money::ZERO)
    );
}

#[test]
fn repeats_are_purchases_with_ids_of_their_own() {
    let log = Log::read(SAMPLE).unwrap();
    let mut seen = HashSet::new();
    let mut ids = HashSet::new();
    let mut repeats = 0;
    for purchase in log.lines() {
        let mut purchase = purchase.unwrap();
        assert!(ids.insert(log.id_of(purchase.line)));
        purchase.line = 0;
        repeats += usize::from(!seen.insert(format!("{purchase:?}")));
    }
    assert_eq!((repeats, ids.len()), (21, 6919));
}

#[test]
fn the_full_layout_is_read_with_and_without_its_header() {
    let body = " 00001 19970101  1   11.77\n 00002 19970112  5   77.00\n";
    let with = log(format!(
        " customer_id  date number_of_cds  dollar_value\n{body}"
    ))
    .unwrap();
    let without = log(body).unwrap();
    assert_eq!(
        (with.layout(), without.layout()),
        (Layout::Full, Layout::Full)
    );
    assert_eq!((with.purchases(), without.purchases()), (2, 2));
    assert_eq!(customers(&with), ["00001", "00002"]);
    let lines = |log: &Log| {
        log.lines()
            .map(|line| line.unwrap().line)
            .collect::<Vec<_>>()
    };
    assert_eq!((lines(&with), lines(&without)), (vec![2, 3], vec![1, 2]));
}

#[test]
fn the_same_bytes_give_the_same_ids() {
    let (one, two) = (
        log(TWO_LINES).unwrap(),
        Log::parse("other.txt", TWO_LINES.into()).unwrap(),
    );
    assert_eq!(one.digest(), two.digest());
    assert_eq!(one.id_of(2), two.id_of(2));
    assert_ne!(one.id_of(1), one.id_of(2));
    assert_ne!(
        one.digest(),
        log(format!("{TWO_LINES}\n")).unwrap().digest()
    );
}

#[test]
fn what_surrounds_the_lines_does_not_matter() {
    for text in [
        TWO_LINES.trim_end().to_owned(),
        format!("{TWO_LINES}\r\n \t\r\n\n"),
        format!("{TWO_LINES}\u{1a}"),
        format!("{TWO_LINES}\u{1a}\u{1a}\r\n"),
        format!("\u{feff}{TWO_LINES}"),
        TWO_LINES.replace('\r', ""),
        TWO_LINES.replace(' ', "\t"),
    ] {
        assert_eq!(
            customers(&log(&text).unwrap()),
            ["00004", "00021"],
            "{text:?}"
        );
    }
    let numbers: Vec<_> = log(format!("\n\r\n{}", TWO_LINES.replace("\r\n", "\n\n")))
        .unwrap()
        .lines()
        .map(|line| line.unwrap().line)
        .collect();
    assert_eq!(numbers, [3, 5]);
}

#[test]
fn a_bad_line_is_named_and_the_others_are_read() {
    let log = log(format!(
        " 00004 0001\n{TWO_LINES} 00021 0002 19970230  3   63.34\n"
    ))
    .unwrap();
    assert_eq!(log.purchases(), 4);
    let (good, bad): (Vec<_>, Vec<_>) = log.lines().partition(Result::is_ok);
    assert_eq!(good.len(), 2);
    let bad: Vec<_> = bad
        .into_iter()
        .map(|line| line.unwrap_err().to_string())
        .collect();
    assert_eq!(
        bad,
        [
            "some.txt:1:12: the line ends after the number in the sample, expected the date",
            "some.txt:4:13: expected a day of the calendar as YYYYMMDD, found `19970230`, which does not exist",
        ]
    );
}

#[test]
fn a_file_without_purchases_is_refused() {
    for text in [
        "",
        "\r\n \n",
        "\u{1a}",
        "\u{feff}",
        "customer_id date number_of_cds dollar_value\n",
    ] {
        assert_eq!(
            refused(text),
            "some.txt is empty: expected a purchase a line, found none",
            "{text:?}"
        );
    }
}

#[test]
fn what_is_no_text_is_refused_with_its_place() {
    for (bytes, place) in [
        (
            &b"\x89PNG\r\n\x1a\n"[..],
            "1:1: expected text in UTF-8, found the byte 0x89",
        ),
        (
            b"\x7fELF",
            "1:1: expected text in UTF-8, found the byte 0x7f",
        ),
        (
            b"00004 \xff",
            "1:7: expected text in UTF-8, found the byte 0xff",
        ),
        (
            b"a\n\xc3\xa7\xc3\xa9 \0\xff",
            "2:4: expected text in UTF-8, found the byte 0x00",
        ),
        (
            b"a\nb\x1ac\n",
            "2:2: expected text in UTF-8, found the byte 0x1a",
        ),
        (
            b"\xff\xfe0\x000\x00",
            "1:1: expected text in UTF-8, found the byte 0xff",
        ),
        (
            b"a\n\n\n\x1b[31m",
            "4:1: expected text in UTF-8, found the byte 0x1b",
        ),
        (
            b"00004 \xc3",
            "1:7: expected text in UTF-8, found the byte 0xc3",
        ),
    ] {
        let message = refused(bytes);
        assert!(
            message.starts_with(&format!("some.txt:{place};")),
            "{message}"
        );
    }
}

#[test]
fn a_text_of_another_kind_is_refused() {
    let message = refused("\nDear customer,\nthank you.\n");
    assert!(
        message.starts_with("some.txt:2:1: expected `customer number date CDs dollars`"),
        "{message}"
    );
    assert!(message.contains("found `Dear customer,`"), "{message}");
}

#[test]
fn what_cannot_be_opened_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.txt");
    let message = Log::read(&missing).unwrap_err().to_string();
    assert_eq!(
        message,
        format!("{}: no such file; name a purchase log", missing.display())
    );
    assert!(matches!(
        Log::read(folder.path()),
        Err(ReadError::Directory { .. })
    ));
    assert!(matches!(
        Log::read(Path::new("a\0b")),
        Err(ReadError::Unreadable { .. })
    ));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes: Vec<u8>) {
        if let Ok(log) = log(bytes) {
            prop_assert_eq!(log.lines().count(), log.purchases());
        }
    }

    #[test]
    fn no_text_near_a_log_panics(text in "(([ \t]{0,2}[-0-9a-z.é]{0,12}){0,7}\r?\n|00004 0001 19970101 [0-9] [-0-9.]{0,30}\n){0,8}") {
        if let Ok(log) = log(text) {
            prop_assert_eq!(log.lines().count(), log.purchases());
        }
    }

    #[test]
    fn a_changed_byte_is_read_or_refused(at in 0..TWO_LINES.len(), byte: u8) {
        let mut bytes = TWO_LINES.as_bytes().to_vec();
        bytes[at] = byte;
        if let Ok(log) = log(bytes) {
            for bad in log.lines().filter_map(Result::err) {
                prop_assert!(bad.line >= 1 && bad.column >= 1);
                prop_assert!(bad.to_string().starts_with("some.txt:"));
            }
        }
    }
}

//! What is no purchase log, or not quite: every time a message that says where and why.

use crate::{Run, Scratch, import};

const GOOD: &str = " 00004 0001 19970101  2   29.33\r\n 00021 0002 19970101  3   63.34\r\n";

/// A line that is no purchase, the column that it goes wrong in, and what is said of it.
const BAD: [(&str, usize, &str); 6] = [
    (
        " 00050 0003 199701",
        13,
        "expected a date as YYYYMMDD, found `199701`",
    ),
    (
        " 00050 0003 19970101  2",
        24,
        "the line ends after the number of CDs, expected the amount",
    ),
    (
        " 00050 0003 19970101  2   29.3",
        27,
        "the line may have been cut",
    ),
    (
        " 00050 0003 19970230  2   29.33",
        13,
        "`19970230`, which does not exist",
    ),
    (
        " 00050 0003 19970101  2   -29.33",
        27,
        "expected an amount of 0.00 or more, found `-29.33`",
    ),
    (
        " 00050 0003 19970101  -2   29.33",
        23,
        "expected a number of CDs from 1 to 10000, found `-2`",
    ),
];

/// A log of two good lines, then one that is bad, then `after`.
fn log_with(bad: &str, after: &str) -> Scratch {
    Scratch::with(format!("{GOOD}{bad}\r\n{after}"))
}

/// Runs the import of a file that is no log, with every option that could hide it.
fn refused(log: &Scratch) -> Run {
    let run = Run::of(import([log.path()]).args(["--json", "--skip-bad-lines"]));
    run.assert_failed();
    run.assert_tells(&log.path().display().to_string());
    run
}

#[test]
fn a_bad_line_stops_the_import() {
    for (bad, column, reason) in BAD {
        let log = log_with(bad, " 00060 0004 19970103  1    9.99\r\n");
        let run = Run::of(import([log.path()]).arg("--json"));
        run.assert_failed();
        run.assert_tells(&format!("{}:3:{column}: ", log.path().display()));
        run.assert_tells(reason);
        run.assert_tells("recorded: 2");
    }
}

#[test]
fn a_bad_line_at_the_beginning_stops_before_anything_is_recorded() {
    let log = Scratch::with(format!(" 00004\r\n{GOOD}"));
    let run = Run::of(&mut import([log.path()]));
    run.assert_failed();
    run.assert_tells(&format!(
        "{}:1:7: the line ends after the customer",
        log.path().display()
    ));
    run.assert_tells("recorded: 0");
}

#[test]
fn bad_lines_are_told_counted_and_skipped_when_asked() {
    let bad = BAD.map(|(line, ..)| line).join("\r\n");
    let log = Scratch::with(format!(
        "{GOOD}{bad}\r\n 00004 0001 19970118  2   29.73\r\n"
    ));
    let run = Run::of(import([log.path()]).args(["--json", "--skip-bad-lines"]));
    run.assert_succeeded();
    for (line, (_, column, reason)) in (3..).zip(BAD) {
        run.assert_tells(&format!("{}:{line}:{column}: ", log.path().display()));
        run.assert_tells(reason);
    }
    run.assert_tells("skipped: 6");
    assert_eq!(
        run.last_line(),
        r#"{"orders":3,"customers":2,"items":7,"revenue":"122.40","first":"1997-01-01","last":"1997-01-18","top":[{"customer":"00021","orders":1,"items":3,"spent":"63.34"},{"customer":"00004","orders":2,"items":4,"spent":"59.06"}]}"#
    );
}

#[test]
fn nothing_is_said_of_skipping_where_nothing_was_skipped() {
    let log = Scratch::with(GOOD);
    let run = Run::of(import([log.path()]).args(["--json", "--skip-bad-lines"]));
    run.assert_succeeded();
    assert!(!run.err.contains("skipped"), "{}", run.err);
}

#[test]
fn only_bad_lines_leave_totals_of_nothing() {
    let (bad, ..) = BAD[3];
    let log = Scratch::with(bad);
    let run = Run::of(import([log.path()]).args(["--json", "--skip-bad-lines"]));
    run.assert_succeeded();
    run.assert_tells("skipped: 1");
    assert_eq!(
        run.last_line(),
        r#"{"orders":0,"customers":0,"items":0,"revenue":"0.00","first":null,"last":null,"top":[]}"#
    );
}

#[test]
fn an_empty_file_is_refused() {
    refused(&Scratch::with("")).assert_tells("is empty");
    refused(&Scratch::with("\r\n\r\n")).assert_tells("is empty");
}

#[test]
fn a_binary_is_refused_with_the_place_of_its_first_byte() {
    let log = Scratch::with(b"\x7fELF\x02\x01\x01\0");
    refused(&log).assert_tells(":1:1: expected text in UTF-8, found the byte 0x7f");
    let log = Scratch::with([GOOD.as_bytes(), b" 00050 \xff\xfe"].concat());
    refused(&log).assert_tells(":3:8: expected text in UTF-8, found the byte 0xff");
}

#[test]
fn a_text_of_another_kind_is_refused() {
    refused(&Scratch::with(
        "customer,date,cds,dollars\n4,1997-01-01,2,29.33\n",
    ))
    .assert_tells(":1:1: expected `customer");
}

#[test]
fn a_directory_is_refused() {
    let log = Scratch::new();
    std::fs::create_dir(log.path()).unwrap();
    refused(&log).assert_tells("is a directory");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    refused(&Scratch::new()).assert_tells("no such file");
}

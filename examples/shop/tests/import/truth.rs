//! The totals, against an independent count by `awk`.

use crate::{Run, SAMPLE, Scratch, import};
use std::path::Path;
use std::process::Command;

/// The program of the independent count.
const COUNT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/import/truth.awk");

/// The sample in the layout of the full log.
const TO_FULL: &str = r#"BEGIN { print " customer_id  date number_of_cds  dollar_value" } { sub(/\r$/, ""); print " " $1, $3, $4, $5 }"#;

/// The line that `awk` counts for a log in the layout of the sample.
fn counted(log: &Path) -> String {
    let count = Run::of(Command::new("awk").arg("-f").arg(COUNT).arg(log));
    count.assert_succeeded();
    count.out.trim_end().to_owned()
}

#[test]
fn the_sample_has_its_true_totals() {
    let run = Run::of(&mut import([SAMPLE, "--json"]));
    run.assert_succeeded();
    assert_eq!(run.last_line(), counted(Path::new(SAMPLE)));
}

#[test]
fn the_count_is_of_the_whole_sample() {
    let truth = counted(Path::new(SAMPLE));
    assert!(
        truth.starts_with(r#"{"orders":6919,"customers":2357,"#),
        "{truth}"
    );
    assert!(
        truth.contains(r#""first":"1997-01-01","last":"1998-06-30""#),
        "{truth}"
    );
    assert_eq!(truth.matches(r#"{"customer":"#).count(), 10, "{truth}");
}

#[test]
fn the_full_layout_has_the_same_totals() {
    let full = Run::of(Command::new("awk").args([TO_FULL, SAMPLE]));
    full.assert_succeeded();
    let log = Scratch::with(&full.out);
    let run = Run::of(import([log.path()]).arg("--json"));
    run.assert_succeeded();
    assert_eq!(run.last_line(), counted(Path::new(SAMPLE)));
}

#[test]
fn those_who_spent_alike_stand_by_name() {
    let mut text: Vec<_> = (1..=12)
        .rev()
        .map(|customer| format!(" {customer:05} {customer:04} 19970101  1   10.00\r\n"))
        .collect();
    text.push(" 00011 0011 19970102  1    0.01\r\n".to_owned());
    let log = Scratch::with(text.concat());
    let run = Run::of(import([log.path()]).arg("--json"));
    run.assert_succeeded();
    assert_eq!(run.last_line(), counted(&log.path()));
    assert!(run.last_line().contains(
        r#""top":[{"customer":"00011","orders":2,"items":2,"spent":"10.01"},{"customer":"00001","#
    ));
}

#[test]
fn repeats_are_counted() {
    let line = " 00004 0001 19970101  2   29.33\r\n";
    let log = Scratch::with(line.repeat(3));
    let run = Run::of(import([log.path()]).arg("--json"));
    run.assert_succeeded();
    assert_eq!(
        run.last_line(),
        r#"{"orders":3,"customers":1,"items":6,"revenue":"87.99","first":"1997-01-01","last":"1997-01-01","top":[{"customer":"00004","orders":3,"items":6,"spent":"87.99"}]}"#
    );
}

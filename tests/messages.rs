//! Every mistake that the compiler proves, with the message it prints: one file a rule, in both spellings.
//! `rules.tsv` is the table of the rules, each with the case that proves it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn mistakes_do_not_compile_and_say_what_to_write() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}

#[test]
fn every_rule_has_its_case_and_every_case_its_rule_and_its_message() {
    let table = include_str!("rules.tsv");
    let mut lines = table.lines();
    assert_eq!(
        lines.next(),
        Some("rule\tmacro\toption or place\tcase file")
    );
    let mut rules = BTreeSet::new();
    let mut proved = BTreeSet::new();
    for line in lines {
        let columns: Vec<&str> = line.split('\t').collect();
        let [rule, of, place, case] = columns[..] else {
            panic!("a row has four columns: {line:?}");
        };
        assert!(
            columns.iter().all(|column| !column.trim().is_empty()),
            "a column is empty: {line:?}"
        );
        assert!(
            rules.insert((rule, of, place)),
            "a rule stands there twice: {line:?}"
        );
        proved.insert(case.to_owned());
    }
    let (cases, messages) = (files("rs"), files("stderr"));
    let without = |some: &BTreeSet<String>, others: &BTreeSet<String>| {
        some.difference(others).cloned().collect::<Vec<_>>()
    };
    let none: [String; 0] = [];
    assert_eq!(without(&proved, &cases), none, "rows that name no case");
    assert_eq!(without(&cases, &proved), none, "cases in no row");
    assert_eq!(without(&cases, &messages), none, "cases without a message");
    assert_eq!(without(&messages, &cases), none, "messages of no case");
}

/// The files in `ui` that end so, named as cases.
fn files(extension: &str) -> BTreeSet<String> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let paths = fs::read_dir(ui).unwrap().map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| path.with_extension("rs"))
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect()
}

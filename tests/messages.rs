//! Every mistake that the compiler proves, with the message it prints: one file a rule, in both spellings.
//! `rules.tsv` is the table of the rules, each with the case that proves it and what that says; the guide
//! has a chapter that is written from it. With `TRYBUILD=overwrite` the messages and the chapter are written
//! anew.

mod mistakes;

use mistakes::{Row, chapter, cross, mistakes_of, rows};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn mistakes_do_not_compile_and_say_what_to_write() {
    assert!(
        !(overwrites() && std::env::var_os("CI").is_some()),
        "TRYBUILD=overwrite writes what it is to check: unset it where it is to be checked"
    );
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}

#[test]
fn what_checks_the_messages_does_not_overwrite_them() {
    for script in ["scripts/test", ".ci/run"] {
        let refused = Command::new(root().join(script))
            .env("TRYBUILD", "overwrite")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success(), "{script} runs");
        assert_eq!(told.lines().count(), 1, "{script} does more: {told}");
        assert!(told.contains("unset TRYBUILD"), "{script}: {told}");
    }
}

#[test]
fn every_rule_has_its_case_and_every_case_its_rule_and_its_message() {
    let rows = rows();
    let unique: BTreeSet<_> = rows
        .iter()
        .map(|row| (row.rule, row.of, row.place))
        .collect();
    assert_eq!(unique.len(), rows.len(), "a rule stands there twice");
    let proved: BTreeSet<String> = rows.iter().map(|row| row.case.to_owned()).collect();
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

#[test]
fn every_message_is_that_of_a_rule_and_every_rule_has_its_message() {
    let rows = rows();
    for case in files("rs") {
        let told = mistakes_of(&case);
        let of_case: Vec<&Row<'_>> = rows.iter().filter(|row| row.case == case).collect();
        for mistake in &told {
            let claimed = of_case.iter().any(|row| row.says(&mistake.message));
            assert!(claimed, "{case}: no row has {:?}", mistake.message);
        }
        for row in of_case {
            for message in row.messages() {
                let said = told.iter().any(|mistake| mistake.message == message);
                assert!(said, "{case} does not say {message:?}");
            }
        }
    }
}

#[test]
fn every_noun_and_verb_has_each_rule_that_all_of_its_kind_have() {
    let rows = rows();
    let missing: Vec<_> = cross()
        .filter(|(rule, of, place)| {
            let is = |row: &Row<'_>| {
                row.rule == *rule
                    && row.of.split(", ").any(|macro_| macro_ == *of)
                    && (place.is_empty() || row.place == *place)
            };
            !rows.iter().any(is)
        })
        .collect();
    assert!(missing.is_empty(), "no row for {missing:#?}");
}

#[test]
fn the_chapter_of_mistakes_is_up_to_date() {
    let path = root().join("cqrs-core/src/guide/mistakes.md");
    let (chapter, there) = (
        chapter(&rows()),
        fs::read_to_string(&path).unwrap_or_default(),
    );
    if overwrites() {
        fs::write(path, chapter).unwrap();
        return;
    }
    let other = chapter
        .lines()
        .zip(there.lines())
        .find(|(new, old)| new != old);
    assert!(
        chapter == there,
        "the chapter is written from rules.tsv and ui/*.stderr: run `TRYBUILD=overwrite cargo test -p cqrs-tests \
         --test messages chapter`; the first line that differs: {other:?}"
    );
}

fn overwrites() -> bool {
    std::env::var_os("TRYBUILD").is_some_and(|what| what == "overwrite")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
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

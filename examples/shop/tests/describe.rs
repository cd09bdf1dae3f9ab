//! The built program, asked what it is made of: `shop catalogue`, `shop explain NAME`.

use std::process::{Command, Output};

const README: &str = include_str!("../../../README.md");

fn shop<const N: usize>(arguments: [&str; N]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
    command.args(arguments).output().unwrap()
}

/// What a run that succeeds prints.
#[track_caller]
fn printed<const N: usize>(arguments: [&str; N]) -> String {
    let run = shop(arguments);
    assert!(run.status.success(), "{run:?}");
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn the_readme_shows_the_diagram_of_the_shop() {
    let diagram = printed(["catalogue", "--mermaid"]);
    assert!(
        README.contains(&format!("```mermaid\n{diagram}```\n")),
        "no block of the README is\n{diagram}"
    );
}

#[test]
fn the_readme_shows_what_is_told_of_an_order() {
    let told = printed(["explain", "customer.place_order"]);
    assert!(
        README.contains(&format!("```text\n{told}```\n")),
        "no block of the README is\n{told}"
    );
    assert!(printed(["catalogue"]).contains(&told));
}

#[test]
fn programs_read_the_catalogue() {
    let json = printed(["catalogue", "--json"]);
    let catalogue: serde_json::Value = serde_json::from_str(&json).unwrap();
    let names = |kind: &str| -> Vec<&str> {
        let entries = catalogue[kind].as_array().unwrap();
        entries
            .iter()
            .map(|entry| entry["name"].as_str().unwrap())
            .collect()
    };
    assert_eq!(
        names("commands"),
        ["customer.place_order", "customer.register_customer"]
    );
    assert_eq!(
        names("events"),
        ["customer.order_placed", "customer.registered"]
    );
    assert_eq!(names("aggregates"), ["customer"]);
}

#[test]
fn another_name_is_an_error() {
    let run = shop(["explain", "customer.\u{1b}[31m"]);
    assert_eq!(run.status.code(), Some(1));
    assert!(run.stdout.is_empty());
    let told = String::from_utf8(run.stderr).unwrap();
    assert_eq!(
        told,
        "nothing in the shop is named `customer.\\u{1b}[31m`: `shop catalogue` lists all there is\n"
    );
    let run = shop(["catalogue", "--json", "--mermaid"]);
    assert_eq!(run.status.code(), Some(2));
}

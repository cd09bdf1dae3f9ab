//! The catalogue says what the program is made of: as JSON, as a diagram, in words.

use cqrs_core::catalogue::{Answerer, Catalogue, ExplainError, Handler, explain};

#[allow(
    missing_docs,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    reason = "what matters of it are its signatures"
)]
mod library;

use library::{
    Book, ClosingTime, Desk, Greet, HowMany, Lend, Loans, LoansOf, Noted, Repair, Returned, Shelf,
};

fn catalogue() -> Catalogue {
    Catalogue::of_program().unwrap()
}

#[test]
fn as_json() {
    assert_eq!(
        catalogue().to_json(),
        include_str!("library.json").trim_end()
    );
}

#[test]
fn as_a_diagram() {
    assert_eq!(catalogue().to_mermaid(), include_str!("library.mmd"));
}

#[test]
fn a_command_may_record_what_its_handler_may_return() {
    let catalogue = catalogue();
    let may_record: Vec<_> = catalogue
        .commands
        .iter()
        .map(|command| (command.name, &command.may_record[..]))
        .collect();
    assert_eq!(
        may_record,
        [
            ("book.buy", &["book.bought", "book.shelved"][..]),
            ("book.count", &["book.noted"]),
            ("book.lend", &["book.lent"]),
            ("book.note", &["book.noted"]),
            (
                "book.repair",
                &[
                    "book.bought",
                    "book.shelved",
                    "book.lent",
                    "book.returned",
                    "book.noted"
                ]
            ),
            (
                "book.return",
                &["book.returned", "book.noted", "book.shelved"]
            ),
            ("greet", &[]),
            ("reader.join", &["reader.joined"]),
        ]
    );
}

#[test]
fn types_have_a_short_name_and_a_full_one() {
    let catalogue = catalogue();
    let lend = catalogue
        .commands
        .iter()
        .find(|it| it.name == "book.lend")
        .unwrap();
    assert_eq!(lend.returns.to_string(), "Result<Option<Lent>, Refused>");
    assert_eq!(lend.error.unwrap().full(), "catalogue::library::Refused");
    assert_eq!(lend.handled_by, Handler::Aggregate("book"));
    let greet = catalogue
        .commands
        .iter()
        .find(|it| it.name == "greet")
        .unwrap();
    assert_eq!(
        greet.handled_by,
        Handler::Service(catalogue.services[0].type_name)
    );
    let answers = |by| catalogue.queries.iter().any(|it| it.answered_by == by);
    assert!(answers(Answerer::Projection("loans")));
    assert!(answers(Answerer::Service(catalogue.services[0].type_name)));
}

#[test]
fn in_words() {
    assert_eq!(
        catalogue().to_string(),
        include_str!("library.txt").trim_end()
    );
}

/// What is told of the type, which is told of it among all as well.
#[track_caller]
fn told<T: 'static>() -> String {
    let told = explain::<T>().unwrap().to_string();
    assert_eq!(catalogue().explain::<T>().unwrap().to_string(), told);
    assert!(include_str!("library.txt").contains(&told), "{told}");
    told
}

#[test]
fn a_type_of_any_kind_is_explained() {
    assert!(
        told::<Lend>()
            .starts_with("command book.lend: Lend, version 1\n  handled by aggregate book")
    );
    assert!(told::<Repair>().ends_with("\n  asks for Bell"));
    assert!(told::<Greet>().contains("\n  handled by service Desk at "));
    assert!(
        told::<Returned>()
            .ends_with("\n  recorded by book.repair, book.return\n  projected by loans, shelf")
    );
    assert!(told::<Noted>().contains("kept for the record alone"));
    assert!(told::<Book>().contains("\n  keeps for the record: book.noted"));
    assert!(told::<Desk>().ends_with("\n  handles greet\n  answers closing_time"));
    assert!(told::<ClosingTime>().contains("\n  answered by service Desk at "));
    assert!(told::<ClosingTime>().ends_with("\n  returns u8\n  may fail with Refused"));
    assert!(told::<Loans>().contains("\n  a row for each u32\n  indexed by reader, times"));
    assert!(told::<Shelf>().contains("\n  one value"));
    assert!(told::<LoansOf>().contains("\n  answered by projection loans (Loans) at "));
    assert!(told::<LoansOf>().ends_with("\n  may fail with Refused"));
    assert!(told::<HowMany>().ends_with("\n  returns u64"));
}

#[test]
fn another_type_is_not() {
    assert_eq!(
        explain::<String>().unwrap_err(),
        ExplainError::NotRegistered {
            type_name: "alloc::string::String"
        }
    );
    assert_eq!(catalogue().explain::<String>(), None);
}

#[test]
fn a_name_is_explained_in_all_its_kinds() {
    let catalogue = catalogue();
    let both = catalogue.explain_name("loans").unwrap().to_string();
    assert_eq!(
        both,
        format!("{}\n\n{}", told::<Loans>(), told::<LoansOf>())
    );
    let desk = catalogue.explain_name("Desk").unwrap().to_string();
    assert_eq!(desk, told::<Desk>());
    assert_eq!(catalogue.explain_name("book.burnt"), None);
    assert_eq!(catalogue.explain_name("Lend"), None);
}

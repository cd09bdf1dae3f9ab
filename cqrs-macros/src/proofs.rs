//! What holds of all macros: their expansions are on record, none loses the user's item, and each option that
//! one takes stands in the table of mistakes.

use crate::options::{Grammar, Setting};
use crate::testing::{ATTRIBUTES, DERIVES, expanded, expanded_item};
use crate::{nouns, verbs, vocabulary};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use syn::{File, ImplItem, Item, Meta};

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests")
}

fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of a folder whose names end so, in order.
fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(tests().join(folder)).unwrap();
    let mut files: Vec<PathBuf> = all
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect();
    files.sort();
    files
}

/// What differs, a few lines of it.
fn difference(expected: &str, got: &str) -> String {
    let (expected, got): (Vec<_>, Vec<_>) = (expected.lines().collect(), got.lines().collect());
    let alike = |(a, b): &(&&str, &&str)| a == b;
    let begin = expected.iter().zip(&got).take_while(alike).count();
    let end = expected[begin..]
        .iter()
        .rev()
        .zip(got[begin..].iter().rev())
        .take_while(alike)
        .count();
    let part = |sign: char, lines: &[&str]| {
        let lines = lines[begin..lines.len() - end].iter();
        let lines: Vec<String> = lines.map(|line| format!("{sign} {line}\n")).collect();
        lines.concat()
    };
    let place = format!("from line {}\n", begin + 1);
    place + &part('-', &expected) + &part('+', &got)
}

#[test]
fn expansions_are_as_they_are_on_record() {
    let overwrites = std::env::var_os("TRYBUILD").is_some_and(|what| what == "overwrite");
    let cases = files("expansions", ".in.rs");
    assert!(cases.len() >= DERIVES.len() + ATTRIBUTES.len() - 1);
    let mut differ = Vec::new();
    for case in cases {
        let path = PathBuf::from(case.to_string_lossy().replace(".in.rs", ".out.rs"));
        let input: File = syn::parse_file(&read(&case)).unwrap();
        let output = prettyplease::unparse(&expanded(input));
        if overwrites {
            fs::write(&path, output).unwrap();
            continue;
        }
        let recorded = fs::read_to_string(&path).unwrap_or_default();
        if output != recorded {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            differ.push(format!("{name}, {}", difference(&recorded, &output)));
        }
    }
    assert!(
        differ.is_empty(),
        "expansions differ from those on record in tests/expansions:\n{}if that is meant, run \
         `TRYBUILD=overwrite cargo test -p cqrs-macros expansions` and look at what it wrote",
        differ.concat()
    );
}

#[test]
fn every_macro_has_an_expansion_on_record() {
    let inputs: String = files("expansions", ".in.rs").iter().map(read).collect();
    for macro_ in exported() {
        let written = if macro_.starts_with(char::is_uppercase) {
            inputs.contains(&format!("({macro_},")) || inputs.contains(&format!("({macro_})"))
        } else {
            inputs.contains(&format!("#[{macro_}"))
        };
        assert!(written, "no case of `{macro_}`");
    }
}

#[test]
fn no_expansion_is_unsafe() {
    fn unsafety(tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == "unsafe",
            TokenTree::Group(group) => unsafety(group.stream()),
            _ => false,
        })
    }
    let outputs = files("expansions", ".out.rs");
    assert!(!outputs.is_empty());
    for path in outputs {
        let tokens: TokenStream = read(&path).parse().unwrap();
        assert!(!unsafety(tokens), "{} is unsafe", path.display());
    }
}

/// The names of what an item defines, which an editor completes: itself, and its methods.
fn names(item: &Item) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    match item {
        Item::Struct(item) => drop(names.insert(format!("type {}", item.ident))),
        Item::Enum(item) => drop(names.insert(format!("type {}", item.ident))),
        Item::Union(item) => drop(names.insert(format!("type {}", item.ident))),
        Item::Impl(block) => {
            let of = block.self_ty.to_token_stream();
            for item in &block.items {
                let name = match item {
                    ImplItem::Fn(item) => item.sig.ident.to_string(),
                    ImplItem::Const(item) => item.ident.to_string(),
                    _ => continue,
                };
                names.insert(format!("{of} :: {name}"));
            }
        }
        Item::Mod(module) => {
            for item in module.content.iter().flat_map(|(_, items)| items) {
                names.extend(self::names(item));
            }
        }
        _ => {}
    }
    names
}

/// Every mistake that is on record, put to the macros: whatever they say of it, what the user wrote is there.
#[test]
fn on_an_error_the_item_is_still_there() {
    let mut erring = 0;
    for case in files("ui", ".rs") {
        let file: File = syn::parse_file(&read(&case)).unwrap();
        for item in file.items {
            let written = names(&item);
            let expansion = expanded_item(item);
            let there: BTreeSet<String> = expansion.iter().flat_map(names).collect();
            let lost: Vec<_> = written.difference(&there).collect();
            assert!(lost.is_empty(), "{}: {lost:?} are lost", case.display());
            let is_error = |item: &Item| {
                let tokens = item.to_token_stream().to_string();
                tokens.contains("compile_error")
            };
            erring += usize::from(expansion.iter().any(is_error));
        }
    }
    assert!(erring > 100, "only {erring} items are in error");
}

/// What is right beside a mistake keeps its impls, so that nothing else is in error.
#[test]
fn what_is_right_beside_a_mistake_is_still_written() {
    let beside = [
        (
            "#[derive(Command, Serialize)] #[command(version = 0)] struct Open { #[id] account: u64 }",
            &["Command for Open", "Addressed for Open", "STORED"][..],
        ),
        (
            "#[derive(Event)] #[event(\"A B\")] struct Opened { #[tag] #[tag] by: u64 }",
            &["Event for Opened", "fn tags"],
        ),
        (
            "#[derive(Aggregate)] struct Account;",
            &["Aggregate for Account", "Target for Account"],
        ),
        (
            "#[derive(Projection)] #[projection(key = u64, since = 7)] struct Balance { #[index(x)] at: u64 }",
            &[
                "Projection for Balance",
                "ReadModel for Balance",
                "const AT",
            ],
        ),
        (
            "#[derive(Id)] enum AccountId { A }",
            &["Display for AccountId", "FromStr for AccountId"],
        ),
        (
            "#[commands(\"a\", account: u64)] enum C { Open(u8), Close { account: u64 }, Lock }",
            &[
                "struct Open",
                "struct Close",
                "struct Lock",
                "Command for Lock",
            ],
        ),
        (
            "#[events(\"a\")] enum E { #[event(version = 0)] Opened, Closed = 7 }",
            &["struct Opened", "struct Closed", "EventSet for E"],
        ),
        (
            "#[handle] impl Account { fn open(&mut self, _: &Open) -> Opened {} fn close(&self, _: &Close) -> Closed {} }",
            &[
                "Handled < R > for Open",
                "Handled < R > for Close",
                "by . close",
            ],
        ),
        (
            "#[apply] impl Account { fn opened(&self, _: &Opened) {} fn closed(&mut self, _: &Closed) {} }",
            &[
                "Applied for Opened",
                "Applied for Closed",
                "Account :: closed",
            ],
        ),
        (
            "#[project] impl Balance { fn opened(&self, _: &Opened) {} fn closed(&mut self, _: &Closed) {} }",
            &["Project for Balance", "row . closed"],
        ),
        (
            "#[answer] impl Balance { fn a(&mut self, _: &A) -> u8 {} fn b(_: &Rows<Self>, _: &B) -> u8 {} }",
            &[
                "Answered < R > for A",
                "Answered < R > for B",
                "Balance :: b",
            ],
        ),
    ];
    for (input, parts) in beside {
        let item: Item = syn::parse_str(input).unwrap();
        let expansion = expanded_item(item);
        let expansion: String = expansion
            .iter()
            .map(|item| item.to_token_stream().to_string() + "\n")
            .collect();
        assert!(expansion.contains("compile_error"), "{input} is no mistake");
        for part in parts {
            assert!(
                expansion.contains(part),
                "{input} lacks `{part}`:\n{expansion}"
            );
        }
    }
}

/// The macros that `lib.rs` exports.
fn exported() -> Vec<String> {
    let lib: File = syn::parse_file(include_str!("lib.rs")).unwrap();
    let functions = lib.items.iter().filter_map(|item| match item {
        Item::Fn(function) => Some(function),
        _ => None,
    });
    functions
        .filter_map(|function| {
            function.attrs.iter().find_map(|attr| match &attr.meta {
                Meta::List(list) if attr.path().is_ident("proc_macro_derive") => {
                    let first = list.tokens.clone().into_iter().next()?;
                    Some(first.to_string())
                }
                Meta::Path(path) if path.is_ident("proc_macro_attribute") => {
                    Some(function.sig.ident.to_string())
                }
                _ => None,
            })
        })
        .collect()
}

/// Each grammar, as the table names its macro, and what the table adds to a place on a variant or field.
const GRAMMARS: [(&str, &Grammar, &str); 18] = [
    ("derive(Command)", &nouns::command::GRAMMAR, ""),
    ("derive(Event)", &nouns::event::GRAMMAR, ""),
    ("derive(Query)", &nouns::query::GRAMMAR, ""),
    ("derive(Aggregate)", &nouns::aggregate::GRAMMAR, ""),
    ("derive(Projection)", &nouns::projection::GRAMMAR, ""),
    ("derive(Service)", &nouns::service::GRAMMAR, ""),
    ("derive(Resources)", &nouns::resources::GRAMMAR, ""),
    ("derive(Resources)", &nouns::resources::FIELD, ""),
    ("derive(Id)", &nouns::id::GRAMMAR, ""),
    ("#[commands]", &vocabulary::COMMANDS, ""),
    ("#[commands]", &vocabulary::COMMAND_WORD, ", on a variant"),
    ("#[events]", &vocabulary::EVENTS, ""),
    ("#[events]", &vocabulary::EVENT_WORD, ", on a variant"),
    ("#[handle]", &verbs::handle::GRAMMAR, ""),
    ("#[apply]", &verbs::apply::GRAMMAR, ""),
    ("#[project]", &verbs::project::GRAMMAR, ""),
    ("#[answer]", &verbs::answer::GRAMMAR, ""),
    ("#[upcast]", &verbs::upcast::GRAMMAR, ""),
];

/// `#[key(..)]` takes no options, but expressions.
const WITHOUT_OPTIONS: [&str; 1] = ["key"];

#[test]
fn every_option_that_a_macro_takes_is_in_the_table_of_mistakes() {
    let table = read(tests().join("rules.tsv"));
    let rows: BTreeSet<[&str; 3]> = table
        .lines()
        .filter_map(|line| line.split('\t').take(3).collect::<Vec<_>>().try_into().ok())
        .collect();
    let mut missing = Vec::new();
    let mut demand = |rule: &'static str, of: &'static str, place: String| {
        if !rows.contains(&[rule, of, &place]) {
            missing.push(format!("{rule}\t{of}\t{place}"));
        }
    };
    for (of, grammar, on) in GRAMMARS {
        for setting in grammar.options {
            if setting.value().is_some() {
                demand(
                    "an option has its value",
                    of,
                    format!("{}{on}", setting.word()),
                );
            } else {
                demand(
                    "an option without a value has none",
                    of,
                    format!("{}{on}", setting.word()),
                );
            }
            demand(
                "an option is given once",
                of,
                format!("{}{on}", setting.word()),
            );
        }
        if grammar.field {
            demand(
                "an option is given once",
                of,
                "the field of the vocabulary".to_owned(),
            );
        }
        if !grammar.literal.is_empty() {
            let rule = if grammar.literal == "a category" {
                "a category is plain"
            } else {
                "a stored name is plain"
            };
            demand(rule, of, format!("a name{on}"));
            demand("an option is given once", of, format!("a name{on}"));
        }
        if on.is_empty() {
            demand("an option is a known one", of, "an unknown word".to_owned());
        }
    }
    assert!(missing.is_empty(), "no row for:\n{}", missing.join("\n"));
}

#[test]
fn every_grammar_is_known_here() {
    let known: BTreeSet<String> = GRAMMARS.iter().map(|(of, ..)| (*of).to_owned()).collect();
    for macro_ in exported() {
        let named = if macro_.starts_with(char::is_uppercase) {
            format!("derive({macro_})")
        } else {
            format!("#[{macro_}]")
        };
        let takes_none = WITHOUT_OPTIONS.contains(&macro_.as_str());
        assert!(
            known.contains(&named) || takes_none,
            "{named} has no grammar here"
        );
        let is_expanded = DERIVES
            .iter()
            .map(|(name, _)| name)
            .chain(ATTRIBUTES.iter().map(|(name, _)| name));
        assert!(
            is_expanded.into_iter().any(|name| *name == macro_),
            "{named} is not expanded by the tests"
        );
    }
    let taken: BTreeSet<&str> = GRAMMARS
        .iter()
        .flat_map(|(_, grammar, _)| grammar.options)
        .map(|setting| setting.word())
        .collect();
    let all: BTreeSet<&str> = Setting::ALL.iter().map(|setting| setting.word()).collect();
    assert_eq!(
        taken, all,
        "an option that no grammar takes, or one of a grammar that is not known here"
    );
}

//! What is asserted of a vocabulary's category, where the vocabulary stands.

use crate::aggregate::Aggregate;
use crate::message::{Applied, Handled};
use std::marker::PhantomData;

/// The event `E`: whose it is, once an aggregate applies it or keeps it for the record.
#[derive(Debug)]
pub struct EventOf<E>(PhantomData<E>);

impl<E: Applied> EventOf<E> {
    /// The stored name of its aggregate.
    pub const AGGREGATE: Option<&'static str> = Some(<E::By as Aggregate>::NAME);
}

/// The command `C`: whose it is, once an aggregate handles it.
#[derive(Debug)]
pub struct CommandOf<C>(PhantomData<C>);

impl<C: Handled<By: Aggregate>> CommandOf<C> {
    /// The stored name of its aggregate.
    pub const AGGREGATE: Option<&'static str> = Some(<C::By as Aggregate>::NAME);
}

/// A word that no aggregate has: that of a service, whose vocabulary is called what it likes, and
/// one that nobody has, which is told elsewhere. What is known of one that has is found before this.
pub trait Unowned {
    /// None.
    const AGGREGATE: Option<&'static str> = None;
}

impl<E> Unowned for EventOf<E> {}

impl<C> Unowned for CommandOf<C> {}

/// The words of `#[attribute("category", aggregate = "stated")]` are of that aggregate: of the one
/// that is stated, else of the one that the category names, or begins with (`order.billing`).
#[track_caller]
pub const fn is_of(
    attribute: &str,
    category: &str,
    stated: Option<&str>,
    aggregates: &[Option<&str>],
) {
    let mut at = 0;
    while at < aggregates.len() {
        if let Some(aggregate) = aggregates[at] {
            let fits = match stated {
                Some(stated) => begins(stated, aggregate) && stated.len() == aggregate.len(),
                None => {
                    begins(category, aggregate)
                        && (category.len() == aggregate.len()
                            || category.as_bytes()[aggregate.len()] == b'.')
                }
            };
            if !fits {
                let told = match stated {
                    Some(stated) => [
                        "this vocabulary says that it is of aggregate `",
                        stated,
                        "`, but its aggregate is stored as `",
                        aggregate,
                        "`: write `aggregate = \"",
                        aggregate,
                        "\"`",
                        "",
                        "",
                        "",
                        "",
                        "",
                    ],
                    None => [
                        "this vocabulary is of category `",
                        category,
                        "`, but its aggregate is stored as `",
                        aggregate,
                        "`: write `#[",
                        attribute,
                        "(\"",
                        aggregate,
                        "\")]`, or, if the names are to stay as they are, `aggregate = \"",
                        aggregate,
                        "\"` after the category",
                        "",
                    ],
                };
                panic!("{}", Text::of(&told).as_str());
            }
        }
        at += 1;
    }
}

const fn begins(text: &str, with: &str) -> bool {
    let (text, with) = (text.as_bytes(), with.as_bytes());
    if text.len() < with.len() {
        return false;
    }
    let mut at = 0;
    while at < with.len() {
        if text[at] != with[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// A text that is put together while the program is compiled. Stored names are short, so it fits.
struct Text {
    bytes: [u8; 1024],
    length: usize,
}

impl Text {
    const fn of(parts: &[&str]) -> Self {
        let mut text = Self {
            bytes: [0; 1024],
            length: 0,
        };
        let mut part = 0;
        while part < parts.len() {
            let bytes = parts[part].as_bytes();
            let mut at = 0;
            while at < bytes.len() && text.length < text.bytes.len() {
                text.bytes[text.length] = bytes[at];
                text.length += 1;
                at += 1;
            }
            part += 1;
        }
        text
    }

    const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "the category of this vocabulary is not the stored name of its aggregate",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    fn told(
        category: &'static str,
        stated: Option<&'static str>,
        aggregate: &'static str,
    ) -> Option<String> {
        let told = catch_unwind(|| is_of("events", category, stated, &[None, Some(aggregate)]));
        let told = told.err()?;
        Some(told.downcast_ref::<String>().unwrap().clone())
    }

    #[test]
    fn a_category_is_the_name_of_the_aggregate_or_begins_with_it_or_the_name_is_stated() {
        for (category, stated, aggregate) in [
            ("copy", None, "copy"),
            ("order.billing", None, "order"),
            ("library", Some("copy"), "copy"),
        ] {
            assert_eq!(told(category, stated, aggregate), None, "{category}");
        }
        is_of("events", "anything", None, &[None, None]);
        for (category, stated, aggregate) in [
            ("copy", None, "member"),
            ("copy", None, "cops"),
            ("copy", None, "cop"),
            ("cop", None, "copy"),
            ("copy.of", None, "copy.o"),
            ("copy", Some("copies"), "copy"),
            ("copy", Some("cops"), "copy"),
            ("copy", Some("cop"), "copy"),
        ] {
            let told = told(category, stated, aggregate).unwrap_or_default();
            assert!(told.contains(&format!("stored as `{aggregate}`")), "{told}");
            assert!(
                told.contains(&format!("`{}`", stated.unwrap_or(category))),
                "{told}"
            );
        }
    }

    #[test]
    fn of_names_that_are_too_long_to_tell_the_beginning_is_told() {
        let long: &'static str = "c".repeat(2_000).leak();
        let told = told(long, None, "copy").unwrap();
        assert_eq!(told.len(), 1_024);
        assert!(told.ends_with("ccc"), "{told}");
    }
}

//! Stored names, and the names of constants.

use crate::errors::Errors;
use proc_macro2::Ident;
use syn::LitStr;
use syn::ext::IdentExt;

/// What a stored name may be.
const RULE: &str =
    "1 to 128 characters of `a-z`, `0-9`, `_`, `.` and `-`, the first of them a letter";

/// The name as Rust code says it, without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `OpenAccount` as `open_account`, `HTTPRequest2` as `http_request2`.
pub(crate) fn snake_case(ident: &Ident) -> String {
    let name: Vec<char> = plain(ident).chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, &character) in name.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| name.get(at));
        let after = name.get(at + 1);
        let begins_word = character.is_uppercase()
            && before.is_some_and(|before| {
                let ends_word = !before.is_uppercase() && *before != '_';
                ends_word || (before.is_uppercase() && after.is_some_and(|c| c.is_lowercase()))
            });
        if begins_word {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

/// `amount` as `AMOUNT`.
pub(crate) fn constant_case(ident: &Ident) -> String {
    plain(ident).to_uppercase()
}

/// Whether `name` may be stored.
pub(crate) fn is_stored_name(name: &str) -> bool {
    name.len() <= 128
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-'))
}

/// The name that the user wrote for `what` (`a stored name`, `a category`), if any; an error if it cannot be one.
pub(crate) fn given(literal: Option<&LitStr>, what: &str, errors: &mut Errors) -> Option<String> {
    let literal = literal?;
    let name = literal.value();
    if is_stored_name(&name) {
        return Some(name);
    }
    errors.at(literal, format_args!("{what} is {RULE}"));
    None
}

/// The name that stands for the type `ident` unless the user gives another; an error where it makes none.
pub(crate) fn default(ident: &Ident, attribute: &str, errors: &mut Errors) -> String {
    let name = snake_case(ident);
    check_default(&name, ident, attribute, errors);
    name
}

/// An error if the name that is made of the Rust name `ident` cannot be stored.
pub(crate) fn check_default(name: &str, ident: &Ident, attribute: &str, errors: &mut Errors) {
    if !is_stored_name(name) {
        let message = format!(
            "`{}` makes no stored name, which is {RULE}: give one, as in `#[{attribute}(\"name\")]`",
            plain(ident)
        );
        errors.at(ident, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;

    fn ident(name: &str) -> Ident {
        syn::parse_str(name).unwrap_or_else(|_| Ident::new("unreadable", Span::call_site()))
    }

    #[test]
    fn snake_case_parts_words() {
        for (camel, snake) in [
            ("Opened", "opened"),
            ("OpenAccount", "open_account"),
            ("HTTPRequest", "http_request"),
            ("RequestOverHTTP", "request_over_http"),
            ("V2Opened", "v2_opened"),
            ("Opened2", "opened2"),
            ("r#Type", "type"),
            ("already_snake", "already_snake"),
            ("A", "a"),
            ("AB", "ab"),
            ("Half_Done", "half_done"),
        ] {
            assert_eq!(snake_case(&ident(camel)), snake);
        }
    }

    #[test]
    fn constants_are_written_in_capitals() {
        assert_eq!(constant_case(&ident("total_amount")), "TOTAL_AMOUNT");
        assert_eq!(constant_case(&ident("r#type")), "TYPE");
    }

    #[test]
    fn stored_names_are_plain() {
        for name in ["a", "account.opened", "a-b_c.9", &"a".repeat(128)] {
            assert!(is_stored_name(name), "{name}");
        }
        for name in [
            "",
            "9a",
            ".a",
            "_a",
            "Account",
            "a b",
            "größe",
            "a/b",
            &"a".repeat(129),
        ] {
            assert!(!is_stored_name(name), "{name}");
        }
    }

    #[test]
    fn a_bad_name_is_an_error_that_says_the_rule() {
        let mut errors = Errors::default();
        let literal = LitStr::new("Account", Span::call_site());
        assert_eq!(given(Some(&literal), "a stored name", &mut errors), None);
        assert_eq!(default(&ident("_Größe"), "event", &mut errors), "_größe");
        assert_eq!(
            errors.messages(),
            [
                "a stored name is 1 to 128 characters of `a-z`, `0-9`, `_`, `.` and `-`, the first of them a letter",
                "`_Größe` makes no stored name, which is 1 to 128 characters of `a-z`, `0-9`, `_`, `.` and `-`, \
                 the first of them a letter: give one, as in `#[event(\"name\")]`",
            ]
        );
    }
}

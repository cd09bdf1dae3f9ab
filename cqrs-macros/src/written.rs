//! A digest of code as it is written: the same tokens, the same number, whatever comments and spaces stand
//! between them.

use crate::digest::Digest;
use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};
use quote::ToTokens;

/// The digest of tokens.
pub(crate) fn digest(tokens: &impl ToTokens) -> u64 {
    let mut digest = Digest::new();
    take_in(tokens.to_token_stream(), &mut digest);
    digest.number()
}

/// A digest as one writes it: `0x0123_4567_89ab_cdef`.
pub(crate) fn number(digest: u64) -> Literal {
    let digits = format!("{digest:016x}");
    let [a, b, c, d] = [0, 4, 8, 12].map(|place| &digits[place..place + 4]);
    let written = format!("0x{a}_{b}_{c}_{d}");
    written
        .parse()
        .unwrap_or_else(|_| Literal::u64_unsuffixed(digest)) // a number in digits always parses
}

fn take_in(tokens: TokenStream, digest: &mut Digest) {
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        // how puncts are spaced differs by what stands after them, and says nothing that they do not
        match token {
            TokenTree::Punct(hash) if hash.as_char() == '#' => {
                let inner = tokens.next_if(|token| token.to_string() == "!");
                if tokens.next_if(is_doc).is_none() {
                    digest.text("#");
                    if inner.is_some() {
                        digest.text("!");
                    }
                }
            }
            TokenTree::Group(group) => match group.delimiter() {
                Delimiter::None => take_in(group.stream(), digest),
                Delimiter::Parenthesis => within("(", group.stream(), ")", digest),
                Delimiter::Brace => within("{", group.stream(), "}", digest),
                Delimiter::Bracket => within("[", group.stream(), "]", digest),
            },
            token => digest.text(&token.to_string()),
        }
    }
}

fn within(open: &str, tokens: TokenStream, close: &str, digest: &mut Digest) {
    digest.text(open);
    take_in(tokens, digest);
    digest.text(close);
}

/// Whether these are the brackets of `#[doc = ".."]`: a comment.
fn is_doc(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(word)) if word == "doc")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn of(code: &str) -> u64 {
        digest(&code.parse::<TokenStream>().unwrap())
    }

    #[test]
    fn comments_and_spaces_do_not_matter() {
        let plain = of("fn opened(&mut self, _: &Opened) { self.open = Vec::<Vec<u8>>::new() }");
        let spaced = "/// It opens.\n#[doc(hidden)] fn opened ( & mut self, _ : &Opened ) {
            //! Once.
            // at last
            self . open = Vec :: <Vec<u8> > :: new( /* none */ )
        }";
        assert_eq!(of(spaced), plain);
    }

    #[test]
    fn every_other_token_matters() {
        let codes = [
            "",
            "a",
            "ab",
            "a b",
            "b a",
            "a(b)",
            "(a)b",
            "(a b)",
            "[a b]",
            "{a b}",
            "{{a} b}",
            "a += b",
            "a -= b",
            "#[a] b",
            "#![a] b",
            "#[a(doc)] b",
            "\"a\"",
            "'a'",
            "1",
            "1u8",
            "r#a",
        ];
        let digests: BTreeSet<u64> = codes.into_iter().map(of).collect();
        assert_eq!(digests.len(), codes.len());
    }

    #[test]
    fn digests_are_those_of_old() {
        // snapshots bear them: others would make all of them stale
        assert_eq!(of("self.balance += event.amount;"), 0xc7ac_a239_9997_d675);
    }

    #[test]
    fn a_number_is_written_in_groups() {
        assert_eq!(
            number(0x12_3456_789a_bcde).to_string(),
            "0x0012_3456_789a_bcde"
        );
    }
}

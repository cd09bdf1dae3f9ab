//! `#[key(..)]`, which only `#[project]` understands.

use crate::errors::Errors;
use proc_macro2::{Span, TokenStream};

/// Expands the attribute where no `#[project]` has taken it away: an error.
pub(crate) fn misplaced(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let message = "`#[key(..)]` only works on a method of a `#[project]` impl block";
    errors.push(syn::Error::new(Span::call_site(), message));
    errors.follow(item)
}

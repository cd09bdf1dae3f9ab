//! Where expansions find `cqrs-core`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Path;

/// The module of `cqrs-core` that expansions name: it prints as `::cqrs_core::__private`.
#[derive(Clone)]
pub(crate) struct Private(TokenStream);

impl Private {
    /// The module in the crate at `krate`, the value of the option `crate = ..`.
    pub(crate) fn within(krate: Option<&Path>) -> Self {
        Self(krate.map_or_else(
            || quote!(::cqrs_core::__private),
            |path| quote!(#path::__private),
        ))
    }

    /// The same, to be shown at some place of the user's code.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        let here = |mut token: TokenTree| {
            token.set_span(span);
            token
        };
        self.0.clone().into_iter().map(here).collect()
    }

    /// The path of `serde` as text, for `#[serde(crate = "..")]`.
    pub(crate) fn serde(&self) -> String {
        format!("{}::serde", self.0).replace(' ', "")
    }
}

impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn the_crate_has_its_own_name_unless_another_is_given() {
        assert_eq!(
            Private::within(None).serde(),
            "::cqrs_core::__private::serde"
        );
        let renamed = parse_quote!(::renamed::inner);
        assert_eq!(
            Private::within(Some(&renamed)).serde(),
            "::renamed::inner::__private::serde"
        );
    }
}

//! What an event stores, as its definition says it: a line a field.

use crate::names;
use crate::syntax;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, Meta, Token};

/// A line of a shape, and under which `#[cfg]` it stands.
pub(crate) struct Line {
    pub(crate) conditions: Vec<Attribute>,
    pub(crate) text: String,
}

/// The lines of a struct with those fields; `attrs` are those that bear on the whole.
pub(crate) fn lines(attrs: &[Attribute], fields: &Fields) -> Vec<Line> {
    let whole = of_serde(attrs).map(|text| Line {
        conditions: Vec::new(),
        text,
    });
    let fields = fields.iter().enumerate().map(|(place, field)| {
        let name = match &field.ident {
            Some(ident) => names::plain(ident),
            None => place.to_string(),
        };
        let ty = syntax::text(&field.ty);
        let attrs = of_serde(&field.attrs).map(|attr| format!(" {attr}"));
        Line {
            conditions: conditions(&field.attrs),
            text: format!("{name}: {ty}{}", attrs.collect::<String>()),
        }
    });
    whole.chain(fields).collect()
}

fn conditions(attrs: &[Attribute]) -> Vec<Attribute> {
    syntax::conditions(attrs).into_iter().cloned().collect()
}

/// What is told to serde, but where serde itself is.
fn of_serde(attrs: &[Attribute]) -> impl Iterator<Item = String> {
    let lists = attrs.iter().filter(|attr| attr.path().is_ident("serde"));
    lists.filter_map(|attr| {
        let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
        let options: Vec<String> = match attr.parse_args_with(parser) {
            Ok(options) => options
                .iter()
                .filter(|option| !option.path().is_ident("crate"))
                .map(option)
                .collect(),
            Err(_) => vec![attr.meta.to_token_stream().to_string()],
        };
        (!options.is_empty()).then(|| format!("#[serde({})]", options.join(", ")))
    })
}

/// `rename = "amount"`
fn option(option: &Meta) -> String {
    match option {
        Meta::NameValue(option) => {
            let (path, value) = (&option.path, &option.value);
            let path = path.to_token_stream().to_string().replace(' ', "");
            format!("{path} = {}", value.to_token_stream())
        }
        Meta::Path(_) | Meta::List(_) => option.to_token_stream().to_string().replace(' ', ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::{ItemStruct, parse_quote};

    fn of(item: &ItemStruct) -> Vec<String> {
        let lines = lines(&item.attrs, &item.fields).into_iter();
        lines.map(|line| line.text).collect()
    }

    #[test]
    fn a_line_says_what_is_stored() {
        let item = parse_quote! {
            /// Paid in.
            #[derive(Clone)]
            #[serde(rename_all = "camelCase", crate = "::cqrs_core::serde")]
            #[serde(crate = "::cqrs_core::serde")]
            pub struct Deposited {
                #[tag]
                pub r#type: Option<std::collections::HashMap<String, [u8; 4]>>,
                #[serde(default, with = "a::b")]
                #[serde(rename = "the note")]
                note: &'static str,
                #[cfg(feature = "late")]
                late: bool,
            }
        };
        assert_eq!(
            of(&item),
            [
                "#[serde(rename_all = \"camelCase\")]",
                "type: Option<std::collections::HashMap<String,[u8;4]>>",
                "note: &'static str #[serde(default, with = \"a::b\")] #[serde(rename = \"the note\")]",
                "late: bool",
            ]
        );
        assert_eq!(lines(&item.attrs, &item.fields)[3].conditions.len(), 1);
        assert_eq!(
            of(&parse_quote!(
                struct Paid(u64, (u8, Money));
            )),
            ["0: u64", "1: (u8, Money)"]
        );
        assert!(
            of(&parse_quote!(
                struct Closed;
            ))
            .is_empty()
        );
    }
}

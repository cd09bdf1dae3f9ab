//! `#[derive(Id)]`.

use super::Noun;
use crate::errors::Errors;
use crate::options::{Grammar, Options, Setting};
use crate::paths::Private;
use crate::syntax;
use crate::verbs::fresh;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Type};

const NOUN: Noun = Noun {
    attribute: "id",
    a: "an id",
    not_generic: "its values are what the log keeps; write one type for each aggregate",
    derive: "Id",
    mark: "",
    mark_takes_options: false,
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: NOUN.attribute,
    literal: "",
    field: false,
    options: &[Setting::Crate],
};

/// The types, by name, that can be indexed; an id of another type cannot be unless its author says how.
const INDEXABLE: [&str; 14] = [
    "String",
    "Uuid",
    "Timestamp",
    "bool",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "u8",
    "u16",
    "u32",
    "u64",
    "usize",
];

/// An id.
struct Id {
    cqrs: Private,
    /// What everything generated for it carries over.
    carried: Vec<Attribute>,
    ident: Ident,
    value: Value,
}

/// What an id is made of.
enum Value {
    /// The one field, of this type.
    Inner(Box<Type>),
    /// Something else, which is an error.
    Wrong,
}

/// Expands the derive.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let id = parse(input, &mut errors);
    errors.follow(id.map(|id| expand(&id)).unwrap_or_default())
}

fn parse(input: TokenStream, errors: &mut Errors) -> Option<Id> {
    let input = super::read(input, &NOUN, errors)?;
    let options = Options::of(&input.attrs, &GRAMMAR, errors);
    Some(Id {
        cqrs: options.private(),
        carried: syntax::carried(&input.attrs),
        value: value(&input, errors),
        ident: input.ident,
    })
}

fn value(input: &DeriveInput, errors: &mut Errors) -> Value {
    if let Data::Struct(data) = &input.data
        && let Fields::Unnamed(fields) = &data.fields
        && let [field] = fields.unnamed.iter().collect::<Vec<_>>()[..]
    {
        return Value::Inner(Box::new(syntax::ungrouped(field.ty.clone())));
    }
    let ident = &input.ident;
    errors.at(
        ident,
        format_args!("an id wraps one value: write `struct {ident}(String);`"),
    );
    Value::Wrong
}

fn expand(id: &Id) -> TokenStream {
    let Value::Inner(inner) = &id.value else {
        return stand_in(id);
    };
    let items = [
        text(id, inner),
        comparison(id),
        serde(id, inner),
        conversions(id, inner),
        index(id, inner),
    ];
    quote!(#(#items)*)
}

/// `Debug`, `Display` and `FromStr`
fn text(id: &Id, inner: &Type) -> TokenStream {
    let Id {
        cqrs,
        carried,
        ident,
        ..
    } = id;
    let name = crate::names::plain(ident);
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl ::core::fmt::Debug for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_tuple(#name).field(&self.0).finish()
            }
        }

        #(#carried)*
        #[automatically_derived]
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                <#inner as ::core::fmt::Display>::fmt(&self.0, f)
            }
        }

        #(#carried)*
        #[automatically_derived]
        impl ::core::str::FromStr for #ident {
            type Err = #cqrs::IdError;

            fn from_str(text: &::core::primitive::str) -> ::core::result::Result<Self, Self::Err> {
                #cqrs::ids::parse::<#inner>(#name, text).map(Self)
            }
        }
    }
}

/// `Clone`, `PartialEq`, `Eq`, `PartialOrd`, `Ord` and `Hash`
fn comparison(id: &Id) -> TokenStream {
    let Id { carried, ident, .. } = id;
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl ::core::clone::Clone for #ident {
            fn clone(&self) -> Self {
                Self(::core::clone::Clone::clone(&self.0))
            }
        }

        #(#carried)*
        #[automatically_derived]
        impl ::core::cmp::PartialEq for #ident {
            fn eq(&self, other: &Self) -> ::core::primitive::bool {
                self.0 == other.0
            }
        }

        #(#carried)*
        #[automatically_derived]
        impl ::core::cmp::Eq for #ident {}

        #(#carried)*
        #[automatically_derived]
        impl ::core::cmp::PartialOrd for #ident {
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(::core::cmp::Ord::cmp(self, other))
            }
        }

        #(#carried)*
        #[automatically_derived]
        impl ::core::cmp::Ord for #ident {
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                ::core::cmp::Ord::cmp(&self.0, &other.0)
            }
        }

        #(#carried)*
        #[automatically_derived]
        impl ::core::hash::Hash for #ident {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&self.0, state);
            }
        }
    }
}

/// `Serialize` and `Deserialize`, as the inner value, which must be one that can name an instance
fn serde(id: &Id, inner: &Type) -> TokenStream {
    let Id {
        cqrs,
        carried,
        ident,
        ..
    } = id;
    let (s, d) = (fresh("S", [inner]), fresh("D", [inner]));
    let name = crate::names::plain(ident);
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::serde::Serialize for #ident {
            fn serialize<#s: #cqrs::serde::Serializer>(
                &self,
                serializer: #s,
            ) -> ::core::result::Result<#s::Ok, #s::Error> {
                #cqrs::ids::serialize::<#inner, #s>(#name, &self.0, serializer)
            }
        }

        #(#carried)*
        #[automatically_derived]
        impl<'de> #cqrs::serde::Deserialize<'de> for #ident {
            fn deserialize<#d: #cqrs::serde::Deserializer<'de>>(
                deserializer: #d,
            ) -> ::core::result::Result<Self, #d::Error> {
                #cqrs::ids::deserialize::<#inner, #d>(#name, deserializer).map(Self)
            }
        }
    }
}

/// `From` the inner value; where that is a `String`, also from `&str`, and `AsRef<str>`. It has no `as_str`
/// of its own, which would clash with one that the user writes.
fn conversions(id: &Id, inner: &Type) -> TokenStream {
    let Id { carried, ident, .. } = id;
    let of_text = syntax::last_name(inner)
        .is_some_and(|name| name == "String")
        .then(|| {
            quote! {
                #(#carried)*
                #[automatically_derived]
                impl ::core::convert::From<&::core::primitive::str> for #ident {
                    fn from(value: &::core::primitive::str) -> Self {
                        Self(::core::convert::From::from(value))
                    }
                }

                #(#carried)*
                #[automatically_derived]
                impl ::core::convert::AsRef<::core::primitive::str> for #ident {
                    fn as_ref(&self) -> &::core::primitive::str {
                        ::core::convert::AsRef::as_ref(&self.0)
                    }
                }
            }
        });
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl ::core::convert::From<#inner> for #ident {
            fn from(value: #inner) -> Self {
                Self(value)
            }
        }

        #of_text
    }
}

/// `IndexValue`, as the inner value, where that is known to have one; around a `String`, `TextValue`
fn index(id: &Id, inner: &Type) -> TokenStream {
    let Id {
        cqrs,
        carried,
        ident,
        ..
    } = id;
    let indexable =
        syntax::last_name(inner).is_some_and(|name| INDEXABLE.iter().any(|known| name == known));
    if !indexable {
        return TokenStream::new();
    }
    let is_text = syntax::last_name(inner).is_some_and(|name| name == "String");
    let text = is_text.then(|| {
        quote! {
            #(#carried)*
            #[automatically_derived]
            impl #cqrs::TextValue for #ident {}
        }
    });
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::IndexValue for #ident {
            fn index_key(&self) -> #cqrs::IndexKey {
                #cqrs::IndexValue::index_key(&self.0)
            }
        }

        #text
    }
}

/// What others rely on, for an id whose definition is in error.
fn stand_in(id: &Id) -> TokenStream {
    let Id { cqrs, ident, .. } = id;
    quote! {
        impl ::core::fmt::Debug for #ident {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::unreachable!()
            }
        }
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::unreachable!()
            }
        }
        impl ::core::str::FromStr for #ident {
            type Err = ::core::convert::Infallible;
            fn from_str(_: &::core::primitive::str) -> ::core::result::Result<Self, Self::Err> {
                ::core::unreachable!()
            }
        }
        impl ::core::clone::Clone for #ident {
            fn clone(&self) -> Self {
                ::core::unreachable!()
            }
        }
        impl ::core::cmp::PartialEq for #ident {
            fn eq(&self, _: &Self) -> ::core::primitive::bool {
                ::core::unreachable!()
            }
        }
        impl ::core::cmp::Eq for #ident {}
        impl ::core::cmp::PartialOrd for #ident {
            fn partial_cmp(&self, _: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::unreachable!()
            }
        }
        impl ::core::cmp::Ord for #ident {
            fn cmp(&self, _: &Self) -> ::core::cmp::Ordering {
                ::core::unreachable!()
            }
        }
        impl ::core::hash::Hash for #ident {
            fn hash<H: ::core::hash::Hasher>(&self, _: &mut H) {}
        }
        impl #cqrs::serde::Serialize for #ident {
            fn serialize<S: #cqrs::serde::Serializer>(
                &self,
                _: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                ::core::unreachable!()
            }
        }
        impl<'de> #cqrs::serde::Deserialize<'de> for #ident {
            fn deserialize<D: #cqrs::serde::Deserializer<'de>>(
                _: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::core::unreachable!()
            }
        }
        impl #cqrs::IndexValue for #ident {
            fn index_key(&self) -> #cqrs::IndexKey {
                ::core::unreachable!()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages;

    #[test]
    fn an_id_wraps_one_value() {
        for wrong in [
            quote!(
                struct A;
            ),
            quote!(
                struct A(u8, u8);
            ),
            quote!(
                struct A {
                    a: u8,
                }
            ),
            quote!(
                enum A {
                    B,
                }
            ),
        ] {
            assert_eq!(
                messages(derive(wrong)),
                ["an id wraps one value: write `struct A(String);`"]
            );
        }
    }
}

//! The items that a vocabulary writes: the enum, and a struct for each variant.

use super::{Vocabulary, Word, is_ours};
use crate::event_set::{MessageEnum, Variant};
use crate::names;
use crate::syntax;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::token::{Brace, Paren};
use syn::{
    Attribute, Field, FieldModifiers, Fields, FieldsNamed, FieldsUnnamed, Ident, Path, Token, Type,
    TypePath, Visibility,
};

/// The traits that are derived in any case; a user's derive of one adds nothing.
const DERIVED: [&str; 5] = ["Debug", "Clone", "PartialEq", "Serialize", "Deserialize"];

/// `pub enum AccountCommand { OpenAccount(OpenAccount), .. }`
pub(super) fn vocabulary(vocabulary: &Vocabulary) -> TokenStream {
    let Vocabulary {
        attrs,
        vis,
        ident,
        words,
        ..
    } = vocabulary;
    let derives = derives(vocabulary);
    let uses_deprecated = words
        .iter()
        .any(|word| is_deprecated(&word.attrs))
        .then(|| quote!(#[allow(deprecated)]));
    let variants = words
        .iter()
        .map(|Word { kept, ident, .. }| quote!(#(#kept)* #ident(#ident)));
    let (docs, attrs) = docs_first(attrs);
    quote! {
        #(#docs)*
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            #(#derives),*
        )]
        #[allow(
            dead_code,
            clippy::enum_variant_names,
            reason = "a vocabulary stands, whoever uses it whole, and its words are names of structs"
        )]
        #(#attrs)*
        #uses_deprecated
        #vis enum #ident {
            #(#variants),*
        }
    }
}

/// `pub struct OpenAccount { pub account: AccountId, pub owner: String }`
pub(super) fn word(word: &Word, fields: &Fields, vocabulary: &Vocabulary) -> TokenStream {
    let Vocabulary {
        cqrs, shared, vis, ..
    } = vocabulary;
    let Word { attrs, ident, .. } = word;
    let derives = derives(vocabulary);
    let serde = cqrs.serde();
    let here = syntax::glue(ident);
    let structure = quote_spanned!(here=> struct);
    let end = match fields {
        Fields::Named(_) => TokenStream::new(),
        Fields::Unnamed(_) | Fields::Unit => quote_spanned!(here=> ;),
    };
    let (docs, attrs) = docs_first(attrs);
    quote! {
        #(#docs)*
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            #cqrs::serde::Serialize,
            #cqrs::serde::Deserialize,
            #(#derives),*
        )]
        #[serde(crate = #serde)]
        #(#shared)*
        #(#attrs)*
        #vis #structure #ident #fields #end
    }
}

/// The documentation, and the other attributes: those follow the derives, which may give them their meaning.
fn docs_first(attrs: &[Attribute]) -> (Vec<&Attribute>, Vec<&Attribute>) {
    attrs.iter().partition(|attr| attr.path().is_ident("doc"))
}

/// The user's derives without those that are there already.
fn derives(vocabulary: &Vocabulary) -> Vec<&Path> {
    let is_new = |path: &&Path| !DERIVED.iter().any(|derived| syntax::ends_in(path, derived));
    vocabulary.derives.iter().filter(is_new).collect()
}

/// The fields as the struct has them: as visible as the enum, documented, without our marks; before them the
/// one that names the instance, where the vocabulary adds one.
pub(super) fn fields(word: &Word, id: Option<(&Ident, &Type)>, vocabulary: &Vocabulary) -> Fields {
    let Word { fields, ident, .. } = word;
    let vis = &vocabulary.vis;
    let here = syntax::glue(ident);
    let is_own = |field: &&Field| id.is_none_or(|(name, _)| field.ident.as_ref() != Some(name));
    let of_struct = fields
        .iter()
        .filter(is_own)
        .map(|field| of_struct(field, vis));
    let id = id.map(|(name, ty)| id_field(name, ty, vis));
    match (fields, id) {
        (Fields::Unit, None) => Fields::Unit,
        (Fields::Unnamed(_), _) => Fields::Unnamed(FieldsUnnamed {
            paren_token: Paren(here),
            unnamed: of_struct.collect(),
        }),
        (Fields::Named(_) | Fields::Unit, id) => Fields::Named(FieldsNamed {
            brace_token: Brace(here),
            named: id.into_iter().chain(of_struct).collect(),
        }),
    }
}

fn id_field(name: &Ident, ty: &Type, vis: &Visibility) -> Field {
    Field {
        attrs: vec![syntax::doc(" The instance that the command is for.")],
        vis: vis.clone(),
        modifiers: FieldModifiers::default(),
        ident: Some(name.clone()),
        colon_token: Some(<Token![:]>::default()),
        ty: ty.clone(),
        default: None,
    }
}

fn of_struct(field: &Field, vis: &Visibility) -> Field {
    let mut field = field.clone();
    field.attrs.retain(|attr| !is_ours(attr));
    if let Some(name) = &field.ident
        && !field.attrs.iter().any(|attr| attr.path().is_ident("doc"))
    {
        let doc = format!(" The `{}`.", names::plain(name));
        field.attrs.insert(0, syntax::doc(&doc));
    }
    field.vis = vis.clone();
    field
}

fn is_deprecated(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident("deprecated"))
}

/// The enum as a set of messages.
pub(super) fn message_enum(vocabulary: &Vocabulary) -> MessageEnum {
    let Vocabulary {
        cqrs,
        carried,
        ident,
        words,
        ..
    } = vocabulary;
    let mut carried = carried.clone();
    if words.iter().any(|word| is_deprecated(&word.attrs)) {
        carried.push(syn::parse_quote!(#[allow(deprecated)]));
    }
    MessageEnum {
        cqrs: cqrs.clone(),
        carried,
        ident: ident.clone(),
        variants: words.iter().map(variant).collect(),
    }
}

fn variant(word: &Word) -> Variant {
    let ident = &word.ident;
    Variant {
        conditions: syntax::conditions(&word.carried)
            .into_iter()
            .cloned()
            .collect(),
        carried: word.carried.clone(),
        ident: ident.clone(),
        ty: Type::Path(TypePath {
            attrs: Vec::new(),
            qself: None,
            path: ident.clone().into(),
        }),
    }
}

//! `#[derive(Projection)]`.

use super::{Marked, Noun};
use crate::digest;
use crate::errors::Errors;
use crate::names;
use crate::options::{Grammar, Options, Setting};
use crate::paths::Private;
use crate::shape;
use crate::syntax;
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{
    Attribute, Data, DataEnum, DeriveInput, Fields, Ident, Member, Meta, Token, Type, Visibility,
};

const NOUN: Noun = Noun {
    attribute: "projection",
    a: "a projection",
    not_generic: "its stored name stands for one set of rows; write one type for each",
    derive: "Projection",
    mark: "index",
    mark_takes_options: true,
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: NOUN.attribute,
    literal: "a name",
    field: false,
    options: &[
        Setting::Key,
        Setting::Version,
        Setting::Inline,
        Setting::Tables,
        Setting::Crate,
    ],
};

/// A projection.
struct Projection {
    cqrs: Private,
    /// What everything generated for it carries over.
    carried: Vec<Attribute>,
    ident: Ident,
    name: String,
    version: u32,
    inline: bool,
    shape: Shape,
    /// The digest of what a row holds, and of what of it is indexed.
    row_shape: u64,
    indexes: Vec<Index>,
}

enum Shape {
    /// One row per key of this type.
    Keyed(Box<Type>),
    /// One value.
    Singleton,
    /// Tables of its own, through transactions of this type.
    Tables(Box<Type>),
}

/// A field by which rows can be ordered.
struct Index {
    field: Ident,
    ty: Type,
    /// That of its constant.
    vis: Visibility,
    /// The place among the indexes of the field within whose values rows are also read in this order.
    within: Option<usize>,
}

/// Expands the derive.
pub(crate) fn derive(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let projection = parse(input, &mut errors);
    errors.follow(
        projection
            .map(|projection| expand(&projection))
            .unwrap_or_default(),
    )
}

fn parse(input: TokenStream, errors: &mut Errors) -> Option<Projection> {
    let input = super::read(input, &NOUN, errors)?;
    let options = Options::of(&input.attrs, &GRAMMAR, errors);
    if options.names(Setting::Tables) {
        return in_tables(input, options, errors);
    }
    let indexes = match &input.data {
        Data::Struct(data) => {
            let marked = super::marked(&data.fields, &NOUN, errors);
            one_value_has_no_order(&marked, &options, errors);
            indexes(marked, &input.vis, errors)
        }
        Data::Enum(data) => {
            an_enum_has_no_indexes(data, errors);
            Vec::new()
        }
        Data::Union(data) => {
            errors.at(
                data.union_token,
                "a projection is a struct or an enum: its rows are serialized",
            );
            return None;
        }
    };
    Some(Projection {
        cqrs: options.private(),
        carried: crate::syntax::carried(&input.attrs),
        row_shape: row_shape(&input, options.key.as_ref(), &indexes),
        name: super::stored_name(&options, &input.ident, &NOUN, errors),
        version: options.version.unwrap_or(1),
        inline: options.names(Setting::Inline),
        shape: options
            .key
            .map_or(Shape::Singleton, |key| Shape::Keyed(Box::new(key))),
        indexes,
        ident: input.ident,
    })
}

/// A projection with tables of its own.
fn in_tables(input: DeriveInput, options: Options, errors: &mut Errors) -> Option<Projection> {
    if let Some(place) = options.place(Setting::Key) {
        let message = "what keeps tables of its own has no rows that a key names: say it with `PRIMARY KEY` in the table, and leave `key` out";
        errors.push(syn::Error::new(place, message));
    }
    if let Some(place) = options.place(Setting::Inline) {
        let message = "what keeps tables of its own is folded after the commits of its events, in commits of its own, where its SQL may fail: leave `inline` out";
        errors.push(syn::Error::new(place, message));
    }
    match &input.data {
        Data::Struct(data) if data.fields.is_empty() => {}
        Data::Struct(data) => errors.at(
            &data.fields,
            "what keeps tables of its own holds nothing else: leave the fields out, and make columns of them",
        ),
        Data::Enum(data) => errors.at(
            data.enum_token,
            "what keeps tables of its own holds nothing else: make it a struct without fields",
        ),
        Data::Union(data) => errors.at(
            data.union_token,
            "what keeps tables of its own holds nothing else: make it a struct without fields",
        ),
    }
    Some(Projection {
        cqrs: options.private(),
        carried: crate::syntax::carried(&input.attrs),
        row_shape: 0,
        name: super::stored_name(&options, &input.ident, &NOUN, errors),
        version: options.version.unwrap_or(1),
        inline: false,
        indexes: Vec::new(),
        ident: input.ident,
        shape: Shape::Tables(Box::new(options.tables?)),
    })
}

/// Rows of another version can be read as rows of this one if this is the same: the key, the fields and the
/// indexes, as they are written.
fn row_shape(input: &DeriveInput, key: Option<&Type>, indexes: &[Index]) -> u64 {
    let of = |fields: &Fields| {
        shape::lines(&input.attrs, fields)
            .into_iter()
            .map(|line| line.text)
    };
    let mut texts: Vec<String> = key.map(syntax::text).into_iter().collect();
    match &input.data {
        Data::Struct(data) => texts.extend(of(&data.fields)),
        Data::Enum(data) => {
            for variant in &data.variants {
                texts.push(names::plain(&variant.ident));
                texts.extend(of(&variant.fields));
            }
        }
        Data::Union(_) => {}
    }
    texts.extend(
        indexes
            .iter()
            .map(|index| format!("#{}", names::plain(&index.field))),
    );
    digest::of(texts.iter().map(String::as_str))
}

/// An error at the first `#[index]` of a projection without a key: that may be what was forgotten.
fn one_value_has_no_order(marked: &[Marked], options: &Options, errors: &mut Errors) {
    if let Some(first) = marked.first()
        && !options.names(Setting::Key)
    {
        errors.at(
            &first.mark,
            "rows are ordered by an `#[index]`, and a projection without a key is one value: \
             say what names a row, as in `#[projection(\"name\", key = String)]`, or leave the mark out",
        );
    }
}

fn indexes(marked: Vec<Marked>, of: &Visibility, errors: &mut Errors) -> Vec<Index> {
    let named: Vec<Member> = marked.iter().map(|field| field.member.clone()).collect();
    let index = |field: Marked| {
        let within = within(&field, &named, errors);
        index(field, within, of, errors)
    };
    marked.into_iter().filter_map(index).collect()
}

const WITHIN: &str = "`#[index]` takes nothing, or the field within whose values rows are also read in its order: \
                      write `#[index(within = list)]`";

/// The place of the index that `#[index(within = list)]` names.
fn within(field: &Marked, indexed: &[Member], errors: &mut Errors) -> Option<usize> {
    let list = match &field.mark.meta {
        Meta::Path(_) => return None,
        Meta::List(list) => list,
        Meta::NameValue(_) => {
            errors.at(&field.mark, WITHIN);
            return None;
        }
    };
    let named = list.parse_args_with(|input: ParseStream<'_>| {
        let word: Ident = input.call(Ident::parse_any)?;
        if word != "within" || !input.peek(Token![=]) {
            return Err(syn::Error::new(word.span(), WITHIN));
        }
        input.parse::<Token![=]>()?;
        let name = input.call(Ident::parse_any)?;
        input.parse::<Option<Token![,]>>()?;
        Ok(name)
    });
    let name = errors.take(named)?;
    let is_named = |member: &Member| matches!(member, Member::Named(it) if *it == name);
    if is_named(&field.member) {
        errors.at(
            &name,
            "an index stands within another one: name another field",
        );
        return None;
    }
    let place = indexed.iter().position(is_named);
    if place.is_none() {
        let told = format!(
            "no `#[index]` field of this projection is called `{name}`: mark that one with `#[index]` too"
        );
        errors.at(&name, told);
    }
    place
}

/// The index on a field; its constant is as visible as the field, or as the type where the field is private.
fn index(
    field: Marked,
    within: Option<usize>,
    of: &Visibility,
    errors: &mut Errors,
) -> Option<Index> {
    let Member::Named(name) = field.member else {
        errors.at(
            &field.mark,
            "an index bears the name of its field: give the fields names",
        );
        return None;
    };
    let vis = match field.vis {
        Visibility::Inherited => of.clone(),
        other => other,
    };
    Some(Index {
        field: name,
        ty: field.ty,
        vis,
        within,
    })
}

fn an_enum_has_no_indexes(data: &DataEnum, errors: &mut Errors) {
    for variant in &data.variants {
        super::marks_stand_on_fields(&variant.attrs, &NOUN, errors);
        for field in super::marked(&variant.fields, &NOUN, errors) {
            errors.at(
                &field.mark,
                "an enum has no indexes: each row needs the field, so make the projection a struct",
            );
        }
    }
}

fn expand(projection: &Projection) -> TokenStream {
    let items = [
        fold(projection),
        key(projection),
        source(projection),
        constants(projection),
        projected(projection),
    ];
    quote!(#(#items)*)
}

/// `impl Projection for Balance { .. }`
fn fold(projection: &Projection) -> TokenStream {
    let version = Literal::u32_unsuffixed(projection.version);
    let row_shape = Literal::u64_unsuffixed(projection.row_shape);
    let Projection {
        cqrs,
        carried,
        ident,
        name,
        inline,
        shape,
        indexes,
        ..
    } = projection;
    let inline = inline.then(|| {
        quote!(
            const INLINE: ::core::primitive::bool = true;
        )
    });
    let here = crate::syntax::glue(ident);
    let at = cqrs.at(here);
    let row = match shape {
        Shape::Tables(_) => quote!(const ROW: #cqrs::RowType<Self> = #cqrs::RowType::none();),
        Shape::Keyed(_) | Shape::Singleton => {
            quote_spanned!(here=> const ROW: #at::RowType<Self> = #at::row::<#ident>();)
        }
    };
    let (key, shape) = match shape {
        Shape::Keyed(key) => (quote!(#key), quote!(Keyed)),
        Shape::Singleton => (quote!(#cqrs::Single), quote!(Singleton)),
        Shape::Tables(transaction) => (quote!(#cqrs::Single), quote!(Tables<#transaction>)),
    };
    let fields = indexes.iter().map(|index| indexed(cqrs, index));
    let index = index_of(cqrs, indexes);
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::Projection for #ident {
            type Key = #key;
            type Shape = #cqrs::#shape;

            const NAME: &'static ::core::primitive::str = #name;
            const VERSION: ::core::primitive::u32 = #version;
            const INDEXES: &'static [#cqrs::IndexedField] = &[#(#fields),*];
            #row
            const ROW_SHAPE: ::core::primitive::u64 = #row_shape;
            #inline

            #index
        }
    }
}

/// `IndexedField::new("due").within(0)`
fn indexed(cqrs: &Private, index: &Index) -> TokenStream {
    let name = names::plain(&index.field);
    let within = index.within.map(|place| {
        let place = Literal::usize_unsuffixed(place);
        quote!(.within(#place))
    });
    quote!(#cqrs::IndexedField::new(#name) #within)
}

/// `fn index(&self, keys: &mut Vec<IndexKey>) { keys.push(<u64 as IndexValue>::index_key(&self.amount)); }`
fn index_of(cqrs: &Private, indexes: &[Index]) -> TokenStream {
    if indexes.is_empty() {
        return quote!(fn index(&self, _: &mut ::std::vec::Vec<#cqrs::IndexKey>) {});
    }
    let pushes = indexes.iter().map(|Index { field, ty, .. }| {
        quote!(keys.push(<#ty as #cqrs::IndexValue>::index_key(&self.#field));)
    });
    quote! {
        fn index(&self, keys: &mut ::std::vec::Vec<#cqrs::IndexKey>) {
            #(#pushes)*
        }
    }
}

/// `impl KeyOf<Balance> for AccountId {}`
fn key(projection: &Projection) -> TokenStream {
    let Projection {
        cqrs,
        carried,
        ident,
        shape,
        ..
    } = projection;
    let Shape::Keyed(key) = shape else {
        return TokenStream::new();
    };
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::KeyOf<#ident> for #key {}
    }
}

/// `impl ReadModel for Balance { type Source = Rows<Balance>; }`
fn source(projection: &Projection) -> TokenStream {
    let Projection {
        cqrs,
        carried,
        ident,
        ..
    } = projection;
    quote! {
        #(#carried)*
        #[automatically_derived]
        impl #cqrs::ReadModel for #ident {
            type Source = #cqrs::Rows<Self>;
        }
    }
}

/// `impl Balance { pub const AMOUNT: Index<Self, u64> = Index::new(0, "amount"); }`
fn constants(projection: &Projection) -> TokenStream {
    let Projection {
        cqrs,
        carried,
        ident,
        indexes,
        ..
    } = projection;
    if indexes.is_empty() {
        return TokenStream::new();
    }
    let constants = indexes
        .iter()
        .enumerate()
        .map(|(place, Index { field, ty, vis, .. })| {
            let name = names::plain(field);
            let span = Span::call_site().located_at(field.span());
            let constant = Ident::new(&names::constant_case(field), span);
            let place = Literal::usize_unsuffixed(place);
            let doc = format!(" The index on `{name}`, to order rows by.");
            quote_spanned! {span=>
                #[doc = #doc]
                #vis const #constant: #cqrs::Index<Self, #ty> = #cqrs::Index::new(#place, #name);
            }
        });
    quote! {
        #(#carried)*
        impl #ident {
            #(#constants)*
        }
    }
}

/// `const _: () = projected::<Balance>();`
fn projected(projection: &Projection) -> TokenStream {
    let Projection {
        cqrs,
        carried,
        ident,
        ..
    } = projection;
    quote! {
        #(#carried)*
        const _: () = #cqrs::assert::projected::<#ident>();
    }
}

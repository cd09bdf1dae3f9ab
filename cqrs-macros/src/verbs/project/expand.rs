//! The code that a `#[project]` block becomes.

use super::keys::{borrowed, named};
use super::{Extra, Maker, Projector, Rows};
use crate::paths::Private;
use crate::syntax;
use crate::verbs::block::{Block, Method};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Attribute, Type};

pub(super) fn expand(block: &Block, makers: &[Maker], projectors: &[Projector]) -> TokenStream {
    let item = &block.item;
    let fold = fold(block, makers, projectors);
    let assertions = projectors
        .iter()
        .filter(|projector| projector.sound)
        .map(|projector| keyed(block, projector));
    let makers = makers.iter().filter(|maker| maker.sound);
    let made = makers.map(|maker| kept(block, &maker.carried, &maker.transaction));
    quote!(#item #fold #(#made)* #(#assertions)*)
}

/// `impl Project for Balance { .. }`, and its registration
fn fold(block: &Block, makers: &[Maker], projectors: &[Projector]) -> TokenStream {
    let Block {
        cqrs,
        carried,
        target,
        ..
    } = block;
    let types = projectors.iter().map(|projector| {
        let Method {
            carried,
            message: event,
            ..
        } = &projector.method;
        let conditions = syntax::conditions(carried);
        quote!(#(#conditions)* #cqrs::EventType::of::<#event>())
    });
    let sound = || projectors.iter().filter(|projector| projector.sound);
    let (in_tables, in_rows): (Vec<&Projector>, Vec<_>) =
        sound().partition(|projector| matches!(projector.rows, Rows::InTables(_)));
    let keeps_tables = !in_tables.is_empty() || !makers.is_empty();
    let spared = syntax::spared(
        projectors
            .iter()
            .map(|projector| &projector.method.carried[..]),
        carried,
    );
    let registrations = block.registrations([block.entry("projection")]);
    let (here, at) = (syntax::glue(target), cqrs.at(syntax::glue(target)));
    let header = quote_spanned!(here=> impl #at::Project for #target);
    let rows = quote_spanned!(here=> &mut #at::RowsMut<'_, Self>);
    let project = (!keeps_tables || !in_rows.is_empty()).then(|| {
        let arms = in_rows.iter().map(|projector| arm(block, projector));
        quote_spanned! {Span::mixed_site()=>
            fn project(
                event: &#cqrs::RecordedEvent,
                rows: #rows,
            ) -> ::core::result::Result<(), #cqrs::ProjectError> {
                match event.name_among(Self::EVENTS) {
                    #(#arms)*
                    _ => {}
                }
                ::core::result::Result::Ok(())
            }
        }
    });
    let make_tables = make_tables(block, makers);
    let into_tables = (!in_tables.is_empty()).then(|| into_tables(block, &in_tables));
    quote_spanned! {Span::mixed_site()=>
        #(#spared)*
        #(#carried)*
        #[automatically_derived]
        #header {
            const EVENTS: &'static [#cqrs::EventType] = &[#(#types),*];

            #make_tables
            #project
            #into_tables
        }

        #registrations
    }
}

/// `fn make_tables(lent: &dyn Any) -> Result<(), ProjectError> { Done::done(Sales::tables(lent::<Transaction>(lent)?))?; Ok(()) }`
fn make_tables(block: &Block, makers: &[Maker]) -> Option<TokenStream> {
    let ours = Span::mixed_site();
    let Block { cqrs, target, .. } = block;
    let made = makers.iter().filter(|maker| maker.sound).map(|maker| {
        let conditions = syntax::conditions(&maker.carried);
        let path = crate::verbs::path(target, &maker.ident);
        let lent = lent(cqrs, &maker.transaction);
        let done = done(cqrs, &maker.done, &quote!(#path(#lent)));
        quote_spanned!(ours=> #(#conditions)* #done)
    });
    (!makers.is_empty()).then(|| {
        quote_spanned! {ours=>
            fn make_tables(
                lent: &dyn ::core::any::Any,
            ) -> ::core::result::Result<(), #cqrs::ProjectError> {
                #(#made)*
                ::core::result::Result::Ok(())
            }
        }
    })
}

/// `fn project_into_tables(event: &RecordedEvent, lent: &dyn Any) -> Result<(), ProjectError> { .. }`
fn into_tables(block: &Block, projectors: &[&Projector]) -> TokenStream {
    let cqrs = &block.cqrs;
    let arms = projectors.iter().map(|projector| arm(block, projector));
    quote_spanned! {Span::mixed_site()=>
        fn project_into_tables(
            event: &#cqrs::RecordedEvent,
            lent: &dyn ::core::any::Any,
        ) -> ::core::result::Result<(), #cqrs::ProjectError> {
            match event.name_among(Self::EVENTS) {
                #(#arms)*
                _ => {}
            }
            ::core::result::Result::Ok(())
        }
    }
}

/// `lent::<Transaction>(lent)?`
fn lent(cqrs: &Private, transaction: &Type) -> TokenStream {
    quote_spanned!(Span::mixed_site()=> #cqrs::lent::<#transaction>(lent)?)
}

/// `<Result<(), SqliteError> as Done>::done(Sales::placed(..))?;`
fn done(cqrs: &Private, returned: &Type, called: &TokenStream) -> TokenStream {
    quote!(<#returned as #cqrs::Done>::done(#called)?;)
}

/// `<Deposited as Event>::NAME => { rows.of_stream::<Deposited, ()>(|row, event, _| row.deposited(event))?; }`
///
/// Its own names are hygienic, so that a key sees the user's parameters and nothing else.
fn arm(block: &Block, projector: &Projector) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let Projector {
        rows,
        extras,
        change,
        ..
    } = projector;
    let Method {
        carried,
        ident,
        message,
    } = &projector.method;
    let conditions = syntax::conditions(carried);
    let ours = Span::mixed_site();
    let passed = |record: &TokenStream| {
        let each = extras.iter().map(|extra| match extra {
            Extra::Record => record.clone(),
            Extra::Id(_) => quote_spanned!(ours=> &instance),
        });
        quote_spanned!(ours=> #(, #each)*)
    };
    let recorded = passed(&quote_spanned!(ours=> event.recorded()));
    let instance = extras.iter().find_map(|extra| match extra {
        Extra::Record => None,
        Extra::Id(id) => {
            let instance = quote_spanned!(syntax::glue(id)=> instance::<#message, #id>);
            Some(quote_spanned!(ours=> let instance = #cqrs::#instance(event)?;))
        }
    });
    let decoded = quote_spanned!(ours=> let decoded = event.decode::<#message>()?;);
    let folded = match rows {
        Rows::OfStream => {
            let change = change
                .as_ref()
                .map_or_else(|| quote!(()), |change| quote!(#change));
            let dated = extras.iter().any(|extra| matches!(extra, Extra::Record));
            let at = if dated {
                quote_spanned!(ours=> at)
            } else {
                quote!(_)
            };
            let passed = passed(&at);
            quote_spanned! {ours=>
                #instance
                rows.of_stream::<#message, #change>(|row, event, #at| row.#ident(event #passed))?;
            }
        }
        Rows::InTables(transaction) => {
            let path = crate::verbs::path(target, ident);
            let lent = lent(cqrs, transaction);
            let returned = change.clone().unwrap_or_else(|| syn::parse_quote!(()));
            let called = quote_spanned!(ours=> #path(#lent, &decoded #recorded));
            let done = done(cqrs, &returned, &called);
            quote!(#instance #decoded #done)
        }
        Rows::OfItsChoice(_) => {
            let path = crate::verbs::path(target, ident);
            quote_spanned! {ours=>
                #instance
                #decoded
                #path(rows, &decoded #recorded);
            }
        }
        Rows::Of {
            keys, parameters, ..
        } => {
            let change = change
                .as_ref()
                .map(|change| quote_spanned!(ours=> ::<#change>));
            let named = parameters
                .iter()
                .filter_map(|parameter| named(parameter, keys));
            let folded = keys.iter().map(|key| {
                let key = borrowed(key);
                quote_spanned! {ours=>
                    #cqrs::Keys::<#target>::of().change #change(rows, #key, |row| row.#ident(&decoded #recorded));
                }
            });
            quote!(#instance #decoded #(#named)* #(#folded)*)
        }
    };
    quote_spanned! {ours=>
        #(#conditions)*
        <#message as #cqrs::Event>::NAME => { #folded }
    }
}

/// `const _: fn() = || Stream::<Deposited>::of().is_key_of::<Balance>();` for a method that names no key, and
/// for another `Keys::<Balance>::of().are_many();`
fn keyed(block: &Block, projector: &Projector) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let Method {
        carried,
        message: event,
        ..
    } = &projector.method;
    let here = match &projector.rows {
        Rows::InTables(transaction) => return kept(block, carried, transaction),
        Rows::OfStream => syntax::glue(event),
        Rows::OfItsChoice(place) | Rows::Of { place, .. } => *place,
    };
    let cqrs = cqrs.at(here);
    let assertion = if let Rows::OfStream = projector.rows {
        quote_spanned!(here=> #cqrs::assert::Stream::<#event>::of().is_key_of::<#target>())
    } else {
        quote_spanned!(here=> #cqrs::assert::Keys::<#target>::of().are_many())
    };
    quote_spanned! {here=>
        #(#carried)*
        const _: fn() = || #assertion;
    }
}

/// `const _: fn() = || TablesOf::<Sales>::of().are_kept_by::<Transaction>();`
fn kept(block: &Block, carried: &[Attribute], transaction: &Type) -> TokenStream {
    let Block { cqrs, target, .. } = block;
    let here = syntax::glue(transaction);
    let cqrs = cqrs.at(here);
    quote_spanned! {here=>
        #(#carried)*
        const _: fn() = || #cqrs::assert::TablesOf::<#target>::of().are_kept_by::<#transaction>();
    }
}

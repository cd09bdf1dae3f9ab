//! `#[project]`: the methods of the block fold events into rows, or into tables of the projection's own.

use super::block::{self, Block, Method};
use super::{Receiver, Verb, signature};
use crate::errors::Errors;
use crate::options::{Grammar, Setting};
use crate::paths::Private;
use crate::syntax;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Expr, ExprReference, FnArg, ImplItem, ImplItemFn, Meta, Pat, PatType, ReturnType,
    Token, Type,
};

const VERB: Verb = Verb {
    attribute: "project",
    a: "a `#[project]`",
    message: "event",
    happens: ["projected", "projects"],
    signature: "(&mut self, event: &Event)",
    receiver: Receiver::Exclusive("`self` is the row that the event changes"),
};

pub(crate) const GRAMMAR: Grammar = Grammar {
    attribute: VERB.attribute,
    literal: "",
    field: false,
    options: &[Setting::Crate],
};

/// A method that folds an event.
struct Projector {
    method: Method,
    rows: Rows,
    /// What it takes after the event.
    extras: Vec<Extra>,
    /// The named type that it returns.
    change: Option<Type>,
    /// Whether it can be called: not if its signature is in error.
    sound: bool,
}

/// What a method takes besides the event.
enum Extra {
    /// `at: &Recorded`
    Record,
    /// `account: &AccountId`, the id of what the event happened to
    Id(Box<Type>),
}

/// Which rows the event is for.
enum Rows {
    /// That of the event's stream.
    OfStream,
    /// Those of tables of its own: it takes the transaction of this type.
    InTables(Box<Type>),
    /// Those that the method changes: it takes `rows: &mut RowsMut<Self>`, which stands there.
    OfItsChoice(Span),
    /// Those of these keys, which may name the parameters.
    Of {
        /// Where the first `#[key(..)]` stands.
        place: Span,
        keys: Vec<Expr>,
        parameters: Vec<Parameter>,
    },
}

/// A method that makes the tables.
struct Maker {
    /// What everything generated for it carries over.
    carried: Vec<Attribute>,
    ident: Ident,
    transaction: Type,
    /// What it returns.
    done: Type,
    /// Whether it can be called.
    sound: bool,
}

/// A parameter, as the keys see it: the event, the record or the id, by the user's name and type.
struct Parameter {
    pattern: Box<Pat>,
    ty: Type,
    value: TokenStream,
}

/// Expands the attribute.
pub(crate) fn project(args: TokenStream, item: TokenStream) -> TokenStream {
    block::expanded(args, item, &VERB, &GRAMMAR, |mut block, _, errors| {
        let makers = makers(&block, errors);
        let projectors = parse(&block, errors);
        let projectors = check(projectors, errors);
        strip_keys(&mut block);
        expand(&block, &makers, &projectors)
    })
}

fn parse(block: &Block, errors: &mut Errors) -> Vec<Projector> {
    block
        .methods()
        .filter(|method| makes_tables(method).is_none())
        .filter_map(|method| projector(block, method, errors))
        .collect()
}

/// The methods that make the tables: one, or none.
fn makers(block: &Block, errors: &mut Errors) -> Vec<Maker> {
    let mut makers: Vec<Maker> = Vec::new();
    for method in block.methods() {
        let Some(transaction) = makes_tables(method) else {
            continue;
        };
        let maker = maker(block, method, transaction, errors);
        let is_certain = |maker: &Maker| !syntax::is_conditional(&maker.carried);
        let mut others = makers.iter().filter(|other| is_certain(other));
        if let Some(first) = others.next()
            && is_certain(&maker)
        {
            let told = format!(
                "the tables are made twice: `{}` already makes them",
                first.ident
            );
            errors.at(&maker.ident, told);
        } else {
            makers.push(maker);
        }
    }
    makers
}

/// The parameter of a method that takes the transaction and no event.
fn makes_tables(method: &ImplItemFn) -> Option<&PatType> {
    let mut inputs = method.sig.inputs.iter();
    match (inputs.next(), inputs.next()) {
        (Some(FnArg::Typed(lent)), None) if signature::is_transaction(lent) => Some(lent),
        _ => None,
    }
}

fn maker(block: &Block, method: &ImplItemFn, lent: &PatType, errors: &mut Errors) -> Maker {
    let before = errors.count();
    signature::the_transaction_is_borrowed(lent, &VERB, errors);
    signature::method_is_plain(method, &VERB, errors);
    let reason = "the tables are made within a transaction, without waiting";
    signature::it_is_not_async(&method.sig, &VERB, reason, errors);
    it_returns_whether_done(method, errors);
    if let Some(key) = method.attrs.iter().find(|attr| syntax::is(attr, "key")) {
        errors.at(key, WITHOUT_KEYS);
    }
    let of_method = syntax::carried(&method.attrs);
    Maker {
        carried: block.carried.iter().cloned().chain(of_method).collect(),
        ident: method.sig.ident.clone(),
        transaction: signature::behind(&lent.ty).clone(),
        done: returned(method),
        sound: errors.count() == before,
    }
}

const WITHOUT_KEYS: &str = "a `#[project]` method that takes the transaction says with SQL which rows the event is for: leave `#[key(..)]` out";

/// The type that the method returns.
fn returned(method: &ImplItemFn) -> Type {
    match &method.sig.output {
        ReturnType::Type(_, ty) => syntax::peeled(ty).clone(),
        ReturnType::Default => syn::parse_quote!(()),
    }
}

fn it_returns_whether_done(method: &ImplItemFn, errors: &mut Errors) {
    if let ReturnType::Type(_, ty) = &method.sig.output
        && signature::is_unnamed(ty)
    {
        errors.at(
            ty,
            "a `#[project]` method that writes to tables returns nothing, or a `Result` of nothing",
        );
    }
}

fn projector(block: &Block, method: &ImplItemFn, errors: &mut Errors) -> Option<Projector> {
    let before = errors.count();
    let told = signature::read(method, &VERB, errors);
    let extras = extras(&told.others, told.fits, errors);
    let rows = rows(method, told.parameter, &told.others, &extras, errors);
    if told.fits {
        let reason = "rows are folded from what is on record, without waiting";
        signature::it_is_not_async(&method.sig, &VERB, reason, errors);
        match rows {
            Rows::OfItsChoice(_) => it_returns_nothing(method, errors),
            Rows::InTables(_) => it_returns_whether_done(method, errors),
            _ => it_returns_a_change(method, errors),
        }
    }
    let change = match &method.sig.output {
        _ if matches!(rows, Rows::InTables(_)) => Some(returned(method)),
        ReturnType::Type(_, ty) if !signature::is_unit(ty) => Some(syntax::peeled(ty).clone()),
        _ => None,
    };
    Some(Projector {
        method: block.method(method, told.message?),
        rows,
        extras,
        change,
        sound: errors.count() == before,
    })
}

/// The record and the id of the instance, each once and in any order; an error at what is neither.
fn extras(others: &[&PatType], fits: bool, errors: &mut Errors) -> Vec<Extra> {
    let mut extras: Vec<Extra> = Vec::new();
    for (at, parameter) in others.iter().enumerate() {
        let ty = &parameter.ty;
        let extra = if signature::is_reference_to(ty, "Recorded") {
            Extra::Record
        } else {
            Extra::Id(Box::new(signature::behind(ty).clone()))
        };
        let again = |known: &Extra| std::mem::discriminant(known) == std::mem::discriminant(&extra);
        let surplus = if extras.iter().any(again) {
            at
        } else if names_an_id(ty) {
            extras.push(extra);
            continue;
        } else {
            if fits {
                errors.at(ty, "after the event, a `#[project]` method takes the event's record, or the id of what it happened to: write `at: &Recorded`, or `account: &AccountId`");
            }
            at + 1
        };
        if fits {
            let message = "a `#[project]` method takes the event, its record and the id of what it happened to, \
                           each once: what the row is to know besides belongs in the event";
            signature::nothing_follows(&others[surplus..], message, errors);
        }
        break;
    }
    extras
}

/// Whether it may be the id of an instance, borrowed: a type of that name, which is not `str`.
fn names_an_id(ty: &Type) -> bool {
    let behind = signature::behind(ty);
    let named = matches!(behind, Type::Path(_) | Type::Macro(_))
        && syntax::last_name(behind).is_none_or(|name| name != "str");
    signature::is_borrowed(ty) && named
}

fn it_returns_a_change(method: &ImplItemFn, errors: &mut Errors) {
    if let ReturnType::Type(_, ty) = &method.sig.output
        && signature::is_unnamed(ty)
    {
        errors.at(
            ty,
            "a `#[project]` method returns nothing, `Change`, or a `Result` of either",
        );
    }
}

fn it_returns_nothing(method: &ImplItemFn, errors: &mut Errors) {
    if let ReturnType::Type(_, ty) = &method.sig.output
        && !signature::is_unit(ty)
    {
        let message = "a `#[project]` method that takes `rows` returns nothing: \
                       what becomes of each row is said in `rows.change(..)`";
        errors.at(ty, message);
    }
}

/// The keys that the method's `#[key(..)]` attributes name.
fn rows(
    method: &ImplItemFn,
    event: Option<&PatType>,
    others: &[&PatType],
    extras: &[Extra],
    errors: &mut Errors,
) -> Rows {
    let mut keys = Vec::new();
    let mut attrs = method
        .attrs
        .iter()
        .filter(|attr| syntax::is(attr, "key"))
        .peekable();
    let choice = match method.sig.inputs.first() {
        Some(FnArg::Typed(lent)) if signature::is_transaction(lent) => {
            if let Some(key) = attrs.peek() {
                errors.at(key, WITHOUT_KEYS);
            }
            return Rows::InTables(Box::new(signature::behind(&lent.ty).clone()));
        }
        Some(FnArg::Typed(rows)) => Some(syntax::glue(&rows.ty)),
        _ => None,
    };
    match attrs.peek() {
        None => return choice.map_or(Rows::OfStream, Rows::OfItsChoice),
        Some(attr) if let Some(place) = choice => {
            let message = "a `#[project]` method that takes `rows` names each key itself: leave `#[key(..)]` out";
            errors.at(attr, message);
            return Rows::OfItsChoice(place);
        }
        Some(_) => {}
    }
    let place = attrs.peek().map_or_else(Span::call_site, syntax::glue);
    for attr in attrs {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let parsed = match &attr.meta {
            Meta::List(_) => errors.take(attr.parse_args_with(parser)),
            _ => Some(Punctuated::new()),
        };
        match parsed {
            Some(parsed) if parsed.is_empty() => {
                errors.at(
                    attr,
                    "`#[key(..)]` says which row the event is for: write `#[key(event.field)]`",
                );
            }
            parsed => keys.extend(parsed.into_iter().flatten()),
        }
    }
    let ours = Span::mixed_site();
    let event = event.map(|event| parameter(event, quote_spanned!(ours=> &decoded)));
    let others = others.iter().zip(extras).map(|(other, extra)| match extra {
        Extra::Record => parameter(other, quote_spanned!(ours=> event.recorded())),
        Extra::Id(_) => parameter(other, quote_spanned!(ours=> &instance)),
    });
    let parameters: Vec<Parameter> = event.into_iter().chain(others).collect();
    keys_are_over_parameters(&keys, &parameters, errors);
    Rows::Of {
        place,
        keys,
        parameters,
    }
}

/// An error at a name that a key begins with and that no parameter has: most often the event is `_`.
fn keys_are_over_parameters(keys: &[Expr], parameters: &[Parameter], errors: &mut Errors) {
    let mut names = Vec::new();
    for Parameter { pattern, .. } in parameters {
        match &**pattern {
            Pat::Ident(pattern) => names.push(&pattern.ident),
            Pat::Wild(_) => {}
            _ => return, // what a pattern binds is the compiler's to tell
        }
    }
    for name in keys.iter().filter_map(root) {
        if names.contains(&name) {
            continue;
        }
        let message = match parameters.first() {
            Some(Parameter { pattern, ty, .. }) if matches!(**pattern, Pat::Wild(_)) => format!(
                "`{name}` is no parameter of this method: a key is over the parameters, so give the event its name, `{name}: {}`",
                syntax::text(ty)
            ),
            _ => format!(
                "`{name}` is no parameter of this method, and a key is over the parameters: {}",
                listed(&names)
            ),
        };
        errors.at(name, message);
    }
}

fn listed(names: &[&Ident]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// The variable that an expression begins with, as `event` in `event.lines[0].product.clone()`.
fn root(expression: &Expr) -> Option<&Ident> {
    match expression {
        Expr::Field(field) => root(&field.base),
        Expr::MethodCall(call) => root(&call.receiver),
        Expr::Index(index) => root(&index.expr),
        Expr::Reference(reference) => root(&reference.expr),
        Expr::Unary(unary) => root(&unary.expr),
        Expr::Paren(paren) => root(&paren.expr),
        Expr::Group(group) => root(&group.expr),
        Expr::Path(path) => {
            let variable = |name: &&Ident| {
                name.to_string()
                    .starts_with(|first: char| first.is_lowercase())
            };
            path.path.get_ident().filter(variable)
        }
        _ => None,
    }
}

fn parameter(parameter: &PatType, value: TokenStream) -> Parameter {
    Parameter {
        pattern: parameter.pat.clone(),
        ty: syntax::peeled(&parameter.ty).clone(),
        value,
    }
}

fn check(projectors: Vec<Projector>, errors: &mut Errors) -> Vec<Projector> {
    block::each_message_once(projectors, |projector| &projector.method, &VERB, errors)
}

fn strip_keys(block: &mut Block) {
    for item in &mut block.item.items {
        if let ImplItem::Fn(method) = item {
            let all = method.attrs.len();
            method.attrs.retain(|attr| !syntax::is(attr, "key"));
            if method.attrs.len() < all {
                // a parameter that the key alone uses is used
                method
                    .attrs
                    .push(syn::parse_quote!(#[allow(unused_variables)]));
            }
        }
    }
}

fn expand(block: &Block, makers: &[Maker], projectors: &[Projector]) -> TokenStream {
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
        let path = super::path(target, &maker.ident);
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
            let path = super::path(target, ident);
            let lent = lent(cqrs, transaction);
            let returned = change.clone().unwrap_or_else(|| syn::parse_quote!(()));
            let called = quote_spanned!(ours=> #path(#lent, &decoded #recorded));
            let done = done(cqrs, &returned, &called);
            quote!(#instance #decoded #done)
        }
        Rows::OfItsChoice(_) => {
            let path = super::path(target, ident);
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

/// `let event: &Placed = &decoded;` where a key mentions `event`.
fn named(Parameter { pattern, ty, value }: &Parameter, keys: &[Expr]) -> Option<TokenStream> {
    let mentioned = |ident: &Ident| {
        keys.iter()
            .any(|key| syntax::mentions(quote!(#key), &ident.to_string()))
    };
    match &**pattern {
        Pat::Ident(pattern) => {
            let ident = &pattern.ident;
            mentioned(ident).then(|| quote!(let #ident: #ty = #value;))
        }
        Pat::Wild(_) => None,
        pattern => Some(quote!(#[allow(unused_variables)] let #pattern: #ty = #value;)),
    }
}

/// The key behind a reference, which is shown where the key stands.
fn borrowed(key: &Expr) -> TokenStream {
    if let Expr::Reference(_) = key {
        return quote!(#key);
    }
    let here = key.span();
    let reference = ExprReference {
        attrs: Vec::new(),
        and_token: Token![&](here),
        mutability: None,
        expr: Box::new(key.clone()),
    };
    quote!(#reference)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages;

    #[test]
    fn mistakes_are_told_together() {
        let block = quote! {
            impl Balance {
                #[key]
                async fn opened(&self, event: &Opened, at: u64, more: u64) -> impl Into<Change> {}
            }
        };
        assert_eq!(
            messages(project(quote!(), block)),
            [
                "a `#[project]` method takes `&mut self`: `self` is the row that the event changes",
                "after the event, a `#[project]` method takes the event's record, or the id of what it \
                 happened to: write `at: &Recorded`, or `account: &AccountId`",
                "a `#[project]` method takes the event, its record and the id of what it happened to, \
                 each once: what the row is to know besides belongs in the event",
                "`#[key(..)]` says which row the event is for: write `#[key(event.field)]`",
                "a `#[project]` method cannot be `async`: rows are folded from what is on record, without waiting",
                "a `#[project]` method returns nothing, `Change`, or a `Result` of either",
            ]
        );
    }
}

//! `#[project]`: the methods of the block fold events into rows, or into tables of the projection's own.

mod expand;
mod keys;

use super::block::{self, Block, Method};
use super::{Receiver, Verb, signature};
use crate::errors::Errors;
use crate::options::{Grammar, Setting};
use crate::syntax;
use keys::Parameter;
use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Expr, FnArg, ImplItemFn, PatType, ReturnType, Type};

const VERB: Verb = Verb {
    attribute: "project",
    a: "a `#[project]`",
    message: "event",
    happens: ["projected", "projects"],
    signature: "(&mut self, event: &Event)",
    receiver: Receiver::Row("`self` is the row that the event changes"),
    foreign: &[(
        "Context",
        "a `#[project]` method has no `Context`, which is that of a command: write `at: &Recorded`, \
         which knows the event's time, actor and correlation",
    )],
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

/// Expands the attribute.
pub(crate) fn project(args: TokenStream, item: TokenStream) -> TokenStream {
    block::expanded(args, item, &VERB, &GRAMMAR, |mut block, _, errors| {
        let makers = makers(&block, errors);
        let projectors = parse(&block, errors);
        let projectors = check(projectors, errors);
        keys::strip_keys(&mut block);
        expand::expand(&block, &makers, &projectors)
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
    let rows = keys::rows(method, told.parameter, &told.others, &extras, errors);
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
        if let Some(foreign) = VERB.foreign(ty) {
            if fits {
                errors.at(ty, foreign);
            }
            break;
        }
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

fn check(projectors: Vec<Projector>, errors: &mut Errors) -> Vec<Projector> {
    block::each_message_once(projectors, |projector| &projector.method, &VERB, errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages;
    use quote::quote;

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

    #[test]
    fn an_event_may_be_called_as_a_transaction_is() {
        let block = quote! {
            impl Balance {
                fn booked(&mut self, booked: &Transaction, at: &Recorded) {}
            }
            impl Balance {
                fn booked(&mut self, booked: &Transaction, account: &AccountId) {}
            }
            impl Balance {
                fn booked(&mut self, event: &Transaction, account: &Iban) {}
            }
            impl Balance {
                fn booked(&mut self, booked: &BankTransaction, account: &Iban) {}
            }
        };
        let blocks: syn::File = syn::parse2(block).unwrap();
        for block in blocks.items {
            let none: [&str; 0] = [];
            assert_eq!(messages(project(quote!(), quote!(#block))), none);
        }
    }
}
